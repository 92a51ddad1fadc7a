"""What a list of challenges costs: it is read off an index in the order in which it is shown."""

from store.engine import Database
from store.queries.challenges import Looker, open_to
from tests.integration.store.plans import plans


def test_open_challenges_are_read_by_state_and_in_the_order_of_their_deadlines(sqlite_database: Database) -> None:
    looker = Looker(clusters=(1, 2), organisations=(3,))
    with sqlite_database.read() as session, plans(sqlite_database, session, "challenge") as found:
        assert open_to(session, looker, limit=10) == []
    (plan,) = found
    assert "SEARCH challenge USING INDEX ix_challenge_state_deadline_at (state=?)" in plan
    assert "SCAN challenge" not in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan
