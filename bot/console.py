"""What the commands share: where they print, bars while something goes on, and mistakes in plain words."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot.server import prepare
from bot.settings import Settings
from bot.wiring import Parts
from domain.errors import InvalidForm, Refusal
from messages.i18n import Words
from messages.refusals import explain
from store.engine import StoreUnavailable

OK: Final = 0
WRONG: Final = 1
ENGLISH: Final = Words()


def out() -> Console:
    """Return where results go."""
    return Console()


def err() -> Console:
    """Return where everything else goes."""
    return Console(stderr=True)


def fail(text: str) -> int:
    """Say what is wrong; returns the exit code."""
    err().print(Text(text, style="red"))
    return WRONG


@contextmanager
def deployment(settings: Settings) -> Generator[Parts]:
    """Give the parts of the program, and put what goes wrong into plain words."""
    parts = prepare(settings)
    try:
        yield parts
    except InvalidForm as refusal:
        for error in refusal.errors:
            fail(explain(error, ENGLISH))
    except Refusal as refusal:
        fail(explain(refusal, ENGLISH))
    except StoreUnavailable as error:
        fail(f"{error} Somebody else may be writing; try again.")
    finally:
        parts.database.close()


@contextmanager
def progress(name: str, *, rows: bool = False) -> Generator[Callable[[int, int | None], None]]:
    """Show a bar while something goes on, on a terminal only."""
    console = err()
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn())
    counted = (MofNCompleteColumn(),) if rows else (TaskProgressColumn(),)
    with Progress(*columns, *counted, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
