"""What is said somewhere finds its conversation without reading all of them, however many there are."""

from store.engine import Database
from store.queries import guests, talks
from tests.integration.store.plans import plans
from tests.world import NOW


def test_whose_place_it_is_is_found_by_its_address(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        with plans(sqlite_database, session, "leg") as legs:
            assert talks.legs_at(session, "teams:tenant:chat") == []
        with plans(sqlite_database, session, "identity") as accounts:
            assert not talks.is_private_address(session, "teams:tenant:chat")
    assert len(legs) == len(accounts) == 1
    assert "ix_leg_address" in legs[0]
    assert "ix_identity_address" in legs[0]
    assert "ix_identity_address" in accounts[0]
    assert not [line for line in legs[0].splitlines() if line.startswith(("SCAN leg", "SCAN identity"))]


def test_guests_are_found_by_workspace_and_account(sqlite_database: Database) -> None:
    with sqlite_database.read() as session, plans(sqlite_database, session, "guest_pass") as found:
        guests.ended_among(session, [("W-DELTA", "guest-1")], now=NOW)
    assert "(workspace=? AND account=?)" in found[0]
