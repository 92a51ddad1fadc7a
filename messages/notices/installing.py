"""What is told where Matchpoint was just added."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Greeting:
    """Matchpoint has come; `cluster` is whose assistant it is here, empty before the set-up."""

    cluster: str = ""


EXAMPLES = (Greeting(cluster="CLEAN"), Greeting())
