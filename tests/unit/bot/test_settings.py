"""The environment, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.wiring import Misconfigured, build, load_ceilings


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
