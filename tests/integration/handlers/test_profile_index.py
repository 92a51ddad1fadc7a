"""Two processes over one store: what one of them commits, the other's index of profiles knows at the next use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, select

from domain.organisations import OrganisationKind
from handlers.suggestions.contenders import read_task
from handlers.suggestions.profile_index import ProfileKeeper
from handlers.suggestions.proposals import write_proposals
from handlers.suggestions.ranking import find_orders
from matching import ProfileIndex, Query
from store.engine import Database, Session
from store.tables.people import Competence, Organisation, OrganisationCluster, Profile
from tests.world import NOW, World, add_organisation, add_profile


def names(keeper: ProfileKeeper, database: Database, text: str = "E. coli sensors for drinking water") -> set[str]:
    """Return who is found with proof in words of its own, which is what a shortlist asks for."""
    found = keeper.rank(database, Query(text), 20, now=NOW)
    return {
        found.documents[one.id].title for one in found.candidates if any(span.field != "title" for span in one.evidence)
    }


@pytest.fixture
def keepers(world: World) -> tuple[ProfileKeeper, ProfileKeeper]:
    """Give the indexes of two processes, both built."""
    pair = ProfileKeeper(), ProfileKeeper()
    for keeper in pair:
        assert names(keeper, world.database) == {"Waterlens", "Fjordsensor"}
    return pair


def both(world: World, keepers: tuple[ProfileKeeper, ProfileKeeper], text: str = "") -> set[str]:
    """Return what both processes find: they must agree."""
    one, other = (names(keeper, world.database, *([text] if text else [])) for keeper in keepers)
    assert one == other
    return one


def of_waterlens(session: Session, world: World) -> Profile:
    return session.exec(select(Profile).where(Profile.organisation_id == world.sme_organisation)).one()


def erase_profile(session: Session, world: World) -> None:
    session.execute(delete(Competence).where(col(Competence.organisation_id) == world.sme_organisation))
    session.delete(of_waterlens(session, world))


def erase_text(session: Session, world: World) -> None:
    """Overwrite what a profile says without a new stamp, as a hand in the database may."""
    session.execute(delete(Competence).where(col(Competence.organisation_id) == world.sme_organisation))
    of_waterlens(session, world).summary = ""


def merge(session: Session, world: World) -> None:
    """Make one organisation of two: the profile of one of them goes."""
    erase_profile(session, world)
    session.execute(
        delete(OrganisationCluster).where(col(OrganisationCluster.organisation_id) == world.sme_organisation)
    )


def make_a_buyer(session: Session, world: World) -> None:
    session.get_one(Organisation, world.sme_organisation).kind = OrganisationKind.BUYER


class TestRemoval:
    @pytest.mark.parametrize("remove", [erase_profile, erase_text, merge, make_a_buyer])
    def test_nobody_is_found_after_the_commit_that_removed_it(
        self,
        world: World,
        keepers: tuple[ProfileKeeper, ProfileKeeper],
        remove: Callable[[Session, World], None],
    ):
        with world.database.write() as session:
            remove(session, world)
        assert both(world, keepers) == {"Fjordsensor"}

    def test_a_removal_and_an_addition_between_two_looks_are_both_seen(
        self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]
    ):
        with world.database.write() as session:
            erase_profile(session, world)
            key = add_organisation(session, "Aquatest", OrganisationKind.SME, world.clean)
            add_profile(session, key, "Tests of drinking water for E. coli.")
        assert both(world, keepers) == {"Fjordsensor", "Aquatest"}
        assert [len(keeper) for keeper in keepers] == [2, 2]

    def test_a_profile_that_came_back_is_found(self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]):
        with world.database.write() as session:
            erase_profile(session, world)
        assert both(world, keepers) == {"Fjordsensor"}
        with world.database.write() as session:
            add_profile(session, world.sme_organisation, "Optics for drinking water.")
        assert both(world, keepers) == {"Fjordsensor", "Waterlens"}

    def test_what_goes_while_the_ranking_searches_is_not_returned(
        self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper], monkeypatch: pytest.MonkeyPatch
    ):
        search, times = ProfileIndex.rank, [0]

        def slow(self: ProfileIndex, *args: Any, **options: Any) -> Any:
            found = search(self, *args, **options)
            if not times[0]:
                with world.database.write() as session:
                    erase_profile(session, world)
            times[0] += 1
            return found

        monkeypatch.setattr(ProfileIndex, "rank", slow)
        assert names(keepers[0], world.database) == {"Fjordsensor"}
        assert times == [2]

    async def test_what_goes_after_the_ranking_is_not_written_down(self, world: World):
        challenge = int(world.published().removeprefix("CH-"))
        task = read_task(world.database, challenge, world.now)
        assert task is not None
        order = (await find_orders(world.database, world.kit, [task], world.now))[0]
        with world.database.write() as session:
            session.execute(delete(Profile).where(col(Profile.organisation_id) == world.neighbour_organisation))
        assert not write_proposals(world.database, world.kit, task, order, world.now)


class TestChange:
    def test_a_profile_that_one_process_saves_is_found_by_the_other(
        self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]
    ):
        form = world.act(world.neighbour, "profile.edit").form
        world.submit(world.neighbour, form, summary="Membranes that take PFAS out of ground water.")
        assert both(world, keepers, "membranes against PFAS") == {"Fjordsensor"}

    def test_the_name_and_country_of_an_organisation_count_at_once(
        self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]
    ):
        with world.database.write() as session:
            row = session.get_one(Organisation, world.sme_organisation)
            row.name, row.country, row.updated_at, row.version = "Lenswater", "BE", NOW + timedelta(days=1), 2
        assert both(world, keepers) == {"Lenswater", "Fjordsensor"}
        found = keepers[0].rank(world.database, Query("E. coli sensors"), 5, now=NOW)
        assert {one.country for one in found.candidates} == {"BE", "DK"}

    def test_who_becomes_a_supplier_is_found(self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]):
        with world.database.write() as session:
            add_profile(session, world.buyer_organisation, "We test drinking water for E. coli.")
        assert both(world, keepers) == {"Waterlens", "Fjordsensor"}
        with world.database.write() as session:
            row = session.get_one(Organisation, world.buyer_organisation)
            row.kind, row.updated_at = OrganisationKind.RESEARCH, NOW + timedelta(days=1)
        assert both(world, keepers) == {"Waterlens", "Fjordsensor", "Nordkaj Utility"}

    def test_a_competence_that_is_added_or_confirmed_counts_without_a_new_stamp(
        self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]
    ):
        with world.database.write() as session:
            session.add(Competence(organisation_id=world.sme_organisation, text="Chitosan flocculants"))
            session.add(
                Competence(organisation_id=world.neighbour_organisation, text="Zeolite filters", confirmed=False)
            )
        assert both(world, keepers, "chitosan flocculants") == {"Waterlens"}
        assert both(world, keepers, "zeolite") == set()
        with world.database.write() as session:
            session.exec(select(Competence).where(Competence.text == "Zeolite filters")).one().confirmed = True
        assert both(world, keepers, "zeolite") == {"Fjordsensor"}

    def test_texts_that_change_under_a_ranking_are_quoted_as_they_are_now(
        self, world: World, keepers: tuple[ProfileKeeper, ProfileKeeper]
    ):
        with world.database.write() as session:
            of_waterlens(session, world).summary = "Drinking water is what we look at, E. coli included."
        found = keepers[0].rank(world.database, Query("E. coli in drinking water"), 5, now=NOW)
        key = str(world.sme_organisation)
        spans = next(one for one in found.candidates if one.id == key).evidence
        for span in (span for span in spans if span.field != "title"):
            assert found.documents[key].fields[span.field][span.start : span.end] == span.quote
        assert {span.field for span in spans} >= {"summary"}


def test_the_build_tells_how_far_it_is(world: World):
    keeper, told = ProfileKeeper(), list[tuple[int, int | None]]()
    assert (len(keeper), keeper.build_seconds) == (0, 0.0)
    keeper.fresh(world.database, NOW, tell=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (2, 2)]
    assert len(keeper) == 2
    assert keeper.build_seconds > 0
