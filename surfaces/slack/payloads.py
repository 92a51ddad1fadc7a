"""What Slack sends, told apart: what is ours, what is nobody's business, and what is malformed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from surfaces.bodies import Json, Malformed, as_list, as_object, fail, is_text, load, need, part, parts
from surfaces.slack.address import is_id, is_ts

__all__ = [
    "ENDINGS",
    "WORKSPACE",
    "Json",
    "Kind",
    "Malformed",
    "classify",
    "enterprise_of",
    "parse",
    "part",
    "parts",
    "workspace_of",
    "workspaces_of",
]

_FIELDS: Final = 60
#: Under this name the surface writes which workspace is meant; whatever Slack might send there is overwritten.
WORKSPACE: Final = "matchpoint_workspace"
#: The app or its tokens are gone, or an organisation has taken it from a workspace.
ENDINGS: Final = ("app_uninstalled", "tokens_revoked", "team_access_revoked")


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
            return load(text)
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"))
        return load(form["payload"]) if "payload" in form else cast("Json", form)
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
        need(isinstance(body.get("challenge"), str))
        return Kind.HANDSHAKE
    check = _CHECKS.get(kind) if isinstance(kind, str) else fail("type")
    return check(body) if check is not None else Kind.FOREIGN


def workspaces_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the workspaces that may be the one in which the app was installed, as far as the payload says.

    In a channel that is shared with others, the account that acts may be at home elsewhere: its own comes last. In an
    organisation that installed the app for all its workspaces, Slack leaves `team` empty in what people press and send.
    """
    named: list[object] = [one.get("team_id") for one in parts(body, "authorizations")]
    named += [part(body, "view").get("app_installed_team_id"), body.get("team_id"), part(body, "team").get("id")]
    named += [part(body, "message").get("team"), part(body, "user").get("team_id")]
    return tuple(dict.fromkeys(str(one) for one in named if is_id(one)))


def enterprise_of(body: Mapping[str, Any]) -> str:
    """Return the organisation whose installation covers the workspace, if the payload says that it does."""
    granted = parts(body, "authorizations")[:1] or [dict(body)]
    if granted[0].get("is_enterprise_install") not in (True, "true"):
        return ""
    named = (granted[0].get("enterprise_id"), body.get("enterprise_id"), part(body, "enterprise").get("id"))
    return next((str(one) for one in named if is_id(one)), "")


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return the workspace that the surface has found to be meant."""
    return str(body[WORKSPACE])


def _command(body: Mapping[str, Any]) -> Kind:
    if body.get("ssl_check"):
        return Kind.FOREIGN
    name = body.get("command")
    need(isinstance(name, str) and name.startswith("/") and len(name) < 80)
    need(is_id(body.get("user_id")) and is_id(body.get("team_id")))
    need(is_text(body.get("text", "")) and is_text(body.get("trigger_id")))
    need(is_id(body.get("channel_id", "C0")))
    return Kind.COMMAND


def _interactive(body: Mapping[str, Any]) -> None:
    need(is_id(as_object(body.get("user")).get("id")))
    need(is_text(body.get("trigger_id", "")) and is_text(body.get("response_url", "")))
    for name in ("channel", "message", "container", "view"):
        if body.get(name) is not None:
            as_object(body[name])
    _place(body)


def _place(body: Mapping[str, Any]) -> None:
    container, message = as_object(body.get("container") or {}), as_object(body.get("message") or {})
    for holder in (container, message):
        need(all(is_ts(holder[name]) for name in ("ts", "message_ts", "thread_ts") if holder.get(name) is not None))
    channels = (as_object(body.get("channel") or {}).get("id"), container.get("channel_id"))
    need(all(is_id(one) for one in channels if one is not None))


def _press(body: Mapping[str, Any]) -> Kind:
    _interactive(body)
    actions = as_list(body.get("actions"))
    need(0 < len(actions) <= 100)
    for one in actions:
        action = as_object(one)
        need(is_text(action.get("action_id")) and is_text(action.get("value", "")) and is_text(action.get("type", "")))
    return Kind.PRESS


def _submission(body: Mapping[str, Any]) -> Kind:
    _interactive(body)
    view = as_object(body.get("view"))
    need(is_text(view.get("id")) and is_text(view.get("callback_id")) and is_text(view.get("private_metadata", "")))
    need(isinstance(view.get("blocks", []), list))
    for inputs in as_object(as_object(view.get("state")).get("values")).values():
        for one in as_object(inputs).values():
            _element(as_object(one))
    return Kind.SUBMISSION


def _element(element: Json) -> None:
    need(isinstance(element.get("type"), str))
    for name in ("value", "selected_date", "selected_conversation"):
        need(element.get(name) is None or is_text(element[name]))
    chosen = [element["selected_option"]] if element.get("selected_option") is not None else []
    options = as_list(element.get("selected_options") or [])
    need(all(is_text(as_object(one).get("value")) for one in [*chosen, *options]))
    need(all(is_id(one) for one in as_list(element.get("selected_users") or [])))
    need(is_id(element.get("selected_conversation") or "C0"))


def _shortcut(body: Mapping[str, Any]) -> Kind:
    _interactive(body)
    need(is_text(body.get("callback_id")))
    message = as_object(body.get("message"))
    need(is_text(message.get("text") or "") and is_ts(message.get("ts")))
    return Kind.SHORTCUT


def _event(body: Mapping[str, Any]) -> Kind:
    event = as_object(body.get("event"))
    need(isinstance(event.get("type"), str) and is_text(body.get("event_id")))
    if event["type"] in ENDINGS:
        need(isinstance(body.get("event_time", 0), int))
        return Kind.EVENT
    if event["type"] not in ("message", "app_home_opened", "user_change"):
        return Kind.FOREIGN
    if event["type"] == "message":
        need(is_ts(event.get("ts")) and is_id(event.get("channel")))
        need(event.get("thread_ts") is None or is_ts(event["thread_ts"]))
        need(event.get("user") is None or is_id(event["user"]))
        need(event.get("text") is None or is_text(event["text"]))
    elif event["type"] == "user_change":
        need(is_id(as_object(event.get("user")).get("id")))
    else:
        need(is_id(event.get("user")))
    return Kind.EVENT


_CHECKS: Final = {
    "block_actions": _press,
    "view_submission": _submission,
    "message_action": _shortcut,
    "event_callback": _event,
}
