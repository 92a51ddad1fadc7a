"""What a person's own page says at its top."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HomeTitle:
    """The head of the page; `items` is how many cards follow."""

    name: str
    items: int


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody without a membership looks at the page; `ready` says that the workspace is set up."""

    ready: bool


EXAMPLES = (
    HomeTitle(name="Manager, CLEAN", items=2),
    HomeTitle(name="Innovation lead", items=0),
    Stranger(ready=True),
    Stranger(ready=False),
)
