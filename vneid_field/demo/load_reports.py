"""Reports of the past days: real ones in the ward, states and yesterday's figures elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.demo.opening import remarks
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.reporting.drafting import figures_of
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import CollectionResult, Obligation
from vneid_field.reporting.obligation_services import periods_of
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.services import send_report
from vneid_field.reporting.tasks import ask_for_papers
from vneid_field.review.days import Draw, draw_of
from vneid_field.review.flags import Key
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview, ReviewDay
from vneid_field.review.thresholds import DEFAULTS
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.visits.models import VisitEvent

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

RETURNED_REMARK = "Gọi lại số điện thoại của gia đình không đúng, đề nghị tổ kiểm tra lại."


def load(demo: Demo, ward: Unit) -> None:
    """Review the ward's checklists; send what was due, some late, some missing."""
    _review(demo, ward)
    yesterday = demo.days[-2]
    weeks = [one.last_on for one in periods_of(demo.campaign, ReportKind.WEEKLY)]
    for day in demo.days[:-1]:
        _send_ward(demo, ward, day, ReportKind.DAILY)
        if day in weeks:
            _send_ward(demo, ward, day, ReportKind.WEEKLY)
    _mark_others(demo, ward)
    for kind, hour in ((UnitKind.COMMUNE, time(10)), (UnitKind.DISTRICT, time(14))):
        for unit in db.session.scalars(select(Unit).where(Unit.kind == kind)).all():
            at = _sent_at(demo, unit.code, yesterday, hour)
            if unit.id != ward.id:
                _send(demo, unit, yesterday, at)
            if unit.id != ward.id and yesterday in weeks:
                _send(demo, unit, yesterday, at, ReportKind.WEEKLY)


def _sent_at(demo: Demo, code: str, day: date, hour: time) -> datetime | None:
    """When a unit sent a day's report: mostly before the hour, sometimes late, rarely never."""
    rng = rng_for(demo.seed, "sent", code, day)
    due = clock.at_local(day + timedelta(days=1), hour)
    kind = rng.random()
    if kind < 0.86:
        return due - timedelta(minutes=rng.randint(3, 55))
    if kind < 0.96:
        return due + timedelta(minutes=rng.randint(2, 95))
    return None


def _send_ward(demo: Demo, ward: Unit, day: date, kind: ReportKind) -> None:
    teams = [t for t in list_children(ward, (UnitKind.TEAM,)) if t.subtype == "community_digital"]
    sent = [(_sent_at(demo, team.code, day, time(8)), team) for team in teams]
    sent.append((_sent_at(demo, ward.code, day, time(10)), ward))
    # In the order of the hours: the ward's report names the teams that had not sent by then.
    for at, unit in sorted(((at, u) for at, u in sent if at), key=lambda one: one[0]):
        _send(demo, unit, day, at, kind)


def _send(
    demo: Demo,
    unit: Unit,
    day: date,
    at: datetime | None,
    kind: ReportKind = ReportKind.DAILY,
) -> None:
    if at is None or at > demo.now:
        return
    obligation = get_obligation(EVERYTHING, demo.campaign.id, unit.id, kind, day)
    if obligation.state is not ObligationState.EXPECTED:
        return
    rng = rng_for(demo.seed, "remarks", unit.code, day)
    texts = remarks(rng, is_police=unit.kind is not UnitKind.TEAM)
    with clock.frozen(at):
        report = send_report(
            actor=None,
            obligation=obligation,
            figures=figures_of(demo.campaign, obligation),
            texts={
                "difficulties": texts.difficulties,
                "proposals": texts.proposals,
                "explanation": texts.explanation,
            },
        )
    if _is_recent(demo, day, kind) and unit.code.split(".")[0] == demo.ward_code:
        ask_for_papers(actor=None, report=report)  # the worker makes them after the start


def _is_recent(demo: Demo, day: date, kind: ReportKind) -> bool:
    """Say whether a period is one whose papers people ask for: two days, or the newest week."""
    if kind is ReportKind.DAILY:
        return day >= demo.days[-3]
    over = [one.last_on for one in periods_of(demo.campaign, kind) if one.last_on < demo.days[-1]]
    return day in over[-1:]


