"""The board before the start: which points are ready, and what the others lack (III.3.a)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from vneid_field.accounts.models import User
from vneid_field.collection.kinds import PointStanding, ReadinessItem
from vneid_field.collection.models import ReadinessCheck
from vneid_field.collection.readiness import is_ready
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.queries import list_of_kinds
from vneid_field.units.rules import UnitKind


@dataclass
class PointLine:
    """A point with its checks; `checked_by` names who checked last."""

    point: Unit
    parent_name: str
    members: int = 0
    checks: dict[ReadinessItem, ReadinessCheck] = field(default_factory=dict)
    checked_by: str = ""

    @property
    def standing(self) -> PointStanding:
        """Ready, lacking something, or not checked to the end."""
        if is_ready(list(self.checks.values())):
            return PointStanding.READY
        return PointStanding.LACKING if self.lacking else PointStanding.UNCHECKED

    @property
    def lacking(self) -> list[ReadinessItem]:
        """What is missing."""
        return [
            item for item in ReadinessItem if item in self.checks and not self.checks[item].is_ready
        ]

    @property
    def unchecked(self) -> list[ReadinessItem]:
        """What nobody has checked."""
        return [item for item in ReadinessItem if item not in self.checks]

    @property
    def newest(self) -> ReadinessCheck | None:
        """The last check."""
        return max(self.checks.values(), key=lambda one: one.checked_at, default=None)

    def quantity(self, item: ReadinessItem) -> int:
        """How many there are of a counted thing, ready or not."""
        check = self.checks.get(item)
        return (check.quantity or 0) if check else 0


@dataclass(frozen=True)
class ReadinessBoard:
    """All points of the scope, and sums over them."""

    lines: Sequence[PointLine]

    @property
    def standings(self) -> dict[PointStanding, int]:
        """How many points stand how."""
        found = Counter(line.standing for line in self.lines)
        return {one: found[one] for one in PointStanding}

    @property
    def lacking(self) -> dict[ReadinessItem, int]:
        """How many points lack each thing; what nobody lacks is left out."""
        found = Counter(item for line in self.lines for item in line.lacking)
        return {item: found[item] for item in ReadinessItem if found[item]}

    def total(self, item: ReadinessItem) -> int:
        """How many there are of a counted thing."""
        return sum(line.quantity(item) for line in self.lines)

    @property
    def by_parent(self) -> dict[str, tuple[int, int]]:
        """Ready and all points by the unit they stand under; in tree order."""
        found: dict[str, tuple[int, int]] = {}
        for line in self.lines:
            ready, count = found.get(line.parent_name, (0, 0))
            found[line.parent_name] = (ready + (line.standing is PointStanding.READY), count + 1)
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page filters by."""

    standing: PointStanding | None = None
    item: ReadinessItem | None = None  # points that lack it
    subtype: str = ""

    def keeps(self, line: PointLine) -> bool:
        """Say whether a line is shown."""
        return (
            (self.standing is None or line.standing is self.standing)
            and (self.item is None or self.item in line.lacking)
            and (not self.subtype or line.point.subtype == self.subtype)
        )


def gather_readiness(scope: Scope, campaign_id: int) -> ReadinessBoard:
    """Return the board of the scope: three statements, however many points."""
    lines = {
        point.id: PointLine(point, parent)
        for point, parent in list_of_kinds(scope, (UnitKind.COLLECTION_POINT,))
    }
    _add_checks(scope, campaign_id, lines)
    _add_members(scope, lines)
    return ReadinessBoard(list(lines.values()))


def _add_checks(scope: Scope, campaign_id: int, lines: dict[int, PointLine]) -> None:
    query = (
        select(ReadinessCheck, User.display_name)
        .join(Unit, Unit.id == ReadinessCheck.point_id)
        .outerjoin(User, User.id == ReadinessCheck.checked_by)
        .where(ReadinessCheck.campaign_id == campaign_id, within(Unit.path, scope.paths))
        .order_by(ReadinessCheck.checked_at)
    )
    for check, name in db.session.execute(query):
        if (line := lines.get(check.point_id)) is not None:
            line.checks[check.item], line.checked_by = check, name or ""


def _add_members(scope: Scope, lines: dict[int, PointLine]) -> None:
    query = (
        select(TeamMember.team_id, func.count())
        .join(Unit, Unit.id == TeamMember.team_id)
        .where(
            Unit.kind == UnitKind.COLLECTION_POINT,
            within(Unit.path, scope.paths),
            TeamMember.left_at.is_(None),
        )
        .group_by(TeamMember.team_id)
    )
    for point_id, count in db.session.execute(query):
        if (line := lines.get(point_id)) is not None:
            line.members = count


def names_of_checkers(checks: Sequence[ReadinessCheck]) -> dict[int, str]:
    """Return the names of who checked, by user id."""
    ids = {one.checked_by for one in checks if one.checked_by}
    query = select(User.id, User.display_name).where(User.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}
