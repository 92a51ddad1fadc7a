"""A process that is asked to stop finishes what it does, and ends with status 0."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr

from bot import demo
from bot.server import migrate, prepare
from bot.settings import Settings
from store import crypto

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}", "PORT": port}
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as running:
        yield running
        running.kill()


@pytest.mark.parametrize(("start", "status"), [(prepare, 2), (migrate, 1)])
def test_a_database_that_is_away_ends_a_start_in_plain_words(
    start: Callable[[Settings], object], status: int, capsys: pytest.CaptureFixture[str]
):
    keys = (SecretStr(crypto.generate_key()),)
    away = Settings.model_construct(database_url="postgresql://nobody@127.0.0.1:1/nowhere", encryption_keys=keys)
    with pytest.raises(typer.Exit) as ended:
        start(away)
    assert ended.value.exit_code == status
    assert "The database cannot be" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_process_ends_cleanly(process: subprocess.Popen[bytes], number: signal.Signals):
    assert process.stderr is not None
    assert any(b"worker started" in line for line in process.stderr)
    process.send_signal(number)
    assert b"worker stopped" in process.stderr.read()
    assert process.wait(30) == 0


def test_demonstrations_that_start_at_once_never_choose_the_same_port():
    with ThreadPoolExecutor(4) as starting, ExitStack() as open_ones:
        listeners = [open_ones.enter_context(one) for one in starting.map(lambda _: demo.listen(), range(4))]
        addresses = {one.getsockname() for one in listeners}
        assert len(addresses) == 4
        for address in addresses:
            socket.create_connection(address, timeout=5).close()


def test_a_port_that_is_asked_for_is_held_until_the_server_has_it():
    with demo.listen() as taken, pytest.raises(typer.Exit) as ended:
        demo.listen(taken.getsockname()[1])
    assert ended.value.exit_code == 2


def test_what_is_served_is_sent_at_once():
    # An event loop no longer waits for more to send, where a socket says that it speaks TCP.
    async def sends_at_once(listener: socket.socket) -> bool:
        told = asyncio.Event()
        found: list[int] = []

        def served(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            told.set()

        async with await asyncio.start_server(served, sock=listener):
            _, visitor = await asyncio.open_connection(*listener.getsockname())
            await told.wait()
            visitor.close()
            await visitor.wait_closed()
        return bool(found[0])

    with demo.listen() as listener:
        assert asyncio.run(sends_at_once(listener))
