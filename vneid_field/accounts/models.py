"""Users, their grants, and the counters that throttle logins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from vneid_field.core.access import Role
from vneid_field.core.database import Base, EnumText, UtcDateTime, key_text
from vneid_field.core.text import search_key
from vneid_field.units.models import Unit


class User(Base):
    """A person who logs in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login_name: Mapped[str] = mapped_column(String(60), unique=True)  # lower case
    display_name: Mapped[str] = mapped_column(String(120))
    search_key: Mapped[str] = mapped_column(key_text(160), default="")  # of the display name
    password_hash: Mapped[str] = mapped_column(String(200))  # argon2id
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)  # "log out everywhere" adds one
    team_member_id: Mapped[int | None] = mapped_column(ForeignKey("team_member.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # volunteers: campaign's end
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # machine clock

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", order_by="RoleGrant.id", lazy="raise"
    )

    @validates("display_name")
    def _note_search_key(self, _key: str, value: str) -> str:
        self.search_key = search_key(value)
        return value


class RoleGrant(Base):
    """A role of a user on a unit; a beat officer has one per hamlet."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "unit_id"),
        Index("ix_role_grant_unit", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))

    user: Mapped[User] = relationship(back_populates="grants", lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")


class LoginSession(Base):
    """A login on one device; open while not ended, of the user's epoch and not past its age."""

    __tablename__ = "login_session"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)  # random, named by the cookie
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    epoch: Mapped[int]  # the user's when it began
    device: Mapped[str] = mapped_column(String(40), default="")  # "android/chrome"
    is_remembered: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)  # machine clock
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # machine clock


class LoginThrottle(Base):
    """Failed logins of a name, and of a name at an address (keyed hashes); shared by processes."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    address_key: Mapped[str | None] = mapped_column(String(64), index=True)  # of a name there
    failures: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime] = mapped_column(UtcDateTime)  # machine clock


class KnownPlace(Base):
    """A name logged in from an address (a keyed hash of both): others' slips do not shut it out."""

    __tablename__ = "known_place"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # machine clock
