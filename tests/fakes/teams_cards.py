"""What Teams refuses in an Adaptive Card, and what its clients do not show: as a list of complaints.

Written from the schema of Adaptive Cards 1.5 and from the reference of Teams, not from the renderer, so that the two
can disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

BYTES = 25_000
ACTIONS = 6
CHOICES = 500

_COMMON = {"type", "id", "isVisible", "separator", "spacing", "height", "fallback", "requires"}
_TEXT = {"text", "color", "fontType", "isSubtle", "size", "weight"}
_INPUT = _COMMON | {"label", "isRequired", "errorMessage", "value"}
ELEMENTS = {
    "TextBlock": _COMMON | _TEXT | {"wrap", "maxLines", "style", "horizontalAlignment"},
    "RichTextBlock": _COMMON | {"inlines", "horizontalAlignment"},
    "FactSet": _COMMON | {"facts"},
    "Image": _COMMON | {"url", "altText", "size", "width", "horizontalAlignment"},
    "Container": _COMMON | {"items", "style", "bleed", "selectAction", "minHeight", "verticalContentAlignment"},
    "ActionSet": _COMMON | {"actions"},
    "Input.Text": _INPUT | {"isMultiline", "maxLength", "placeholder", "regex", "style", "inlineAction"},
    "Input.Number": _INPUT | {"min", "max", "placeholder"},
    "Input.Date": _INPUT | {"min", "max", "placeholder"},
    "Input.ChoiceSet": _INPUT | {"choices", "choices.data", "isMultiSelect", "style", "wrap", "placeholder"},
}
_ACTION = {"type", "id", "title", "iconUrl", "style", "fallback", "requires", "tooltip", "isEnabled", "mode"}
ACTIONS_ALLOWED = {
    "Action.OpenUrl": _ACTION | {"url"},
    "Action.Submit": _ACTION | {"data", "associatedInputs"},
    "Action.Execute": _ACTION | {"data", "verb", "associatedInputs"},
    "Action.ToggleVisibility": _ACTION | {"targetElements"},
}
_RUN = {"type", "highlight", "italic", "selectAction", "strikethrough", "underline"} | _TEXT
_ROOT = {"type", "version", "lang", "msteams", "body", "actions", "fallbackText", "speak", "$schema", "refresh"}
_ENUMS = {
    "spacing": {"None", "Small", "Default", "Medium", "Large", "ExtraLarge", "Padding"},
    "size": {"Default", "Small", "Medium", "Large", "ExtraLarge", "Stretch"},
    "weight": {"Default", "Lighter", "Bolder"},
    "color": {"Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"},
}
_STYLES = {
    "TextBlock": {"default", "heading"},
    "Container": {"default", "emphasis", "good", "attention", "warning", "accent"},
    "Input.ChoiceSet": {"compact", "expanded", "filtered"},
    "Input.Text": {"text", "tel", "url", "email", "password"},
}
#: What every client of Teams reads as Markdown, or some of them do.
_MARKUP = re.compile(r"[*_`\[\]~\\]|<|\{\{|^\s*(?:[-+]|\d+[.)]) |^#{1,6} |^>", re.MULTILINE)


def card_problems(card: Any, *, in_dialog: bool = False) -> list[str]:
    """Say what is wrong with an Adaptive Card; in a dialog buttons can only submit, open and toggle."""
    return list(_card(card, in_dialog=in_dialog))


def message_problems(activity: Any) -> list[str]:
    """Say what is wrong with a message of the bot."""
    problems = [] if activity.get("type") == "message" else ["no message"]
    if not activity.get("summary"):
        problems.append("no summary: a notification would say that a card was sent, and nothing else")
    if activity.get("text"):
        problems.append("text beside a card is shown twice")
    for attachment in activity["attachments"]:
        if attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
            problems.append("no card")
        problems += card_problems(attachment["content"])
    return problems


def dialog_problems(info: Any) -> list[str]:
    """Say what is wrong with what opens or continues a dialog."""
    problems = [f"{name} missing" for name in ("title", "height", "width", "card") if not info.get(name)]
    for name in ("height", "width"):
        if info[name] not in ("small", "medium", "large") and not isinstance(info[name], int):
            problems.append(f"{name} {info[name]}")
    return [*problems, *card_problems(info["card"]["content"], in_dialog=True)]


def elements_of(card: Json) -> Iterator[Json]:
    """Return every element of a card, depth first and in reading order."""
    for element in card["body"]:
        yield element
        if element["type"] == "Container":
            yield from elements_of({"body": element["items"]})


def actions_of(card: Json) -> Iterator[Json]:
    """Return every button of a card in reading order."""
    for element in elements_of(card):
        yield from element.get("actions", ())
    yield from card.get("actions", ())


def presses_of(card: Json) -> list[tuple[str, str]]:
    """Return what can be pressed: actions and values; a question before a button is in its button's place."""
    found: list[tuple[str, str]] = []
    questions = {one["id"]: one for one in elements_of(card) if one["type"] == "Container" and "id" in one}
    for element in card["body"]:
        for action in element.get("actions", ()) if element["type"] == "ActionSet" else ():
            if action["type"] == "Action.ToggleVisibility":
                asked = questions[action["targetElements"][0]]
                found += [_press(one) for one in actions_of({"body": asked["items"]}) if "data" in one]
            elif "data" in action:
                found.append(_press(action))
    return found


