"""A worker in a process of its own, that may be killed at the worst moments.

The platform is a file: a delivery adds the row's key as one line, a look-up searches the lines.
"""

import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from store.backlog import backlog
from store.engine import Database
from store.queue import Claimed, claim, finish, mark_sending


def deliver(platform: Path, key: str) -> None:
    """Send one message: one whole line, even if others write at the same time."""
    file = os.open(platform, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{key}\n".encode())
    os.close(file)


def delivered(platform: Path) -> list[str]:
    """Look up what arrived."""
    return platform.read_text().split() if platform.exists() else []


def now() -> datetime:
    """Read the clock of this process, which is a program of its own."""
    return datetime.now(UTC)  # noqa: TID251


def handle(database: Database, platform: Path, one: Claimed, danger: Callable[[], None]) -> None:
    """Handle one claimed row as every worker must."""
    if one.was_sending and one.key in delivered(platform):
        with database.write() as session:
            finish(session, one, status="sent", ref="found", now=now())
        return
    with database.write() as session:
        mine = mark_sending(session, one, now=now())
    danger()
    if not mine:
        return
    deliver(platform, one.key)
    danger()
    with database.write() as session:
        finish(session, one, status="sent", ref="delivered", now=now())


def drain(database: Database, platform: Path, owner: str, danger: Callable[[], None]) -> None:
    """Work until nothing is unfinished."""
    idle = threading.Event()
    while True:
        with database.write() as session:
            claimed = claim(session, owner=owner, now=now(), limit=6, per_destination=3)
        danger()
        for one in claimed:
            handle(database, platform, one, danger)
        if not claimed:
            with database.read() as session:
                left = backlog(session, now=now())
            if left.pending + left.leased + left.sending + left.uncertain == 0:
                return
            idle.wait(0.02)


def main(url: str, platform: str, seed: str, risk: str) -> None:
    """Drain the outbox, and die by one's own hand at random."""
    chance = random.Random(int(seed))  # noqa: S311 - no secret

    def danger() -> None:
        if chance.random() < float(risk):
            os.kill(os.getpid(), signal.SIGKILL)

    drain(Database(url), Path(platform), f"pid-{os.getpid()}", danger)


if __name__ == "__main__":
    main(*sys.argv[1:])
