"""Fills the configured database for the Wednesday journey: two districts, five wards, eight teams.

python -m tests.make.wednesday_world

Who walked where is written down once (`WALKED`), so that a test knows every number without asking
the product. Reports of the days before Tuesday are sent; Tuesday's and the week's are not. The clock
stands at 17h45 of Tuesday 04/7/2023.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import select, update

from tests.make.people import make_household
from tests.make.visits import make_visit
from tests.make.world import PASSWORD, World
from vneid_field import create_app
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.accounts.passwords import hash_password
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.services import anchor_clock
from vneid_field.config import ROOT
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Actor, Grant, Role, make_actor
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.founding import CampaignPlan, found_campaign
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.models import Citizen
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.services import save_split
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.drafting import figures_of
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.services import send_report
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.queries import find_unit_by_code, list_children
from vneid_field.units.rules import UnitKind
from vneid_field.units.seed import DATA, read_csv
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit

TUESDAY, WEEK_BEGAN = date(2023, 7, 4), date(2023, 6, 28)
WEEK = [WEEK_BEGAN + timedelta(days=n) for n in range(7)]
DAYS = [WEEK_BEGAN - timedelta(days=1), *WEEK]  # the first day belongs to the week before
START = datetime(2023, 7, 4, 10, 45, tzinfo=UTC)  # 17h45
TREE = {"916": ("31117", "31120", "31123"), "923": ("31207", "31210")}
TEAMS = [f"{ward}.{n}" for ward in TREE["916"] for n in (1, 2)]
TEAMS += [f"{ward}.1" for ward in TREE["923"]]
A_TEAM, A_WARD = 100, 200  # targets of the drive; divided by 50 days
LOGINS = {
    "a1": (Role.TEAM_LEADER, "31120.1"),
    "a2": (Role.TEAM_LEADER, "31120.2"),
    "c1": (Role.TEAM_LEADER, "31117.1"),
    "c2": (Role.TEAM_LEADER, "31117.2"),
    "c2.too": (Role.TEAM_LEADER, "31117.2"),
    "c2.walks": (Role.VOLUNTEER, "31117.2"),
    "anhoa": (Role.COMMUNE_POLICE, "31120"),
    "caikhe": (Role.COMMUNE_POLICE, "31117"),
    "ninhkieu": (Role.DISTRICT_POLICE, "916"),
    "ninhkieu.ubnd": (Role.DISTRICT_COMMITTEE, "916"),
    "city": (Role.CITY_POLICE, "92"),
}
_FOUND = (
    Outcome.ACTIVATED_APP,
    Outcome.ABSENT,
    Outcome.ACTIVATED_WEB,
    Outcome.REFUSED,
    Outcome.ACTIVATED_APP,
    Outcome.ALREADY_ACTIVATED,
    Outcome.OTP_NOT_RECEIVED,
)


def _walked() -> Iterator[tuple[str, date, Outcome]]:
    """Yield every visit: one to five a day, more on Tuesday; each team begins elsewhere."""
    for number, team in enumerate(TEAMS):
        found = islice(cycle(_FOUND), number, None)
        for day in DAYS:
            count = 1 + 2 * number % 5 + (1 + 2 * number % 7) * (day == TUESDAY)
            yield from ((team, day, outcome) for outcome in islice(found, count))


WALKED = list(_walked())
COLLECTED_A_DAY = {ward: 2 + n for n, ward in enumerate(w for ws in TREE.values() for w in ws)}


def _rows(name: str, keep: Callable[[dict[str, str]], bool]) -> list[dict[str, str]]:
    return [row for row in read_csv(name, DATA) if keep(row)]


def _write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def _small_plan(folder: Path) -> Path:
    """Write the plan's data with these wards only, as many teams as they need, small targets."""
    wards = {ward for found in TREE.values() for ward in found}
    communes = _rows("communes.csv", lambda row: row["commune_code"] in wards)
    _write(folder, "communes.csv", [row | {"weight": "1"} for row in communes])
    _write(folder, "hamlet-names.csv", _rows("hamlet-names.csv", lambda row: True))
    districts = _rows("quota.csv", lambda row: row["district_code"] in TREE)
    for row in districts:
        count = len(TREE[row["district_code"]])
        row["quota_total"] = row["to_collect_and_activate"] = str(A_WARD * count)
        row["community_digital_teams"] = str(
            sum(t[:5] in TREE[row["district_code"]] for t in TEAMS)
        )
        row["mobile_collection_teams"] = "0"
    _write(folder, "quota.csv", districts)
    return folder


def unit_at(code: str) -> Unit:
    """Return a unit of the world by its code."""
    found = find_unit_by_code(code)
    assert found is not None, code
    return found


def actor_at(role: Role, unit: Unit, user: User | None = None) -> Actor:
    """Return somebody of a unit; without an account nobody's name is kept."""
    grant = Grant(role, unit.id, unit.path, unit.kind.value, unit.code, unit.name)
    return make_actor(
        user_id=user.id if user else None,
        login_name=user.login_name if user else "",
        display_name=user.display_name if user else "",
        role=role,
        grants=(grant,),
    )


