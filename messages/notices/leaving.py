"""What is told of somebody who has left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HasLeft:
    """A person without an account left; `colleagues` act for the same organisation still."""

    person: str
    organisation: str = ""
    colleagues: tuple[str, ...] = ()


EXAMPLES = (
    HasLeft("Engineer, Warm Loop", "Warm Loop ApS", ("Owner, Warm Loop", "Director, Warm Loop")),
    HasLeft("Engineer, Warm Loop", "Warm Loop ApS"),
    HasLeft("Manager, CLEAN"),
)
