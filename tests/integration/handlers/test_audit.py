"""The audit trail: written without waiting, sealed into a chain, and every tampering found."""

import threading

import pytest
from sqlalchemy import text

from handlers import audit
from handlers.work import Kit, Work
from store.engine import Database
from store.queries import audit as query
from tests.world import NOW, World


@pytest.fixture
def kit(world: World) -> Kit:
    return world.kit


def record(database: Database, kit: Kit, *subjects: str) -> None:
    with database.write() as session:
        work = Work(session, NOW, kit)
        for subject in subjects:
            audit.record(work, "introduction.met", subject, before={"state": "made"}, after={"state": "met"})


def seal_all(database: Database, kit: Kit) -> int:
    sealed = 0
    while part := audit.seal_audit(database, kit, NOW):
        sealed += part
    return sealed


def test_new_rows_are_sealed_once_and_the_chain_holds(database: Database, kit: Kit):
    before = seal_all(database, kit)
    record(database, kit, "IN-1", "IN-2")
    record(database, kit, "IN-3")
    assert seal_all(database, kit) == 3
    assert seal_all(database, kit) == 0
    assert audit.first_broken(database) is None
    with database.read() as session:
        places = [event.place for event in query.chain(session)]
    assert places == list(range(1, before + 4))


def test_only_hashes_of_contents_are_kept(database: Database, kit: Kit):
    record(database, kit, "IN-1")
    with database.read() as session:
        event = query.about(session, "IN-1")[0]
    assert len(event.after_hash) == 64
    assert event.before_hash != event.after_hash


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_event SET action = 'introduction.close' WHERE subject = 'IN-2'",
        "UPDATE audit_event SET actor_id = 7 WHERE subject = 'IN-2'",
        "DELETE FROM audit_event WHERE subject = 'IN-2'",
    ],
)
def test_what_was_changed_or_taken_out_is_found(database: Database, kit: Kit, tampering: str):
    record(database, kit, "IN-1", "IN-2", "IN-3")
    seal_all(database, kit)
    with database.engine.begin() as connection:
        connection.execute(text(tampering))
    assert audit.first_broken(database) is not None


def test_two_who_seal_at_once_make_one_chain(database: Database, kit: Kit):
    record(database, kit, *(f"IN-{number}" for number in range(1, 60)))
    threads = [threading.Thread(target=seal_all, args=(database, kit)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all(database, kit)
    assert audit.first_broken(database) is None
    with database.read() as session:
        assert query.unsealed(session, limit=1) == []
