"""The environment, read once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.wiring import Misconfigured, build, load_ceilings
from store import crypto


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_is_needed_for_a_first_start():
    settings = Settings()
    assert settings.database_url == "sqlite:///matchpoint.db"
    assert settings.base_url == "http://127.0.0.1:3000"
    assert not settings.slack_wanted


def test_several_keys_are_separated_by_commas_and_never_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ENCRYPTION_KEYS", "one-key, two-key")
    settings = Settings()
    assert [key.get_secret_value() for key in settings.encryption_keys] == ["one-key", "two-key"]
    assert "one-key" not in repr(settings)


def test_tokens_are_never_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    settings = Settings()
    assert settings.slack_wanted
    assert "very-secret" not in repr(settings)


def test_an_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PUBLIC_URL", "https://matchpoint.example/")
    assert Settings().base_url == "https://matchpoint.example"


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert not Settings().slack_wanted


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ValidationError):
        Settings()


def test_the_ceilings_of_de_minimis_aid_are_read_once_or_refused_in_plain_words():
    assert load_ceilings(Settings(de_minimis_ceilings="NO=200000"))["NO"] == 200_000_00
    with pytest.raises(Misconfigured, match=r"DE_MINIMIS_CEILINGS: 'NO=much' is no ceiling.* as in NO=300000"):
        load_ceilings(Settings(de_minimis_ceilings="NO=much"))


def test_a_deployment_keeps_to_its_own_ceilings(tmp_path: Path):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'own.db'}", de_minimis_ceilings="NO=200000, DE=off")
    parts = build(settings)
    parts.database.close()
    assert (parts.kit.ceilings["NO"], parts.kit.ceilings["DK"]) == (200_000_00, 300_000_00)
    assert "DE" not in parts.kit.ceilings


def _teams(**more: object) -> Settings:
    given = {
        "teams_client_id": "bot",
        "teams_client_secret": "secret",
        "encryption_keys": crypto.generate_key(),
        **more,
    }
    return Settings.model_validate(given)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"teams_client_secret": None}, "Set TEAMS_CLIENT_SECRET"),
        ({"teams_client_id": ""}, "Set TEAMS_CLIENT_ID"),
        ({"teams_unauthenticated": True}, "does not go together with real credentials"),
        ({"teams_unauthenticated": True, "teams_client_id": ""}, "does not go together with real credentials"),
        ({"teams_unauthenticated": True, "teams_client_secret": None}, "does not go together with real credentials"),
        (
            {
                "teams_unauthenticated": True,
                "teams_client_id": "",
                "teams_client_secret": None,
                "host": "0.0.0.0",  # noqa: S104
            },
            "HOST is 0.0.0.0 and must be 127.0.0.1",
        ),
    ],
)
def test_teams_starts_only_with_all_it_needs_and_never_open_to_strangers(
    wrong: dict[str, object], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misconfigured, match=said):
        build(_teams(**wrong))


def test_teams_is_built_only_where_it_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert build(_teams(teams_client_id="", teams_client_secret=None)).teams is None
    parts = build(_teams())
    assert parts.teams is not None
    assert set(parts.messengers) == {"web", "teams"}
    alone = build(_teams(teams_client_id="", teams_client_secret=None, teams_unauthenticated=True))
    assert alone.teams is not None
    assert alone.teams.routes()


def test_the_library_of_teams_finds_no_env_file(tmp_path: Path):
    (tmp_path / ".env").write_text("FOUND_IN_A_FILE=1\n", encoding="utf-8")
    program = (
        "import os; from surfaces.teams.config import TeamsConfig; from surfaces.teams.proof import Proof;"
        "Proof(TeamsConfig('bot')).close(); print(os.environ.get('FOUND_IN_A_FILE'))"
    )
    home = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=home, capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"
    assert done.stderr == ""
