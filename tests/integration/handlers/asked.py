"""Introductions that wait for the yes or no of an SME in the small world."""

from datetime import timedelta

from sqlmodel import select

from domain.introductions import REPEAT_DAYS
from store.tables.introductions import Introduction, Suggestion
from tests.integration.handlers.jobs import run_jobs
from tests.world import NOW, Message, World, find_button, has_button


def asked(world: World, *titles: str) -> list[str]:
    """Let the SME of the buyer's own cluster be asked for as many introductions as there are titles; returns them."""
    for title in titles:
        world.published(title=title)
    run_jobs(world)
    with world.database.read() as session:
        found = session.exec(select(Suggestion).where(Suggestion.organisation_id == world.neighbour_organisation)).all()
        values = [f"{row.id}:{row.ranking_id}:{world.clean}" for row in found]
    assert len(values) == len(titles)
    for value in values:
        world.act(world.manager_owner, "suggestion.approve", value)
        with world.database.write() as session:
            # Long ago, or the same pair would not be introduced a second time.
            for row in session.exec(select(Introduction)).all():
                row.created_at = NOW - timedelta(days=REPEAT_DAYS + 1)
    world.deliver()
    return sorted({find_button(one.card, "consent.give").value for one in cards_asking(world)})


def cards_asking(world: World) -> list[Message]:
    return [one for one in world.sent_to(world.neighbour) if has_button(one.card, "consent.give")]
