"""What platforms send as JSON, read once, not too deep, and looked into without trust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn, cast

Json = dict[str, Any]

#: What platforms send nests about a dozen levels deep.
DEPTH: Final = 40
_TEXT: Final = 40_000


class Malformed(ValueError):
    """Not what the platform sends."""


def load(text: str) -> Json:
    """Return the object that a JSON text is.

    :raises Malformed: it is none, or too deep. :raises ValueError: it is no JSON. :raises RecursionError: far too deep.
    """
    body = json.loads(text, parse_constant=fail)
    if not isinstance(body, dict):
        raise Malformed("not an object")
    # Each level opens a bracket: few brackets cannot be deep, and need no walk.
    if text.count("{") + text.count("[") > DEPTH:
        _measure(cast("Json", body))
    return cast("Json", body)


def part(body: Mapping[str, Any], name: str) -> Json:
    """Return an object that a body may hold; an empty one where it does not."""
    found: object = body.get(name)
    return cast("Json", found) if isinstance(found, dict) else {}


def parts(body: Mapping[str, Any], name: str) -> list[Json]:
    """Return the objects of a list that a body may hold."""
    found: object = body.get(name)
    items = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Json", one) for one in items if isinstance(one, dict)]


def as_object(value: object) -> Json:
    """Return a value that must be an object. :raises Malformed: it is not."""
    if not isinstance(value, dict):
        raise Malformed("an object is expected")
    return cast("Json", value)


def as_list(value: object) -> list[object]:
    """Return a value that must be a list. :raises Malformed: it is not."""
    if not isinstance(value, list):
        raise Malformed("a list is expected")
    return cast("list[object]", value)


def is_text(value: object) -> bool:
    """Tell whether a value is text of a length that is believable."""
    return isinstance(value, str) and len(value) <= _TEXT


def need(condition: bool) -> None:
    """Insist on what a body must have. :raises Malformed: it has not."""
    if not condition:
        raise Malformed("something is missing or of another shape")


def fail(name: str) -> NoReturn:
    """Refuse a body. :raises Malformed: always."""
    raise Malformed(name)


def _measure(body: Json) -> None:
    level: list[object] = [body]
    for _ in range(DEPTH):
        inner: list[object] = []
        for one in level:
            values = cast("Json", one).values() if isinstance(one, dict) else cast("list[object]", one)
            inner += [value for value in values if isinstance(value, dict | list)]
        if not inner:
            return
        level = inner
    raise Malformed("too deep")
