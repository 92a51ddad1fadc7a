"""Human ids: CH-12, AN-7, IN-34, VO-5; unique in a deployment."""

from __future__ import annotations

import re
from enum import StrEnum

from domain.errors import Invalid


class Kind(StrEnum):
    """Name the two letters before the number."""

    CHALLENGE = "CH"
    ANSWER = "AN"
    INTRODUCTION = "IN"
    VOUCHER = "VO"
    SCHEME = "SC"
    CALL = "CA"
    ORGANISATION = "OR"
    CLUSTER = "CL"
    MEMBERSHIP = "MB"


NUMBER_MAX = 2_147_483_647  # what a 32-bit key can hold; a larger number names nothing

_KINDS: frozenset[str] = frozenset(Kind)
_PATTERN = re.compile(r"([A-Za-z]{2})\s*[-\u2010-\u2015\u2212_]?\s*([0-9]{1,10})", re.ASCII)
_EXAMPLE_NUMBER = 12


def read_number(text: str, *, highest: int = NUMBER_MAX) -> int | None:
    """Return the whole number that a text is, in the digits 0 to 9; None for everything else and what is too high.

    `str.isdigit` lets through what `int` refuses, such as a superscript two.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(highest))):
        return None
    return int(text) if int(text) <= highest else None


def format_id(kind: str, number: int) -> str:
    """Return the id as people see it, such as CH-12.

    :raises ValueError: for a kind or number that no id can have; that is a mistake of the program.
    """
    if not 1 <= number <= NUMBER_MAX:
        raise ValueError(f"no id has the number {number}")
    return f"{Kind(kind)}-{number}"


def parse_id(text: str, kind: str | None = None) -> tuple[str, int]:
    """Read an id in any case, with or without its dash, such as "ch12", "CH-12" or " Ch 12 ".

    With `kind`, a bare number is that kind's, and any other kind is refused.

    :raises Invalid: key "id.unknown" with `example`.
    """
    example = format_id(kind or Kind.CHALLENGE, _EXAMPLE_NUMBER)
    bare = text.strip()
    if kind is not None and bare.isascii() and bare.isdigit():
        bare = f"{kind}{bare}"
    # The length is looked at first, so that a pasted page costs nothing.
    match = _PATTERN.fullmatch(bare) if len(bare) <= 40 else None
    if match is None:
        raise Invalid("id.unknown", example=example)
    found, number = match[1].upper(), int(match[2])
    known = found in _KINDS and found == (kind or found)
    if not known or not 1 <= number <= NUMBER_MAX:
        raise Invalid("id.unknown", example=example)
    return found, number
