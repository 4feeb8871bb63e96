"""Slips with temporary passwords, cut apart and handed over; streamed once, never stored."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PasswordSlip:
    """One account: who, where, login and the temporary password."""

    full_name: str
    role: str
    unit_name: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of the spreadsheet that made no account at the last moment."""

    number: int
    full_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class PasswordSheet:
    """A sheet of slips for one unit.

    address     where to log in; expires: "24h00 ngày 20/6/2023", "" when it does not expire.
    refused     rows that made no account, told on the sheet because nothing else will tell them.
    """

    unit_name: str
    address: str
    expires: str
    slips: tuple[PasswordSlip, ...]
    refused: tuple[RefusedRow, ...] = ()

    template: ClassVar[str] = "password_sheet/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Phiếu tài khoản - {self.unit_name}"
