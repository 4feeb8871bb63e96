"""Phiếu báo cáo ngày of a team: a form with the leader's signature, no seal, no number."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date
from ..letterhead import Letterhead
from .results import Progress, Reason


@dataclass(frozen=True, slots=True)
class TeamDaily:
    """A team's day, due at commune police on the next day before 08h00 (III.6.a).

    letterhead     symbol "" and number None: a team has neither; signer_title "Tổ trưởng".
    submitted_to   "Công an phường An Hòa".
    visits         doors knocked at; households: households reached; persons: persons visited.
    activation     app + web + already_activated make `activation.in_day`.
    for_others     of the activations, for people who live outside the commune: of the day and
                   since the start.
    not_activated  persons by reason, absent ones included; pending: to be visited again.
    absent         counted only: their names are a document of its own, with a purge date.
    sent_by        name when commune police sent it for the team, "" otherwise.
    explanation, difficulties, proposals  paragraphs as the leader wrote them.
    """

    letterhead: Letterhead
    team_name: str
    submitted_to: str
    covers_on: date
    visits: int
    households: int
    persons: int
    activation: Progress
    app: int
    web: int
    already_activated: int
    not_activated: tuple[Reason, ...]
    pending: int
    absent: int
    supplement: int = 0
    for_others: tuple[int, int] = (0, 0)
    sent_by: str = ""
    explanation: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()

    template: ClassVar[str] = "team_daily/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Phiếu báo cáo ngày {vn_date(self.covers_on)} - {self.team_name}"

    @property
    def not_activated_total(self) -> int:
        """Persons not activated, all reasons together."""
        return sum(reason.count for reason in self.not_activated)
