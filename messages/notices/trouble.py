"""What is told when something could not be done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal that was foreseen; `text` is its sentence, in the reader's language already."""

    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something nobody foresaw; `reference` finds it in the log."""

    reference: str


EXAMPLES = (Refused(text="CH-12 was closed on 3 May."), Trouble(reference="4f1d2c9a"))
