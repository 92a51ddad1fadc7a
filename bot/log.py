"""Structured logs, one line of JSON an event or a readable line on a terminal; no message body, no secret."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO, cast

import structlog

#: What looks like a credential, wherever it turns up: Slack tokens, bearer headers, keys of models, Fernet tokens.
_SECRET: Final = re.compile(
    r"(xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe\.[\w.-]+|sk-[\w-]{8,}|Bearer\s+[\w.~+/-]+|gAAAAA[\w=-]{20,})"
)
_HIDDEN: Final = "[hidden]"
#: Names under which words of people might travel; a log that needs them is a mistake.
_BODIES: Final = frozenset(
    {"text", "body", "payload", "card", "fields", "token", "secret", "password", "authorization"}
)


class _StandardError(io.TextIOBase):
    """Write to standard error as it is at that moment: loggers outlive whoever put another stream in its place."""

    def write(self, line: str, /) -> int:
        return sys.stderr.write(line)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(*, level: str = "INFO", as_json: bool = True) -> None:
    """Set up the logs of this process, ours and those of libraries."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    stream = _StandardError()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", stream)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_internals, renderer])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, _number(level)))


def hide_secrets(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Take out what looks like a credential, and every field that would carry the words of a person."""
    for key, value in event.items():
        if key in _BODIES:
            event[key] = _HIDDEN
        elif isinstance(value, str):
            event[key] = _SECRET.sub(_HIDDEN, value)
    return event


def _drop_internals(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def _number(level: str) -> int:
    return logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
