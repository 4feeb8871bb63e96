"""The desk's view of a point's invitations: how many are wanted, who waits where, who is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from vneid_field.campaigns.models import Campaign
from vneid_field.collection import invitation_queries as queries
from vneid_field.collection.invitation_queries import Area
from vneid_field.collection.invitations import margin_of, paths_of
from vneid_field.collection.kinds import InvitationEnd
from vneid_field.collection.models import CollectionSession, Invitation
from vneid_field.collection.rules import clock_text, wanted
from vneid_field.core.access import Actor
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_day
from vneid_field.documents.sheets import Column, table_xlsx
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.units.models import Unit


@dataclass(frozen=True)
class PointLine:
    """A point of the scope on a day: its quota, how many are asked, how many more are wanted."""

    point: Unit
    parent: str
    quota: int
    invited: int
    missing: int


@dataclass(frozen=True)
class Proposal:
    """What a page about inviting to a point on a day needs.

    obstacle   why nobody can be invited now, "" when somebody can.
    """

    quota: int
    margin: int
    invited: int
    count: int
    areas: list[Area]
    sessions: list[CollectionSession]
    session: CollectionSession | None
    obstacle: str

    @property
    def waiting(self) -> int:
        """How many people wait in all areas."""
        return sum(area.waiting for area in self.areas)


def list_lines(actor: Actor, campaign: Campaign, on: date) -> list[PointLine]:
    """Return the points of the actor's scope on a day; three statements."""
    points = queries.list_points(actor.scope, actor.unit.unit_path)
    ids = [point.id for point in points]
    targets = targets_of(campaign.id, ids)
    invited = _count_by_point(campaign.id, ids, on)
    parents = dict(
        db.session.execute(
            select(Unit.id, Unit.name).where(Unit.id.in_({point.parent_id for point in points}))
        ).all()
    )
    margin = margin_of(campaign)
    return [
        PointLine(
            point,
            parents.get(point.parent_id or 0, ""),
            quota := targets[point.id].get(QuotaKind.POINT_DAY, 0),
            asked := invited.get(point.id, 0),
            wanted(quota, margin, asked),
        )
        for point in points
    ]


def _count_by_point(campaign_id: int, ids: Sequence[int], on: date) -> dict[int, int]:
    gone = (InvitationEnd.WITHDRAWN, InvitationEnd.OTHER_DAY)
    query = (
        select(Invitation.point_id, func.count())
        .where(
            Invitation.campaign_id == campaign_id,
            Invitation.point_id.in_(ids),
            Invitation.on_day == on,
            Invitation.ended_as.is_(None) | Invitation.ended_as.not_in(gone),
        )
        .group_by(Invitation.point_id)
    )
    return dict(db.session.execute(query).all())


def propose(
    actor: Actor, campaign: Campaign, point: Unit, on: date, session_id: int | None
) -> Proposal:
    """Return who could be invited to a point on a day."""
    sessions = queries.list_sessions(campaign.id, point, on)
    session = next((one for one in sessions if one.id == session_id), None)
    if session is None and point.subtype == "mobile" and sessions:
        session = sessions[0]
    quota = targets_of(campaign.id, [point.id])[point.id].get(QuotaKind.POINT_DAY, 0)
    if session is not None and session.expected:
        quota = session.expected
    invited = queries.count_invited(campaign.id, point.id, on, session.id if session else None)
    areas: list[Area] = []
    obstacle = ""
    try:
        areas = queries.list_areas(actor.scope, campaign.id, paths_of(point, session))
    except DomainError as error:
        obstacle = error.message
    margin = margin_of(campaign)
    count = min(wanted(quota, margin, invited), sum(area.waiting for area in areas))
    return Proposal(quota, margin, invited, count, areas, sessions, session, obstacle)


COLUMNS = (
    Column("STT", "number", 6),
    Column("Giờ mời", width=10),
    Column("Họ và tên", width=26),
    Column("Ngày sinh", width=12),
    Column("Địa chỉ", width=36),
    Column("Điện thoại", width=14),
    Column("Lần mời", "number", 9),
    Column("Trả lời", width=16),
    Column("Nội dung tin nhắn", width=70),
)


def message(invitation: Invitation, place: str) -> str:
    """Return the text that invites one person; no number of theirs, whoever reads it."""
    hour, day = clock_text(invitation.at_minute), vn_day(invitation.on_day)
    return (
        f"Công an mời ông/bà {invitation.citizen.full_name} đến {place} lúc {hour} ngày {day} "
        "làm hồ sơ định danh điện tử mức 2 (VNeID). Mang theo thẻ CCCD gắn chip và điện thoại."
    )


def invitation_sheet(
    point: Unit, on: date, invitations: Sequence[Invitation], answers: dict, watermark: str
) -> bytes:
    """Return the list of a point and day with phones and messages, for calling or the carriers."""
    rows = [
        (
            number,
            clock_text(one.at_minute),
            one.citizen.full_name,
            _born(one),
            one.citizen.household.address_line,
            one.citizen.phone or "",
            one.round,
            answers.get(one.answer, ""),
            message(one, point.name),
        )
        for number, one in enumerate(invitations, 1)
    ]
    title = f"Danh sách mời thu nhận hồ sơ ngày {vn_day(on)}, {point.name}"
    return table_xlsx(title, COLUMNS, rows, watermark=watermark)


def _born(invitation: Invitation) -> str:
    born, precision = invitation.citizen.birth_on, invitation.citizen.birth_precision
    if born is None:
        return ""
    return str(born.year) if precision.value == "year" else f"{born:%d/%m/%Y}"
