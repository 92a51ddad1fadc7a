"""Start and stop the processes of a deployment."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from typing import Any, Final

import structlog
import typer
import uvicorn

from bot import log
from bot.settings import Settings
from bot.web import make_app
from bot.wiring import Misconfigured, Parts, build
from bot.worker import run_worker
from store import migrate as migrations
from store.engine import StoreUnavailable

_log: Final = structlog.get_logger("matchpoint")
#: SIGTERM: requests under way get this long, then the worker its own ten seconds.
_GRACE_SECONDS: Final = 5
_SWITCH_SECONDS: Final = 0.001
_COLLECT_AFTER: Final = 50_000


def prepare(settings: Settings, *, demo: bool = False, cast: tuple[str, ...] = ()) -> Parts:
    """Build the parts of a process, or end the program with what is missing."""
    log.configure(level=settings.log_level, as_json=settings.log_format == "json")
    try:
        parts = build(settings, demo=demo, cast=cast)
        if settings.database_url.startswith("sqlite"):
            # A file has one machine and no release step of its own.
            migrations.upgrade(settings.database_url)
        elif not migrations.is_at_head(parts.database.engine):
            raise Misconfigured("The store is not at the newest shape. Run `matchpoint migrate` first.")
    except (Misconfigured, StoreUnavailable) as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(2) from error
    _settle_in()
    return parts


def _settle_in() -> None:
    """Set the interpreter for many short requests.

    Handlers run in threads, and the loop that answers must not wait 5 ms (the default) for a busy one. What is built at
    the start stays until the end: the collector need not look at it again and again.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 50)


def open_port(host: str, port: int) -> socket.socket:
    """Listen on a port (any that is free for 0).

    :raises OSError: it is taken, or there is no such host.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP: the event loop sends at once only on such sockets; on others each answer of two parts takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # As the server itself does: what an earlier program left behind is no hindrance.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def require_port(host: str, port: int) -> socket.socket:
    """Listen on a port, or end the program with what to do, before anything is started."""
    try:
        return open_port(host, port)
    except OSError as error:
        told = f"Cannot listen on port {port} of {host}: {error.strerror}. Choose another one with PORT or --port."
        typer.secho(told, err=True, fg=typer.colors.RED)
        raise typer.Exit(2) from error


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Serve all surfaces on one port until SIGTERM or SIGINT."""
    require_port(settings.host, settings.port).close()
    parts = prepare(settings)
    leave_quietly()
    make_server(parts, host=settings.host, port=settings.port, with_worker=with_worker).run()


def leave_quietly() -> None:
    """Let a process that was asked to stop, and has stopped cleanly, say so: with status 0.

    The server sends itself the signal once more when it is done, which would end the process as if it had been killed.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)


class Server(uvicorn.Server):
    """A server that ends the event streams first when it is told to stop: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: streams, then requests under way, then the worker."""
        app: Any = self.config.app
        await app.state.close_streams()
        await super().shutdown(sockets)


def make_server(parts: Parts, *, host: str, port: int, with_worker: bool) -> Server:
    """Make the server of a process, ready to run."""
    config = uvicorn.Config(
        make_app(parts, with_worker=with_worker),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return Server(config)


def work(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    asyncio.run(run_worker(prepare(settings)))


def migrate(settings: Settings) -> None:
    """Bring the store to the newest shape."""
    log.configure(level=settings.log_level, as_json=settings.log_format == "json")
    try:
        migrations.upgrade(settings.database_url)
    except (StoreUnavailable, migrations.MigrationError, ValueError) as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(1) from error
    typer.echo("The store is at the newest shape.")
