"""The words of an invented programme: names that occur nowhere else, and what the organisations do and look for."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

_SYLLABLES: Final = [
    "bax",
    "cyd",
    "dov",
    "fex",
    "gux",
    "hyl",
    "jav",
    "kez",
    "lix",
    "mox",
    "nuv",
    "pyx",
    "qua",
    "rez",
    "syx",
    "tov",
    "vux",
    "wyz",
    "xal",
    "yev",
    "zod",
    "bri",
    "kru",
    "fla",
]
_DIGITS: Final = 3


def name_of(number: int) -> str:
    """Return an invented name: each number has its own, and it is a word of no language."""
    rest, parts = number, list[str]()
    for _ in range(_DIGITS):
        rest, at = divmod(rest, len(_SYLLABLES))
        parts.append(_SYLLABLES[at])
    return "".join(parts).capitalize()


@dataclass(frozen=True, slots=True)
class Trade:
    """A field of work: what its suppliers say of themselves, and what its buyers need."""

    sector: str
    does: tuple[str, ...]
    needs: tuple[str, ...]


TRADES: Final = (
    Trade(
        "Water",
        (
            "on-line detection of bacteria in drinking-water pipes",
            "leak location in distribution networks",
            "membrane filtration of process water",
            "removal of micropollutants with ozone",
            "recovery of phosphorus from sewage sludge",
        ),
        ("detect bacteria in pipes within the hour", "find leaks before they break", "remove micropollutants"),
    ),
    Trade(
        "Heat",
        (
            "large heat pumps for district heating",
            "recovery of waste heat from data centres",
            "seasonal storage of heat in pits",
            "low-temperature district heating substations",
            "insulation of old industrial pipes",
        ),
        ("use waste heat of data centres", "store heat from summer to winter", "lower the return temperature"),
    ),
    Trade(
        "Wind",
        (
            "recycling of turbine blades into panels",
            "low-noise installation of monopiles",
            "inspection of blades by drones",
            "predictive maintenance of gearboxes offshore",
            "corrosion protection of foundations",
        ),
        ("recycle turbine blades", "install piles with less noise", "inspect blades without stopping"),
    ),
    Trade(
        "Construction",
        (
            "sorting of demolition waste by robots",
            "concrete with recycled aggregate",
            "reuse of bricks with documentation",
            "timber facades for renovation",
            "detection of hazardous substances in rubble",
        ),
        ("bring demolition waste back into buildings", "document hazardous substances", "reuse bricks at scale"),
    ),
    Trade(
        "Harbours",
        (
            "shore power for cruise ships",
            "treatment of wash water from scrubbers",
            "electric cranes with energy recovery",
            "monitoring of emissions in ports",
            "hydrogen bunkering for ferries",
        ),
        ("treat wash water on the quay", "supply ships with shore power", "measure emissions in the port"),
    ),
    Trade(
        "Waste",
        (
            "optical sorting of plastic packaging",
            "pyrolysis of mixed plastics",
            "collection routes planned by fill levels",
            "composting of food waste with odour control",
            "separation of textiles by fibre",
        ),
        ("sort plastic packaging by polymer", "separate textiles by fibre", "collect bins only when they are full"),
    ),
    Trade(
        "Energy",
        (
            "flexible control of electric boilers",
            "battery storage for industrial peaks",
            "forecasting of photovoltaic yield",
            "biogas upgrading with membranes",
            "energy management for small factories",
        ),
        ("shave industrial peaks", "upgrade biogas to grid quality", "steer boilers by the price of power"),
    ),
    Trade(
        "Mobility",
        (
            "charging depots for electric buses",
            "cargo bikes for city logistics",
            "retrofit of diesel ferries with batteries",
            "planning of shared car fleets",
            "measurement of tyre wear particles",
        ),
        ("charge fifty buses overnight", "deliver in the inner city without vans", "refit ferries with batteries"),
    ),
)


def profile_text(rng: Random, trade: Trade, own_name: str) -> tuple[str, str]:
    """Return a summary and skills (with bars between them) of an SME; it likes to speak of itself by name."""
    skills = rng.sample(trade.does, k=rng.randint(2, 4))
    summary = f"{own_name} offers {skills[0]} and {skills[1]}. Customers are utilities and industry."
    return summary, "|".join(skills)


def challenge_text(rng: Random, trade: Trade, own_name: str) -> dict[str, str]:
    """Return title, problem, must-haves and background of a need, as a form takes them; the buyer names itself."""
    need, other = rng.sample(trade.needs, k=2)
    wanted = rng.sample(trade.does, k=3)
    return {
        "title": f"{need.capitalize()} ({own_name})" if rng.random() < 0.2 else need.capitalize(),
        "problem": f"{own_name} has to {need}. We look for {wanted[0]} or {wanted[1]}.",
        "must_haves": wanted[2],
        "background": f"{own_name} tried to {other} before. Write to info@{own_name.split()[0].lower()}.example.",
        "sector": trade.sector,
    }
