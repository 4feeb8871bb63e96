"""People outside the list, as teams took them down."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.accounts.models import User
from vneid_field.core.database import Base, EncryptedText, EnumText, UtcDateTime, key_text
from vneid_field.units.models import Unit
from vneid_field.unlisted.kinds import Place, UnlistedState
from vneid_field.visits.kinds import Outcome


class UnlistedPerson(Base):
    """Somebody a team met who is on none of its lists, with the result found (section 7)."""

    __tablename__ = "unlisted_person"
    __table_args__ = (
        Index("ix_unlisted_person_queue", "campaign_id", "unit_path", "state", "id"),
        Index("ix_unlisted_person_team", "campaign_id", "team_id", "id"),
        Index("ix_unlisted_person_number", "citizen_id_index"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)  # of the form; then of the visit
    body_digest: Mapped[str] = mapped_column(String(64))  # same uuid, other body → 409
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # who met the person
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose police decide
    unit_path: Mapped[str] = mapped_column(key_text(80))  # of that commune
    handed_from_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    full_name: Mapped[str] = mapped_column(String(120))
    citizen_id: Mapped[str] = mapped_column(EncryptedText("unlisted_person.citizen_id"))
    citizen_id_index: Mapped[bytes] = mapped_column(LargeBinary(32))  # as citizen's: they meet
    phone: Mapped[str | None] = mapped_column(EncryptedText("unlisted_person.phone"))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    place: Mapped[Place] = mapped_column(EnumText(Place))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))  # at whose door
    outcome: Mapped[Outcome] = mapped_column(EnumText(Outcome))
    note: Mapped[str] = mapped_column(String(300), default="")
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    counted_on: Mapped[date]  # the day on which the result counts once it is matched
    state: Mapped[UnlistedState] = mapped_column(EnumText(UnlistedState))
    matched_citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id")
    )  # null: the team's
    reason: Mapped[str] = mapped_column(String(300), default="")  # of a refusal, or a hand-over

    team: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[team_id])
    commune: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[commune_id])
    handed_from: Mapped[Unit | None] = relationship(lazy="raise", foreign_keys=[handed_from_id])
    taker: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[taken_by])
    decider: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by])
