"""What is told when a platform did not show something in time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormLate:
    """A form did not open in time; `action` and `value` open it again, and are empty where typing again does."""

    action: str = ""
    value: str = ""


EXAMPLES = (FormLate(action="challenge.edit", value="CH-12"), FormLate())
