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
# Blanks are counted, so that a text of nothing else costs no more than another.
_WRITTEN = r"([A-Za-z]{2})\s{0,9}[-\u2010-\u2015\u2212_]?\s{0,9}([0-9]{1,10})"
_PATTERN = re.compile(_WRITTEN)
#: An id at the beginning of a text, and what parts it from the words behind it: a blank, or a mark with a word right
#: behind it ("CH-12:We have"). A number alone is parted by fewer marks: "12.5 km" and "12-volt" are no ids.
_LEADING = re.compile(
    rf"\s*\(?(#?\s{{0,9}}(?:{_WRITTEN}|[0-9]{{1,10}}(?![^\s:)]*[^\s,.:;!?)])))"
    r"(?:[,.:;!?)]*\s+|[,.:;!?)]*$|[,.:;!?)\-\u2013\u2014]+(?=[^\W\d]|[\"'\u201c-\u201f\u00ab\u00bb]))"
)
#: What people write around an id in a sentence.
_BEFORE, _BEHIND = "#( \t\r\n", ",.:;!?) \t\r\n"
#: What parts an id from the words behind it; a sign or a point before a digit belongs to the number.
_PARTING = re.compile(r"(?:[,:;\s]|[-.\u2013\u2014](?![0-9]))*")
_EXAMPLE_NUMBER = 12
_MOST = 60


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
    """Read an id in any case, with or without its dash, such as "ch12", "CH-12,", "#CH-12" or " Ch 12 ".

    With `kind`, a bare number such as "12" or "#12" is that kind's, and any other kind is refused.

    :raises Invalid: key "id.unknown" with `example`.
    """
    example = format_id(kind or Kind.CHALLENGE, _EXAMPLE_NUMBER)
    # The length is looked at first, so that a pasted page costs nothing.
    bare = _bare(text) if len(text) <= _MOST else ""
    if kind is not None and bare.isascii() and bare.isdigit():
        bare = f"{kind}{bare}"
    match = _PATTERN.fullmatch(bare)
    if match is None:
        raise Invalid("id.unknown", example=example)
    found, number = match[1].upper(), int(match[2])
    known = found in _KINDS and found == (kind or found)
    if not known or not 1 <= number <= NUMBER_MAX:
        raise Invalid("id.unknown", example=example)
    return found, number


def is_number(text: str) -> bool:
    """Tell whether a text is an id without its kind, such as "12", "#12" or "(12)"."""
    return _bare(text).isdigit()


def _bare(text: str) -> str:
    return text.strip().lstrip(_BEFORE).rstrip(_BEHIND)


def split_id(text: str, kind: str | None = None) -> tuple[str, str]:
    """Return the id with which a text begins, as people see it, and the words behind it.

    The id is empty where the text begins with none, or (with `kind`) with one of another kind.
    """
    found = _LEADING.match(text)
    if found is None:
        return "", text.strip()
    try:
        leading = format_id(*parse_id(found[1], kind))
    except Invalid:
        return "", text.strip()
    behind = text[found.end() :]
    parting = _PARTING.match(behind)
    return leading, behind[parting.end() if parting else 0 :].strip()
