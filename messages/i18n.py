"""Words, dates, numbers and money in a person's own language.

Sentences are written in English where they are used, `words.say("{challenge} is closed", challenge="CH-12")`, and are
looked up in the catalogue of the language (`locales/<locale>/LC_MESSAGES/messages.po`). Placeholders are named; what
fills them is data and is never looked up or formatted again.
"""

from __future__ import annotations

import functools
import gettext
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel import dates as babel_dates
from babel import lists as babel_lists
from babel import numbers as babel_numbers
from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.calendars import zone_or_utc

LOCALES: Final = ("en", "da", "de", "nl", "sv", "nb")
LOCALES_DIR: Final = Path(__file__).parent / "locales"
DOMAIN: Final = "messages"
_ALIASES: Final = {"no": "nb", "nn": "nb"}
#: English is read in Europe here: 30 June 2026, 14:05.
_CONVENTIONS: Final = {"en": "en_GB"}


def N_(sentence: str) -> str:  # noqa: N802  (gettext's own name for "translate this later")
    """Mark a sentence for the catalogues without looking it up now."""
    return sentence


def country_names(code: str) -> tuple[str, ...]:
    """Return what a country (ISO 3166-1) is called in the languages of Matchpoint."""
    return tuple(dict.fromkeys(Words(locale).country(code) for locale in LOCALES))


def month_names(month: int) -> tuple[str, ...]:
    """Return what a month (1 to 12) is called, in full and in short, in the languages of Matchpoint."""
    widths = ("wide", "abbreviated")
    found = (babel_dates.get_month_names(width, locale=locale)[month] for locale in LOCALES for width in widths)
    return tuple(dict.fromkeys(str(name).rstrip(".") for name in found))


def locale_of(tag: str) -> str:
    """Return the offered locale nearest to a language tag (`nl-NL`, `nb_NO`, `no`), English if none is near."""
    head = tag.replace("_", "-").split("-")[0].strip().lower()
    head = _ALIASES.get(head, head)
    return head if head in LOCALES else "en"


def read_language(tag: str) -> str:
    """Return the code (ISO 639) of the language that a tag names (`da-DK`, `DAN`); empty where there is none."""
    code = tag.replace("_", "-").split("-")[0].strip().lower()
    code = cast("Mapping[str, str]", get_global("language_aliases")).get(code, code)
    return code if code in cast("Mapping[str, str]", Locale("en").languages) else ""


@functools.cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    path = LOCALES_DIR / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in integer cents of an ISO 4217 currency."""

    cents: int
    currency: str = "EUR"


@dataclass(frozen=True)
class Words:
    """The words of one reader: `locale` is one of LOCALES, `zone` an IANA zone in which instants are told."""

    locale: str = "en"
    zone: str = "UTC"

    def say(self, sentence: str, /, **params: object) -> str:
        """Return the sentence in the reader's language with its named placeholders filled."""
        return self._fill(_catalogue(self.locale).gettext(sentence), params)

    def count(self, one: str, many: str, n: int, /, **params: object) -> str:
        """Return the singular or plural sentence for `n`, which fills the placeholder `n`."""
        return self._fill(_catalogue(self.locale).ngettext(one, many, n), {"n": n, **params})

    def date(self, value: date, *, style: str = "long") -> str:
        """Write a date; an instant is first turned into the reader's zone."""
        day = value.astimezone(self._zone).date() if isinstance(value, datetime) else value
        return babel_dates.format_date(day, format=style, locale=self._babel)

    def day(self, value: date) -> str:
        """Write a day without its year, shortly: 5 Jan, 5. Jan."""
        return babel_dates.format_skeleton("MMMd", value, locale=self._babel)

    def weekday(self, number: int) -> str:
        """Name a day of the week; 0 is Monday."""
        return str(babel_dates.get_day_names("wide", locale=self._babel)[number])

    def instant(self, value: datetime) -> str:
        """Write date and time of day in the reader's zone."""
        pattern = str(babel_dates.get_datetime_format("medium", locale=self._babel)).replace("'", "")
        return pattern.format(self.clock(value), self.date(value, style="medium"))

    def clock(self, value: datetime) -> str:
        """Write the time of day in the reader's zone."""
        return babel_dates.format_time(value, format="short", tzinfo=self._zone, locale=self._babel)

    def number(self, value: float) -> str:
        """Write a number."""
        return babel_numbers.format_decimal(value, locale=self._babel)

    def percent(self, share: float) -> str:
        """Write a share between 0 and 1 as a whole percentage."""
        return babel_numbers.format_percent(share, locale=self._babel)

    def money(self, value: Money) -> str:
        """Write an amount with its currency."""
        return babel_numbers.format_currency(value.cents / 100, value.currency, locale=self._babel)

    def country(self, code: str) -> str:
        """Name a country by its ISO 3166-1 code; an unknown code stays as it is."""
        return cast("Mapping[str, str]", self._babel.territories).get(code.upper(), code)

    def language(self, code: str) -> str:
        """Name a language by its ISO 639-1 code; an unknown code stays as it is."""
        return cast("Mapping[str, str]", self._babel.languages).get(code.lower(), code)

    def listed(self, items: Sequence[str]) -> str:
        """Join items as the language does: `a, b and c`."""
        return babel_lists.format_list(list(items), locale=self._babel)

    @functools.cached_property
    def _babel(self) -> Locale:
        return Locale.parse(_CONVENTIONS.get(self.locale, self.locale))

    @functools.cached_property
    def _zone(self) -> ZoneInfo:
        return zone_or_utc(self.zone)

    def _fill(self, sentence: str, params: dict[str, Any]) -> str:
        if not params:
            return sentence
        return sentence.format_map({name: self._tell(value) for name, value in params.items()})

    def _tell(self, value: object) -> str:
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, datetime):
            return self.instant(value)
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        return str(value)
