"""What Slack refuses in blocks and views: every limit that its reference pages state, as a list of complaints.

Written from the platform's reference, not from the renderer, so that the two can disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

Json = dict[str, Any]

_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_CONTROL = re.compile(r"<(?!https?://[^\s<>|]+>)")
IN_MESSAGE = {"section", "divider", "image", "actions", "context", "header", "rich_text"}
IN_VIEW = IN_MESSAGE | {"input"}
INPUTS = {
    "plain_text_input",
    "static_select",
    "multi_static_select",
    "checkboxes",
    "datepicker",
    "number_input",
    "conversations_select",
    "multi_users_select",
}


def message_problems(blocks: Any, *, most: int = 50) -> list[str]:
    """Say what is wrong with the blocks of a message."""
    return list(_blocks(blocks, IN_MESSAGE, most))


def view_problems(view: Any) -> list[str]:
    """Say what is wrong with a modal view or a Home tab."""
    return list(_view(view))


def _view(view: Any) -> Iterator[str]:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        yield "no view"
        return
    yield from _blocks(view.get("blocks"), IN_VIEW, 100)
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if name in view and not (isinstance(view[name], str) and len(view[name]) <= most):
            yield f"{name} over {most}"
    has_inputs = any(block.get("type") == "input" for block in view.get("blocks") or ())
    yield from (_home if view["type"] == "home" else _modal)(view, has_inputs=has_inputs)
    if len(json.dumps(view)) > 250_000:
        yield "view_too_large"


def _home(view: Json, *, has_inputs: bool) -> Iterator[str]:
    if {"title", "submit", "close"} & view.keys():
        yield "a Home tab has no title, submit or close"
    if has_inputs:
        yield "input on Home"


def _modal(view: Json, *, has_inputs: bool) -> Iterator[str]:
    yield from _plain(view.get("title"), 24, "title")
    for name in ("submit", "close"):
        if name in view:
            yield from _plain(view[name], 24, name)
    if has_inputs and "submit" not in view:
        yield "inputs without submit"


def _blocks(blocks: Any, allowed: set[str], most: int) -> Iterator[str]:
    if not isinstance(blocks, list) or not blocks:
        yield "no blocks"
        return
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, at most {most}"
    block_ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(block_ids) != len(set(block_ids)):
        yield "block_id twice"
    action_ids: list[str] = []
    for at, block in enumerate(blocks):
        kind = block.get("type")
        if kind not in allowed:
            yield f"blocks[{at}]: {kind} is not allowed here"
            continue
        if not (isinstance(block.get("block_id", "b"), str) and 0 < len(block.get("block_id", "b")) <= 255):
            yield f"blocks[{at}]: block_id"
        for problem in _CHECKS[kind](block):
            yield f"blocks[{at}] ({kind}): {problem}"
        # Within one block Slack insists on it; within a message it makes presses ambiguous.
        if kind == "actions":
            action_ids += [one.get("action_id", "") for one in block.get("elements", ())]
    if len(action_ids) != len(set(action_ids)):
        yield "action_id twice"


def _unknown(given: Json, *known: str) -> Iterator[str]:
    extra = given.keys() - {"type", "block_id", *known}
    if extra:
        yield f"unknown {sorted(extra)}"


def _section(block: Json) -> Iterator[str]:
    yield from _unknown(block, "text", "fields", "accessory", "expand")
    if "text" not in block and "fields" not in block:
        yield "neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], 3000, "text")
    if "fields" in block:
        if not 0 < len(block["fields"]) <= 10:
            yield "1 to 10 fields"
        for one in block["fields"]:
            yield from _text(one, 2000, "field")


def _header(block: Json) -> Iterator[str]:
    yield from _unknown(block, "text", "level")
    yield from _plain(block.get("text"), 150, "text")


def _context(block: Json) -> Iterator[str]:
    yield from _unknown(block, "elements")
    if not 0 < len(block.get("elements", ())) <= 10:
        yield "1 to 10 elements"
    for one in block.get("elements", ()):
        yield from _text(one, 3000, "element")


def _actions(block: Json) -> Iterator[str]:
    yield from _unknown(block, "elements")
    if not 0 < len(block.get("elements", ())) <= 25:
        yield "1 to 25 elements"
    for one in block.get("elements", ()):
        yield from _button(one)


def _button(element: Json) -> Iterator[str]:
    if element.get("type") != "button":
        yield f"only buttons are used, not {element.get('type')}"
    yield from _unknown(element, "text", "action_id", "value", "url", "style", "confirm", "accessibility_label")
    yield from _plain(element.get("text"), 75, "button text")
    yield from _length(element.get("action_id"), 255, "action_id")
    if "value" in element:
        yield from _length(element["value"], 2000, "value")
    if "url" in element:
        yield from _length(element["url"], 3000, "url")
        if not re.match(r"https?://", element["url"]):
            yield "url"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield "style"
    if "confirm" in element:
        confirm = element["confirm"]
        for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
            yield from _plain(confirm.get(name), most, f"confirm.{name}")
        yield from _text(confirm.get("text"), 300, "confirm.text")


def _input(block: Json) -> Iterator[str]:
    yield from _unknown(block, "label", "element", "hint", "optional", "dispatch_action")
    yield from _plain(block.get("label"), 2000, "label")
    if "hint" in block:
        yield from _plain(block["hint"], 2000, "hint")
    element = block.get("element")
    if not isinstance(element, dict) or element.get("type") not in INPUTS:
        yield "element"
        return
    yield from _length(element.get("action_id"), 255, "action_id")
    kind = element["type"]
    if kind == "plain_text_input":
        yield from _text_input(element)
    elif kind == "number_input":
        yield from _number_input(element)
    elif kind == "datepicker" and "initial_date" in element:
        try:
            date.fromisoformat(element["initial_date"])
        except ValueError:
            yield "initial_date"
    elif kind in ("static_select", "multi_static_select", "checkboxes"):
        yield from _select(element)


def _text_input(element: Json) -> Iterator[str]:
    most = element.get("max_length", 3000)
    if not 1 <= most <= 3000 or not 0 <= element.get("min_length", 0) <= 3000:
        yield "length limits"
    if len(element.get("initial_value", "")) > most:
        yield "initial_value over max_length"


def _number_input(element: Json) -> Iterator[str]:
    if "is_decimal_allowed" not in element:
        yield "is_decimal_allowed"
    value = element.get("initial_value", "0")
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+", value):
        yield "initial_value"


def _select(element: Json) -> Iterator[str]:
    most = 10 if element["type"] == "checkboxes" else 100
    if ("options" in element) == ("option_groups" in element):
        yield "either options or option_groups"
        return
    groups: list[Json] = element.get("option_groups") or [{"options": element["options"], "label": None}]
    if len(groups) > 100:
        yield "100 groups"
    every: list[Json] = []
    for group in groups:
        if group["label"] is not None:
            yield from _plain(group["label"], 75, "group")
        if not 0 < len(group["options"]) <= most:
            yield f"1 to {most} options"
        every += group["options"]
    for option in every:
        yield from _option(option)
    chosen = [
        *element.get("initial_options", ()),
        *([element["initial_option"]] if "initial_option" in element else []),
    ]
    if "initial_options" in element and not element["initial_options"]:
        yield "initial_options empty"
    if any(one not in every for one in chosen):
        yield "initial option is none of the options"


def _option(option: Json) -> Iterator[str]:
    yield from _text(option.get("text"), 75, "option text")
    yield from _length(option.get("value"), 150, "option value")


def _nothing(block: Json) -> Iterator[str]:
    yield from _unknown(block, "elements")


def _image(block: Json) -> Iterator[str]:
    yield from _unknown(block, "image_url", "slack_file", "alt_text", "title")
    yield from _length(block.get("alt_text"), 2000, "alt_text")
    if ("image_url" in block) == ("slack_file" in block):
        yield "either image_url or slack_file"
    if "image_url" in block:
        yield from _length(block["image_url"], 3000, "image_url")
    if "slack_file" in block:
        file = block["slack_file"]
        if ("id" in file) == ("url" in file):
            yield "slack_file has either an id or a url"
        if "id" in file and not re.fullmatch(r"F[A-Z0-9]{8,}", str(file["id"])):
            yield "slack_file.id"


_CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": _nothing,
    "image": _image,
    "rich_text": _nothing,
}


def _plain(given: Any, most: int, name: str) -> Iterator[str]:
    if isinstance(given, dict) and given.get("type") != "plain_text":
        yield f"{name} must be plain_text"
    yield from _text(given, most, name)


def _text(given: Any, most: int, name: str) -> Iterator[str]:
    if not isinstance(given, dict) or given.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{name} is no text object"
        return
    text = given.get("text")
    yield from _length(text, most, name)
    if not isinstance(text, str):
        return
    if not text.strip():
        yield f"{name} is blank"
    if given["type"] == "plain_text" and "verbatim" in given:
        yield f"{name}: verbatim belongs to mrkdwn"
    # Not Slack's rule but ours: nothing that a person wrote may become markup.
    if _ENTITY.search(text) or _CONTROL.search(text):
        yield f"{name} is not escaped"


def _length(given: Any, most: int, name: str) -> Iterator[str]:
    if not isinstance(given, str) or not 0 < len(given) <= most:
        yield f"{name} must have 1 to {most} characters"
