"""How commune police looked at the teams' checklists: a part of reports, and of the minutes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Checklists of a team, or of a unit below.

    checked, bulk         looked at one by one; accepted together with the rest.
    returned              ever sent back.
    sampled, sampled_seen of the random sample: drawn, and of these looked at.
    flagged, flags_open   with a sign that asks for a look, and still unanswered; None where the
                          paper counts no signs (above communes).
    called                people phoned; confirmed, denied: what they said of the activation.
    """

    name: str
    checklists: int
    checked: int
    bulk: int
    returned: int
    sampled: int
    sampled_seen: int
    flagged: int | None
    flags_open: int | None
    called: int
    confirmed: int
    denied: int


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """Commune police's review of a period's checklists.

    reviewed, returned, checklists  decided, of these sent back and not answered, in all.
    total, rows  the whole and by unit; None and () in reports sent before they were counted.
    """

    reviewed: int
    returned: int
    checklists: int
    total: ReviewRow | None = None
    rows: tuple[ReviewRow, ...] = ()

    @property
    def accepted(self) -> int:
        """Checklists decided and found right."""
        return self.reviewed - self.returned

    @property
    def has_flags(self) -> bool:
        """Whether signs are counted."""
        return self.total is not None and self.total.flagged is not None
