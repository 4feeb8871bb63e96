"""A campaign of two levels, other hours, weeks that end on Sunday, another length: all is data."""

import io
from dataclasses import replace
from datetime import date, time

import pdfplumber
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.chains import TWO_LEVELS, Flat, make_flat
from tests.make.flows import make_flow
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import find_campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Grant, Role, make_actor
from vneid_field.core.errors import NotFound
from vneid_field.documents.kinds import PDF
from vneid_field.documents.queries import find_of_subject, list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.menu import reminder_of
from vneid_field.reporting import decisions, overview, services
from vneid_field.reporting.drafting import figures_of
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState, Step
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.obligation_services import remind
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.step_queries import find_superior
from vneid_field.reporting.tasks import ask_for_papers
from vneid_field.units.queries import find_unit_by_code

SUNDAY = date(2023, 7, 9)
END = date(2023, 7, 20)
WEEKS = [(date(2023, 7, 1), date(2023, 7, 2)), (date(2023, 7, 3), SUNDAY)]
WEEKS.append((date(2023, 7, 10), date(2023, 7, 16)))
NAMES = ("Phường Ninh Hòa", "Xã Phong Nẫm")
PERIODS = {ReportKind.WEEKLY: SUNDAY, ReportKind.FINAL: END}
WORDS = {"explanation": "Mưa lớn.", "strengths": "Ra quân đúng giờ."}


@pytest.fixture
def flat(world) -> Flat:
    return make_flat(TWO_LEVELS, NAMES, week_ends_on=6)


def at(day, hour, minute=0):
    return clock.at_local(day, time(hour, minute))


def acting(world, role, unit):
    """An officer of a unit; the world lends a person."""
    user = world.user("city")
    grant = Grant(role, unit.id, unit.path, unit.kind.value, unit.code, unit.name)
    return make_actor(
        user_id=user.id, login_name="x", display_name="Một cán bộ", role=role, grants=(grant,)
    )


def owed(flat, unit, kind):
    return get_obligation(EVERYTHING, flat.campaign.id, unit.id, kind, PERIODS[kind])


def send(world, flat, unit, kind):
    obligation = owed(flat, unit, kind)
    report = services.send_report(
        actor=None,
        obligation=obligation,
        figures=figures_of(flat.campaign, obligation),
        texts=WORDS,
    )
    ask_for_papers(actor=None, report=report)
    return report


def test_weeks_and_hours_are_those_of_the_campaign(flat):
    found = {
        unit.kind.value: [
            (one.report_kind.value, one.period_start_on, one.period_end_on, one.due_at)
            for one in db.session.scalars(
                select(Obligation)
                .where(Obligation.unit_id == unit.id, Obligation.report_kind != ReportKind.DAILY)
                .order_by(Obligation.period_end_on, Obligation.id)
            )
        ]
        for unit in (flat.city, flat.communes[0], flat.teams[0])
    }
    hours = {"team": (7, 30), "commune": (11, 0), "city": (16, 30)}
    for kind, rows in found.items():
        weeks = [
            ("weekly", first, last, at(last.replace(day=last.day + 1), *hours[kind]))
            for first, last in WEEKS
        ]
        final_due = {"commune": at(date(2023, 7, 22), 11), "city": at(date(2023, 7, 25), 16, 30)}
        final = [("final", date(2023, 7, 1), END, due) for k, due in final_due.items() if k == kind]
        assert rows == weeks + final


def test_the_days_hours_are_the_campaigns_own(flat):
    query = select(Obligation.due_at).where(
        Obligation.unit_id == flat.communes[0].id,
        Obligation.report_kind == ReportKind.DAILY,
        Obligation.period_end_on == SUNDAY,
    )
    assert db.session.scalars(query).all() == [at(SUNDAY.replace(day=10), 9)]


@on_both
@pytest.mark.parametrize("kind", list(PERIODS))
def test_the_city_decides_on_the_communes_and_nobody_on_the_city(world, flat, kind):
    commune, last_on = flat.communes[0], PERIODS[kind]
    police = acting(world, Role.CITY_POLICE, flat.city)
    with clock.frozen(at(last_on.replace(day=last_on.day + 1), 10)):
        send(world, flat, commune, kind)
        obligation = owed(flat, commune, kind)
        assert find_superior(obligation).id == flat.city.id
        decisions.decide(
            actor=police, obligation=obligation, step=Step.RETURNED, version=1, remark="Sửa."
        )
        send(world, flat, commune, kind)
        decisions.decide(actor=police, obligation=obligation, step=Step.ACCEPTED, version=2)
        assert obligation.report_state is ReportState.ACCEPTED
        assert obligation.state is ObligationState.SENT_ON_TIME
        send(world, flat, flat.city, kind)
        own = owed(flat, flat.city, kind)
        assert find_superior(own) is None
        with pytest.raises(NotFound):
            decisions.decide(actor=police, obligation=own, step=Step.ACCEPTED, version=1)