def _mark_others(demo: Demo, ward: Unit) -> None:
    """Set the states of the other units' past obligations: who sent, when, and who did not."""
    rows = db.session.execute(
        select(
            Obligation.id,
            Obligation.due_at,
            Obligation.period_end_on,
            Unit.code,
        )
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(
            Obligation.campaign_id == demo.campaign.id,
            Obligation.report_kind.in_((ReportKind.DAILY, ReportKind.WEEKLY)),
            Obligation.due_at < demo.now,
            Obligation.state == ObligationState.EXPECTED,
            Unit.path.not_like(ward.path + "%"),
        )
        .order_by(Obligation.id)
    ).all()
    yesterday = demo.days[-2]
    changes = []
    for obligation_id, due_at, day, code in rows:
        if day == yesterday and "." not in code:
            continue  # the police's report of yesterday is really sent
        at = _sent_at(demo, code, day, clock.to_local(due_at).time())
        if at is not None and at < demo.now:
            late = ObligationState.SENT_LATE if at > due_at else ObligationState.SENT_ON_TIME
            changes.append({"id": obligation_id, "state": late, "received_at": at})
    db.session.execute(update(Obligation), changes)
    _mark_points(demo)


def _mark_points(demo: Demo) -> None:
    points = db.session.execute(
        select(Obligation.id, CollectionResult.entered_at, CollectionResult.is_late)
        .join(
            CollectionResult,
            (CollectionResult.point_id == Obligation.unit_id)
            & (CollectionResult.collected_on == Obligation.period_end_on),
        )
        .where(
            Obligation.campaign_id == demo.campaign.id,
            Obligation.report_kind == ReportKind.COLLECTION,
        )
    )
    db.session.execute(
        update(Obligation),
        [
            {
                "id": obligation_id,
                "state": ObligationState.SENT_LATE if late else ObligationState.SENT_ON_TIME,
                "received_at": at,
            }
            for obligation_id, at, late in points
        ],
    )


def _review(demo: Demo, ward: Unit) -> None:
    """Accept the checklists of the days before yesterday: the drawn ones one by one, the rest
    together; return one of yesterday's per team.
    """
    reviewer = db.session.scalar(select(User.id).where(User.login_name == f"phuong.{ward.code}"))
    yesterday = demo.days[-2]
    checklists = _checklists(demo, ward, yesterday)
    draws = _draw(demo, ward, checklists, reviewer)
    returned: set[int] = set()
    for (household_id, team_id, day), newest in sorted(checklists.items()):
        state = ReviewState.ACCEPTED
        if day == yesterday:
            if team_id in returned:
                continue
            returned.add(team_id)
            state = ReviewState.RETURNED
        db.session.add(
            ChecklistReview(
                campaign_id=demo.campaign.id,
                household_id=household_id,
                team_id=team_id,
                commune_id=ward.id,
                counted_on=day,
                state=state,
                remark=RETURNED_REMARK if state is ReviewState.RETURNED else "",
                through_event_id=newest,
                is_newest=True,
                is_bulk=state is ReviewState.ACCEPTED
                and not draws[day].holds((household_id, team_id)),
                is_sampled=draws[day].holds((household_id, team_id)),
                at=clock.at_local(day + timedelta(days=1), time(8, 30)),
                by=reviewer,
            )
        )
    db.session.flush()


def _checklists(demo: Demo, ward: Unit, last_on: date) -> dict[tuple[int, int, date], int]:
    """The newest event of each checklist (household, team, day) of the ward."""
    query = (
        select(VisitEvent)
        .join(Unit, Unit.id == VisitEvent.performed_by_unit_id)
        .where(
            VisitEvent.campaign_id == demo.campaign.id,
            VisitEvent.counted_on <= last_on,
            Unit.parent_id == ward.id,
        )
        .order_by(VisitEvent.id)
    )
    return {
        (event.household_id, event.performed_by_unit_id, event.counted_on): event.id
        for event in db.session.scalars(query)
    }


def _draw(
    demo: Demo, ward: Unit, checklists: Iterable[tuple[int, int, date]], by: int | None
) -> dict[date, Draw]:
    """Keep the sample of each day, as a decision would have."""
    days: dict[date, list[Key]] = {}
    for household_id, team_id, day in checklists:
        days.setdefault(day, []).append((household_id, team_id))
    draws = {}
    for day, keys in days.items():
        draw = draws[day] = draw_of(demo.campaign.id, ward.id, day, None, keys, DEFAULTS)
        db.session.add(
            ReviewDay(
                campaign_id=demo.campaign.id,
                commune_id=ward.id,
                counted_on=day,
                seed=draw.seed,
                percent=draw.percent,
                minimum=draw.minimum,
                cut=draw.cut,
                checklists=len(keys),
                sampled=sum(map(draw.holds, keys)),
                drawn_at=clock.at_local(day + timedelta(days=1), time(8, 30)),
                drawn_by=by,
            )
        )
    return draws
