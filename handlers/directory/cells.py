"""From the cells of a row to values: cleaned, bounded, and each mistake noted with its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from domain.calendars import is_zone
from domain.errors import Invalid
from domain.money import parse_amount
from domain.organisations import LOCALES, check_email, normalise_website
from domain.people import first_language
from domain.text import clean_line, clean_text, shorten
from handlers.directory.reading import RawRow
from messages.countries import read_country
from messages.i18n import read_language
from messages.notices.directory import RowProblem

#: What a spreadsheet would run as a formula, behind the apostrophes that keep it from doing so.
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_DANGEROUS: Final = re.compile(r"'*[=+\-@\t\r]")
_BAR: Final = re.compile(r"(?<!\\)\|")
_SHOWN: Final = 60


def guard(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; `Cells` takes it away again."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def join_items(items: Sequence[str]) -> str:
    """Write several values into one cell, in a way that `Cells.items` reads back."""
    return "|".join(item.rstrip("\\").replace("|", "\\|") for item in items)


class Cells:
    """Read the cells of one row; what is wrong gathers in `problems`, and an empty cell means "not known"."""

    def __init__(self, row: RawRow) -> None:
        self.row_line = row.line
        self._cells = row.cells
        self.problems: list[RowProblem] = []

    def wrong(self, column: str, key: str, **params: str | int) -> None:
        """Note a mistake."""
        self.problems.append(RowProblem(self.row_line, column, key, params))

    def line(self, column: str, *, limit: int, required: bool = False) -> str:
        """Read text of one line."""
        return self._cleaned(column, self._raw(column), limit=limit, required=required, lines=False)

    def text(self, column: str, *, limit: int, required: bool = False) -> str:
        """Read text of several lines."""
        return self._cleaned(column, self._raw(column), limit=limit, required=required, lines=True)

    def items(self, column: str, *, limit: int, most: int, lines: bool = False) -> tuple[str, ...]:
        """Read several values, with a bar between them (or, with `lines`, a line break), each once."""
        raw = self._raw(column)
        parts = [part.replace("\\|", "|") for part in _BAR.split(raw)]
        if lines:
            parts = [one for part in parts for one in part.splitlines()]
        cleaned = [self._cleaned(column, part, limit=limit, required=False, lines=False) for part in parts]
        found = tuple(dict.fromkeys(one for one in cleaned if one))
        if len(found) > most:
            self.wrong(column, "too_many", count=len(found), limit=most)
        return found[:most]

    def choice(self, column: str, choices: Sequence[str], *, required: bool = False) -> str:
        """Read one of a few words, in any case."""
        value = self.line(column, limit=_SHOWN, required=required).lower()
        if value and value not in choices:
            self.wrong(column, "choice", value=value, choices=", ".join(choices))
            return ""
        return value

    def country(self, column: str, *, required: bool = False) -> str:
        """Read the code of a country."""
        return self._country(column, self.line(column, limit=_SHOWN, required=required))

    def countries(self, column: str, *, most: int) -> tuple[str, ...]:
        """Read the codes of several countries."""
        found = (self._country(column, one) for one in self.items(column, limit=_SHOWN, most=most))
        return tuple(dict.fromkeys(one for one in found if one))

    def languages(self, column: str, *, most: int = 20) -> tuple[str, ...]:
        """Read codes of languages (ISO 639)."""
        found: list[str] = []
        for one in self.items(column, limit=_SHOWN, most=most):
            code = read_language(one)
            if code:
                found.append(code)
            else:
                self.wrong(column, "language", value=one)
        return tuple(dict.fromkeys(found))

    def spoken(self, column: str) -> str:
        """Read one of the languages that Matchpoint itself writes in, such as "DA" or "nb-NO"."""
        value = self.line(column, limit=_SHOWN)
        known = first_language([value], default="")
        if value and not known:
            self.wrong(column, "language.spoken", value=value, choices=", ".join(LOCALES))
        return known

    def website(self, column: str) -> str:
        """Read a web address."""
        value = self.line(column, limit=1000)
        try:
            return normalise_website(value) if value else ""
        except Invalid:
            self.wrong(column, "website", value=shorten(value, _SHOWN))
            return ""

    def email(self, column: str, *, required: bool = False) -> str:
        """Read an e-mail address, in lower case."""
        value = self.line(column, limit=1000, required=required)
        try:
            return check_email(value).lower() if value else ""
        except Invalid:
            self.wrong(column, "email", value=shorten(value, _SHOWN))
            return ""

    def zone(self, column: str) -> str:
        """Read the name of a time zone."""
        value = self.line(column, limit=_SHOWN)
        if value and not is_zone(value):
            self.wrong(column, "zone", value=value)
            return ""
        return value

    def day(self, column: str) -> date | None:
        """Read an ISO date."""
        value = self.line(column, limit=_SHOWN)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.wrong(column, "date", value=value)
            return None

    def number(self, column: str, *, lowest: int, highest: int) -> int | None:
        """Read a whole number; groups of three digits may be parted."""
        value = self.line(column, limit=_SHOWN)
        if not value:
            return None
        plain = re.sub(r"[.,'’\s](?=\d{3}(?:\D|$))", "", value)
        if plain.isascii() and plain.isdigit() and lowest <= int(plain) <= highest:
            return int(plain)
        self.wrong(column, "number", value=value, lowest=lowest, highest=highest)
        return None

    def cents(self, column: str) -> int | None:
        """Read an amount of euros as cents; a table has no language, so what may part thousands does."""
        value = self.line(column, limit=_SHOWN)
        if not value:
            return None
        try:
            return parse_amount(value, locale=None, zero=True)
        except Invalid:
            self.wrong(column, "amount", value=value)
            return None

    def yes(self, column: str) -> bool | None:
        """Read yes or no."""
        value = self.choice(column, ("yes", "no", "true", "false", "1", "0"))
        return value in ("yes", "true", "1") if value else None

    def _raw(self, column: str) -> str:
        raw = self._cells.get(column, "")
        return raw[1:] if _GUARDED.match(raw) else raw

    def _cleaned(self, column: str, raw: str, *, limit: int, required: bool, lines: bool) -> str:
        try:
            value = clean_text(raw, limit=limit) if lines else clean_line(raw, limit=limit)
        except Invalid as error:
            self.wrong(column, "too_long", limit=limit, length=int(str(error.params["length"])))
            return ""
        if required and not value:
            self.wrong(column, "required")
        return value

    def _country(self, column: str, value: str) -> str:
        try:
            return read_country(value) if value else ""
        except Invalid:
            self.wrong(column, "country", value=value)
            return ""
