"""One person with several accounts: linked by a code, with everything that belongs to either, and unlinked again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint
from sqlmodel import select

from domain.organisations import MembershipState, Role
from domain.rooms import WorkspaceState
from handlers.requests import Profiled, Shown, Speaker
from messages.card import Card
from store.queries import merging, people
from store.queries.rows import add
from store.tables import metadata
from store.tables.accounts import LinkCode
from store.tables.calendar import CalendarFeed
from store.tables.introductions import Consent
from store.tables.people import Membership, Person, Workspace
from store.tables.queue import Outbox
from tests.world import World, find_button


def text_of(shown: Shown) -> str:
    assert shown.card is not None
    return repr(shown.card)


def code_of(shown: Shown) -> str:
    found = re.search(r"/matchpoint link ([A-Z0-9]{8})", text_of(shown))
    assert found is not None
    return found.group(1)


def person_of(world: World, speaker: Speaker) -> int:
    with world.database.read() as session:
        found = people.identity_of(session, surface="web", workspace=speaker.workspace, user=speaker.user)
        assert found is not None
        return found.person_id


def link(world: World, first: Speaker, second: Speaker) -> Shown:
    """Link two accounts: the first is given the code, the second types it."""
    code = code_of(world.command(first, "matchpoint", "link"))
    offer = world.command(second, "matchpoint", f"link {code[:4].lower()}-{code[4:]}")
    return world.press(second, offer.card, "link.join")


# -- what there is to move ------------------------------------------------------------------------------------------


def test_every_table_in_which_a_person_stands_once_has_a_rule():
    """A new table with such a key would break the merging of people who both stand in it."""
    names = {(one.table.name, one.name) for one in merging.references()}
    bound: set[str] = set()
    for table in metadata.sorted_tables:
        keys = [
            {column.name for column in one.columns} for one in table.constraints if isinstance(one, UniqueConstraint)
        ]
        keys += [{column.name for column in index.columns} for index in table.indexes if index.unique]
        keys.append({column.name for column in table.primary_key.columns})
        if any((table.name, name) in names for key in keys for name in key):
            bound.add(table.name)
    assert bound == set(merging.ONCE)


def test_every_foreign_key_to_a_person_is_moved(world: World):
    """Whatever names a person is found by itself: this only says which columns those are today, in all tables."""
    named = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        for column in key.columns
        if key.referred_table.name == "person"
    }
    assert {(one.table.name, one.name) for one in merging.references()} == named
    assert ("identity", "person_id") in named


def test_whatever_names_a_person_names_the_one_who_stays(world: World):
    stays, goes = world.people["stranger"], world.people["neighbour"]
    if stays > goes:
        stays, goes = goes, stays
    with world.database.write() as session:
        gone = session.get_one(Person, goes)
        add(session, Consent(person_id=goes, purpose="name", created_at=world.now, updated_at=world.now))
        merging.merge_people(session, kept=session.get_one(Person, stays), gone=gone)
    with world.database.read() as session:
        assert session.get(Person, goes) is None
        for column in merging.references():
            assert session.execute(select(column).where(column == goes)).all() == []


# -- the code -------------------------------------------------------------------------------------------------------


def test_a_code_makes_one_person_of_two_accounts(world: World):
    shown = link(world, world.stranger, world.sme)
    assert "linked" in text_of(shown)
    assert person_of(world, world.stranger) == person_of(world, world.sme)
    kept = person_of(world, world.sme)
    with world.database.read() as session:
        held = session.exec(select(Membership).where(Membership.person_id == kept)).all()
        assert [(one.role, one.state) for one in held] == [(Role.SME, MembershipState.ACTIVE)]
        assert session.exec(select(LinkCode)).all() == []
        told = [row.destination for row in session.exec(select(Outbox)).all() if row.key.startswith("card:linked")]
    assert len(told) == 1  # the other account learns of it


def test_only_a_hash_of_the_code_is_kept(world: World):
    code = code_of(world.command(world.sme, "matchpoint", "link"))
    with world.database.read() as session:
        row = session.exec(select(LinkCode)).one()
    assert row.code_hash is not None
    assert code not in row.code_hash
    assert code not in repr(row)


def test_nothing_is_linked_before_it_is_confirmed(world: World):
    code = code_of(world.command(world.stranger, "matchpoint", "link"))
    offer = world.command(world.sme, "matchpoint", f"link {code}")
    assert "Link this account?" in text_of(offer)
    assert person_of(world, world.stranger) != person_of(world, world.sme)


@pytest.mark.parametrize("minutes", [14, 16])
def test_a_code_is_good_for_a_quarter_of_an_hour(world: World, minutes: int):
    code = code_of(world.command(world.stranger, "matchpoint", "link"))
    world.now += timedelta(minutes=minutes)
    offer = world.command(world.sme, "matchpoint", f"link {code}")
    assert ("Link this account?" in text_of(offer)) is (minutes < 15)


def test_a_new_code_ends_the_old_one_and_a_used_one_is_over(world: World):
    old = code_of(world.command(world.stranger, "matchpoint", "link"))
    code_of(world.command(world.stranger, "matchpoint", "link"))
    assert "not right" in text_of(world.command(world.sme, "matchpoint", f"link {old}"))


def test_one_cannot_link_oneself(world: World):
    code = code_of(world.command(world.sme, "matchpoint", "link"))
    assert "your own code" in text_of(world.command(world.sme, "matchpoint", f"link {code}"))


def test_whoever_guesses_is_stopped_even_with_the_right_code(world: World):
    code = code_of(world.command(world.stranger, "matchpoint", "link"))
    shown = [world.command(world.sme, "matchpoint", "link AAAAAAAA") for _ in range(5)]
    assert "too many wrong codes" in text_of(shown[-1])
    assert "too many wrong codes" in text_of(world.command(world.sme, "matchpoint", f"link {code}"))
    assert "not right" in text_of(world.act(world.sme, "link.join", f"{code} x"))
    world.now += timedelta(minutes=16)
    fresh = code_of(world.command(world.stranger, "matchpoint", "link"))
    assert "Link this account?" in text_of(world.command(world.sme, "matchpoint", f"link {fresh}"))


# -- what follows from it -------------------------------------------------------------------------------------------


def test_who_could_approve_no_more_for_the_own_organisation_is_told_first(world: World):
    code = code_of(world.command(world.sme, "matchpoint", "link"))
    offer = world.command(world.manager_partner, "matchpoint", f"link {code}")
    assert "another manager has to" in text_of(offer)
    silent = world.act(world.manager_partner, "link.join", f"{code} e3b0c44298fc")
    assert "another manager has to" in text_of(silent)
    assert person_of(world, world.sme) != person_of(world, world.manager_partner)
    world.press(world.manager_partner, silent.card, "link.join")
    assert person_of(world, world.sme) == person_of(world, world.manager_partner)


def test_of_two_memberships_alike_the_active_one_stays(world: World):
    now = world.now
    with world.database.write() as session:
        add(
            session,
            Membership(
                person_id=world.people["stranger"],
                cluster_id=world.delta,
                organisation_id=world.sme_organisation,
                role=Role.SME,
                state=MembershipState.ASKED,
                created_at=now,
                updated_at=now,
            ),
        )
        for name in ("stranger", "sme"):
            feed = CalendarFeed(person_id=world.people[name], changed_at=now, created_at=now, updated_at=now)
            if name == "sme":
                feed.token, feed.token_hash = "secret", "hash"
            add(session, feed)
    link(world, world.stranger, world.sme)
    kept = person_of(world, world.sme)
    with world.database.read() as session:
        held = session.exec(select(Membership).where(Membership.person_id == kept)).all()
        assert [one.state for one in held] == [MembershipState.ACTIVE]
        assert [one.token for one in session.exec(select(CalendarFeed)).all()] == ["secret"]


def test_what_was_sent_to_the_one_is_not_sent_again_to_the_other(world: World):
    kept, gone = sorted((world.people["stranger"], world.people["sme"]))
    with world.database.write() as session:
        for key, person in (("note:CH-1:P-", gone), ("other:CH-1:P-", gone), ("other:CH-1:P-", kept)):
            add(
                session,
                Outbox(
                    kind="nudge",
                    key=f"{key}{person}",
                    destination=f"person:P-{person}",
                    subject=f"CH-1:reminder:P-{person}",
                    payload={"person": person},
                    due_at=world.now,
                    created_at=world.now,
                    updated_at=world.now,
                ),
            )
    link(world, world.stranger, world.sme)
    with world.database.read() as session:
        rows = {row.key: row for row in session.exec(select(Outbox)).all() if "CH-1" in row.key}
    assert rows[f"note:CH-1:P-{kept}"].payload == {"person": kept}
    assert rows[f"note:CH-1:P-{kept}"].destination == f"person:P-{kept}"
    assert rows[f"other:CH-1:P-{gone}"].status.value == "cancelled"


def test_an_account_can_be_unlinked_and_takes_nothing_with_it(world: World):
    link(world, world.stranger, world.sme)
    listed = world.command(world.sme, "matchpoint", "link")
    assert listed.card is not None
    button = find_button(listed.card, "link.unlink")
    assert "not linked with yours" in text_of(world.act(world.neighbour, "link.unlink", button.value))
    world.press(world.sme, listed.card, "link.unlink")
    assert person_of(world, world.sme) != person_of(world, world.stranger)
    with world.database.read() as session:
        alone = person_of(world, world.stranger)
        assert session.exec(select(Membership).where(Membership.person_id == alone)).all() == []
    assert isinstance(listed.card, Card)


# -- by e-mail ------------------------------------------------------------------------------------------------------


OTHER = Speaker("teams", "tenant", "somebody")


def let_in(world: World, state: WorkspaceState, cluster: int | None) -> None:
    stamps: dict[str, Any] = {"created_at": world.now, "updated_at": world.now}
    with world.database.write() as session:
        found = people.workspace_of(session, surface=OTHER.surface, native_id=OTHER.workspace)
        room = found or add(session, Workspace(surface=OTHER.surface, native_id=OTHER.workspace, state=state, **stamps))
        room.state, room.cluster_id = state, cluster
        session.add(room)


def meet_with_email_of(world: World, name: str, *, given: bool = False) -> bool:
    """Meet an account with the e-mail of a person; tell whether it is that person's."""
    with world.database.read() as session:
        email = session.get_one(Person, world.people[name]).email
    world.desk.meet(Profiled(OTHER, "Somebody", "teams:tenant:somebody", email=email or "", given=given), now=world.now)
    with world.database.read() as session:
        found = people.identity_of(session, surface=OTHER.surface, workspace=OTHER.workspace, user=OTHER.user)
        assert found is not None
        return found.person_id == world.people[name]


@pytest.mark.parametrize("state", [None, *WorkspaceState])
def test_an_email_counts_only_where_the_workspace_was_let_in(world: World, state: WorkspaceState | None):
    if state is not None:
        let_in(world, state, world.delta)
    assert meet_with_email_of(world, "sme") is (state is WorkspaceState.ACTIVE)


def test_an_email_of_somebody_who_belongs_to_another_cluster_joins_nobody(world: World):
    let_in(world, WorkspaceState.ACTIVE, world.delta)
    assert not meet_with_email_of(world, "manager_owner")


def test_what_the_operator_answers_for_is_believed(world: World):
    assert meet_with_email_of(world, "manager_owner", given=True)


def test_who_was_met_before_the_workspace_was_let_in_is_joined_afterwards(world: World):
    assert not meet_with_email_of(world, "sme")
    let_in(world, WorkspaceState.ACTIVE, world.delta)
    assert meet_with_email_of(world, "sme")
    with world.database.read() as session:
        assert session.exec(select(Person).where(Person.name == "Somebody")).all() == []
