"""Units of measure as they are written in six languages: which are of a kind, and how many of one make another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SPELLINGS: Final[dict[str, dict[float, str]]] = {
    "time": {
        1e-3: "ms millisecond milliseconds",
        1: "s sec second seconds sek sekunde sekunden sekund sekunder seconde seconden",
        60: "min minute minutes minuten minut minutter minuter minuut",
        3600: "h hr hrs hour hours stunde stunden time timer timen timme timmar timmen uur uren",
        86400: "day days daily tag tage tagen dag dage dagen dagar dager døgn døgnet dygn dygnet etmaal",
        604800: "week weeks woche wochen weken uge uger ugen vecka veckor veckan uke uker uken",
        2629800: "month months monat monate monaten maand maanden måned måneder månad månader",
        31557600: "year years yr yrs jahr jahre jahren jaar jaren år års året",
    },
    "length": {
        1e-9: "nm",
        1e-6: "µm μm micron microns",
        1e-3: "mm millimetre millimetres millimeter millimeters",
        1e-2: "cm centimetre centimetres centimeter centimeters zentimeter",
        1: "m metre metres meter meters metern",
        1e3: "km kilometre kilometres kilometer kilometers kilometern",
        0.0254: "inch inches zoll",
        0.3048: "ft feet foot fuß",
    },
    "area": {1: "m2 sqm quadratmeter kvadratmeter", 1e4: "ha hectare hectares hektar", 1e6: "km2"},
    "volume": {1e-6: "ml", 1e-3: "l litre litres liter liters litern", 1: "m3 nm3 sm3 kubikmeter"},
    "mass": {
        1e-12: "ng",
        1e-9: "µg μg",
        1e-6: "mg",
        1e-3: "g gram grams gramm",
        1: "kg kilo kilos kilogram kilograms kilogramm",
        1e3: "t ton tons tonne tonnes tonnen tonn",
    },
    "power": {1: "w watt watts", 1e3: "kw kilowatt", 1e6: "mw megawatt", 1e9: "gw gigawatt"},
    "energy": {1: "wh", 1e3: "kwh", 1e6: "mwh", 1e9: "gwh", 1e12: "twh"},
    "pressure": {1: "pa pascal", 100: "mbar millibar", 1e3: "kpa", 1e5: "bar bars", 1e6: "mpa"},
    "frequency": {1: "hz hertz", 1e3: "khz", 1e6: "mhz", 1e9: "ghz"},
    "voltage": {1: "v volt volts", 1e3: "kv"},
    "degrees": {1: "° °c c celsius degree degrees grad graden grader"},
    "share": {1: "% percent pct procent prozent prosent"},
    "loudness": {1: "db dba decibel decibels dezibel"},
    "euro": {1: "€ eur euro euros"},
    "dollar": {1: "$ usd dollar dollars"},
    "pound": {1: "£ gbp"},
}
_KNOWN: Final = {
    word: (kind, size)
    for kind, sizes in _SPELLINGS.items()
    for size, spellings in sizes.items()
    for word in spellings.split()
}
_RAISED: Final = str.maketrans("²³", "23")


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold what a unit measures and its size beside others of its kind; of "m3/day", `per` and `each` are the day's."""

    kind: str
    size: float
    per: str = ""
    each: float = 1.0

    def times(self, other: Unit) -> float | None:
        """Return how many of this unit one of another is, or `None` if it measures something else.

        Who leaves out the day of "m3/day" means the same.
        """
        if self.kind != other.kind or (self.per and other.per and self.per != other.per):
            return None
        return other.size / self.size * (self.each / other.each if self.per and other.per else 1)


def unit_of(written: str, over: str = "") -> Unit | None:
    """Return the unit that is written so, perhaps for each `over`; `None` for any other word."""
    found, each = _known(written), _known(over)
    if found is None or each is None:
        return found and Unit(*found)
    return Unit(*found, *each)


def is_time(written: str) -> bool:
    """Tell whether a word is a unit of time."""
    found = _known(written)
    return found is not None and found[0] == "time"


def _known(written: str) -> tuple[str, float] | None:
    return _KNOWN.get("".join(written.lower().translate(_RAISED).split()))
