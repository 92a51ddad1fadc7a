"""`matchpoint demo`: the main job on sample data, in a browser or as a story."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import tempfile
import threading
import time
import webbrowser
from collections.abc import Generator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.status import Status

from bot import sample
from bot.server import Server, leave_quietly, make_server, open_port, prepare, require_port
from bot.settings import Settings
from bot.wiring import Parts
from bot.worker import Worker

_HOST: Final = "127.0.0.1"
_USUAL_PORT: Final = 8300
_START_SECONDS: Final = 60


def run(*, port: int, folder: Path | None, browser: bool) -> int:
    """Serve the sample world until Ctrl-C; return the exit status."""
    console = Console()
    with listen(port) as listener, _place(folder) as place:
        fresh = not (place / "demo.db").exists()
        parts = _parts(place, listener)
        if fresh and not _fill(parts, console, draft=True):
            return 1
        server = make_server(parts, host=_HOST, port=parts.settings.port, with_worker=True)
        address = parts.settings.base_url
        console.print(f"\n[bold]Matchpoint is open at {address}[/]  (Ctrl-C ends it)\n")
        console.print("Be the buyer in Copenhagen, the SME in Rotterdam and both cluster managers: choose at the top.")
        console.print("Begin as the buyer: Home has a draft to send in. Or type /challenge in a channel.\n")
        if browser:
            threading.Thread(target=_open_browser, args=(server, address), daemon=True).start()
        leave_quietly()
        server.run(sockets=[listener])
    return 0


def play_story() -> int:
    """Play the whole journey against a server of its own; return 0 if every step happened."""
    from bot.story import play

    console = Console(stderr=True)
    with listen() as listener, _place(None) as place:
        parts = _parts(place, listener)
        if not _fill(parts, console, draft=False):
            return 1
        with serving(parts, listener):
            return play(parts.settings.base_url)


@contextlib.contextmanager
def serving(parts: Parts, listener: socket.socket) -> Generator[None]:
    """Serve in a thread within the block, to whoever connects to `listener`."""
    server = make_server(parts, host=_HOST, port=parts.settings.port, with_worker=True)
    # Signals belong to the main thread.
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    try:
        if not _wait(server, thread):
            raise RuntimeError("the server did not start")
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def listen(port: int = 0) -> socket.socket:
    """Listen on a port: the one that is asked for, else the usual one, else any that is free.

    A port that is only looked for and let go again may be another program's by the time the server wants it.
    """
    if port:
        return require_port(_HOST, port)
    with contextlib.suppress(OSError):
        return open_port(_HOST, _USUAL_PORT)
    return open_port(_HOST, 0)


def _parts(place: Path, listener: socket.socket) -> Parts:
    # Nothing of the environment reaches the demo: it needs no account, and must not post into a real one.
    settings = Settings.model_construct(
        database_url=f"sqlite:///{place / 'demo.db'}",
        port=listener.getsockname()[1],
        log_level="WARNING",
        log_format="text",
    )
    return prepare(settings, demo=True, cast=sample.cast_accounts())


def _fill(parts: Parts, console: Console, *, draft: bool) -> bool:
    try:
        with console.status("Loading the sample world") as status:
            sample.load(parts, tell=lambda text: status.update(text))
            if draft:
                sample.draft_featured(parts)
            _settle(parts, status)
    except sample.SampleMissing as error:
        console.print(str(error), style="red", markup=False)
        return False
    return True


def _settle(parts: Parts, status: Status) -> None:
    """Deliver what the sample has caused, so that the first page is complete."""
    status.update("Posting and ranking")
    deliverer = Worker(parts).deliverer

    async def work() -> None:
        while await deliverer.turn():
            pass

    asyncio.run(work())


@contextlib.contextmanager
def _place(folder: Path | None) -> Generator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    place = Path(tempfile.mkdtemp(prefix="matchpoint-demo-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _wait(server: Server, thread: threading.Thread | None = None) -> bool:
    """Wait until the server has started; False if it does not."""
    for _ in range(_START_SECONDS * 20):
        if server.started:
            return True
        if thread is not None and not thread.is_alive():
            return False
        time.sleep(0.05)
    return False


def _open_browser(server: Server, address: str) -> None:
    if _wait(server):
        webbrowser.open(address)
