"""Whatever happens in a drive, its reports tell the truth: properties over random histories.

HISTORIES=300 in the environment tries so many instead of a few.
"""

import heapq
import json
import os
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.histories import (
    CLOSED,
    DAYS,
    FIRST,
    KINDS,
    TEAMS,
    UNITS,
    Counting,
    Credit,
    Sending,
    Visit,
    Withdrawal,
    credits_of,
    hand_over_to_teams,
    histories,
    read_credits,
)
from tests.make.visits import make_visit
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.documents.services import figures_digest
from vneid_field.extensions import db
from vneid_field.recount import check
from vneid_field.reporting import decisions, services
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.drafting import draft_figures, figures_of
from vneid_field.reporting.kinds import ReportKind, ReportState, Step
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.obligation_services import end_unit
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.timeliness_queries import count_timeliness
from vneid_field.review import services as review
from vneid_field.units.rules import UnitKind
from vneid_field.visits import corrections
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of
from vneid_field.visits.rules import valid_events
from vneid_field.visits.services import record_visit

MANY = int(os.environ.get("HISTORIES", "0"))


def tries(few: int):
    """Try so many histories, always the same; or as many new ones as asked for."""
    return settings(
        max_examples=MANY or few,
        derandomize=not MANY,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # a history takes a second: shrinking one takes many minutes
        suppress_health_check=list(HealthCheck),
    )


MIDNIGHT = clock.at_local(FIRST, time(0))
DUE_HOURS = {UnitKind.TEAM: 8, UnitKind.COMMUNE: 10, UnitKind.DISTRICT: 14}
POLICE = dict(zip(TEAMS, ("commune", "commune", "sibling.commune"), strict=True))


def hours(number):
    return timedelta(hours=number)


