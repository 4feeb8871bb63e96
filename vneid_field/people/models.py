"""Households and citizens: two facts per citizen (domain.md section 5)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.core.database import Base, EncryptedText, EnumText, UtcDateTime, key_text
from vneid_field.people.kinds import (
    ApplicationState,
    BirthPrecision,
    CorrectedField,
    CorrectionState,
    Sex,
)


class Household(Base):
    """People at one address of a hamlet, in walking order."""

    __tablename__ = "household"
    __table_args__ = (
        Index("ix_household_unit_address", "unit_id", "address_key"),
        Index("ix_household_unit_walk", "unit_id", "walk_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # hamlet; commune when unknown
    unit_path: Mapped[str] = mapped_column(key_text(80), index=True)
    address_line: Mapped[str] = mapped_column(String(200))
    address_key: Mapped[str] = mapped_column(key_text(200))  # normalised: groups people
    walk_key: Mapped[str] = mapped_column(key_text(200))  # walking order
    alley: Mapped[str] = mapped_column(String(120), default="")
    head_name: Mapped[str] = mapped_column(String(120), default="")
    # Split or merged by hand: an import never undoes it.
    is_manual: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))


class Citizen(Base):
    """A citizen. `application_state` is what police say; `visit_status` is the fold of visits."""

    __tablename__ = "citizen"
    __table_args__ = (
        Index("ix_citizen_unit_path_state", "unit_path", "application_state"),
        Index("ix_citizen_household", "household_id"),
        Index("ix_citizen_search_key", "search_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # home unit
    unit_path: Mapped[str] = mapped_column(key_text(80))
    full_name: Mapped[str] = mapped_column(String(120))
    search_key: Mapped[str] = mapped_column(key_text(160))
    sort_key: Mapped[str] = mapped_column(key_text(260))
    birth_on: Mapped[date | None]
    birth_precision: Mapped[BirthPrecision] = mapped_column(EnumText(BirthPrecision))
    sex: Mapped[Sex] = mapped_column(EnumText(Sex))
    citizen_id: Mapped[str] = mapped_column(EncryptedText("citizen.citizen_id"))
    citizen_id_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText("citizen.phone"))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    phone_source: Mapped[str] = mapped_column(String(20), default="import")  # import | field
    phone_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What was learnt at the door; never overwritten by an import, shown beside `phone`.
    field_phone: Mapped[str | None] = mapped_column(EncryptedText("citizen.field_phone"))
    field_phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    field_phone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    application_state: Mapped[ApplicationState] = mapped_column(EnumText(ApplicationState))
    application_state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_on: Mapped[date | None]  # easy within 7 days, then the hotline
    # visits.rules.Outcome of the fold, or null: kept as text, people lies left of visits.
    visit_status: Mapped[str | None] = mapped_column(String(40))
    visit_status_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visit_attempts: Mapped[int] = mapped_column(default=0)
    next_visit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The activation a team claims and no national list has contradicted: its first and its last
    # claim, who gets the credit. Written by visits, judged by lists (lists/verdicts.py).
    claim_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim_last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    claim_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # What the visits come to without any claim: stands once a list contradicts it.
    other_status: Mapped[str | None] = mapped_column(String(40))
    other_status_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Claims up to this instant are contradicted; null when none is.
    refuted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_event_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # newest visit received
    note: Mapped[str] = mapped_column(String(300), default="")  # from the list
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    household: Mapped[Household] = relationship(lazy="raise")


class ApplicationEvent(Base):
    """A change of `application_state`: source and old value are kept."""

    __tablename__ = "application_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    from_state: Mapped[ApplicationState | None] = mapped_column(EnumText(ApplicationState))
    to_state: Mapped[ApplicationState] = mapped_column(EnumText(ApplicationState))
    # import | correction | police | undo | collection
    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None]  # the import's id; an event's or invitation's of collection
    # Copied at that moment, for the flows: where the citizen lived, and the list's day.
    home_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    counted_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class FieldCorrection(Base):
    """What a team learnt at a door and the application says otherwise; commune police decide.

    One open per citizen and field. An import writes other columns: it never touches these.
    """

    __tablename__ = "field_correction"
    __table_args__ = (
        Index(
            "uq_field_correction_open",
            "citizen_id",
            "field",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_field_correction_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    field: Mapped[CorrectedField] = mapped_column(EnumText(CorrectedField))
    value: Mapped[str] = mapped_column(EncryptedText("field_correction.value"))  # as told
    before: Mapped[str] = mapped_column(EncryptedText("field_correction.before"))  # when decided
    source_uuid: Mapped[str] = mapped_column(String(36), unique=True)  # the visit, or the form
    told_by_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    told_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[CorrectionState] = mapped_column(EnumText(CorrectionState))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")  # why police refused it

    citizen: Mapped[Citizen] = relationship(lazy="raise")
