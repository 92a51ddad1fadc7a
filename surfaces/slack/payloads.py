"""What Slack sends, told apart: what is ours, what is nobody's business, and what is malformed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NoReturn, cast
from urllib.parse import parse_qsl

from surfaces.slack.address import is_id, is_ts

Json = dict[str, Any]

#: Slack's own payloads nest about a dozen levels deep.
DEPTH: Final = 40
_FIELDS: Final = 60
_TEXT: Final = 40_000


class Malformed(ValueError):
    """Not what Slack sends."""


class Kind(StrEnum):
    """What a request is; HANDSHAKE proves the address to Slack, FOREIGN is well formed and none of our business."""

    COMMAND = "command"
    PRESS = "press"
    SUBMISSION = "submission"
    SHORTCUT = "shortcut"
    EVENT = "event"
    HANDSHAKE = "handshake"
    FOREIGN = "foreign"


def parse(raw: bytes, content_type: str) -> Json:
    """Return the body of a request as an object, parsed once and not too deep.

    :raises Malformed: it is neither JSON nor a form with a payload or a command.
    """
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return _load(text)
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"))
        return _load(form["payload"]) if "payload" in form else cast("Json", form)
    except (ValueError, RecursionError) as error:
        raise Malformed("unreadable") from error


def classify(body: Mapping[str, Any]) -> Kind:
    """Tell what a parsed request is.

    :raises Malformed: it claims to be something and lacks what that must have.
    """
    kind = body.get("type")
    if kind is None:
        return _command(body)
    if kind == "url_verification":
        _need(isinstance(body.get("challenge"), str))
        return Kind.HANDSHAKE
    check = _CHECKS.get(kind) if isinstance(kind, str) else _fail("type")
    return check(body) if check is not None else Kind.FOREIGN


def part(body: Mapping[str, Any], name: str) -> Json:
    """Return an object that a body may hold; an empty one where it does not."""
    found: object = body.get(name)
    return cast("Json", found) if isinstance(found, dict) else {}


def parts(body: Mapping[str, Any], name: str) -> list[Json]:
    """Return the objects of a list that a body may hold."""
    found: object = body.get(name)
    items = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Json", one) for one in items if isinstance(one, dict)]


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return the workspace in which the app is installed, as far as the payload says."""
    named = [*parts(body, "authorizations"), body, {"team_id": part(body, "team").get("id")}]
    return next((str(one["team_id"]) for one in named if is_id(one.get("team_id"))), "")


def _load(text: str) -> Json:
    body = json.loads(text, parse_constant=_fail)
    if not isinstance(body, dict):
        raise Malformed("not an object")
    # Each level opens a bracket: few brackets cannot be deep, and need no walk.
    if text.count("{") + text.count("[") > DEPTH:
        _measure(cast("Json", body))
    return cast("Json", body)


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


def _command(body: Mapping[str, Any]) -> Kind:
    if body.get("ssl_check"):
        return Kind.FOREIGN
    name = body.get("command")
    _need(isinstance(name, str) and name.startswith("/") and len(name) < 80)
    _need(is_id(body.get("user_id")) and is_id(body.get("team_id")))
    _need(_text(body.get("text", "")) and _text(body.get("trigger_id")))
    _need(is_id(body.get("channel_id", "C0")))
    return Kind.COMMAND


def _interactive(body: Mapping[str, Any]) -> None:
    _need(is_id(_object(body.get("user")).get("id")))
    _need(_text(body.get("trigger_id", "")) and _text(body.get("response_url", "")))
    for name in ("channel", "message", "container", "view"):
        if body.get(name) is not None:
            _object(body[name])
    _place(body)


def _place(body: Mapping[str, Any]) -> None:
    container, message = _object(body.get("container") or {}), _object(body.get("message") or {})
    for holder in (container, message):
        _need(all(is_ts(holder[name]) for name in ("ts", "message_ts", "thread_ts") if holder.get(name) is not None))
    channels = (_object(body.get("channel") or {}).get("id"), container.get("channel_id"))
    _need(all(is_id(one) for one in channels if one is not None))


def _press(body: Mapping[str, Any]) -> Kind:
    _interactive(body)
    actions = _list(body.get("actions"))
    _need(0 < len(actions) <= 100)
    for one in actions:
        action = _object(one)
        _need(_text(action.get("action_id")) and _text(action.get("value", "")) and _text(action.get("type", "")))
    return Kind.PRESS


def _submission(body: Mapping[str, Any]) -> Kind:
    _interactive(body)
    view = _object(body.get("view"))
    _need(_text(view.get("id")) and _text(view.get("callback_id")) and _text(view.get("private_metadata", "")))
    _need(isinstance(view.get("blocks", []), list))
    for inputs in _object(_object(view.get("state")).get("values")).values():
        for one in _object(inputs).values():
            _element(_object(one))
    return Kind.SUBMISSION


def _element(element: Json) -> None:
    _need(isinstance(element.get("type"), str))
    for name in ("value", "selected_date", "selected_conversation"):
        _need(element.get(name) is None or _text(element[name]))
    chosen = [element["selected_option"]] if element.get("selected_option") is not None else []
    options = _list(element.get("selected_options") or [])
    _need(all(_text(_object(one).get("value")) for one in [*chosen, *options]))
    _need(all(is_id(one) for one in _list(element.get("selected_users") or [])))
    _need(is_id(element.get("selected_conversation") or "C0"))


def _shortcut(body: Mapping[str, Any]) -> Kind:
    _interactive(body)
    _need(_text(body.get("callback_id")))
    message = _object(body.get("message"))
    _need(_text(message.get("text") or "") and is_ts(message.get("ts")))
    return Kind.SHORTCUT


def _event(body: Mapping[str, Any]) -> Kind:
    event = _object(body.get("event"))
    _need(isinstance(event.get("type"), str) and _text(body.get("event_id")))
    if event["type"] not in ("message", "app_home_opened", "user_change"):
        return Kind.FOREIGN
    if event["type"] == "message":
        _need(is_ts(event.get("ts")) and is_id(event.get("channel")))
        _need(event.get("thread_ts") is None or is_ts(event["thread_ts"]))
        _need(event.get("user") is None or is_id(event["user"]))
        _need(event.get("text") is None or _text(event["text"]))
    elif event["type"] == "user_change":
        _need(is_id(_object(event.get("user")).get("id")))
    else:
        _need(is_id(event.get("user")))
    return Kind.EVENT


_CHECKS: Final = {
    "block_actions": _press,
    "view_submission": _submission,
    "message_action": _shortcut,
    "event_callback": _event,
}


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise Malformed("an object is expected")
    return cast("Json", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Malformed("a list is expected")
    return cast("list[object]", value)


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _TEXT


def _need(condition: bool) -> None:
    if not condition:
        raise Malformed("something is missing or of another shape")


def _fail(name: str) -> NoReturn:
    raise Malformed(name)
