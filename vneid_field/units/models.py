"""Units of the tree, hamlets a team serves, and team members."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.core.database import Base, EncryptedText, EnumText, UtcDateTime, key_text
from vneid_field.units.rules import Union, UnitKind


class Unit(Base):
    """Any unit: city, district, commune, hamlet, team, collection point, support team.

    `path` is the ids from the root, six digits each, "/" after each: "000001/000002/". A subtree
    is one range of an index. Never key on a name: "Thạnh An" is two units.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        Index("ix_unit_parent_kind", "parent_id", "kind", "sort_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(EnumText(UnitKind))
    subtype: Mapped[str] = mapped_column(String(40), default="")  # rules.SUBTYPES[kind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    path: Mapped[str] = mapped_column(key_text(80), unique=True)
    code: Mapped[str] = mapped_column(String(30), index=True)  # GSO code, or ours: "31120.1"
    name: Mapped[str] = mapped_column(String(120))  # "Phường An Hòa", "Tổ CNSCĐ khu vực 1"
    short_name: Mapped[str] = mapped_column(String(80), default="")  # "An Hòa"
    search_key: Mapped[str] = mapped_column(key_text(160), default="")
    sort_order: Mapped[int] = mapped_column(default=0)  # the plan's order, not the code's
    valid_from: Mapped[date] = mapped_column(default=date(2004, 1, 1))
    valid_to: Mapped[date | None]  # GSO codes were re-used after 2025
    is_active: Mapped[bool] = mapped_column(default=True)
    # Work settings of one unit: a volunteer sees only the own part, and the like.
    only_own_part: Mapped[bool] = mapped_column(default=False)

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])


class TeamHamlet(Base):
    """A team serves a hamlet; a hamlet may have several teams."""

    __tablename__ = "team_hamlet"

    team_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class TeamMember(Base):
    """A member of a team, with or without an account (III.4.b, III.5)."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint("\"union\" in ('youth', 'women', 'none')", name="union_known"),
        Index("ix_team_member_team", "team_id", "sort_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    full_name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(key_text(200))
    phone: Mapped[str | None] = mapped_column(EncryptedText("team_member.phone"))
    union: Mapped[Union] = mapped_column(EnumText(Union), default=Union.NONE)
    knows_it: Mapped[bool] = mapped_column(default=False)
    trained_on: Mapped[date | None]  # due before 20/6 (III.5)
    is_leader: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
