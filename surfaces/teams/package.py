"""The app package that a tenant's administrator uploads: manifest, icons and the words in every language.

Manifest 1.25, the first that asks for `supportsChannelFeatures`. Commands come from the command table that every
surface shares. Two permissions of their own (resource-specific consent) let the bot hear replies in the threads of a
challenge and in a group chat without being mentioned; what is not ours is dropped unread.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from domain.text import shorten
from handlers.commands import COMMANDS
from messages import package as words_of
from messages.i18n import LOCALES, Words
from surfaces.teams.icons import ACCENT, color_icon, outline_icon

Json = dict[str, Any]

MANIFEST_VERSION: Final = "1.25"
NAME: Final = "Matchpoint"
COMMAND_TITLE: Final = 32
COMMAND_TEXT: Final = 128
_SCHEMA: Final = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}"
_HEARS: Final = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
#: What Teams offers while one types to the bot, at most ten a place.
_PRIVATE: Final = (
    "home.show", "challenge.new", "challenge.list", "challenge.mine", "answer.choose", "answer.mine", "voucher.list",
    "introduction.list", "settings.edit", "help.matchpoint",
)  # fmt: skip
_SHARED: Final = (
    "challenge.new", "challenge.list", "answer.choose", "voucher.list", "join.start", "setup.start", "cluster.show",
    "home.show", "help.matchpoint",
)  # fmt: skip
_PLACES: Final = ((("personal",), _PRIVATE), (("team", "groupChat"), _SHARED))
#: Actions in the menus of Teams: where one writes, and behind the dots of a message.
_MENUS: Final = (("challenge.new", ("compose", "commandBox")), ("answer.from_message", ("message",)))
_WHEN: Final = (2026, 1, 1, 0, 0, 0)


def build_package(client_id: str, public_url: str) -> bytes:
    """Return the package as a ZIP archive, the same bytes for the same deployment."""
    files = {"manifest.json": _json(manifest(client_id, public_url))}
    files |= {f"{locale}.json": _json(translation(locale)) for locale in LOCALES if locale != "en"}
    files |= {"color.png": color_icon(), "outline.png": outline_icon()}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def manifest(client_id: str, public_url: str) -> Json:
    """Return the manifest, in English; `client_id` is the bot's registration, `public_url` the deployment's address."""
    words = Words()
    return {
        "$schema": f"{_SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": MANIFEST_VERSION,
        "version": version("matchpoint"),
        "id": client_id,
        "developer": {
            "name": NAME,
            "websiteUrl": public_url,
            "privacyUrl": public_url,
            "termsOfUseUrl": public_url,
        },
        "name": {"short": NAME, "full": NAME},
        "description": {"short": words_of.in_short(words), "full": words_of.at_length(words)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{"languageTag": one, "file": f"{one}.json"} for one in LOCALES if one != "en"],
        },
        "bots": [
            {
                "botId": client_id,
                "scopes": ["personal", "team", "groupChat"],
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {
                        "scopes": list(scopes),
                        "commands": [
                            {"title": typed(action), "description": _purpose(action, words)} for action in actions
                        ],
                    }
                    for scopes, actions in _PLACES
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": client_id,
                "commands": [
                    {
                        "id": action,
                        "type": "action",
                        "title": _entry(action, words),
                        "description": _purpose(action, words),
                        "context": list(context),
                        "fetchTask": True,
                    }
                    for action, context in _MENUS
                ],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(public_url).netloc],
        "webApplicationInfo": {"id": client_id, "resource": "https://RscBasedStoreApp"},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": one, "type": "Application"} for one in _HEARS]}
        },
        "supportsChannelFeatures": "tier1",
    }


def translation(locale: str) -> Json:
    """Return the words of the manifest in another language; what is typed stays as it is."""
    return {
        "$schema": f"{_SCHEMA}/MicrosoftTeams.Localization.schema.json",
        "name.short": NAME,
        "name.full": NAME,
        **dict(_translated(Words(locale))),
    }


def _translated(words: Words) -> Iterator[tuple[str, str]]:
    yield "description.short", words_of.in_short(words)
    yield "description.full", words_of.at_length(words)
    for place, (_, actions) in enumerate(_PLACES):
        for at, action in enumerate(actions):
            name = f"bots[0].commandLists[{place}].commands[{at}]"
            yield f"{name}.title", typed(action)
            yield f"{name}.description", _purpose(action, words)
    for at, (action, _) in enumerate(_MENUS):
        yield f"composeExtensions[0].commands[{at}].title", _entry(action, words)
        yield f"composeExtensions[0].commands[{at}].description", _purpose(action, words)


def typed(action: str) -> str:
    """Return what one types for an action: a command, or a command and a verb."""
    for grammar in COMMANDS.values():
        if grammar.bare == action:
            return grammar.name
        for verb in grammar.verbs:
            if verb.action == action:
                return f"{grammar.name} {verb.word}"
    raise ValueError(f"nothing is typed for {action}")


def _purpose(action: str, words: Words) -> str:
    return shorten(words_of.purpose(action, words), COMMAND_TEXT)


def _entry(action: str, words: Words) -> str:
    return shorten(words_of.menu_entry(action, words), COMMAND_TITLE)


def _json(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
