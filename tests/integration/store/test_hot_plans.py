"""What every click, every page and every turn of the clock costs: no table that grows is read as a whole."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from domain.schemes import CallState
from domain.vouchers import ApplicationState
from handlers.nudging.digests import build_digest
from handlers.ticks import TICKS
from handlers.vouchers.export_links import Order, make_token
from handlers.work import Work
from store.engine import Database
from store.tables.vouchers import Call
from tests.integration.handlers import test_vouchers as journey
from tests.integration.handlers.vouchers import OPEN_DAYS, make_call
from tests.world import World, build_world

#: These grow with what a deployment does. Clusters and workspaces are few, and a read of all of them is none.
GROWING = frozenset(
    {
        "answer",
        "answer_part",
        "audit_event",
        "challenge",
        "consent",
        "conversation",
        "identity",
        "inbox",
        "introduction",
    }
    | {
        "invitation",
        "leg",
        "membership",
        "model_use",
        "organisation",
        "outbox",
        "person",
        "post",
        "profile",
        "question",
    }
    | {"ranking", "share", "suggestion", "web_change", "web_message"}
    | {
        "application",
        "award",
        "call",
        "call_part",
        "claim",
        "claim_receipt",
        "declaration",
        "organisation_link",
        "scheme",
    }
)

#: Indexes of a few rows that are read as a whole: what did not arrive, or may not have.
FEW = frozenset({"ix_outbox_dead", "ix_outbox_uncertain"})

ACTS: dict[str, Callable[[World], object]] = {
    "the buyer's page": lambda world: world.home(world.buyer),
    "the SME's page": lambda world: world.home(world.sme),
    "the manager's page": lambda world: world.home(world.manager_owner),
    "a stranger's page": lambda world: world.home(world.stranger),
    "open challenges": lambda world: world.command(world.sme, "challenge", "list"),
    "own challenges": lambda world: world.command(world.buyer, "challenge", "mine"),
    "own answers": lambda world: world.command(world.sme, "answer", "mine"),
    "own introductions": lambda world: world.command(world.sme, "matchpoint", "intros"),
    "a challenge's title": lambda world: world.command(world.buyer, "challenge", "Sensors", request="r-1"),
    "what is planned": lambda world: world.command(world.manager_owner, "matchpoint", "nudges"),
    "the board of vouchers": lambda world: board_of(world, "voucher.board"),
    "the board of a call": lambda world: board_of(world, "voucher.board", "CA-1"),
    "the board by funder": lambda world: board_of(world, "voucher.board", "all/funder"),
    "what is behind a sum": lambda world: board_of(world, "voucher.records", "all/committed/EUR"),
    "what is behind a budget": lambda world: board_of(world, "voucher.records", "all/free/EUR"),
    "files of vouchers": lambda world: ordered_by(world),
    "a picture of a take-up": lambda world: pictured(world),
    "one's vouchers": lambda world: world.command(world.sme, "voucher"),
    "a voucher from the application to the report": lambda world: paid(world),
    "a draft that expires": lambda world: expired(world),
    "a call that opens and closes": lambda world: opened_and_closed(world),
    "the register of de minimis aid": lambda world: world.act(
        world.manager_partner, "register.show", f"OR-{world.sme_organisation}"
    ),
    "a declaration of aid": lambda world: world.submit(
        world.sme, world.command(world.sme, "voucher", "declare").form, true=("1",)
    ),
    "a reply in a thread": lambda world: world.say(
        world.neighbour, world.only(world_channel(world)), "We can do that."
    ),
    "the digests of a manager": lambda world: digest_of(world, "manager_owner"),
    "the digest of an SME": lambda world: digest_of(world, "neighbour"),
    "somebody who leaves": lambda world: world.desk.leaves(world.colleague, now=world.now),
}


def world_channel(world: World) -> str:
    world.published()
    return "web:W-CLEAN:challenges"


def board_of(world: World, action: str, value: str = "") -> None:
    shown = world.act(world.manager_partner, action, value)
    assert not shown.failed


def ordered_by(world: World) -> None:
    for kind in ("csv", "xlsx"):
        given = make_token("s" * 32, Order(world.people["manager_partner"], "all", kind), now=world.now)
        assert world.desk.export(given, io.BytesIO(), now=world.now)


def pictured(world: World) -> None:
    board_of(world, "voucher.picture", "CA-1")
    world.only("web:W-DELTA:managers", holding="Take-up")


def paid(world: World) -> None:
    with world.database.write() as session:
        session.get_one(Call, 1).state = CallState.CLOSED  # so that there is one to choose
    journey.active(world)
    world.home(world.sme)
    journey.add_receipt(world)
    journey.submit_claim(world, last=("last",))
    world.home(world.manager_partner)
    journey.pay(world)
    shown = world.submit(
        world.sme, world.command(world.sme, "voucher", "report VO-1").form, report="We met.", result="-"
    )
    assert not shown.errors


def expired(world: World) -> None:
    journey.apply(world, keep=("keep",), call="CA-1")
    journey.turn(world, world.now + timedelta(days=OPEN_DAYS + 1))
    assert journey.application(world).state is ApplicationState.EXPIRED


def opened_and_closed(world: World) -> None:
    make_call(world, state=CallState.PLANNED, opens_on=world.now.date() + timedelta(days=1))
    for days in (1, OPEN_DAYS + 2):
        TICKS["calls"].function(world.database, world.kit, world.now + timedelta(days=days))
        world.deliver()


def digest_of(world: World, name: str) -> None:
    with world.database.read() as session:
        build_digest(Work(session, world.now, world.kit), world.people[name], ["managers_digest", "smes_digest"])


@contextmanager
def scans() -> Iterator[list[str]]:
    """Explain every statement just before it runs, and keep the tables that are read as a whole."""
    found: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        other = cursor.connection.cursor()
        other.execute("EXPLAIN QUERY PLAN " + statement, parameters)
        for line in other.fetchall():
            words = str(line[-1]).split()
            if words[0] == "SCAN" and words[1] in GROWING and words[-1] not in FEW:
                found.append(f"{' '.join(words)}: {' '.join(statement.split())}")
        other.close()

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


@pytest.fixture
def small_world(sqlite_database: Database) -> World:
    """Give the small world on SQLite, whose plans say plainly what is read as a whole."""
    return build_world(sqlite_database)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_reads_no_table_that_grows(small_world: World, act: str) -> None:
    make_call(small_world)
    with scans() as found:
        ACTS[act](small_world)
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("name", sorted(TICKS))
def test_a_turn_of_the_clock_reads_no_table_that_grows(small_world: World, name: str) -> None:
    with scans() as found:
        TICKS[name].function(small_world.database, small_world.kit, small_world.now)
    assert not found, "\n\n".join(found)
