"""What an official chooses and writes for a proposal of commendation, read from the form."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from flask import request
from wtforms import StringField, TextAreaField

from vneid_field.boards.commendations import Candidates
from vneid_field.core.text import typed_text
from vneid_field.documents.papers.commendation import (
    CommendationProposal,
    CommendedPerson,
    CommendedUnit,
)
from vneid_field.web.forms import Form, at_most, required

# Columns of the rows written by hand: the name of an input, its label, its most letters, whether
# a row needs it.
UNIT_COLUMNS = (
    ("unit-name", "Tên đơn vị", 160, True),
    ("unit-did", "Thành tích", 500, True),
)
PERSON_COLUMNS = (
    ("person-name", "Họ và tên", 120, True),
    ("person-duty", "Chức vụ, nhiệm vụ", 120, False),
    ("person-unit", "Đơn vị", 200, True),
    ("person-did", "Thành tích", 500, True),
)
ACHIEVEMENT = 500  # letters
BLANK_ROWS = 2
Columns = Sequence[tuple[str, str, int, bool]]


class ProposalForm(Form):
    """What stands around the two tables."""

    addressees = TextAreaField(
        "Kính gửi",
        [required("Hãy ghi nơi nhận tờ trình."), at_most(400)],
        description="Mỗi nơi một dòng.",
    )
    reward = StringField(
        "Hình thức khen thưởng đề nghị",
        [at_most(200)],
        description="Để trống thì tờ trình chỉ ghi “khen thưởng”.",
    )
    remarks = TextAreaField("Ý kiến thêm", [at_most(2000)])


@dataclass
class Typed:
    """The state of the two tables, right or wrong.

    ticked  keys of candidates; texts: achievements by key, of the unticked too.
    units, people  rows written by hand, in the order of the columns; wrong: sentences by input.
    """

    ticked: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    units: list[list[str]] = field(default_factory=list)
    people: list[list[str]] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """The rows of the paper, each with the key of its candidate; "" for those written by hand."""

    units: list[tuple[str, CommendedUnit]]
    people: list[tuple[str, CommendedPerson]]


def read_typed() -> Typed:
    """Return what was sent, as typed."""
    texts = {
        name.removeprefix("did-"): typed_text(value)
        for name, value in request.form.items()
        if name.startswith("did-")
    }
    ticked = set(request.form.getlist("chosen"))
    return Typed(ticked, texts, _read_rows(UNIT_COLUMNS), _read_rows(PERSON_COLUMNS))


def _read_rows(columns: Columns) -> list[list[str]]:
    lists = [request.form.getlist(name) for name, *_rest in columns]
    rows = [[typed_text(cell) for cell in row] for row in zip_longest(*lists, fillvalue="")]
    return [row for row in rows if any(row)]


def typed_of(paper: CommendationProposal, keys: dict[str, list[str]], found: Candidates) -> Typed:
    """Return an earlier paper as the form would say it, so that nobody types it again.

    `keys`: the candidates behind its rows; one that is none any more becomes a row by hand.
    """
    typed = Typed()
    for key, unit in zip(keys["units"], paper.units, strict=True):
        if key in found.collectives:
            typed.ticked.add(key)
            typed.texts[key] = unit.achievement
        else:
            typed.units.append([unit.name, unit.achievement])
    for key, one in zip(keys["people"], paper.people, strict=True):
        if key in found.persons:
            typed.ticked.add(key)
            typed.texts[key] = one.achievement
        else:
            typed.people.append([one.name, one.duty, one.unit, one.achievement])
    return typed


def check_typed(typed: Typed) -> bool:
    """Note what is wrong beside its input; says whether all is right."""
    for key in typed.ticked:
        text = typed.texts.get(key, "")
        typed.wrong |= _wrong(f"did-{key}", "Thành tích", text, ACHIEVEMENT, is_needed=True)
    for columns, rows in ((UNIT_COLUMNS, typed.units), (PERSON_COLUMNS, typed.people)):
        for number, row in enumerate(rows):
            for (name, label, most, is_needed), text in zip(columns, row, strict=True):
                typed.wrong |= _wrong(f"{name}-{number}", label, text, most, is_needed=is_needed)
    return not typed.wrong


def _wrong(name: str, label: str, text: str, most: int, *, is_needed: bool) -> dict[str, str]:
    if is_needed and not text:
        return {name: f"Hãy ghi {label[:1].lower()}{label[1:]}."}
    if len(text) > most:
        return {name: f"{label} dài quá {most} ký tự, hãy rút gọn."}
    return {}


def choose(typed: Typed, found: Candidates) -> Chosen:
    """Return the rows of the paper: the ticked ones in the order of the page, then those by hand.

    The figures of a ticked row are the system's; only its achievement is the official's.
    """
    units = [
        (one.key, replace(one.row, achievement=typed.texts[one.key]))
        for one in found.collectives.values()
        if one.key in typed.ticked
    ]
    people = [
        (one.key, replace(one.row, achievement=typed.texts[one.key]))
        for one in found.individuals
        if one.key in typed.ticked
    ]
    units += [("", CommendedUnit(name, did)) for name, did in typed.units]
    people += [("", CommendedPerson(*row)) for row in typed.people]
    return Chosen(units, people)
