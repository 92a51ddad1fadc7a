"""What is told when something could not be done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal that was foreseen; `text` is its sentence, in the reader's language already.

    `about` is the id of what has changed meanwhile and can be shown as it is now; empty where nothing can.
    """

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something nobody foresaw; `reference` finds it in the log."""

    reference: str


EXAMPLES = (
    Refused(text="CH-12 was closed on 3 May."),
    Refused(text="AN-7 was changed a moment ago.", about="AN-7"),
    Trouble(reference="4f1d2c9a"),
)
