"""Reading forms: every mistake is told at its field, and nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from domain.aid_lines import parse_day
from domain.errors import Invalid, InvalidForm
from domain.money import parse_amount
from domain.organisations import is_link
from domain.text import clean_line, clean_text
from domain.vouchers import LINK_MAX
from handlers.work import Ask
from messages.countries import read_country

T = TypeVar("T")

_ENDS: Final = re.compile(r"[,;|/\n]+")


@dataclass(slots=True)
class Fields:
    """Read fields of a form, and collect what is wrong with them; `locale` is that of who typed."""

    ask: Ask
    locale: str
    errors: list[Invalid] = field(default_factory=list[Invalid])

    def wrong(self, error: Invalid, name: str) -> None:
        """Note a mistake, unless the field has one already."""
        if all(known.field != name for known in self.errors):
            self.errors.append(Invalid(error.key, field=name, **error.params))

    def taken(self, name: str, read: Callable[[str], T]) -> T | None:
        """Return what `read` makes of a field that is filled in; None where it is empty or wrong."""
        return self.read(name, read) if self.ask.text(name) else None

    def read(self, name: str, read: Callable[[str], T]) -> T | None:
        """Return what `read` makes of a field, also of an empty one; None where it is wrong."""
        try:
            return read(self.ask.text(name))
        except Invalid as error:
            self.wrong(error, name)
            return None

    def line(self, name: str, limit: int) -> str:
        """Return one line of text."""
        return self.taken(name, lambda typed: clean_line(typed, limit=limit)) or ""

    def text(self, name: str, limit: int) -> str:
        """Return text of several lines."""
        return self.taken(name, lambda typed: clean_text(typed, limit=limit)) or ""

    def day(self, name: str) -> date | None:
        """Return a date."""
        return self.taken(name, parse_day)

    def country(self, name: str) -> str:
        """Return a country's code."""
        return self.taken(name, read_country) or ""

    def countries(self, name: str) -> tuple[str, ...]:
        """Return the codes of several countries, however they are parted, each once; one that is wrong is noted."""
        found: list[str] = []
        for part in filter(str.strip, _ENDS.split(self.ask.text(name))):
            try:
                found += _countries_in(part)
            except Invalid as error:
                self.wrong(error, name)
        return tuple(dict.fromkeys(found))

    def amount(self, name: str, currency: str) -> int | None:
        """Return an amount in cents."""
        return self.taken(name, lambda typed: parse_amount(typed, currency=currency, locale=self.locale))

    def link(self, name: str) -> str:
        """Return the address of a file."""
        return self.taken(name, _link) or ""

    def require(self, *names: str) -> None:
        """Note which of these fields are empty."""
        for name in names:
            if not self.ask.text(name):
                self.wrong(Invalid("voucher.missing"), name)

    def settle(self) -> None:
        """Refuse the form if anything is wrong with it.

        :raises InvalidForm: with everything that is wrong.
        """
        if self.errors:
            raise InvalidForm(self.errors)


def _countries_in(typed: str) -> list[str]:
    """Read one country, whose name may have spaces, or several that only spaces part."""
    try:
        return [read_country(typed)]
    except Invalid:
        parts = typed.split()
        if len(parts) == 1:
            raise
        return [read_country(part) for part in parts]


def _link(typed: str) -> str:
    if len(typed) > LINK_MAX or not is_link(typed):
        raise Invalid("voucher.link.invalid", example="https://example.org/receipt-17.pdf")
    return typed
