"""The app package is one that Teams takes: its manifest keeps every limit, and every language has every word."""

import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.operations import teams_package
from bot.settings import Settings
from handlers.commands import resolve
from handlers.journeys import LOADED
from handlers.routes import ROUTES
from messages.i18n import LOCALES
from surfaces.teams.package import build_package, manifest, translation

BOT = "5c0ffee0-0000-4000-8000-000000000001"
URL = "https://matchpoint.example.org"

LIMITS = {
    r"name\.short": 30,
    r"name\.full": 100,
    r"description\.short": 80,
    r"description\.full": 4000,
    r"developer\.name": 32,
    r"bots\[0\]\.commandLists\[\d\]\.commands\[\d\]\.title": 32,
    r"bots\[0\]\.commandLists\[\d\]\.commands\[\d\]\.description": 128,
    r"composeExtensions\[0\]\.commands\[\d\]\.id": 64,
    r"composeExtensions\[0\]\.commands\[\d\]\.title": 32,
    r"composeExtensions\[0\]\.commands\[\d\]\.description": 128,
}


def parts_of(value: Any, path: str = "") -> dict[str, Any]:
    """Return every value of the manifest by its path, as the files of languages write it."""
    if isinstance(value, dict):
        steps = [(f"{path}.{name}" if path else name, one) for name, one in value.items()]
    elif isinstance(value, list):
        steps = [(f"{path}[{at}]", one) for at, one in enumerate(value)]
    else:
        return {path: value}
    return {name: leaf for step, one in steps for name, leaf in parts_of(one, step).items()}


MANIFEST = manifest(BOT, URL)
PARTS = parts_of(MANIFEST)


def test_the_archive_holds_what_the_manifest_names():
    with zipfile.ZipFile(io.BytesIO(build_package(BOT, URL))) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("manifest.json")) == MANIFEST
        named = {
            *MANIFEST["icons"].values(),
            *(one["file"] for one in MANIFEST["localizationInfo"]["additionalLanguages"]),
        }
        assert set(archive.namelist()) == {"manifest.json", *named}
        for name, size in (("color.png", 192), ("outline.png", 32)):
            picture = archive.read(name)
            assert picture.startswith(b"\x89PNG\r\n\x1a\n")
            assert struct.unpack(">II", picture[16:24]) == (size, size)
    assert build_package(BOT, URL) == build_package(BOT, URL)


def test_nothing_is_longer_than_teams_allows():
    for pattern, most in LIMITS.items():
        found = {path: text for path, text in PARTS.items() if re.fullmatch(pattern, path)}
        assert found
        assert {path: text for path, text in found.items() if not 0 < len(text) <= most} == {}


@pytest.mark.parametrize("locale", [one for one in LOCALES if one != "en"])
def test_every_language_translates_parts_that_are_there_within_their_limits(locale: str):
    words = translation(locale)
    del words["$schema"]
    assert words.keys() <= PARTS.keys()
    assert set(words) == {path for path in PARTS if re.match(r"(name|description)\.|.*commands.*\.(title|desc)", path)}
    for pattern, most in LIMITS.items():
        assert [one for path, one in words.items() if re.fullmatch(pattern, path) and not 0 < len(one) <= most] == []


def test_what_the_menus_offer_is_understood():
    assert LOADED
    lists = MANIFEST["bots"][0]["commandLists"]
    assert [one["scopes"] for one in lists] == [["personal"], ["team", "groupChat"]]
    for one in lists:
        assert len(one["commands"]) <= 10
        for command in one["commands"]:
            name, _, rest = command["title"].partition(" ")
            assert resolve(name, rest)[0] in ROUTES
    (extension,) = MANIFEST["composeExtensions"]
    assert {one["id"] for one in extension["commands"]} <= set(ROUTES)
    assert all(one["type"] == "action" and one["fetchTask"] for one in extension["commands"])


def test_it_asks_for_what_it_needs_and_no_more():
    assert {PARTS["id"], PARTS["bots[0].botId"], PARTS["webApplicationInfo.id"]} == {BOT}
    assert MANIFEST["validDomains"] == ["matchpoint.example.org"]
    assert MANIFEST["supportsChannelFeatures"] == "tier1"
    rights = MANIFEST["authorization"]["permissions"]["resourceSpecific"]
    assert [one["name"] for one in rights] == ["ChannelMessage.Read.Group", "ChatMessage.Read.Chat"]


def test_an_operator_gets_the_package_or_is_told_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "matchpoint.zip"
    assert teams_package(Settings(teams_client_id=BOT, public_url="http://localhost"), file) == 1
    assert "PUBLIC_URL" in capsys.readouterr().err
    assert not file.exists()
    assert teams_package(Settings(teams_client_id=BOT, public_url=URL), file) == 0
    assert file.read_bytes() == build_package(BOT, URL)
