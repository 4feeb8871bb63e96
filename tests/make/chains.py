"""Campaigns whose chain differs from the plan's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import delete, select

from tests.make.quotas import make_quota
from tests.make.world import World
from vneid_field.campaigns.models import Campaign, ReportRule
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.obligation_services import open_obligations
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind, path_of

Rule = tuple[UnitKind, ReportKind, time, int, UnitKind]  # who, what, hour, days after, to whom
DAILY_ONLY: tuple[Rule, ...] = (
    (UnitKind.TEAM, ReportKind.DAILY, time(8), 1, UnitKind.COMMUNE),
    (UnitKind.COMMUNE, ReportKind.DAILY, time(10), 1, UnitKind.CITY),
)
# Hours unlike the plan's; nobody is between the communes and the city.
TWO_LEVELS: tuple[Rule, ...] = (
    (UnitKind.TEAM, ReportKind.DAILY, time(7, 30), 1, UnitKind.COMMUNE),
    (UnitKind.COMMUNE, ReportKind.DAILY, time(9), 1, UnitKind.CITY),
    (UnitKind.TEAM, ReportKind.WEEKLY, time(7, 30), 1, UnitKind.COMMUNE),
    (UnitKind.COMMUNE, ReportKind.WEEKLY, time(11), 1, UnitKind.CITY),
    (UnitKind.CITY, ReportKind.WEEKLY, time(16, 30), 1, UnitKind.CITY),
    (UnitKind.COMMUNE, ReportKind.FINAL, time(11), 2, UnitKind.CITY),
    (UnitKind.CITY, ReportKind.FINAL, time(16, 30), 5, UnitKind.CITY),
)


def silence_districts(world: World) -> None:
    """Let districts report nothing, so that the city reads the communes' reports."""
    districts = select(Unit.id).where(Unit.kind == UnitKind.DISTRICT)
    db.session.execute(delete(Obligation).where(Obligation.unit_id.in_(districts)))
    rules = ReportRule.campaign_id == world.campaign.id
    db.session.execute(delete(ReportRule).where(rules, ReportRule.unit_kind == UnitKind.DISTRICT))
    db.session.flush()


def make_unit(parent: Unit | None, kind: UnitKind, code: str, name: str = "") -> Unit:
    """Return a stored unit below a parent."""
    unit = Unit(
        kind=kind,
        code=code,
        name=name or f"Đơn vị {code}",
        short_name=name.split(" ", 1)[-1],
        subtype="phuong" if kind is UnitKind.COMMUNE else "",
        search_key=code,
        path=f"new:{code}",
        parent_id=parent.id if parent else None,
        sort_order=1,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = path_of(parent.path if parent else "", unit.id)
    return unit


@dataclass(frozen=True)
class Flat:
    """A campaign of a city whose communes report to it."""

    campaign: Campaign
    city: Unit
    communes: list[Unit]
    teams: list[Unit]


def make_flat(
    rules: Sequence[Rule] = DAILY_ONLY,
    names: Sequence[str] = ("", ""),
    **settings: object,
) -> Flat:
    """Start a campaign of 20 days in a city of its own, without districts (as after 01/7/2025)."""
    city = make_unit(None, UnitKind.CITY, "C", "Thành phố Tây Đô")
    communes = [
        make_unit(city, UnitKind.COMMUNE, f"C{number}", name)
        for number, name in enumerate(names, 1)
    ]
    teams = [make_unit(commune, UnitKind.TEAM, f"{commune.code}.1") for commune in communes]
    campaign = Campaign(
        code="FLAT",
        name="Hai cấp",
        plan_title="Kế hoạch",
        root_unit_id=city.id,
        starts_on=date(2023, 7, 1),
        ends_on=date(2023, 7, 20),
        quota_days=20,
        baseline_collected=0,
        baseline_activated=0,
        settings=settings,
    )
    db.session.add(campaign)
    db.session.flush()
    for kind, report, hour, days_after, to in rules:
        db.session.add(
            ReportRule(
                campaign_id=campaign.id,
                unit_kind=kind,
                report_kind=report.value,
                opens_at=time(0),
                due_at=hour,
                due_days_after=days_after,
                to_kind=to,
            )
        )
    open_obligations(campaign=campaign)
    for unit in (*communes, *teams):
        for quota in (QuotaKind.ACTIVATION, QuotaKind.COLLECTION):
            make_quota(unit, 100, quota).campaign_id = campaign.id
    db.session.flush()
    return Flat(campaign, city, communes, teams)