def texts_of(card: Json) -> Iterator[str]:
    """Return every text that a person reads, in reading order, as it is shown."""
    for element in elements_of(card):
        match element["type"]:
            case "TextBlock":
                yield element["text"].replace("\u00a0", " ")
            case "RichTextBlock":
                yield "".join(run["text"] for run in element["inlines"]).replace("\u00a0", " ")
            case "Image":
                pass  # what it shows in words stands beside it
            case "FactSet":
                for fact in element["facts"]:
                    yield fact["title"].replace("\u00a0", " ")
                    yield fact["value"].replace("\u00a0", " ")
            case "ActionSet":
                yield from (action["title"] for action in element["actions"])
            case _:
                yield element.get("label", "")
                yield from (choice["title"] for choice in element.get("choices", ()))
    yield from (action["title"] for action in card.get("actions", ()))


def _press(action: Json) -> tuple[str, str]:
    return action["data"]["action"], action["data"].get("value", "")


def _card(card: Any, *, in_dialog: bool) -> Iterator[str]:
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        yield "no Adaptive Card"
        return
    yield from (f"{name} of the card" for name in card.keys() - _ROOT)
    if card.get("version") != "1.5":
        yield "another version"
    if not card.get("body"):
        yield "empty"
    if len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()) > BYTES:
        yield "over 25 KB"
    elements = list(elements_of(card))
    for element in elements:
        yield from _element(element)
    ids = [element["id"] for element in elements if "id" in element]
    yield from (f"id {one} twice" for one in {one for one in ids if ids.count(one) > 1})
    for action in actions_of(card):
        yield from _action(action, set(ids), in_dialog=in_dialog)
    if len(card.get("actions", ())) > ACTIONS:
        yield "more than six buttons"
    reserved = {key for action in actions_of(card) for key in action.get("data", {})}
    yield from (f"the input {one} overwrites what a button carries" for one in reserved & set(ids))


def _element(element: Json) -> Iterator[str]:
    kind = element.get("type", "")
    if kind not in ELEMENTS:
        yield f"no element {kind}"
        return
    yield from (f"{name} of {kind}" for name in element.keys() - ELEMENTS[kind])
    yield from _enums(element)
    if "style" in element and element["style"] not in _STYLES.get(kind, set()):
        yield f"style {element['style']} of {kind}"
    yield from _CHECKS.get(kind, _input)(element)


def _text_block(element: Json) -> Iterator[str]:
    yield from _words(element["text"])
    if not element.get("wrap"):
        yield "a text that is cut at the edge"


def _fact_set(element: Json) -> Iterator[str]:
    if not element["facts"]:
        yield "no facts"
    for fact in element["facts"]:
        if set(fact) != {"title", "value"}:
            yield "malformed fact"
        yield from _words(fact["title"])
        yield from _words(fact["value"])


def _action_set(element: Json) -> Iterator[str]:
    if not 1 <= len(element["actions"]) <= ACTIONS:
        yield "no buttons, or more than six in a row"


def _container(element: Json) -> Iterator[str]:
    if not element["items"]:
        yield "an empty container"


def _rich(element: Json) -> Iterator[str]:
    yield from _runs(element["inlines"])


