"""Amounts of money as people write them.

Inside the house an amount is an integer number of cents: hundredths of a unit of its currency, also of one that has no
cents of its own, such as the Icelandic króna.
"""

from __future__ import annotations

import re
from typing import Final

from domain.errors import Invalid
from domain.text import clean_line

AMOUNT_MAX: Final = 10**14
"""The most cents that an amount may have: a trillion units."""

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP
CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF
YER ZAR ZMW ZWG
"""

CURRENCIES: Final[frozenset[str]] = frozenset(_CODES.split())
"""The codes of ISO 4217 for money that is in use as such."""

WITHOUT_CENTS: Final = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
"""Currencies that ISO 4217 gives no decimals. Where it gives three, amounts of whole cents are taken and no others."""

_NAMES: Final[dict[str, str]] = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "kr": "DKK SEK NOK ISK",
    "krone": "DKK NOK",
    "kroner": "DKK NOK",
    "krona": "SEK ISK",
    "kronor": "SEK",
    "dkr": "DKK",
    "skr": "SEK",
    "nkr": "NOK",
    "£": "GBP",
    "$": "USD CAD AUD NZD SGD HKD",
    "us$": "USD",
    "¥": "JPY CNY",
    "fr": "CHF",
    "sfr": "CHF",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "lei": "RON",
}

_RAW_MAX = 100  # what is longer is no amount but a pasted text
_SPELLED = re.compile(r"(?P<before>[^0-9]*)(?P<number>[0-9](?:[0-9.,'’ ]*[0-9])?)(?P<after>[^0-9]*)")
_NUMBER = re.compile(
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[.,'’ ])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<decimals>[0-9]+))?"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
# "500,-" and "500.–" say that there are no cents; Swedes write "500:-".
_NO_CENTS = re.compile(r" ?(?P<point>[.,:]) ?[-–—]{1,2}")
_SIGNS = "-−–—"
_ABBREVIATED = re.compile(r"(?<=[^\W\d_])\.$")


def parse_amount(
    text: str, *, currency: str = "EUR", locale: str | None = "en", zero: bool = False, field: str = "amount"
) -> int:
    """Return the cents that a person means, who writes in the language `locale` and may name the `currency`.

    Thousands may be parted by points, commas, apostrophes or any blanks, decimals by a point or a comma. A single point
    or comma before three digits parts thousands if that is what it does in the language; if it parts decimals there,
    the text is refused. Without a `locale`, as in a table, it always parts thousands. `zero` takes 0 too.

    :raises Invalid: with `field` and keys "money.invalid", "money.ambiguous", "money.decimals", "money.negative",
        "money.zero", "money.large" or "money.currency".
    """
    example = _example(currency, locale)
    spelled = _SPELLED.fullmatch(clean_line(text, limit=_RAW_MAX)) if len(text) <= _RAW_MAX else None
    if spelled is None:
        raise Invalid("money.invalid", field=field, example=example)
    after, dash = spelled["after"], _NO_CENTS.match(spelled["after"])
    marks = (spelled["before"], after[dash.end() :] if dash else after)
    for mark in marks:
        name = _ABBREVIATED.sub("", mark.strip(f" (){_SIGNS}"))
        meant = _currencies(name)
        if name and not meant:
            raise Invalid("money.invalid", field=field, example=example)
        if name and currency not in meant:
            raise Invalid("money.currency", field=field, currency=name, expected=currency, example=example)
    if any(ch in f"({_SIGNS}" for ch in "".join(marks)):
        raise Invalid("money.negative", field=field, example=example)
    cents = _cents(spelled["number"], dash["point"] if dash else "", currency=currency, locale=locale, field=field)
    if cents == 0 and not zero:
        raise Invalid("money.zero", field=field, example=example)
    if cents > AMOUNT_MAX:
        raise Invalid(
            "money.large", field=field, limit=format_plain(AMOUNT_MAX, currency=currency, locale=locale or "en")
        )
    return cents


def parse_currency(text: str, *, field: str = "currency") -> str:
    """Return an ISO 4217 code in capitals; € and its name are taken for EUR, and likewise what names one currency only.

    :raises Invalid: key "money.currency.unknown".
    """
    meant = _currencies(text.strip())
    if len(meant) != 1:
        raise Invalid("money.currency.unknown", field=field, example="EUR")
    return next(iter(meant))


def format_plain(cents: int, *, currency: str = "EUR", locale: str = "en") -> str:
    """Write an amount as the language does, with all its decimals and without its currency; `parse_amount` reads it."""
    whole, part = divmod(abs(cents), 100)
    group = {"en": ",", "sv": "\N{NO-BREAK SPACE}", "nb": "\N{NO-BREAK SPACE}"}.get(locale, ".")
    decimals = "" if currency in WITHOUT_CENTS and not part else f"{_decimal_point(locale)}{part:02}"
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", group) + decimals


def _currencies(name: str) -> frozenset[str]:
    """Return the currencies that a mark beside an amount may mean."""
    code = name.upper()
    return frozenset({code}) if code in CURRENCIES else frozenset(_NAMES.get(name.casefold(), "").split())


def _cents(number: str, dash: str, *, currency: str, locale: str | None, field: str) -> int:
    example = _example(currency, locale)
    found = _NUMBER.fullmatch(number)
    if found is None or (found["point"] and found["point"] in (found["group"], dash)):
        raise Invalid("money.invalid", field=field, example=example)
    whole, decimals = found["whole"], found["decimals"] or ""
    if _GROUPED.fullmatch(number):
        whole, decimals = number, ""
        if locale and not dash and found["point"] == _decimal_point(locale):
            thousands = int(_digits(number)) * 100
            raise Invalid(
                "money.ambiguous", field=field, example=format_plain(thousands, currency=currency, locale=locale)
            )
    elif decimals and dash:
        raise Invalid("money.invalid", field=field, example=example)
    if len(decimals) > (0 if currency in WITHOUT_CENTS else 2):
        raise Invalid("money.decimals", field=field, example=example)
    return int(_digits(whole)) * 100 + int(decimals.ljust(2, "0"))


def _digits(number: str) -> str:
    return "".join(ch for ch in number if ch.isdigit())


def _decimal_point(locale: str) -> str:
    return "." if locale == "en" else ","


def _example(currency: str, locale: str | None) -> str:
    return format_plain(1_234_00 if currency in WITHOUT_CENTS else 1_234_50, currency=currency, locale=locale or "en")
