"""Every other commune by opening figures per day; the collection points' results of all."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from vneid_field.core import clock
from vneid_field.core.shares import largest_remainder
from vneid_field.demo.opening import CommuneQuota, collection_results, opening_figures
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.figures.contributions import contributions as of_openings
from vneid_field.figures.models import OpeningFigure
from vneid_field.figures.services import apply_flows
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota
from vneid_field.reporting.contributions import contributions as of_collection
from vneid_field.reporting.models import CollectionResult
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.rules import UnitKind

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

REASON = "Số liệu ban đầu của bản dùng thử"


def load_collection(demo: Demo) -> None:
    """Store the 17h00 results of every point for the days that are over."""
    quotas = dict(
        db.session.execute(
            select(Quota.unit_id, Quota.amount).where(
                Quota.campaign_id == demo.campaign.id, Quota.kind == QuotaKind.POINT_DAY
            )
        )
        .tuples()
        .all()
    )
    points = db.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.COLLECTION_POINT).order_by(Unit.path)
    )
    rows: list[dict[str, Any]] = []
    for point in points:
        rng = rng_for(demo.seed, "collection", point.code)
        pace = rng.choice((0.86, 0.94, 0.98, 1.0, 1.03))
        for result in collection_results(
            rng, quotas[point.id], demo.days, until=demo.now, pace=pace
        ):
            if result.announced_at is None:
                continue
            due_at = clock.at_local(result.on, time(17))
            rows.append(
                {
                    "campaign_id": demo.campaign.id,
                    "point_id": point.id,
                    "home_unit_id": point.parent_id,
                    "collected_on": result.on,
                    "version": 1,
                    "is_newest": True,
                    "collected": result.collected,
                    "quota": result.quota,
                    "reason": "; ".join(f"{r.label}: {r.number}" for r in result.reasons)[:300],
                    "remedy": result.remedy[:300],
                    "is_late": result.announced_at > due_at,
                    "entered_at": result.announced_at,
                }
            )
    db.session.execute(insert(CollectionResult), rows)
    apply_flows(demo.campaign.id, of_collection(CollectionResult(**row) for row in rows))


def load_openings(demo: Demo, ward: Unit) -> None:
    """Enter each other commune's days, spread over its teams, as audited opening figures."""
    hamlet_of = dict(
        db.session.execute(select(TeamHamlet.team_id, TeamHamlet.hamlet_id)).tuples().all()
    )
    quotas = dict(
        db.session.execute(
            select(Quota.unit_id, Quota.amount).where(
                Quota.kind == QuotaKind.ACTIVATION, Quota.is_current.is_(True)
            )
        )
        .tuples()
        .all()
    )
    teams: dict[int, list[Unit]] = {}
    for team in db.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.TEAM).order_by(Unit.path)
    ):
        if team.parent_id is not None and team.parent_id != ward.id:
            teams.setdefault(team.parent_id, []).append(team)
    rows: list[dict[str, Any]] = []
    for commune_id, own in teams.items():
        rows += _opening_rows(demo, commune_id, own, quotas[commune_id], hamlet_of)
    for first in range(0, len(rows), 5000):
        db.session.execute(insert(OpeningFigure), rows[first : first + 5000])
    apply_flows(demo.campaign.id, of_openings(OpeningFigure(**row) for row in rows))


def _opening_rows(
    demo: Demo, commune_id: int, own: list[Unit], amount: int, hamlet_of: dict[int, int]
) -> list[dict[str, Any]]:
    rows = []
    rng = rng_for(demo.seed, "opening", commune_id)
    quota = CommuneQuota(amount, 0)
    weights = {team.id: 60 + rng.randrange(80) for team in own}
    days = opening_figures(rng, quota, demo.days, until=demo.now)
    for day, values in days.items():
        for counter, value in values.items():
            if counter == "collected" or not value:
                continue  # collection is counted by the points' own results
            for team_id, part in largest_remainder(value, weights).items():
                if part:
                    rows.append(
                        {
                            "campaign_id": demo.campaign.id,
                            "unit_id": team_id,
                            "home_unit_id": hamlet_of[team_id],
                            "performed_by_unit_id": team_id,
                            "counted_on": day,
                            "counter": counter,
                            "value": part,
                            "reason": REASON,
                            "at": demo.now,
                        }
                    )
    return rows