class Drive:
    """Plays a history in the order of time and keeps what every sending told."""

    def __init__(self, world, people):
        self.world, self.people = world, people
        self.units = [world.unit_of(code) for code, _who, _by in UNITS]
        self.queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.frozen: dict[int, tuple[str, str]] = {}  # report id → figures, digest
        self.sent: list[tuple[Report, list[Credit]]] = []  # with the credits known at that moment
        self.first_sent: dict[tuple[int, ReportKind, object], datetime] = {}
        self.collected: dict[object, int] = {}
        self.closed_at: datetime | None = None

    def at(self, moment, act):
        heapq.heappush(self.queue, (moment, next(self.order), act))

    def play(self, history):
        for visit in history.visits:
            self.plan_visit(visit)
        for one in history.withdrawals:
            self.at(MIDNIGHT + hours(one.at), lambda one=one: self.withdraw(one))
        for one in history.countings:
            at = MIDNIGHT + hours(24 * one.day + one.lag)
            self.at(at, lambda one=one: self.count(one))
        for one in history.sendings:
            self.plan_sending(one)
        if history.closing is not None:
            self.at(MIDNIGHT + hours(history.closing), self.close)
        while self.queue:
            moment, _order, act = heapq.heappop(self.queue)
            with clock.frozen(moment):
                act()
        return moment

    def plan_visit(self, visit: Visit):
        at_door = MIDNIGHT + hours(24 * visit.day + visit.hour)
        arrives = at_door + hours(visit.lag)

        def act():
            record_visit(
                actor=self.world.actor(TEAMS[visit.team]),
                campaign=self.world.campaign,
                citizen_id=self.people[visit.team][visit.person],
                given=make_visit(visit.outcome, device_at=at_door, device_sent_at=arrives),
            )

        self.at(arrives, act)

    def withdraw(self, one: Withdrawal):
        events = db.session.scalars(select(VisitEvent).order_by(VisitEvent.id)).all()
        valid = {fact.uuid for fact in valid_events(map(fact_of, events))}
        standing = [event for event in events if event.uuid in valid]
        if not standing:
            return
        target = standing[one.number % len(standing)]
        teams = {self.world.unit_of(code).id: who for code, who, _by in UNITS[:3]}
        team = teams[target.performed_by_unit_id]
        act = {
            "team": record_visit,
            "police": corrections.undo_result,
            "review": review.undo_result,
        }
        act[one.by](
            actor=self.world.actor(team if one.by == "team" else POLICE[team]),
            campaign=self.world.campaign,
            citizen_id=target.citizen_id,
            given=make_visit(None, undoes=target.uuid, note="Ghi nhầm người."),
        )

    def count(self, one: Counting):
        day = DAYS[one.day]
        enter_collection_result(
            actor=None,
            campaign=self.world.campaign,
            point=self.world.unit_of("point"),
            collected_on=day,
            collected=one.collected,
            quota=0,
            reason="Đếm lại.",
        )
        self.collected[day] = one.collected

    def close(self):
        self.closed_at = clock.now()
        end_unit(actor=self.world.actor("admin"), unit=self.units[CLOSED])

    def is_closed(self, number):
        return number == CLOSED and self.closed_at is not None

    def plan_sending(self, one: Sending):
        if one.lag is None:
            return
        unit, (kind, last_on) = self.units[one.unit], KINDS[one.kind]
        lag = one.lag if unit.kind is UnitKind.TEAM else max(one.lag, 1)
        sent_at = clock.at_local(last_on + timedelta(days=1), time(0)) + hours(lag)
        self.at(sent_at, lambda: self.send(one.unit, kind, last_on))
        for after, what in one.fate:
            self.at(sent_at + hours(after), lambda w=what: self.follow(w, one.unit, kind, last_on))

    def owed(self, number, kind, last_on) -> Obligation:
        campaign_id = self.world.campaign.id
        return get_obligation(EVERYTHING, campaign_id, self.units[number].id, kind, last_on)

    def follow(self, what, number, kind, last_on):
        if self.is_closed(number):
            return None
        if what == "send":
            return self.send(number, kind, last_on)
        obligation = self.owed(number, kind, last_on)
        newest = self.newest(number, kind, last_on)
        return decisions.decide(
            actor=self.world.actor(UNITS[number][2]),
            obligation=obligation,
            step=Step(what),
            version=newest.version,
            remark="Xem lại.",
        )

    def newest(self, number, kind, last_on):
        unit_id = self.units[number].id
        mine = [
            report
            for report, _known in self.sent
            if (report.unit_id, report.report_kind, report.period_end_on)
            == (unit_id, kind, last_on)
        ]
        return mine[-1]

    def send(self, number, kind, last_on):
        if self.is_closed(number):
            return
        obligation = self.owed(number, kind, last_on)
        report = services.send_report(
            actor=self.world.actor(UNITS[number][1]),
            obligation=obligation,
            figures=figures_of(self.world.campaign, obligation),
            texts={"explanation": "Mưa lớn."},
            is_no_list=True,
        )
        self.frozen[report.id] = (json.dumps(report.figures), report.figures_digest)
        self.sent.append((report, read_credits()))
        self.first_sent.setdefault((report.unit_id, kind, last_on), clock.now())
        self.check_sums(self.units[number], report.figures, self.sent[-1][1])

    def check_sums(self, unit, figures, known):
        """The period and the running total are what a recount of the events says."""
        own = credits_of(unit, known)
        since, on = figures["since"], figures["on"]
        in_period = [one for one in own if since <= one.on.isoformat() <= on]
        so_far = [one for one in own if one.on.isoformat() <= on]
        assert figures["activation"]["in_day"] == len(in_period)
        assert figures["activation"]["cumulative"] == len(so_far)
        if unit.code in ("31120", "916"):
            days = {day.isoformat(): number for day, number in self.collected.items()}
            assert figures["collection"]["cumulative"] == sum(
                number for day, number in days.items() if day <= on
            )


def named_by(reports: list[tuple[Report, list[Credit]]], unit) -> None:
    """Follow a unit's days: what its papers named, added up, is their running total.

    A paper names the activations of its day; those of days skipped since the last report; and, as
    supplement, what had been missed of the days before. While no later day is reported they make
    up the running total; afterwards nothing more is named than was before.
    """
    newest: dict[object, tuple[int, Report]] = {}  # day → named through it, its newest version
    for report, known in reports:
        on, figures = report.period_end_on, report.figures
        own = credits_of(unit, known)
        earlier = [day for day in newest if day < on]
        base_on = max(earlier, default=None)
        base = newest[base_on][0] if base_on else 0
        fresh = [one for one in own if (base_on is None or one.on > base_on) and one.on <= on]
        assert figures["activation"]["in_day"] == sum(one.on == on for one in own)
        named = base + figures["supplement"] + len(fresh)
        if not any(day > on for day in newest):
            assert named == figures["activation"]["cumulative"]
        else:
            before = newest[on][1].figures["supplement"] if on in newest else 0
            assert abs(figures["supplement"]) <= abs(before)
        newest[on] = (named, report)


