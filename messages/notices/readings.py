"""What there is to tell about the text of a draft that is sorted into the parts of a challenge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from messages.notices.challenges import SHEET


@dataclass(frozen=True, slots=True)
class TextIsRead:
    """The text of a draft is being read; what is found comes as a private card."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ReadingOffered:
    """What was found in the text of a draft, word for word; an offer to its author.

    `by_model` says that a language model found it; otherwise only must-haves were looked for. `open`: the draft is
    still as it was read.
    """

    id: str
    title: str
    found_title: str = ""
    problem: str = ""
    background: str = ""
    must_haves: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    deadline_on: date | None = None
    by_model: bool = True
    open: bool = True


@dataclass(frozen=True, slots=True)
class OriginalText:
    """The text of a draft as its author first wrote it."""

    id: str
    text: str


_READING = ReadingOffered(
    id="CH-12",
    title=SHEET.title,
    found_title="Detect E. coli in drinking-water pipes",
    problem="Samples go to a laboratory and come back after two days.",
    background="We run 900 km of pipes.",
    must_haves=("result within one hour", "runs three months without service"),
    criteria=("cost of running",),
    countries=("DK", "NL"),
    deadline_on=date(2026, 6, 30),
)

EXAMPLES = (
    TextIsRead(id="CH-12", title=SHEET.title),
    _READING,
    replace(_READING, by_model=False, found_title="", problem="", background="", criteria=(), countries=()),
    ReadingOffered(id="CH-12", title=SHEET.title, by_model=False),
    replace(_READING, open=False),
    OriginalText(id="CH-12", text="We look for sensors.\nThe result must be there within one hour."),
)
