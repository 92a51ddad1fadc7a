"""The rank job: hard rules, answers, the model and its absence, and runs that meet each other."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.challenges import ChallengeState
from domain.introductions import IntroductionState, Slot, SuggestionState
from domain.organisations import OrganisationKind
from handlers.suggestions.contenders import answers_to, read_task
from handlers.suggestions.proposals import Order, write_proposals
from handlers.suggestions.ranking import find_orders, rank_text
from handlers.work import Kit
from prompts.client import ModelClient
from prompts.schema import Parsed
from prompts.trouble import ModelUnavailable, Trouble
from store import queue
from store.engine import Session
from store.queue import Claimed
from store.tables.challenges import Challenge
from store.tables.introductions import Decision, Introduction, Ranking, Suggestion
from store.tables.ledger import ModelCache, ModelSpend
from store.tables.people import AvoidedOrganisation, Competence, Organisation, OrganisationCluster, Profile
from tests.integration.handlers.jobs import do_job, run_jobs
from tests.world import (
    CLEAN_MANAGERS,
    NOW,
    World,
    add_organisation,
    add_profile,
    buttons_of,
    find_button,
    has_button,
    text_of,
)


def ranked(world: World, **fields: str | tuple[str, ...]) -> str:
    challenge = world.published(**fields)
    run_jobs(world)
    return challenge


def suggested(world: World) -> list[str]:
    """Return the names that are proposed now, by rank."""
    with world.database.read() as session:
        rows = session.exec(
            select(Organisation.name)
            .join(Suggestion, col(Suggestion.organisation_id) == Organisation.id)
            .where(Suggestion.state != SuggestionState.EXPIRED)
            .order_by(col(Suggestion.rank))
        )
        return list(rows)


def change_organisation(world: World, key: int, **values: Any) -> None:
    with world.database.write() as session:
        row = session.get_one(Organisation, key)
        for name, value in values.items():
            setattr(row, name, value)


def crowd(world: World, number: int, cluster: int = 0) -> list[int]:
    """Add organisations that all know about bacteria in pipes."""
    with world.database.write() as session:
        keys: list[int] = []
        for at in range(number):
            key = add_organisation(session, f"Pipelab {at:02}", OrganisationKind.SME, cluster or world.clean)
            add_profile(
                session, key, f"We find E. coli bacteria in drinking-water pipes, method {at}.", "E. coli sensors"
            )
            keys.append(key)
        return keys


class TestHardRules:
    def test_only_clusters_that_own_or_took_the_challenge_are_asked_for_candidates(self, world: World):
        challenge = ranked(world)
        assert suggested(world) == ["Fjordsensor"]
        world.shared(challenge)
        run_jobs(world)
        assert set(suggested(world)) == {"Fjordsensor", "Waterlens"}

    @pytest.mark.parametrize("who_avoids", ["buyer", "sme"])
    def test_avoid_lists_hold_in_both_directions(self, world: World, who_avoids: str):
        pair = [world.buyer_organisation, world.neighbour_organisation]
        one, other = pair if who_avoids == "buyer" else reversed(pair)
        with world.database.write() as session:
            session.add(AvoidedOrganisation(organisation_id=one, avoided_id=other))
        ranked(world)
        assert suggested(world) == []

    @pytest.mark.parametrize(
        "values",
        [{"paused_at": NOW}, {"capacity": 0}, {"country": "SE"}, {"kind": OrganisationKind.PUBLIC}],
        ids=["paused", "no room", "a country that is not wanted", "neither SME nor research"],
    )
    def test_some_are_never_proposed(self, world: World, values: dict[str, Any]):
        change_organisation(world, world.neighbour_organisation, **values)
        ranked(world)
        assert suggested(world) == []

    @pytest.mark.parametrize(
        ("of_buyer", "of_sme"),
        [("Nordkaj Holding", "NORDKAJ Holding"), ("", "Nordkaj  Utility"), ("Fjordsensor", "")],
        ids=["one parent", "the buyer is its parent", "it is the buyer's parent"],
    )
    def test_nobody_of_the_buyers_own_group_is_proposed(self, world: World, of_buyer: str, of_sme: str):
        change_organisation(world, world.buyer_organisation, parent_group=of_buyer)
        change_organisation(world, world.neighbour_organisation, parent_group=of_sme)
        challenge = ranked(world)
        assert suggested(world) == []
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        assert suggested(world) == []

    def test_another_group_is_no_obstacle(self, world: World):
        change_organisation(world, world.buyer_organisation, parent_group="Nordkaj Holding")
        change_organisation(world, world.neighbour_organisation, parent_group="Fjord Group")
        ranked(world)
        assert suggested(world) == ["Fjordsensor"]

    @pytest.mark.parametrize(
        ("reason", "days", "proposed"),
        [
            ("conflict", 89, []),
            ("known_already", 89, []),
            ("conflict", 91, ["Fjordsensor"]),
            ("not_relevant", 1, ["Fjordsensor"]),
            ("busy", 1, ["Fjordsensor"]),
        ],
    )
    def test_a_no_because_of_the_pair_holds_for_the_buyers_other_challenges(
        self, world: World, reason: str, days: int, proposed: list[str]
    ):
        ranked(world)
        with world.database.read() as session:
            first = session.exec(select(Suggestion)).one()
        form = world.act(world.manager_owner, "suggestion.reject", f"{first.id}:{first.ranking_id}:{world.clean}").form
        world.submit(world.manager_owner, form, reason=reason)
        world.now += timedelta(days=days)
        with world.database.write() as session:
            session.exec(select(Suggestion)).one().state = SuggestionState.EXPIRED
        world.published(title="E. coli in wells", deadline_on="2026-12-01")
        run_jobs(world)
        assert suggested(world) == proposed

    def test_a_further_country_of_the_sme_counts(self, world: World):
        change_organisation(world, world.neighbour_organisation, country="SE", countries=("NL",))
        ranked(world)
        assert suggested(world) == ["Fjordsensor"]

    def test_what_is_not_confirmed_does_not_rank(self, world: World):
        with world.database.write() as session:
            key = add_organisation(session, "Boaster", OrganisationKind.SME, world.clean)
            add_profile(session, key, "Consulting.")
            session.add(
                Competence(organisation_id=key, text="E. coli bacteria drinking-water pipes sensors", confirmed=False)
            )
        ranked(world)
        assert "Boaster" not in suggested(world)

    def test_nobody_is_proposed_to_itself(self, world: World):
        change_organisation(world, world.buyer_organisation, kind=OrganisationKind.RESEARCH)
        with world.database.write() as session:
            add_profile(session, world.buyer_organisation, "We detect bacteria in drinking-water pipes.")
        ranked(world)
        assert suggested(world) == ["Fjordsensor"]

    def test_a_member_of_several_clusters_ranks_once(self, world: World):
        with world.database.write() as session:
            session.add(OrganisationCluster(organisation_id=world.neighbour_organisation, cluster_id=world.delta))
        world.shared(ranked(world))
        run_jobs(world)
        assert sorted(suggested(world)) == ["Fjordsensor", "Waterlens"]

    @pytest.mark.parametrize(("days", "proposed"), [(89, []), (91, ["Fjordsensor"])])
    def test_an_sme_that_this_buyer_was_introduced_to_lately_waits_ninety_days(
        self, world: World, days: int, proposed: list[str]
    ):
        ranked(world)
        introduce(world, state=IntroductionState.CLOSED)
        world.now += timedelta(days=days)
        with world.database.write() as session:
            session.exec(select(Suggestion)).one().state = SuggestionState.EXPIRED
        world.published(title="E. coli in wells", deadline_on="2026-12-01")
        run_jobs(world)
        assert suggested(world) == proposed

    def test_open_introductions_count_against_the_room_of_an_sme(self, world: World):
        change_organisation(world, world.neighbour_organisation, capacity=1)
        ranked(world)
        introduce(world, state=IntroductionState.MADE, buyer=world.sme_organisation)
        with world.database.write() as session:
            session.exec(select(Suggestion)).one().state = SuggestionState.EXPIRED
        world.published(title="E. coli in wells")
        run_jobs(world)
        assert suggested(world) == []

    def test_one_by_invitation_is_for_the_invited(self, world: World):
        crowd(world, 2)
        ranked(world, confidentiality="invite", invited="Fjordsensor")
        assert suggested(world) == ["Fjordsensor"]


def crowd_of(world: World, name: str, number: int) -> list[int]:
    """Add organisations that know a little less."""
    with world.database.write() as session:
        keys = [add_organisation(session, f"{name} {at}", OrganisationKind.SME, world.clean) for at in range(number)]
        for key in keys:
            add_profile(session, key, "We find E. coli bacteria in drinking water, and in milk.", "Rapid tests")
        return keys


def with_countries(world: World, keys: list[int], countries: list[str]) -> None:
    for key, country in zip(keys, countries, strict=True):
        change_organisation(world, key, country=country)


def introduce(world: World, *, state: IntroductionState, buyer: int = 0) -> None:
    """Put an introduction of the only suggestion into the store."""
    with world.database.write() as session:
        suggestion = session.exec(select(Suggestion)).one()
        session.add(
            Introduction(
                suggestion_id=suggestion.id or 0,
                challenge_id=suggestion.challenge_id,
                organisation_id=suggestion.organisation_id,
                buyer_id=buyer or world.buyer_organisation,
                buyer_person_id=world.people["buyer"],
                owner_cluster_id=world.clean,
                sme_cluster_id=world.clean,
                state=state,
                created_at=world.now,
                updated_at=world.now,
            )
        )


def earlier(session: Session, world: World, organisation: int, **values: Any) -> None:
    """Put an earlier introduction to another buyer into the store, long ago."""
    suggestion = session.exec(select(Suggestion).where(Suggestion.organisation_id == organisation)).first()
    assert suggestion is not None
    session.add(
        Introduction(
            suggestion_id=suggestion.id or 0,
            challenge_id=suggestion.challenge_id,
            organisation_id=organisation,
            buyer_id=world.sme_organisation,
            buyer_person_id=world.people["buyer"],
            owner_cluster_id=world.clean,
            sme_cluster_id=world.clean,
            created_at=world.now - timedelta(days=200),
            updated_at=world.now,
            **values,
        )
    )


class TestOrder:
    def test_twenty_are_kept_and_five_are_shown(self, world: World):
        crowd(world, 30)
        ranked(world)
        assert len(suggested(world)) == 20
        card = world.sent_to(CLEAN_MANAGERS)[-1].card
        assert len([one for one in buttons_of(card) if one.action == "suggestion.approve"]) == 5
        more = next(one for one in buttons_of(card) if one.action == "suggestion.more")
        shown = world.act(world.manager_owner, more.action, more.value).card
        assert len([one for one in buttons_of(shown) if one.action == "suggestion.approve"]) == 5
        assert "6. Pipelab" in text_of(shown)

    def test_whoever_answers_is_on_the_list_even_without_a_profile(self, world: World):
        crowd(world, 30)
        with world.database.write() as session:
            for row in session.exec(
                select(Competence).where(Competence.organisation_id == world.neighbour_organisation)
            ).all():
                session.delete(row)
            session.delete(
                session.exec(select(Profile).where(Profile.organisation_id == world.neighbour_organisation)).one()
            )
        challenge = ranked(world)
        assert "Fjordsensor" not in suggested(world)
        world.answered(challenge, world.neighbour, text="Ask us.")
        run_jobs(world)
        assert "Fjordsensor" in suggested(world)
        assert len(suggested(world)) == 20

    def test_a_quote_of_an_answer_is_in_its_language_and_one_of_the_profile_in_that(self, world: World):
        challenge = ranked(world, must_haves="Sonde in der Leitung\nE. coli sensors")
        world.answered(challenge, world.neighbour, text="Unsere Sonde misst die Bakterien direkt in der Leitung.")
        run_jobs(world)
        with world.database.read() as session:
            row = session.exec(
                select(Suggestion).where(Suggestion.organisation_id == world.neighbour_organisation)
            ).one()
            spoken = {str(one["field"]): one["language"] for one in row.evidence}
        assert spoken["answer"] == "de"
        assert {language for field, language in spoken.items() if field != "answer"} == {"en"}

    def test_a_challenge_is_in_the_language_that_it_is_written_in(self, world: World):
        said = "Wir suchen eine Anlage, die Bakterien in der Leitung misst und sie innerhalb einer Stunde meldet."
        challenge = ranked(world, title="Bakterien in der Leitung", problem=said)
        with world.database.read() as session:  # asked in an English form
            assert session.get_one(Challenge, int(challenge.removeprefix("CH-"))).language == "en"
        task = read_task(world.database, int(challenge.removeprefix("CH-")), world.now)
        assert task is not None
        assert task.query.language == "de"

    def test_an_answer_is_in_the_language_that_it_is_written_in(self, world: World):
        challenge = ranked(world)
        said = "Unsere Anlage misst Bakterien in der Leitung und meldet sie innerhalb einer Stunde an die Leitwarte."
        world.answered(challenge, world.neighbour, text=said)  # addressed in English
        with world.database.read() as session:
            (answer,) = answers_to(session, int(challenge.removeprefix("CH-"))).values()
        assert (answer.text, answer.language) == (said, "de")

    def test_a_changed_profile_counts_at_the_next_ranking(self, world: World):
        key = crowd(world, 1)[0]
        challenge = ranked(world)
        with world.database.write() as session:
            profile = session.exec(select(Profile).where(Profile.organisation_id == key)).one()
            profile.summary, profile.version = "Wind turbines at sea.", profile.version + 1
            session.exec(select(Competence).where(Competence.organisation_id == key)).one().text = "Blades"
            profile.updated_at = world.now + timedelta(seconds=1)
        world.answered(challenge, world.neighbour)
        run_jobs(world)
        assert "Pipelab 00" not in suggested(world)

    def test_what_falls_off_the_list_expires_and_what_was_decided_stays(self, world: World):
        challenge = ranked(world)
        with world.database.read() as session:
            first = session.exec(select(Suggestion)).one()
        world.act(world.manager_owner, "suggestion.approve", f"{first.id}:{first.ranking_id}:{world.clean}")
        crowd(world, 3)
        world.shared(challenge)
        run_jobs(world)
        with world.database.read() as session:
            states = [row.state for row in session.exec(select(Suggestion).order_by(col(Suggestion.id)))]
            assert session.exec(select(Decision)).one().suggestion_id == first.id
        assert states[0] is SuggestionState.APPROVED
        assert set(states[1:]) == {SuggestionState.PROPOSED}

    def test_quotes_are_verbatim(self, world: World):
        ranked(world)
        with world.database.read() as session:
            row = session.exec(select(Suggestion)).one()
        assert {span["field"] for span in row.evidence} <= {"summary", "skills"}
        assert "Sensors for pipes." in {span["quote"] for span in row.evidence}

    def test_a_text_of_ones_own_is_ranked_for_the_command_line(self, world: World):
        told: list[tuple[int, int | None]] = []
        found = rank_text(
            world.database, world.kit, "E. coli sensor", 5, now=world.now, tell=lambda *now: told.append(now)
        )
        assert found.candidates[0].name in {"Fjordsensor", "Waterlens"}
        assert found.candidates[0].quotes
        assert found.profiles == 2
        assert told[-1] == (2, 2)  # how many profiles were read

    def test_a_name_proves_nothing_on_the_command_line_either(self, world: World):
        with world.database.write() as session:
            key = add_organisation(session, "Zandkist Quorum", OrganisationKind.SME, world.clean)
            add_profile(session, key, "We look after blades of wind turbines at sea.")
        assert rank_text(world.database, world.kit, "Zandkist Quorum", 5, now=world.now).candidates == ()

    def test_a_text_is_ranked_for_some_countries_only(self, world: World):
        with world.database.write() as session:
            session.get_one(Organisation, world.neighbour_organisation).countries = ("DK", "NO")
        for countries, names in (
            ({"NL"}, {"Waterlens"}),
            ({"NO"}, {"Fjordsensor"}),
            ({"DK", "NL"}, None),
            ({"SE"}, set()),
        ):
            found = rank_text(world.database, world.kit, "E. coli sensor", 5, now=world.now, countries=countries)
            assert {one.name for one in found.candidates} == (
                names if names is not None else {"Fjordsensor", "Waterlens"}
            )


class TestSelection:
    def test_nobody_is_proposed_for_nonsense_and_the_card_says_so(self, world: World):
        crowd(world, 6)
        ranked(
            world,
            title="Flurble grommet zanzibar",
            problem="Wibble quux flurbs the zanzibars.",
            background="",
            must_haves="Grommets that wibble",
        )
        assert suggested(world) == []
        assert "No profile fits well enough yet." in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)

    def test_nobody_is_proposed_who_neither_covers_anything_nor_is_near(self, world: World):
        with world.database.write() as session:
            key = add_organisation(session, "Windblade", OrganisationKind.SME, world.clean)
            add_profile(session, key, "We look after blades of wind turbines at sea.", "Repair of blades")
        ranked(world)
        assert suggested(world) == ["Fjordsensor"]
        assert "Nobody else fits well enough" in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)

    def test_the_card_says_when_nobody_fits_well_enough(self, world: World):
        ranked(world, title="Paint", problem="Paint for ships", background="", must_haves="Dries fast", criteria="")
        assert suggested(world) == []
        with world.database.read() as session:
            assert session.exec(select(Ranking)).one().considered == 1
        assert "No profile fits well enough yet." in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)

    def test_an_sme_that_ignores_introductions_falls_behind_one_that_takes_them(self, world: World):
        crowd(world, 2)
        ranked(world)
        first, second = suggested(world)[:2]
        with world.database.write() as session:
            ids = {row.name: row.id or 0 for row in session.exec(select(Organisation)).all()}
            for row in session.exec(select(Suggestion)).all():
                row.state = SuggestionState.EXPIRED
            for name, values in (
                (first, {"state": IntroductionState.LAPSED, "asked_at": NOW}),
                (second, {"state": IntroductionState.CLOSED, "asked_at": NOW, "sme_consent_at": NOW}),
            ):
                earlier(session, world, ids[name], **values)
        world.published(title="E. coli in wells")
        run_jobs(world)
        order = suggested(world)
        assert order.index(second) < order.index(first)

    def test_every_part_of_the_score_is_stored(self, world: World):
        ranked(world)
        with world.database.read() as session:
            row = session.exec(select(Suggestion)).one()
        assert {"words", "spelling", "relevance", "buyer", "sme", "history", "free", "load"} <= row.sub_scores.keys()
        assert row.score == pytest.approx(2 / (1 / row.sub_scores["buyer"] + 1 / row.sub_scores["sme"]), abs=1e-3)

    def test_a_second_country_takes_a_place_and_the_card_says_what_that_costs(self, world: World):
        with_countries(world, crowd(world, 5), ["DK"] * 5)
        with_countries(world, crowd_of(world, "Rijnlab", 1), ["NL"])
        ranked(world)
        card = text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)
        assert "Here so that a second country is represented." in card
        assert "By score alone" in card
        with world.database.read() as session:
            ranking = session.exec(select(Ranking)).one()
            slots = session.exec(select(Suggestion.slot).order_by(col(Suggestion.rank))).all()
        assert Slot.COUNTRY in slots[:5]
        assert len(ranking.displaced) == 1

    def test_why_shows_proof_gaps_and_chances_to_managers_of_the_clusters_concerned(self, world: World):
        ranked(world)
        card = world.sent_to(CLEAN_MANAGERS)[-1].card
        shown = text_of(world.press(world.manager_owner, card, "suggestion.why").card)
        for told in ("1. Fjordsensor, Denmark", "Sensors for pipes.", "Runs three months", "The SME: 50%", "Relevance"):
            assert told in shown
        value = find_button(card, "suggestion.why").value
        for member in (world.neighbour, world.buyer):
            assert "Only managers of the clusters" in text_of(world.act(member, "suggestion.why", value).card)
        for stranger in (world.manager_partner, world.sme):
            assert "do not know this suggestion" in text_of(world.act(stranger, "suggestion.why", value).card)
        assert "do not know this suggestion" in text_of(world.act(world.manager_owner, "suggestion.why", "9:9:9").card)


class TestTeams:
    def with_two_halves(self, world: World) -> str:
        with world.database.write() as session:
            for name, country, skill in (
                ("Hourly", "DK", "Result within one hour for bacteria in drinking water"),
                ("Lasting", "NL", "Runs three months without service in pipes with drinking water"),
            ):
                key = add_organisation(session, name, OrganisationKind.SME, world.clean, country=country)
                add_profile(session, key, "Sensors for drinking water.", skill)
        return ranked(world)

    def test_where_nobody_covers_everything_the_smallest_team_is_named_and_shown(self, world: World):
        self.with_two_halves(world)
        card = world.sent_to(CLEAN_MANAGERS)[-1].card
        line = next(line for line in text_of(card).splitlines() if line.startswith("Together, "))
        assert "Hourly" in line
        assert "Lasting" in line
        assert "every must-have" in line
        shown = world.press(world.manager_owner, card, "suggestion.team").card
        assert "Result within one hour for bacteria in drinking water" in text_of(shown)
        assert "Runs three months without service in pipes with drinking water" in text_of(shown)
        assert len([one for one in buttons_of(shown) if one.action == "suggestion.approve"]) == 2
        done = world.press(world.manager_owner, shown, "suggestion.approve")
        assert "nobody of Hourly can be asked yet" in text_of(done.card)

    def test_only_the_owners_managers_see_a_team(self, world: World):
        challenge = self.with_two_halves(world)
        world.shared(challenge)
        run_jobs(world)
        value = find_button(world.sent_to(CLEAN_MANAGERS)[-1].card, "suggestion.team").value
        forged = f"{value.rpartition(':')[0]}:{world.delta}"
        for speaker, asked in ((world.manager_partner, value), (world.manager_partner, forged), (world.buyer, value)):
            shown = world.act(speaker, "suggestion.team", asked)
            assert "Only managers of the clusters" in text_of(shown.card)

    def test_whoever_was_declined_is_in_no_team(self, world: World):
        self.with_two_halves(world)
        card = world.sent_to(CLEAN_MANAGERS)[-1].card
        team = find_button(card, "suggestion.team").value
        shown = world.act(world.manager_owner, "suggestion.team", team).card
        form = world.press(world.manager_owner, shown, "suggestion.reject").form
        world.submit(world.manager_owner, form, reason="busy")
        assert not has_button(world.sent_to(CLEAN_MANAGERS)[-1].card, "suggestion.team")
        assert "has been updated" in text_of(world.act(world.manager_owner, "suggestion.team", team).card)


def waiting_ranks(world: World) -> list[Claimed]:
    """Claim what waits to be ranked, as the worker does."""
    with world.database.write() as session:
        return queue.claim(session, owner="one", now=world.now, limit=20, kinds=("rank",))


class TestTogether:
    def test_what_waits_at_the_same_time_is_ranked_by_one_job(self, world: World):
        for title in ("E. coli in wells", "E. coli in pipes", "Sensors for pipes"):
            world.published(title=title)
        first, *others = waiting_ranks(world)
        with world.database.write() as session:
            assert queue.mark_sending(session, first, now=world.now)
        do_job(world.database, world.kit, first, world.now)
        with world.database.read() as session:
            assert len(session.exec(select(Ranking.challenge_id).distinct()).all()) == 3
            assert len(session.exec(select(Ranking)).all()) == 3
        with world.database.write() as session:
            assert [queue.mark_sending(session, one, now=world.now) for one in others] == [False, False]
        assert waiting_ranks(world) == []

    def test_nobody_is_promised_more_introductions_than_it_has_room_for(self, world: World):
        change_organisation(world, world.neighbour_organisation, capacity=1)
        for at in range(6):
            world.published(title=f"E. coli in well {at}")
        run_jobs(world)
        with world.database.read() as session:
            rows = session.exec(
                select(Suggestion).where(
                    Suggestion.organisation_id == world.neighbour_organisation,
                    Suggestion.state == SuggestionState.PROPOSED,
                )
            ).all()
            held = [ranking for ranking in session.exec(select(Ranking)).all() if ranking.held]
        assert len(rows) == 6
        listed = [row for row in rows if row.ranking_id not in {ranking.id for ranking in held}]
        assert sum(row.sub_scores["load"] for row in listed) <= 1
        assert held

    def test_what_others_were_promised_before_counts(self, world: World):
        change_organisation(world, world.neighbour_organisation, capacity=1)
        for at in range(6):
            world.published(title=f"E. coli in well {at}")
            run_jobs(world)
        with world.database.read() as session:
            assert [bool(one.held) for one in session.exec(select(Ranking).order_by(col(Ranking.id)))][-1]

    def test_what_failed_before_is_ranked_alone(self, world: World):
        world.published(title="E. coli in wells")
        world.published(title="E. coli in pipes")
        first, other = waiting_ranks(world)
        with world.database.write() as session:
            queue.mark_sending(session, first, now=world.now)
            queue.postpone(session, first, due_at=world.now, now=world.now, error="it failed")
        (again,) = waiting_ranks(world)
        with world.database.write() as session:
            queue.mark_sending(session, again, now=world.now)
        do_job(world.database, world.kit, again, world.now)
        with world.database.write() as session:
            assert queue.mark_sending(session, other, now=world.now)

    def test_a_failure_gives_back_what_was_taken_along(self, world: World):
        world.published(title="E. coli in wells")
        world.published(title="E. coli in pipes")
        first, _ = waiting_ranks(world)
        with_model(world, BrokenModel())
        with world.database.write() as session:
            queue.mark_sending(session, first, now=world.now)
        with pytest.raises(ZeroDivisionError):
            do_job(world.database, world.kit, first, world.now)
        (given_back,) = waiting_ranks(world)
        assert given_back.attempts == 1


class TestRunsThatMeet:
    def test_a_run_that_read_an_older_wording_writes_nothing(self, world: World):
        challenge = world.published()
        number = int(challenge.removeprefix("CH-"))
        task, order = prepared(world, number)
        with world.database.write() as session:
            session.get_one(Challenge, number).edition = 2
        assert not write_proposals(world.database, world.kit, task, order, world.now)
        assert suggested(world) == []

    def test_of_two_runs_at_once_one_is_done_again(self, world: World):
        number = int(world.published().removeprefix("CH-"))
        first, second = prepared(world, number), prepared(world, number)
        assert write_proposals(world.database, world.kit, *first, world.now)
        assert not write_proposals(world.database, world.kit, *second, world.now)
        run_jobs(world)
        with world.database.read() as session:
            live = session.exec(select(Suggestion.ranking_id).where(Suggestion.state == SuggestionState.PROPOSED)).all()
            newest = session.exec(select(Ranking.id).order_by(col(Ranking.id).desc())).first()
        assert set(live) == {newest}

    def test_a_challenge_that_is_over_is_not_ranked(self, world: World):
        number = int(world.published().removeprefix("CH-"))
        with world.database.write() as session:
            session.get_one(Challenge, number).state = ChallengeState.WITHDRAWN
        run_jobs(world)
        assert suggested(world) == []


def prepared(world: World, number: int) -> tuple[Any, Order]:
    task = read_task(world.database, number, world.now)
    assert task is not None
    return task, asyncio.run(find_orders(world.database, world.kit, [task], world.now))[0]


class BrokenModel(ModelClient):
    """Fails as only a mistake of the program does."""

    def __init__(self) -> None:
        super().__init__(model="broken")

    async def parse(self, *, system: str, user: str, schema: Any, max_tokens: int, deadline_seconds: Any = None) -> Any:
        raise ZeroDivisionError


class FakeModel(ModelClient):
    """Judges by a rule instead of a network; keeps what it was shown."""

    def __init__(self, *, trouble: Trouble | None = None, best: str = "") -> None:
        super().__init__(model="fake")
        self.trouble, self.best = trouble, best
        self.shown: list[str] = []

    async def parse(self, *, system: str, user: str, schema: Any, max_tokens: int, deadline_seconds: Any = None) -> Any:
        del system, max_tokens, deadline_seconds
        self.shown.append(user)
        if self.trouble is not None:
            raise ModelUnavailable(self.trouble)
        judgements = [
            {
                "id": one["id"],
                "score": 95 if self.best and self.best in json.dumps(one["fields"]) else 40,
                "reason": "Measures what is asked for.",
                "evidence": next(iter(one["fields"].values())),
                "gaps": [],
            }
            for one in json.loads(user)["candidates"]
        ]
        return Parsed(schema.model_validate({"judgements": judgements}), 100)


def with_model(world: World, model: ModelClient, **values: Any) -> None:
    world.kit = Kit(holidays=world.kit.holidays, public_url=world.kit.public_url, model=model, **values)


class TestModel:
    def test_its_reasons_are_shown_and_it_lifts_a_candidate_by_a_few_ranks_at_most(self, world: World):
        crowd(world, 12)
        with_model(world, FakeModel(best="method 7"))
        ranked(world)
        card = text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)
        assert "Measures what is asked for." in card
        assert "no language model took part" not in card
        with world.database.read() as session:
            assert session.exec(select(Ranking)).one().model_used
            assert session.exec(select(ModelSpend)).one().tokens > 0
            assert session.exec(select(ModelCache)).one()

    def test_no_name_reaches_it(self, world: World):
        model = FakeModel()
        with_model(world, model)
        ranked(world, background="Nordkaj Utility asks, says Buyer, Nordkaj.")
        assert model.shown
        assert "Nordkaj Utility" not in model.shown[0]
        assert "Fjordsensor" not in model.shown[0]

    @pytest.mark.parametrize("trouble", [Trouble.TIMEOUT, Trouble.INVALID, Trouble.OPEN])
    def test_without_a_usable_answer_the_local_order_stands_and_says_so(self, world: World, trouble: Trouble):
        with_model(world, FakeModel(trouble=trouble))
        ranked(world)
        assert "could not be reached or gave no usable answer" in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)
        with world.database.read() as session:
            ranking = session.exec(select(Ranking)).one()
        assert (ranking.model_used, ranking.model_trouble) == (False, trouble.value)

    def test_a_spent_budget_is_respected(self, world: World):
        model = FakeModel()
        with_model(world, model, model_tokens=10)
        ranked(world)
        assert model.shown == []
        assert "could not be reached" in text_of(world.sent_to(CLEAN_MANAGERS)[-1].card)

    def test_the_same_question_is_not_asked_twice(self, world: World):
        model = FakeModel()
        with_model(world, model)
        challenge = ranked(world)
        assert len(model.shown) == 1
        prepared(world, int(challenge.removeprefix("CH-")))
        assert len(model.shown) == 1
