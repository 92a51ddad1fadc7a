"""Nothing that is a secret, and no words of people, get into a log."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from bot import log

SECRETS = (
    "xoxb-123456789-abcdefghij",
    "xapp-1-A123-456-abcdef",
    "xoxe.xoxp-1-Mi0yLTEyMzQ",
    "sk-abcdefghijklmnop",
    "Bearer abc.def-ghi",
    "gAAAAABmZ1234567890abcdefghij",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_credential_is_hidden_wherever_it_stands(secret: str):
    event = log.hide_secrets(None, "info", {"event": f"refused: {secret}!", "exception": f"… {secret} …"})
    assert secret not in str(event)
    assert "refused" in event["event"]


@pytest.mark.parametrize("name", ["text", "body", "payload", "card", "fields", "token", "password", "authorization"])
def test_a_field_that_would_carry_words_or_secrets_is_hidden(name: str):
    assert log.hide_secrets(None, "info", {name: "our strategy"})[name] == "[hidden]"


def test_ids_and_counts_pass():
    event = {"event": "delivered", "row": 7, "subject": "CH-12", "kind": "card.post"}
    assert log.hide_secrets(None, "info", dict(event)) == event


def test_a_line_is_one_json_object_with_its_time(capsys: pytest.CaptureFixture[str]):
    configured = structlog.get_config()
    try:
        log.configure(level="INFO", as_json=True)
        structlog.get_logger("test").warning("something", token="xoxb-1-secret", rows=3)
    finally:
        structlog.configure(**configured)
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert line["event"] == "something"
    assert line["rows"] == 3
    assert line["token"] == "[hidden]"
    assert line["timestamp"].endswith("Z")


def test_a_logger_outlives_the_stream_it_first_wrote_to(monkeypatch: pytest.MonkeyPatch):
    configured, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    logger, library = structlog.get_logger("outlives"), logging.getLogger("outlives")
    first, second = io.StringIO(), io.StringIO()
    try:
        monkeypatch.setattr("sys.stderr", first)
        log.configure(level="INFO", as_json=True)
        logger.warning("before")
        library.warning("before")
        first.close()
        monkeypatch.setattr("sys.stderr", second)
        logger.warning("after")
        library.warning("after, by a library")
    finally:
        structlog.configure(**configured)
        logging.getLogger().handlers[:] = handlers
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["after", "after, by a library"]