def _enums(element: Json) -> Iterator[str]:
    for name, allowed in _ENUMS.items():
        if name in element and element[name] not in allowed:
            yield f"{name} {element[name]}"


def _words(text: str) -> Iterator[str]:
    if not text.strip():
        yield "blank text"
    if "\n" in text:
        yield "a line break that Markdown swallows"
    if _MARKUP.search(text):
        yield f"markup in {text[:60]!r}"


def _runs(runs: list[Json]) -> Iterator[str]:
    if not runs or not "".join(run.get("text", "") for run in runs).strip():
        yield "blank text"
    for run in runs:
        yield from (f"{name} of TextRun" for name in run.keys() - _RUN)
        yield from _enums(run)
        if run.get("type") != "TextRun" or not run.get("text") or "\n" in run["text"]:
            yield "malformed run"
        link = run.get("selectAction")
        if link and (link["type"] != "Action.OpenUrl" or link["url"] != run["text"]):
            yield "a link that shows something else than where it leads"


def _input(element: Json) -> Iterator[str]:
    if not element.get("id") or not element.get("label", "").strip():
        yield "an input without id or label"
    if element.get("isRequired") and not element.get("errorMessage"):
        yield "required, and does not say so"
    if element["type"] == "Input.Text" and not 1 <= element.get("maxLength", 1) <= 20_000:
        yield "maxLength"
    if element["type"] == "Input.Text" and len(element.get("value", "")) > element.get("maxLength", 10**6):
        yield "filled beyond its limit"
    if element["type"] == "Input.Date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("value", "2026-01-01")):
        yield "no date"
    if element["type"] == "Input.Number" and not isinstance(element.get("value", 1), int | float):
        yield "no number"
    if element["type"] == "Input.ChoiceSet":
        yield from _choices(element)


def _choices(element: Json) -> Iterator[str]:
    choices = element["choices"]
    if not choices and "choices.data" not in element:
        yield "nothing to choose"
    if len(choices) > CHOICES:
        yield "too many choices"
    values = [choice["value"] for choice in choices]
    if len(set(values)) < len(values):
        yield "a choice twice"
    if any(set(choice) != {"title", "value"} or not choice["title"].strip() for choice in choices):
        yield "malformed choice"
    chosen = element.get("value", "")
    picked = (chosen.split(",") if element.get("isMultiSelect") else [chosen]) if chosen else []
    if element.get("isMultiSelect") and any("," in value for value in values):
        yield "a comma in one of several values"
    if "choices.data" not in element:
        yield from (f"{one} is chosen and not offered" for one in picked if one not in values)


def _action(action: Json, ids: set[str], *, in_dialog: bool) -> Iterator[str]:
    kind = action.get("type", "")
    if kind not in ACTIONS_ALLOWED:
        yield f"no action {kind}"
        return
    yield from (f"{name} of {kind}" for name in action.keys() - ACTIONS_ALLOWED[kind])
    if not action.get("title", "").strip():
        yield "a button without words"
    if action.get("style", "default") not in ("default", "positive", "destructive"):
        yield f"style {action['style']} of a button"
    if kind == "Action.OpenUrl" and not action["url"].startswith(("https://", "http://", "webcal://", "mailto:")):
        yield "no address"
    if kind == "Action.ToggleVisibility" and not set(action["targetElements"]) <= ids:
        yield "a question that is not there"
    if kind in ("Action.Submit", "Action.Execute"):
        yield from _sent(action, in_dialog=in_dialog)


def _sent(action: Json, *, in_dialog: bool) -> Iterator[str]:
    data, executes = action.get("data"), action["type"] == "Action.Execute"
    if not isinstance(data, dict) or not data.get("action"):
        yield "a button that says nothing"
        return
    if in_dialog and executes:
        yield "Action.Execute in a dialog"
    if in_dialog and "msteams" in data:
        yield "a dialog opened from a dialog"
    if not in_dialog and not executes and data.get("msteams") != {"type": "task/fetch"}:
        yield "Action.Submit in a message arrives as a message"


def _image(element: Json) -> Iterator[str]:
    if not str(element.get("url")).startswith("https://"):
        yield "a picture that no client fetches"
    if not element.get("altText"):
        yield "a picture that nobody hears"


_CHECKS = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich,
    "FactSet": _fact_set,
    "Image": _image,
    "Container": _container,
    "ActionSet": _action_set,
}