def _split(campaign: Campaign) -> None:
    for code, wards in TREE.items():
        _save(campaign, unit_at(code), [unit_at(ward) for ward in wards], A_WARD)
        for ward in wards:
            teams = list_children(unit_at(ward), (UnitKind.TEAM,))
            _save(campaign, unit_at(ward), teams, A_WARD // len(teams))


def _save(campaign: Campaign, parent: Unit, children: list[Unit], amount: int) -> None:
    part = {QuotaKind.ACTIVATION: amount, QuotaKind.COLLECTION: amount}
    save_split(
        actor=None,
        campaign=campaign,
        parent=parent,
        children=children,
        amounts={child.id: part for child in children},
        effective_on=campaign.starts_on,
    )


def _open_accounts() -> None:
    hashed = hash_password(PASSWORD)
    for login, (role, code) in LOGINS.items():
        user = User(
            login_name=login,
            display_name=f"Người dùng {login}",
            password_hash=hashed,
            must_change_password=False,
            created_at=clock.now(),
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(RoleGrant(user_id=user.id, role=role, unit_id=unit_at(code).id))
    db.session.flush()


def _give_lists(campaign: Campaign) -> dict[str, list[Citizen]]:
    """Hand every team the people of its hamlet, five more than it will have visited."""
    people: dict[str, list[Citizen]] = {}
    for code in TEAMS:
        team, needed = unit_at(code), sum(team == code for team, _day, _outcome in WALKED)
        joined = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
        hamlet = db.session.scalars(joined.where(TeamHamlet.team_id == team.id)).one()
        for number in range(1, needed + 6):
            make_household(hamlet, address_line=f"{number * 2} Mậu Thân", people=1)
        query = select(Citizen).where(Citizen.unit_id == hamlet.id).order_by(Citizen.id)
        people[code] = list(db.session.scalars(query))
        given = hand_over(
            actor=None,
            campaign=campaign,
            from_unit=unit_at(code[:5]),
            team=team,
            citizens=people[code],
        )
        receive(actor=actor_at(Role.TEAM_LEADER, team), given=given)
    return people


def _live(campaign: Campaign, people: dict[str, list[Citizen]]) -> None:
    """Replay the days: each one's visits and collected applications, next morning's reports."""
    turn = {code: iter(found) for code, found in people.items()}
    for day in DAYS:
        with clock.frozen(clock.at_local(day, time(16))):
            for code, _day, outcome in (one for one in WALKED if one[1] == day):
                record_visit(
                    actor=actor_at(Role.VOLUNTEER, unit_at(code)),
                    campaign=campaign,
                    citizen_id=next(turn[code]).id,
                    given=make_visit(
                        outcome,
                        sub_reason=AbsentReason.WORKING_AWAY if outcome is Outcome.ABSENT else None,
                    ),
                )
            _collect(campaign, day)
        if WEEK_BEGAN <= day < TUESDAY:
            _report(campaign, day)


def _collect(campaign: Campaign, day: date) -> None:
    for ward, count in COLLECTED_A_DAY.items():
        enter_collection_result(
            actor=None,
            campaign=campaign,
            point=unit_at(f"{ward}.TN"),
            collected_on=day,
            collected=count,
            quota=0,
        )


def _report(campaign: Campaign, day: date) -> None:
    """Send everybody's report of a day, ten minutes before the hour; one team's once after it."""
    wards = [ward for found in TREE.values() for ward in found]
    for code in (*TEAMS, *wards, *TREE):
        owed = get_obligation(EVERYTHING, campaign.id, unit_at(code).id, ReportKind.DAILY, day)
        is_late = code == "31117.1" and day == WEEK_BEGAN
        with clock.frozen(owed.due_at + timedelta(minutes=5 if is_late else -10)):
            texts = {"explanation": "Nhiều hộ đi làm ban ngày."}
            figures = figures_of(campaign, owed)
            send_report(actor=None, obligation=owed, figures=figures, texts=texts)


def _excuse_before(campaign: Campaign) -> None:
    """Nothing is owed for the days before the week: counts of reports begin with it."""
    db.session.execute(
        update(Obligation)
        .where(
            Obligation.campaign_id == campaign.id,
            Obligation.period_end_on < WEEK_BEGAN,
        )
        .values(
            state=ObligationState.EXCUSED,
            excused_reason="Tuần tập huấn, chưa phải báo cáo.",
            excused_at=clock.now(),
        )
    )


def main() -> None:
    """Found it, live the week, anchor the clock."""
    with create_app().app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with writing(), tempfile.TemporaryDirectory() as folder:
            with clock.frozen(clock.at_local(DAYS[0], time(6))):
                found_campaign(actor=None, plan=CampaignPlan(), folder=_small_plan(Path(folder)))
                campaign = World().campaign
                campaign.is_demo = True
                _split(campaign)
                _open_accounts()
                _excuse_before(campaign)
                people = _give_lists(campaign)
            _live(campaign, people)
            anchor_clock(campaign=campaign, campaign_at=START)
            db.session.commit()


if __name__ == "__main__":
    main()
