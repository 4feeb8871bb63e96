"""Phiếu báo cáo ngày, tuần of a team: forms with the leader's signature, no seal, no number."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date, vn_span
from ..letterhead import Letterhead
from .results import Assessment, Change, Progress, Reason, Timeliness, Verdicts, WeekBefore


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamForm:
    """What a team hands to commune police, of a day or a week.

    letterhead     symbol "" and number None: a team has neither; signer_title "Tổ trưởng".
    submitted_to   "Công an phường An Hòa".
    covers_on      the day, or the last one of the week.
    visits         doors knocked at; persons: persons visited (in a week: visits to persons).
    activation     app + web + already_activated make `activation.in_day`.
    for_others     of the activations, for people who live outside the commune: of the period and
                   since the start.
    not_activated  persons by reason, absent ones included; pending: to be visited again.
    absent         counted only: their names are a document of its own, with a purge date.
    verdicts       what national lists confirmed and contradicted of the team's results.
    sent_by        name when commune police sent it for the team, "" otherwise.
    without_list   of a week: it has opening figures only, and so nobody who waits by name.
    is_no_list     the team reports that nobody gave it a list.
    explanation, difficulties, proposals  paragraphs as the leader wrote them.
    """

    letterhead: Letterhead
    team_name: str
    submitted_to: str
    covers_on: date
    visits: int
    persons: int
    activation: Progress
    app: int
    web: int
    already_activated: int
    not_activated: tuple[Reason, ...]
    pending: int
    absent: int
    for_others: tuple[int, int] = (0, 0)
    verdicts: Verdicts | None = None
    sent_by: str = ""
    is_no_list: bool = False
    without_list: bool = False
    explanation: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()

    within: ClassVar[str] = "trong ngày"
    quota_words: ClassVar[str] = "chỉ tiêu ngày"
    not_activated_words: ClassVar[str] = "Không kích hoạt được"

    @property
    def not_activated_total(self) -> int:
        """Persons not activated, all reasons together."""
        return sum(reason.count for reason in self.not_activated)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDaily(TeamForm):
    """A team's day, due at commune police on the next day before 08h00 (III.6.a).

    households  households reached; supplement: results of earlier days that came too late.
    absent_listed  how many of `absent` the list that goes with the form names.
    """

    households: int
    absent_listed: int
    supplement: int = 0

    template: ClassVar[str] = "team_daily/page.html"
    heading: ClassVar[str] = "Phiếu báo cáo ngày"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"{self.heading} {vn_date(self.covers_on)} - {self.team_name}"

    @property
    def period(self) -> str:
        """The day as the subject names it."""
        return f"ngày {vn_date(self.covers_on)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWeekly(TeamForm):
    """A team's week, due on Wednesday before 08h00 (III.6.b).

    not_activated, absent, pending  as they are now.
    previous                        None in the first week.
    """

    since: date
    previous: WeekBefore | None = None
    assessment: Assessment
    punctuality: Timeliness | None = None

    template: ClassVar[str] = "team_weekly/page.html"
    heading: ClassVar[str] = "Phiếu báo cáo tuần"
    within: ClassVar[str] = "trong tuần"
    quota_words: ClassVar[str] = "chỉ tiêu tuần"
    not_activated_words: ClassVar[str] = "Đang không kích hoạt được"

    @property
    def change(self) -> Change | None:
        """Activations beside those of the week before."""
        return Change(self.activation.in_day, self.previous.activation) if self.previous else None

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"{self.heading} {vn_span(self.since, self.covers_on)} - {self.team_name}"

    @property
    def period(self) -> str:
        """The week as the subject names it."""
        return f"tuần {vn_span(self.since, self.covers_on)}"
