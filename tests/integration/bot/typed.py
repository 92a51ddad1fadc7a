"""The commands as an operator types them, without a program of its own for each: starting one costs seconds."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

import structlog
from typer.testing import CliRunner

from bot.cli import app

ROOT = Path(__file__).parents[3]


def type_in(words: tuple[object, ...], environment: Mapping[str, str], given: str = "") -> CompletedProcess[str]:
    """Run a command with this environment alone, and return what a program of its own would have left."""
    told = list(map(str, words))
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    try:
        with contextlib.chdir(ROOT):
            done = CliRunner().invoke(app, told, input=given, env={**dict.fromkeys(os.environ), **environment})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)
    error = "" if isinstance(done.exception, SystemExit | None) else "".join(traceback.format_exception(done.exception))
    return CompletedProcess(told, done.exit_code, done.stdout, done.stderr + error)
