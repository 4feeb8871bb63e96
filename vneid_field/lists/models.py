"""Imports of lists, remembered hamlet spellings, hand-overs and their items."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from vneid_field.core.database import (
    Base,
    EncryptedText,
    EnumText,
    JsonValue,
    UtcDateTime,
    key_text,
)
from vneid_field.lists.kinds import (
    DeltaGroup,
    HandOverState,
    ImportKind,
    ImportState,
    ItemState,
    Purpose,
    VerdictKind,
)
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit

CONTENT = "list_import.content"  # label of its seal


class ListImport(Base):
    """One uploaded file: read, previewed, then applied or discarded."""

    __tablename__ = "list_import"
    __table_args__ = (Index("ix_list_import_unit", "campaign_id", "unit_path", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # where the people live
    unit_path: Mapped[str] = mapped_column(key_text(80))
    kind: Mapped[ImportKind] = mapped_column(EnumText(ImportKind))
    as_of_on: Mapped[date]
    state: Mapped[ImportState] = mapped_column(EnumText(ImportState))
    # Sealed, purged later.
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary, info={"sealed": CONTENT}))
    content_sha256: Mapped[str] = mapped_column(String(64))
    extension: Mapped[str] = mapped_column(String(8))  # the name itself may hold personal data
    sheet_name: Mapped[str] = mapped_column(String(80), default="")
    header_row: Mapped[int | None]
    mapping: Mapped[dict] = mapped_column(JsonValue, default=dict)  # column key → index
    counts: Mapped[dict] = mapped_column(JsonValue, default=dict)  # new, changed, unchanged …
    # Examples, rejected rows with reasons, unknown hamlet spellings: JSON, holds names.
    preview: Mapped[str | None] = deferred(mapped_column(EncryptedText("list_import.preview")))
    failure: Mapped[str] = mapped_column(String(400), default="")  # Vietnamese, shown
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # People of this subtree may be moved here: the uploader's unit. "" is the list's own unit.
    reach_path: Mapped[str] = mapped_column(key_text(80), default="")
    # Claims and results up to this instant are what the list can know of; the same file uploaded
    # again speaks of no more than the first time.
    speaks_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undo_reason: Mapped[str] = mapped_column(String(300), default="")

    unit: Mapped[Unit] = relationship(lazy="raise")


class ListMention(Base):
    """A citizen we hold whom a list of the approved names, rejected rows included.

    Who is held and not mentioned has vanished; the comparison is one SELECT (delta_queries.py).
    """

    __tablename__ = "list_mention"
    __table_args__ = (Index("ix_list_mention_citizen", "citizen_id"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("list_import.id"), primary_key=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), primary_key=True)


class ListPage(Base):
    """Fifty rows of a group of a preview, as the list writes them: sealed, purged with the file."""

    __tablename__ = "list_page"
    __table_args__ = (UniqueConstraint("import_id", "delta_group", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("list_import.id"))
    delta_group: Mapped[DeltaGroup] = mapped_column(EnumText(DeltaGroup))  # new, moved
    number: Mapped[int]  # from 1
    content: Mapped[str] = mapped_column(EncryptedText("list_page.content"))  # JSON, ids masked


class ListVerdict(Base):
    """What an applied list said of one person: an event of the figures, taken back by a mark."""

    __tablename__ = "list_verdict"
    __table_args__ = (
        Index("ix_list_verdict_citizen", "citizen_id", "kind"),
        Index("ix_list_verdict_import", "import_id", "kind", "citizen_id"),
        Index("ix_list_verdict_team", "performed_by_unit_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("list_import.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    kind: Mapped[VerdictKind] = mapped_column(EnumText(VerdictKind))
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # copied at that moment
    # Whose claim it judges; null when nobody had claimed anything.
    performed_by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    performed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    speaks_until: Mapped[datetime] = mapped_column(UtcDateTime)  # claims up to it are judged
    counted_on: Mapped[date]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("list_item.id"))  # closed by it
    before: Mapped[dict] = mapped_column(JsonValue, default=dict)  # what an undo restores
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The list that took it back; by itself taken back whole, it gives the verdict back.
    taken_back_import_id: Mapped[int | None] = mapped_column(ForeignKey("list_import.id"))


class ListUndo(Base):
    """What a row of an applied list changed: values before and after, to take it back whole."""

    __tablename__ = "list_undo"
    __table_args__ = (
        UniqueConstraint("import_id", "citizen_id"),
        Index("ix_list_undo_citizen", "citizen_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("list_import.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("list_item.id"))  # ended by it
    content: Mapped[str] = mapped_column(EncryptedText("list_undo.content"))  # JSON: before, after


class HamletAlias(Base):
    """A spelling of a hamlet, mapped once by hand and remembered."""

    __tablename__ = "hamlet_alias"
    __table_args__ = (UniqueConstraint("commune_id", "alias_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    alias_key: Mapped[str] = mapped_column(key_text(120))
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class HandOver(Base):
    """A standing list from a unit to a unit; its date is only its date."""

    __tablename__ = "hand_over"
    __table_args__ = (Index("ix_hand_over_to", "campaign_id", "to_unit_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    handed_on: Mapped[date]
    state: Mapped[HandOverState] = mapped_column(EnumText(HandOverState))
    note: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    from_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[from_unit_id])
    to_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[to_unit_id])


class ListItem(Base):
    """A citizen on a standing list. One open item per citizen and purpose: one holder."""

    __tablename__ = "list_item"
    __table_args__ = (
        Index(
            "uq_list_item_open",
            "campaign_id",
            "citizen_id",
            "purpose",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_list_item_holder", "holder_unit_id", "state", "household_id"),
        Index("ix_list_item_household", "household_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    hand_over_id: Mapped[int] = mapped_column(ForeignKey("hand_over.id"), index=True)
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))  # follows the citizen
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    holder_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[ItemState] = mapped_column(EnumText(ItemState), default=ItemState.OPEN)
    # Set by visits when the fold is final, cleared by an undo; the item stays open until a
    # delta confirms it or the list is taken back.
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    end_reason: Mapped[str] = mapped_column(String(60), default="")

    citizen: Mapped[Citizen] = relationship(lazy="raise")
    hand_over: Mapped[HandOver] = relationship(lazy="raise")