def check_frozen(drive):
    db.session.flush()
    for report_id, (figures, digest) in drive.frozen.items():
        query = select(Report.figures, Report.figures_digest).where(Report.id == report_id)
        stored, stored_digest = db.session.execute(query).one()
        assert json.loads(figures) == stored
        assert figures_digest(stored) == stored_digest == digest


def check_states(drive):
    """An obligation tells its newest version's state; an older version is never open any more."""
    for number in range(len(UNITS)):
        for kind, last_on in KINDS:
            obligation = drive.owed(number, kind, last_on)
            query = select(Report).where(Report.obligation_id == obligation.id)
            versions = db.session.scalars(query.order_by(Report.version)).all()
            assert [one.version for one in versions] == list(range(1, len(versions) + 1))
            replaced = [None, *(one.id for one in versions)][: len(versions)]
            assert [one.replaces_id for one in versions] == replaced
            assert {one.state for one in versions[:-1]} <= {ReportState.RETURNED}
            assert obligation.report_state == (versions[-1].state if versions else None)


def check_timeliness(drive, now):
    """Every report owed is in exactly one standing, by the hours of the plan."""
    last_on = DAYS[-1]
    for root in (drive.world.ward, drive.world.unit("916"), drive.world.unit("92")):
        told = count_timeliness(drive.world.campaign.id, root, FIRST, last_on, now)
        for unit in drive.units:
            if unit.path != root.path and unit.parent_id != root.id:
                continue
            assert told.get(unit.code, {}) == expected_times(drive, unit, now)


def expected_times(drive, unit, now):
    found: dict[str, int] = {}
    for kind, last_on in KINDS:
        due = clock.at_local(last_on + timedelta(days=1), time(DUE_HOURS[unit.kind]))
        sent_at = drive.first_sent.get((unit.id, kind, last_on))
        if due > now and sent_at is None:
            continue
        is_excused = unit.id == drive.units[CLOSED].id and drive.closed_at and drive.closed_at < due
        missed = "excused" if is_excused else "missing"
        standing = missed if sent_at is None else "late" if sent_at > due else "on_time"
        found[standing] = found.get(standing, 0) + 1
    return found


@pytest.fixture
def drive(world):
    """Return a function that plays a history from the same beginning each time."""
    people = hand_over_to_teams(world)
    db.session.commit()

    def play(history):
        db.session.rollback()
        found = Drive(world, people)
        return found, found.play(history)

    return play


@on_both
def test_reports_tell_what_happened_whatever_happens(drive):
    @tries(5 if db.engine.dialect.name == "sqlite" else 2)
    @given(histories())
    def holds(history):
        played, now = drive(history)
        check_frozen(played)
        check_states(played)
        check_timeliness(played, now)
        assert check(played.world.campaign) == []
        known = read_credits()
        for unit in played.units:
            daily = [row for row in played.sent if row[0].unit_id == unit.id]
            named_by([row for row in daily if row[0].report_kind is ReportKind.DAILY], unit)
            with clock.frozen(now):
                for day in DAYS[1::2]:
                    figures = draft_figures(played.world.campaign, unit, day)
                    played.check_sums(unit, figures, known)

    holds()


def test_a_late_result_is_named_once_by_the_report_sent_next(drive):
    @tries(6)
    @given(histories(is_plain=True))
    def holds(history):
        played, _now = drive(history)
        final = read_credits()
        for unit in played.units:
            reports = [
                (report.sent_at, report.period_end_on, report.figures["supplement"])
                for report, _known in played.sent
                if report.unit_id == unit.id and report.report_kind is ReportKind.DAILY
            ]
            assert [row[2] for row in reports] == expected_supplements(
                reports, credits_of(unit, final)
            )

    holds()


def expected_supplements(reports, own):
    """Count for each report, in the order of sending, the late results that it is the next for.

    A result is late when a report of its day or of a later one had been sent before it came. The
    next report is of a later day than any sent before.
    """
    found = [0] * len(reports)
    for credit in own:
        came = credit.arrived_at
        told = [on for sent_at, on, _n in reports if sent_at < came and on >= credit.on]
        if not told:
            continue
        for number, (sent_at, on, _n) in enumerate(reports):
            before = [other_on for at, other_on, _n in reports[:number]]
            if sent_at >= came and on > max(before, default=on):
                found[number] += 1
                break
    return found
