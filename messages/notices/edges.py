"""What is told when a platform was too slow, or silent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormLate:
    """A form did not open in time; `action` and `value` open it again, and are empty where typing again does."""

    action: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class PlatformSilent:
    """The platform does not say who somebody is, so nothing could be done for that person."""


EXAMPLES = (FormLate(action="challenge.edit", value="CH-12"), FormLate(), PlatformSilent())