@on_both
@pytest.mark.parametrize("kind", list(PERIODS))
def test_the_citys_figures_are_the_communes_and_name_who_is_missing(world, flat, kind):
    make_counted(flat)
    last_on = PERIODS[kind]
    with clock.frozen(at(last_on.replace(day=last_on.day + 2), 12)):  # 11h00 was too late for both
        send(world, flat, flat.communes[0], kind)
        figures = figures_of(flat.campaign, owed(flat, flat.city, kind))
    days = {ReportKind.WEEKLY: 3 + 4, ReportKind.FINAL: 2 + 3 + 4 + 5}[kind]
    lines = {line["unit"]: line["activation"]["in_day"] for line in figures["lines"]}
    assert lines == {"C1": days, "C2": 10}
    assert figures["activation"]["in_day"] == days + 10
    assert figures["missing_units"] == [NAMES[1]]
    assert figures["notes"]["C2"] == "missing"
    assert figures["notes"]["C1"].startswith("late:")
    assert "standings" not in figures
    times = figures["timeliness"]
    # Days of the period, weeks that ended in it; the drive's own final is due as well.
    whole = {ReportKind.WEEKLY: 7 + 1, ReportKind.FINAL: 20 + 3 + 1}[kind]
    assert times["C1"] == {"late": 1, "missing": whole - 1}
    assert times["C2"] == {"missing": whole}
    if kind is ReportKind.WEEKLY:
        assert figures["previous"]["activation"] == 2
        assert figures["previous"]["since"] == "2023-07-01"


def make_counted(flat):
    """Activations in the short first week, on both ends of the second, and behind it."""
    one, other = flat.communes
    for home, day, number in ((one, 2, 2), (one, 3, 3), (one, 9, 4), (one, 10, 5), (other, 5, 10)):
        make_flow(home, date(2023, 7, day), number, campaign_id=flat.campaign.id)


def text_of(report):
    document = find_of_subject("report", report.id)
    pdf = next(r for r in list_renditions([document.id])[document.id] if r.media_type == PDF)
    with pdfplumber.open(io.BytesIO(read_rendition(pdf))) as pages:
        return document, " ".join(" ".join(page.extract_text() for page in pages.pages).split())


@pytest.mark.parametrize("kind", list(PERIODS))
def test_the_papers_of_both_levels_know_no_district(world, flat, kind):
    make_counted(flat)
    last_on = PERIODS[kind]
    with clock.frozen(at(last_on.replace(day=last_on.day + 1), 12)):
        commune = send(world, flat, flat.communes[0], kind)
        city = send(world, flat, flat.city, kind)
        db.session.commit()
        run_waiting()
        _paper, text = text_of(commune)
        assert "Công an thành phố Tây Đô" in text  # who it goes to
        assert "Ủy ban nhân dân phường Ninh Hòa" in text
        document, text = text_of(city)
    title = {ReportKind.WEEKLY: "TUẦN 03/7–09/7/2023", ReportKind.FINAL: "CẢ ĐỢT"}[kind]
    assert f"KẾT QUẢ {title} THEO PHƯỜNG, XÃ, THỊ TRẤN" in text
    assert "Ủy ban nhân dân thành phố Tây Đô" in text
    assert "xã Phong Nẫm" in text  # has not sent
    assert "quận" not in text.lower().replace("ra quân", "")
    assert "huyện" not in text.lower()
    assert document.title.startswith("Công an thành phố Tây Đô: báo cáo")


