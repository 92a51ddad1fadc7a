"""What is told while the accounts of one person are linked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An account, by the workspace that it is in; `here`: the one that is asking."""

    id: str
    surface: str
    workspace: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class LinkedAccounts:
    """A person gets a code, good for so many minutes, and sees the accounts that are linked."""

    code: str
    minutes: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """Who typed a code sees whose it is, and for which organisations he or she could approve no more (`conflicts`)."""

    value: str
    name: str
    places: tuple[Place, ...]
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountLinked:
    """A person's accounts are one person's now."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Unlinked:
    """An account is somebody of its own again; these are left."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class CodeWrong:
    """The code is not right, or too old; after `left` more the person has to wait."""

    left: int
    minutes: int


_PLACES = (Place("1", "slack", "CLEAN", here=True), Place("2", "teams", "Clean Tech Delta"))

EXAMPLES = (
    LinkedAccounts("K7MQ2XTR", 15, _PLACES),
    LinkedAccounts("K7MQ2XTR", 15, _PLACES[:1]),
    LinkOffer("K7MQ2XTR 0", "Manager, CLEAN", _PLACES[1:]),
    LinkOffer("K7MQ2XTR 0", "Manager, CLEAN", _PLACES[1:], ("Warm Loop ApS",)),
    AccountLinked(_PLACES),
    Unlinked(_PLACES[:1]),
    CodeWrong(left=3, minutes=15),
    CodeWrong(left=0, minutes=15),
)
