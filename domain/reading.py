"""What a free text says of a challenge, part by part; every part stands in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from domain.challenges import MUST_HAVE_MAX, MUST_HAVES_MAX

_ITEM = re.compile(r"^[ \t]*(?:[-*•·–]|\d{1,2}[.)])[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
# The dot of "E. coli" or "ca. 5" ends no sentence.
_SENTENCE = re.compile(r"(?<=\w\w[.!?;])[ \t]+(?=[^\W\d_a-z]|[\"„»(])|\n+")
# What people say where a thing is needed: English, Danish, German, Dutch, Swedish, Norwegian.
_NEEDED = re.compile(
    r"\b(?:must|shall|needs? to|ha(?:s|ve) to|required|at least|at most|no more than|cannot do without"
    r"|skal|mindst|højst|uden at|muss|müssen|mindestens|höchstens|darf nicht|moet|moeten|minstens|minimaal|maximaal"
    r"|ska|måste|minst|högst|får inte|må ikke|høyst)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what was found: `must_haves` and `criteria` word for word, `countries` as ISO 3166-1 codes."""

    title: str = ""
    problem: str = ""
    background: str = ""
    must_haves: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    deadline_on: date | None = None


def read_locally(text: str) -> Reading:
    """Find the must-haves of a text without understanding it: its list items, else sentences that ask for something."""
    items = [match[1] for match in _ITEM.finditer(text)]
    found = items if len(items) > 1 else [one.strip() for one in _SENTENCE.split(text) if _NEEDED.search(one)]
    fitting = [one for one in dict.fromkeys(found) if 0 < len(one) <= MUST_HAVE_MAX]
    return Reading(must_haves=tuple(fitting[:MUST_HAVES_MAX]))