@pytest.mark.parametrize("kind", list(PERIODS))
def test_the_citys_page_lists_its_communes_and_how_many_teams_have_sent(world, flat, kind):
    last_on = PERIODS[kind]
    with clock.frozen(at(last_on.replace(day=last_on.day + 1), 9)):
        if kind is ReportKind.WEEKLY:
            obligation = owed(flat, flat.teams[0], kind)
            services.send_report(
                actor=None,
                obligation=obligation,
                figures=figures_of(flat.campaign, obligation),
                texts=WORDS,
                is_no_list=True,
            )
        view = overview.gather(EVERYTHING, flat.campaign, flat.city, last_on, kind=kind)
    assert [row.obligation.unit_id for row in view.below] == [one.id for one in flat.communes]
    teams = {flat.communes[0].path: (1, 1), flat.communes[1].path: (0, 1)}
    assert view.counts_below == (teams if kind is ReportKind.WEEKLY else {})
    assert view.mine.obligation.period_end_on == last_on
    assert not view.may_make_paper


@pytest.mark.parametrize(("minutes", "is_told"), [(31, False), (29, True)])
def test_a_commune_is_told_half_an_hour_before_its_own_hour(app, world, flat, minutes, is_told):
    police = acting(world, Role.COMMUNE_POLICE, flat.communes[0])
    monday = SUNDAY.replace(day=10)
    with app.test_request_context(), clock.frozen(at(monday, 10, 60 - minutes)):
        found = reminder_of(police, flat.campaign)
    assert bool(found) is is_told
    assert not is_told or "11h00" in found["text"]


def test_the_city_reminds_the_communes(app, world, flat):
    police = acting(world, Role.CITY_POLICE, flat.city)
    with clock.frozen(at(SUNDAY.replace(day=10), 6)):
        below = [owed(flat, one, ReportKind.WEEKLY) for one in flat.communes]
        assert remind(actor=police, campaign=flat.campaign, obligations=below) == 2
        with app.test_request_context():
            commune = acting(world, Role.COMMUNE_POLICE, flat.communes[1])
            assert "tuần" in reminder_of(commune, flat.campaign)["text"]


@pytest.fixture
def officers(app, arrange, login):
    """The two-level campaign is the current one; returns how to log in its city and commune."""
    with arrange() as world:
        flat = make_flat(TWO_LEVELS, NAMES, week_ends_on=6)
        make_counted(flat)
        places = {"tp": (Role.CITY_POLICE, flat.city)}
        places["phuong"] = (Role.COMMUNE_POLICE, flat.communes[0])
        for name, (role, unit) in places.items():
            user = User(
                login_name=name,
                display_name=name,
                password_hash=world.user("city").password_hash,
                must_change_password=False,
                created_at=clock.now(),
            )
            db.session.add(user)
            db.session.flush()
            db.session.add(RoleGrant(user_id=user.id, role=role, unit_id=unit.id))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], campaign_code="FLAT")
    return login


def test_a_week_goes_from_a_commune_to_the_city_over_the_pages(arrange, officers):
    with clock.frozen(at(SUNDAY.replace(day=10), 10, 40)):
        commune, city = officers("phuong"), officers("tp")
        with arrange():
            unit_id = find_unit_by_code("C1").id
        week = f"/reports/{unit_id}/weekly/{SUNDAY}"
        home = commune.text("/reports/")
        assert "11h00" in home
        commune.post(week, act="send", **WORDS)
        page = city.text("/reports/?kind=weekly")
        assert "03/7–09/7/2023" in page
        assert NAMES[0] in page
        assert NAMES[1] in page
        city.post(f"{week}/decide", step="accepted", version=1)
        assert "đã duyệt, đã khóa" in commune.text(week)
        city.post("/reports/remind", kind="weekly", on=SUNDAY.isoformat())
    with arrange():
        campaign: Campaign = find_campaign("FLAT")
        rows = db.session.scalars(
            select(Obligation).where(
                Obligation.campaign_id == campaign.id,
                Obligation.report_kind == ReportKind.WEEKLY,
                Obligation.period_end_on == SUNDAY,
                Obligation.reminded_at.is_not(None),
            )
        ).all()
        assert [row.unit_path for row in rows] == [find_unit_by_code("C2").path]


def test_the_drives_report_of_the_city_is_written_on_its_page(arrange, officers):
    with clock.frozen(at(date(2023, 7, 24), 9)):
        city = officers("tp")
        with arrange():
            at_final = f"/reports/{find_unit_by_code('C').id}/final/{END}"
        page = city.text(at_final)
        assert "16h30" in page
        assert NAMES[1] in page or "Chưa gửi" in page
        city.post(at_final, act="send", **WORDS)
        assert "Đang lập văn bản" in city.text(at_final)
        with arrange():
            assert run_waiting() == 1
        assert "Xem, tải văn bản" in city.text(at_final)
        assert "Tổng kết" in city.text("/reports/?kind=final")
