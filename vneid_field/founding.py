"""Starting a campaign on real units: tree, dates, hours, baselines, quotas, obligations."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign, CampaignBaseline, ReportRule
from vneid_field.campaigns.queries import find_campaign
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota
from vneid_field.quotas.services import save_split
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.obligation_services import open_obligations
from vneid_field.reporting.rules import PLAN_128_RULES
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.units.seed import DATA, NameHamlets, name_hamlets, read_csv, seed_units

BASELINE_COLLECTED = 370_380  # the plan's preamble
BASELINE_ACTIVATED = 117_285


@dataclass(frozen=True)
class CampaignPlan:
    """What a campaign is started with; the defaults are Kế hoạch 128."""

    code: str = "KH128"
    name: str = "Cao điểm 50 ngày, đêm đăng ký, kích hoạt tài khoản định danh điện tử"
    plan_title: str = (
        "Kế hoạch số 128/KH-UBND ngày 15 tháng 6 năm 2023 của Ủy ban nhân dân thành phố Cần Thơ"
    )
    starts_on: date = date(2023, 6, 15)
    ends_on: date = date(2023, 8, 5)
    quota_days: int = 50
    team_hour: time = time(8, 0)
    commune_hour: time = time(10, 0)
    district_hour: time = time(14, 0)
    point_hour: time = time(17, 0)
    is_demo: bool = False


def found_campaign(
    *,
    actor: Actor | None,
    plan: CampaignPlan,
    folder: Path = DATA,
    name: NameHamlets = name_hamlets,
) -> Campaign:
    """Seed units and start a campaign; raises Conflict when its code exists already."""
    if find_campaign(plan.code) is not None:
        raise Conflict(f"Chiến dịch {plan.code} đã có trong cơ sở dữ liệu.")
    city = seed_units(actor=actor, name=name, folder=folder)
    campaign = Campaign(
        code=plan.code,
        name=plan.name,
        plan_title=plan.plan_title,
        root_unit_id=city.id,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        quota_days=plan.quota_days,
        baseline_collected=BASELINE_COLLECTED,
        baseline_activated=BASELINE_ACTIVATED,
        is_demo=plan.is_demo,
    )
    db.session.add(campaign)
    db.session.flush()
    record(
        "campaign.created",
        actor=actor,
        subject_kind="campaign",
        subject_id=campaign.id,
        code=plan.code,
    )
    _add_rules(campaign, plan)
    _add_city_quotas(actor, campaign, city, folder)
    open_obligations(campaign=campaign)
    return campaign


def _add_rules(campaign: Campaign, plan: CampaignPlan) -> None:
    hours = {
        UnitKind.TEAM: plan.team_hour,
        UnitKind.COMMUNE: plan.commune_hour,
        UnitKind.DISTRICT: plan.district_hour,
        UnitKind.COLLECTION_POINT: plan.point_hour,
    }
    for rule in PLAN_128_RULES:
        keeps_own = rule.report_kind is ReportKind.FINAL or rule.unit_kind not in hours
        db.session.add(
            ReportRule(
                campaign_id=campaign.id,
                unit_kind=rule.unit_kind,
                report_kind=rule.report_kind.value,
                opens_at=rule.opens_at,
                due_at=rule.due_at if keeps_own else hours[rule.unit_kind],
                due_days_after=rule.due_days_after,
                to_kind=rule.to_kind,
            )
        )
    db.session.flush()


def _add_city_quotas(actor: Actor | None, campaign: Campaign, city: Unit, folder: Path) -> None:
    districts = list_children(city, (UnitKind.DISTRICT,))
    rows = {row["district_code"]: row for row in read_csv("quota.csv", folder)}
    amounts = {}
    for district in districts:
        row = rows[district.code]
        amounts[district.id] = {
            QuotaKind.ACTIVATION: int(row["quota_total"]),
            QuotaKind.COLLECTION: int(row["to_collect_and_activate"]),
        }
        db.session.add(
            CampaignBaseline(
                campaign_id=campaign.id,
                unit_id=district.id,
                collected_not_activated=int(row["collected_not_activated"]),
            )
        )
    revision = save_split(
        actor=actor,
        campaign=campaign,
        parent=city,
        children=districts,
        amounts=amounts,
        reason=campaign.plan_title,
        effective_on=campaign.starts_on,
        is_checked=False,
    )
    for kind in (QuotaKind.ACTIVATION, QuotaKind.COLLECTION):
        db.session.add(
            Quota(
                campaign_id=campaign.id,
                revision_id=revision.id,
                unit_id=city.id,
                unit_path=city.path,
                kind=kind,
                amount=sum(part[kind] for part in amounts.values()),
            )
        )
    db.session.flush()
