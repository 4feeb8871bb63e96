"""docs/glossary.md keeps up with the code: every table and enumeration has its line."""

import re
from pathlib import Path

import vneid_field.models  # noqa: F401 - every table
from vneid_field.core.access import Permission, Role
from vneid_field.documents.kinds import PaperKind
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket, Counter
from vneid_field.lists.kinds import HandOverState, ImportKind, ItemState, Purpose
from vneid_field.people.kinds import ApplicationState
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.review.kinds import ReviewState
from vneid_field.units.rules import Union, UnitKind
from vneid_field.visits.kinds import AbsentReason, Outcome

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
WORDS = set(re.findall(r"`([^`]+)`", GLOSSARY.read_text(encoding="utf-8")))
ENUMS = {
    one.__name__: one
    for one in (
        *(Permission, Role, PaperKind, Bucket, Counter, HandOverState, ImportKind, ItemState),
        *(Purpose, ApplicationState, QuotaKind, ObligationState, ReportKind, ReportState),
        *(ReviewState, Union, UnitKind, AbsentReason, Outcome),
    )
}


def test_every_table_has_a_word() -> None:
    assert not set(db.metadata.tables) - WORDS


def test_every_column_and_member_named_in_the_glossary_exists() -> None:
    for word in WORDS:
        owner, _, name = word.partition(".")
        if owner in ENUMS and name:
            assert name in ENUMS[owner].__members__, word
        elif owner in db.metadata.tables and name:
            assert name in db.metadata.tables[owner].columns, word


def test_every_role_outcome_and_unit_kind_has_a_line() -> None:
    for enum in (Role, Outcome, UnitKind):
        for member in enum:
            assert f"{enum.__name__}.{member.name}" in WORDS
