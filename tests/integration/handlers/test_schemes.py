"""Voucher schemes and calls: made, changed, funded by several, opened and closed, and announced to the right people."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlmodel import select

from domain.organisations import ClusterState, OrganisationKind, Role
from domain.schemes import PRESETS, CallState, PartState, Preset, SchemeState
from domain.vouchers import ApplicationState
from handlers.nudging.digests import build_digest
from handlers.requests import Shown, Speaker
from handlers.vouchers.announcing import open_call, turn_calls
from handlers.work import Work
from messages.card import Form
from store.queries import digests
from store.queries import schemes as query
from store.queries import vouchers as voucher_query
from store.queries.rows import add
from store.tables.people import Cluster, OrganisationCluster, Person
from store.tables.queue import Outbox
from store.tables.vouchers import Application, Call, CallPart, Scheme
from tests.integration.handlers.jobs import run_jobs
from tests.world import (
    CLEAN_CHANNEL,
    CLEAN_MANAGERS,
    DELTA_CHANNEL,
    DELTA_MANAGERS,
    World,
    add_membership,
    add_organisation,
    add_person,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

CALL: Final[Mapping[str, str]] = {
    "title": "Summer 2026",
    "opens_on": "2026-05-11",
    "cutoff_on": "2026-06-30",
    "budget": "30,000",
    "partners": "",
}
OPENS: Final = datetime(2026, 5, 10, 22, tzinfo=UTC)  # midnight in Copenhagen
PARTNER: Final = "Clean Tech Delta: 20,000"


def scheme_form(world: World, preset: Preset = Preset.MEET_AND_GREET, speaker: Speaker | None = None) -> Form:
    shown = world.act(speaker or world.manager_owner, "scheme.new", preset.value)
    assert shown.form is not None, text_of(shown.card)
    return shown.form


def made_scheme(world: World, preset: Preset = Preset.MEET_AND_GREET, **fields: str | tuple[str, ...]) -> str:
    given: dict[str, Any] = {"name": "Meet & Greet North Sea", **fields}
    shown = world.submit(world.manager_owner, scheme_form(world, preset), **given)
    assert not shown.errors, shown.errors
    return find_button(shown.card, "call.new").value


def stated(world: World, scheme: str, **fields: str) -> Shown:
    return world.submit(world.manager_owner, world.act(world.manager_owner, "call.new", scheme).form, **(CALL | fields))


def made_call(world: World, scheme: str = "", **fields: str) -> str:
    shown = stated(world, scheme or made_scheme(world), **fields)
    assert not shown.errors, shown.errors
    return find_button(shown.card, "call.show").value


def turn(world: World, at: datetime | None = None) -> int:
    world.now = at or world.now
    return turn_calls(world.database, world.kit, world.now)


def opened(world: World, scheme: str = "", **fields: str) -> str:
    call = made_call(world, scheme, **fields)
    assert turn(world, OPENS) == 1
    world.deliver()
    return call


def row_of(world: World, call: str) -> Call:
    with world.database.read() as session:
        return session.get_one(Call, int(call.removeprefix("CA-")))


def part_of(world: World, call: str, cluster: int) -> CallPart | None:
    with world.database.read() as session:
        return query.part_of(session, int(call.removeprefix("CA-")), cluster)


def nudged(world: World, call: str) -> set[int]:
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge")).all()
        return {row.payload["person"] for row in rows if row.payload["subject"] == call}


def applied(world: World, call: str, state: ApplicationState, **values: Any) -> int:
    """Let the neighbour have an application in a call; committed where its state says so."""
    with world.database.write() as session:
        part = query.part_of(session, int(call.removeprefix("CA-")), world.clean)
        assert part is not None
        row = Application(
            call_id=part.call_id,
            part_id=part.id or 0,
            cluster_id=world.clean,
            organisation_id=world.neighbour_organisation,
            person_id=world.people["neighbour"],
            state=state,
            created_at=world.now,
            updated_at=world.now,
            **values,
        )
        if values.get("approved_cents"):
            assert voucher_query.take_from_budget(session, part.id or 0, values["approved_cents"])
        return add(session, row).id or 0


@pytest.mark.parametrize("preset", Preset)
def test_each_preset_fills_the_form_and_makes_a_scheme(world: World, preset: Preset):
    form, terms = scheme_form(world, preset), PRESETS[preset]
    filled = {field.name: field.value for field in form.fields}
    assert filled["zone"] == "Europe/Copenhagen"
    assert bool(filled["cap"]) is bool(terms.cap)
    shown = world.submit(world.manager_owner, form, name="A scheme", **({} if terms.cap else {"cap": "€1,250.50"}))
    assert not shown.errors, shown.errors
    with world.database.read() as session:
        row = session.exec(select(Scheme)).one()
    assert (row.preset, row.cap_cents) == (preset, terms.cap or 1_250_50)
    assert (row.partner_abroad, row.approve_first) == (terms.partner_abroad, True)
    assert row.second_above_cents == terms.second_above
    assert (row.owner_cluster_id, row.state) == (world.clean, SchemeState.ACTIVE)


def test_without_a_scheme_it_is_explained_and_the_presets_are_offered(world: World):
    shown = world.act(world.manager_owner, "scheme.list")
    assert "A scheme says what a voucher pays for" in text_of(shown.card)
    offered = [button for button in buttons_of(shown.card) if button.action == "scheme.new"]
    assert [button.value.split()[1] for button in offered] == [preset.value for preset in Preset]
    chosen = world.act(world.manager_owner, "scheme.new")
    assert len(buttons_of(chosen.card)) == len(Preset)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"cap": ""}, "cap"),
        ({"cap": "much"}, "cap"),
        ({"cap": "0"}, "cap"),
        ({"cap": "500 DKK"}, "cap"),
        ({"currency": "XYZ"}, "currency"),
        ({"countries": "DK, Atlantis"}, "countries"),
        ({"kinds": ()}, "kinds"),
        ({"documents": "\n".join("abcdef")}, "documents"),
        ({"documents": "x" * 81}, "documents"),
        ({"claim_days": "0"}, "claim_days"),
        ({"report_days": "366"}, "report_days"),
        ({"move_days": "0"}, "move_days"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"second_above": "500"}, "second_above"),
        ({"currency": "DKK", "per_euro": ""}, "per_euro"),
        ({"currency": "DKK", "per_euro": "0"}, "per_euro"),
        ({"currency": "DKK", "per_euro": "seven"}, "per_euro"),
    ],
)
def test_each_mistake_of_a_scheme_is_told_at_its_field(world: World, fields: dict[str, Any], wrong: str):
    shown = world.submit(world.manager_owner, scheme_form(world), **({"name": "Fine"} | fields))
    assert set(shown.errors) == {wrong}
    with world.database.read() as session:
        assert session.exec(select(Scheme)).first() is None


def test_all_mistakes_of_a_scheme_are_told_at_once(world: World):
    shown = world.submit(world.manager_owner, scheme_form(world), name="", cap="x", zone="x", countries="Atlantis")
    assert set(shown.errors) == {"name", "cap", "zone", "countries"}


def test_a_scheme_in_another_currency_keeps_its_rate(world: World):
    made_scheme(world, currency="dkk", cap="4,000 kr", per_euro="7,46", countries="dk NL dk", documents="- A\n• B\nA")
    with world.database.read() as session:
        row = session.exec(select(Scheme)).one()
    assert (row.currency, row.cap_cents, row.per_euro) == ("DKK", 4_000_00, "7.46")
    assert (tuple(row.countries), tuple(row.documents)) == (("DK", "NL"), ("A", "B"))


def test_the_list_shows_calls_with_their_figures(world: World):
    scheme = made_scheme(world)
    call = made_call(world, scheme, partners=PARTNER)
    text = text_of(world.act(world.manager_owner, "scheme.list").card)
    assert f"{call} · Summer 2026 (Planned)" in text
    assert "budget €30,000.00, committed €0.00, free €30,000.00" in text
    assert "partners are asked for €20,000.00" in text
    world.act(world.manager_partner, "call.part.take", f"{call}:CL-{world.delta}")
    assert "budget €50,000.00" in text_of(world.act(world.manager_owner, "scheme.list").card)
    theirs = text_of(world.act(world.manager_partner, "scheme.list").card)
    assert f"{call} · Summer 2026 by CLEAN (Planned): your part €20,000.00" in theirs


def test_a_long_list_has_pages(world: World):
    for number in range(7):
        made_scheme(world, name=f"Scheme {number}")
    first = world.act(world.manager_owner, "scheme.list")
    assert "Scheme 6" in text_of(first.card)
    assert "Scheme 1" not in text_of(first.card)
    more = [one for one in buttons_of(first.card) if one.action == "scheme.list"]
    second = world.act(world.manager_owner, "scheme.list", more[0].value)
    assert "Scheme 0" in text_of(second.card)


def test_a_manager_of_several_clusters_begins_with_the_one_of_the_room(world: World):
    with world.database.write() as session:
        add_membership(session, world.people["manager_partner"], Role.MANAGER, world.clean, None)
    shown = world.act(world.manager_partner, "scheme.list")
    assert shown.card is not None
    assert shown.card.title == "Voucher schemes of Clean Tech Delta"
    assert any(one.label == "CLEAN" and one.value == f"CL-{world.clean}" for one in buttons_of(shown.card))
    other = world.act(world.manager_partner, "scheme.list", f"CL-{world.clean}")
    assert text_of(other.card).startswith("Voucher schemes of CLEAN\n")


def test_rules_change_until_calls_and_grants_rest_on_them(world: World):
    scheme = made_scheme(world)
    form = world.act(world.manager_owner, "scheme.edit", scheme).form
    shown = world.submit(world.manager_owner, form, cap="600", currency="SEK", per_euro="11.2", claim_days="60")
    assert "is changed" in text_of(shown.card)
    call = made_call(world, scheme)
    locked = world.act(world.manager_owner, "scheme.edit", scheme).form
    assert locked is not None
    assert not {"currency", "zone"} & {field.name for field in locked.fields}
    assert "Currency and time zone stay as they are" in locked.intro
    world.submit(world.manager_owner, locked, claim_days="45")
    applied(world, call, ApplicationState.APPROVED, approved_cents=400_00)
    granted = world.act(world.manager_owner, "scheme.edit", scheme).form
    assert granted is not None
    assert not {"documents", "claim_days", "report_days"} & {field.name for field in granted.fields}
    rules = next(field for field in granted.fields if field.name == "rules")
    assert [one.value for one in rules.options] == ["partner_abroad", "de_minimis"]
    world.submit(world.manager_owner, granted, name="Renamed", rules=("de_minimis",))
    with world.database.read() as session:
        row = session.exec(select(Scheme)).one()
    assert (row.name, row.currency, row.claim_days, row.zone) == ("Renamed", "SEK", 45, "Europe/Copenhagen")
    assert (row.partner_abroad, row.approve_first) == (False, True)


def test_a_form_that_was_opened_before_a_call_was_made_changes_nothing(world: World):
    scheme = made_scheme(world)
    form = world.act(world.manager_owner, "scheme.edit", scheme).form
    made_call(world, scheme)
    shown = world.submit(world.manager_owner, form, currency="SEK", per_euro="11")
    assert "has changed after" in text_of(shown.card)


def test_a_scheme_is_archived_once_no_call_runs(world: World):
    scheme = made_scheme(world)
    call = made_call(world, scheme)
    assert "planned or open" in text_of(world.act(world.manager_owner, "scheme.archive", scheme).card)
    world.submit(world.manager_owner, world.act(world.manager_owner, "call.cancel", call).form, reason="No money.")
    assert "is archived" in text_of(world.act(world.manager_owner, "scheme.archive", scheme).card)
    for action in ("scheme.archive", "scheme.edit", "call.new"):
        assert world.act(world.manager_owner, action, scheme).failed
    text = text_of(world.act(world.manager_owner, "scheme.list").card)
    assert "One scheme is archived." in text


@pytest.mark.parametrize(
    ("fields", "wrong", "words"),
    [
        ({"title": ""}, "title", "Give the call a title"),
        ({"opens_on": "2026-05-03"}, "opens_on", "This day has passed"),
        ({"opens_on": "2026-02-30"}, "opens_on", "is no date"),
        ({"opens_on": ""}, "opens_on", "needed"),
        ({"cutoff_on": "2026-05-10"}, "cutoff_on", "cannot close before"),
        ({"cutoff_on": "2099-01-01"}, "cutoff_on", "too far"),
        ({"budget": "lots"}, "budget", "amount"),
        ({"budget": "30,000 SEK"}, "budget", "EUR"),
        ({"partners": "Clean Tech Delta"}, "partners", "Write it such as"),
        ({"partners": "Clean Tech Delta: much"}, "partners", "Clean Tech Delta"),
        ({"partners": "Clean Tech Dleta: 5,000"}, "partners", "Do you mean Clean Tech Delta?"),
        ({"partners": "Quantum: 5,000"}, "partners", "I do not know"),
        ({"partners": "CLEAN: 5,000"}, "partners", "your own cluster"),
        ({"partners": f"{PARTNER}\n{PARTNER}"}, "partners", "twice"),
        ({"partners": "\n".join(["Clean Tech Delta: 1"] * 21)}, "partners", "At most 20"),
    ],
)
def test_each_mistake_of_a_call_is_told_at_its_field(world: World, fields: dict[str, str], wrong: str, words: str):
    shown = stated(world, made_scheme(world), **fields)
    assert set(shown.errors) == {wrong}
    assert words in shown.errors[wrong]
    with world.database.read() as session:
        assert session.exec(select(Call)).first() is None


def test_two_clusters_of_one_name_are_told_apart_by_their_country(world: World):
    with world.database.write() as session:
        add(
            session,
            Cluster(
                name="Clean Tech Delta",
                name_key="clean tech delta",
                country="BE",
                state=ClusterState.ACTIVE,
                created_at=world.now,
                updated_at=world.now,
            ),
        )
    scheme = made_scheme(world)
    shown = stated(world, scheme, partners=PARTNER)
    assert "Add the country" in shown.errors["partners"]
    call = made_call(world, scheme, partners="Clean Tech Delta (NL): 20,000")
    assert part_of(world, call, world.delta) is not None


def test_amounts_of_partners_are_read_as_the_manager_writes_them(world: World):
    with world.database.write() as session:
        session.get_one(Person, world.people["manager_owner"]).locale = "da"
    call = made_call(world, made_scheme(world), budget="30.000,50", partners="Clean Tech Delta: 20.000")
    own, partner = part_of(world, call, world.clean), part_of(world, call, world.delta)
    assert own is not None
    assert partner is not None
    assert (own.budget_cents, own.state) == (30_000_50, PartState.TAKEN)
    assert (partner.budget_cents, partner.state) == (20_000_00, PartState.OFFERED)


@pytest.mark.parametrize(
    ("now", "opens_on", "cutoff_on", "opens_at", "closes_at"),
    [
        # The clocks go forward on 29 March 2026 and back on 25 October 2026.
        ("2026-03-20", "2026-03-29", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-20", "2026-10-25", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("2026-12-20", "2027-01-01", "2027-02-28", "2026-12-31T23:00", "2027-02-28T23:00"),
        ("2028-02-20", "2028-02-29", "2028-02-29", "2028-02-28T23:00", "2028-02-29T23:00"),
    ],
)
def test_a_call_opens_and_closes_at_local_midnight(
    world: World, now: str, opens_on: str, cutoff_on: str, opens_at: str, closes_at: str
):
    world.now = datetime.fromisoformat(f"{now}T12:00:00+00:00")
    call = made_call(world, opens_on=opens_on, cutoff_on=cutoff_on)
    begins, ends = (datetime.fromisoformat(f"{one}:00+00:00") for one in (opens_at, closes_at))
    assert turn(world, begins - timedelta(seconds=1)) == 0
    assert row_of(world, call).state is CallState.PLANNED
    assert turn(world, begins) == 1
    assert row_of(world, call).state is CallState.OPEN
    assert turn(world, ends - timedelta(seconds=1)) == 0
    assert turn(world, ends) == 1
    assert row_of(world, call).state is CallState.CLOSED
    assert turn(world, ends + timedelta(days=400)) == 0


def test_a_call_that_begins_today_is_open_at_once(world: World):
    shown = stated(world, made_scheme(world), opens_on="2026-05-04")
    assert "is open, and is being announced" in text_of(shown.card)
    world.only(CLEAN_CHANNEL, holding="Summer 2026")


def test_days_without_a_clock_are_made_up_for(world: World):
    scheme = made_scheme(world)
    late, over = made_call(world, scheme), made_call(world, scheme, title="Short", cutoff_on="2026-05-12")
    assert turn(world, datetime(2026, 5, 20, tzinfo=UTC)) == 3
    assert row_of(world, late).state is CallState.OPEN
    assert row_of(world, over).state is CallState.CLOSED
    assert [one.to for one in world.sent_to(CLEAN_CHANNEL)] == [CLEAN_CHANNEL]
    assert turn(world) == 0


def test_another_worker_that_turns_too_changes_nothing(world: World):
    call = made_call(world)
    world.now = OPENS
    with world.database.write() as session:
        (row,) = query.due_to_open(session, world.now, limit=5, lock=True)
        with world.database.read() as other:
            stale = query.due_to_open(other, world.now, limit=5)
            assert [one.id for one in stale] == [row.id]
        open_call(Work(session, world.now, world.kit), row)
        open_call(Work(session, world.now, world.kit), row)
    assert turn(world) == 0
    assert row_of(world, call).state is CallState.OPEN
    assert world.waiting("call.announce") == [f"call.announce:{call}:CL-{world.clean}"]


def test_a_call_is_announced_in_the_channel_and_to_exactly_the_right_people(world: World):
    with world.database.write() as session:
        german = add_organisation(session, "Rhein", OrganisationKind.SME, world.clean, country="DE", headcount=5)
        large = add_organisation(session, "Large", OrganisationKind.SME, world.clean, headcount=400)
        unsure = add_organisation(session, "Unsure", OrganisationKind.SME, world.clean)
        lab = add_organisation(session, "Lab", OrganisationKind.RESEARCH, world.clean, headcount=5)
        told = add_person(session, "Unsure Person", Role.SME, world.clean, unsure)
        for name, organisation in (("German", german), ("Large", large), ("Lab", lab)):
            add_person(session, name, Role.SME, world.clean, organisation)
        add_person(session, "Buyer of Unsure", Role.BUYER, world.clean, unsure)
    call = opened(world, made_scheme(world, countries="DK"))
    post = world.only(CLEAN_CHANNEL, holding=call)
    text = text_of(post.card)
    assert "up to €500.00" in text
    assert "small and medium-sized companies from Denmark" in text
    assert "30 June 2026, end of the day (Europe/Copenhagen)" in text
    assert find_button(post.card, "voucher.apply").value == call
    assert world.sent_to(DELTA_CHANNEL) == []
    run_jobs(world)
    assert nudged(world, call) == {world.people["neighbour"], told}
    world.now = datetime(2026, 5, 11, 7, tzinfo=UTC)  # Monday, 09:00
    run_jobs(world)
    message = world.only(world.neighbour, holding=call)
    assert "A call for vouchers is open that you may apply in" in text_of(message.card)
    assert find_button(message.card, "voucher.apply").value == call
    assert has_button(message.card, "nudge.stop")


def test_many_members_are_told_in_batches(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("handlers.vouchers.announcing._BATCH", 2)
    with world.database.write() as session:
        people = [
            add_person(
                session,
                f"Person {number}",
                Role.SME,
                world.clean,
                add_organisation(session, f"Firm {number}", OrganisationKind.SME, world.clean, headcount=3),
            )
            for number in range(5)
        ]
    call = opened(world)
    run_jobs(world)
    assert nudged(world, call) == {world.people["neighbour"], *people}


def test_a_cluster_that_switched_it_off_is_not_nudged(world: World):
    with world.database.write() as session:
        session.get_one(Cluster, world.clean).policy = {"nudge.call": ""}
    call = opened(world)
    run_jobs(world)
    assert nudged(world, call) == set()


def test_whoever_has_applied_or_comes_too_late_is_not_nudged(world: World):
    call = opened(world)
    run_jobs(world)
    applied(world, call, ApplicationState.DRAFT)
    world.now = datetime(2026, 5, 11, 7, tzinfo=UTC)
    run_jobs(world)
    assert world.sent_to(world.neighbour) == []


def test_the_card_says_when_the_call_is_over(world: World):
    call = opened(world)
    turn(world, datetime(2026, 7, 1, tzinfo=UTC))
    post = world.only(CLEAN_CHANNEL, holding=call)
    assert "This call is closed" in text_of(post.card)
    assert not has_button(post.card, "voucher.apply")
    assert has_button(post.card, "call.show")
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "call.announce")).all()
        assert {row.status for row in rows} == {"cancelled"}


def test_a_partner_takes_its_part_and_its_members_are_told(world: World):
    call = opened(world, partners=PARTNER)
    run_jobs(world)
    assert world.sent_to(DELTA_CHANNEL) == []
    offer = world.only(DELTA_MANAGERS, holding=call)
    assert "CLEAN asks Clean Tech Delta to fund a part of this call: €20,000.00" in text_of(offer.card)
    funding = world.only(CLEAN_MANAGERS, holding=call)
    assert "Clean Tech Delta (asked): €20,000.00" in text_of(funding.card)
    assert any("asks Clean Tech Delta" in text_of(one) for one in world.home(world.manager_partner).cards)
    shown = world.press(world.manager_partner, offer.card, "call.part.take")
    assert "takes part in" in text_of(shown.card)
    run_jobs(world)
    assert has_button(world.only(DELTA_CHANNEL, holding=call).card, "voucher.apply")
    assert "CLEAN and Clean Tech Delta" in text_of(world.only(CLEAN_CHANNEL, holding=call).card)
    assert "Clean Tech Delta: budget €20,000.00" in text_of(world.only(CLEAN_MANAGERS, holding=call).card)
    assert "takes part with €20,000.00" in text_of(world.only(DELTA_MANAGERS, holding=call).card)
    assert nudged(world, call) == {world.people[one] for one in ("neighbour", "sme", "colleague")}
    again = world.act(world.manager_partner, "call.part.take", f"{call}:CL-{world.delta}")
    assert "answered already" in text_of(again.card)
    assert not any("asks Clean Tech Delta" in text_of(one) for one in world.home(world.manager_partner).cards)


def test_a_partner_refuses_and_can_be_asked_again(world: World):
    call = made_call(world, partners=PARTNER)
    shown = world.press(world.manager_partner, world.only(DELTA_MANAGERS).card, "call.part.refuse")
    assert "does not take part" in text_of(shown.card)
    assert "does not take part" in text_of(world.only(DELTA_MANAGERS).card)
    form = world.act(world.manager_owner, "call.edit", call).form
    assert form is not None
    assert next(field.value for field in form.fields if field.name == "partners") == ""
    world.submit(world.manager_owner, form, partners="Clean Tech Delta: 10,000")
    card = world.only(DELTA_MANAGERS).card
    assert "€10,000.00" in text_of(card)
    world.press(world.manager_partner, card, "call.part.take")
    assert turn(world, OPENS) == 1
    world.only(DELTA_CHANNEL, holding=call)


def test_a_partner_takes_another_amount_and_changes_it_later(world: World):
    call = made_call(world, partners=PARTNER)
    card = world.only(DELTA_MANAGERS).card
    form = world.press(world.manager_partner, card, "call.part.amount").form
    assert set(world.submit(world.manager_partner, form, budget="few").errors) == {"budget"}
    world.submit(world.manager_partner, form, budget="15,000")
    part = part_of(world, call, world.delta)
    assert part is not None
    assert (part.state, part.budget_cents) == (PartState.TAKEN, 15_000_00)
    with world.database.write() as session:
        assert voucher_query.take_from_budget(session, part.id or 0, 4_000_00)
    form = world.act(world.manager_partner, "call.part.amount", f"{call}:CL-{world.delta}").form
    refused = world.submit(world.manager_partner, form, budget="3,999.99")
    assert "4,000.00 EUR is committed" in refused.errors["budget"]
    assert not world.submit(world.manager_partner, form, budget="4,000").errors
    part = part_of(world, call, world.delta)
    assert part is not None
    assert part.budget_cents == 4_000_00


def test_an_offer_is_taken_back_and_a_part_that_was_taken_is_the_partners_own(world: World):
    call = made_call(world, partners=PARTNER)
    world.deliver()

    def edit() -> Form | None:
        return world.act(world.manager_owner, "call.edit", call).form

    world.submit(world.manager_owner, edit(), partners="")
    assert part_of(world, call, world.delta) is None
    assert "nothing to decide" in text_of(world.only(DELTA_MANAGERS).card)
    assert world.act(world.manager_partner, "call.part.take", f"{call}:CL-{world.delta}").failed
    world.submit(world.manager_owner, edit(), partners=PARTNER)
    world.act(world.manager_partner, "call.part.take", f"{call}:CL-{world.delta}")
    for partners in ("", "Clean Tech Delta: 5,000"):
        assert (
            "decides about that itself"
            in world.submit(world.manager_owner, edit(), partners=partners).errors["partners"]
        )


def test_before_it_opens_everything_of_a_call_can_change(world: World):
    call = made_call(world)
    form = world.act(world.manager_owner, "call.edit", call).form
    fields = {"title": "Autumn", "opens_on": "2026-05-05", "cutoff_on": "2026-05-20", "budget": "1,000"}
    assert not world.submit(world.manager_owner, form, **fields).errors
    row = row_of(world, call)
    assert (row.title, row.opens_on, row.cutoff_on) == ("Autumn", date(2026, 5, 5), date(2026, 5, 20))
    assert row.cutoff_at == datetime(2026, 5, 20, 22, tzinfo=UTC)
    stale = world.submit(world.manager_owner, form, title="Winter")
    assert "has changed after" in text_of(stale.card)
    form = world.act(world.manager_owner, "call.edit", call).form
    world.submit(world.manager_owner, form, opens_on="2026-05-04")
    assert row_of(world, call).state is CallState.OPEN


def test_an_open_call_ends_later_only_and_its_budget_stays_above_what_is_committed(world: World):
    call = opened(world)
    applied(world, call, ApplicationState.APPROVED, approved_cents=450_00)
    form = world.act(world.manager_owner, "call.edit", call).form
    assert form is not None
    assert [field.name for field in form.fields] == ["cutoff_on", "budget", "partners"]
    shown = world.submit(world.manager_owner, form, cutoff_on="2026-06-29", budget="449.99")
    assert set(shown.errors) == {"cutoff_on", "budget"}
    assert not world.submit(world.manager_owner, form, cutoff_on="2026-07-31", budget="450").errors
    assert row_of(world, call).cutoff_at == datetime(2026, 7, 31, 22, tzinfo=UTC)
    part = part_of(world, call, world.clean)
    assert part is not None
    assert part.budget_cents == 450_00
    assert "31 July 2026" in text_of(world.only(CLEAN_CHANNEL, holding=call).card)
    assert turn(world, datetime(2026, 7, 1, tzinfo=UTC)) == 0
    turn(world, datetime(2026, 8, 1, tzinfo=UTC))
    closed = world.act(world.manager_owner, "call.edit", call).form
    assert closed is not None
    assert [field.name for field in closed.fields] == ["budget"]
    world.submit(world.manager_owner, closed, budget="900")
    part = part_of(world, call, world.clean)
    assert part is not None
    assert part.budget_cents == 900_00
    assert row_of(world, call).state is CallState.CLOSED


def test_a_budget_that_is_committed_meanwhile_is_not_lowered(world: World):
    call = opened(world)
    part = part_of(world, call, world.clean)
    with world.database.write() as session:
        row = session.get_one(CallPart, part.id if part else 0)
        assert voucher_query.take_from_budget(session, row.id or 0, 500_00)
        assert not query.set_budget(session, row, 499_99, now=world.now)
        assert query.set_budget(session, row, 500_00, now=world.now)


def test_a_later_cut_off_moves_the_reminders_of_drafts(world: World):
    call = opened(world)
    voucher = applied(world, call, ApplicationState.DRAFT, due_at=row_of(world, call).cutoff_at)
    form = world.act(world.manager_owner, "call.edit", call).form
    world.submit(world.manager_owner, form, cutoff_on="2026-07-31")
    with world.database.read() as session:
        assert session.get_one(Application, voucher).due_at == datetime(2026, 7, 31, 22, tzinfo=UTC)
        assert session.get_one(Application, voucher).revision == 2


def test_a_cancelled_call_ends_what_is_not_decided_and_tells_why(world: World):
    call = opened(world, partners=PARTNER)
    draft = applied(world, call, ApplicationState.DRAFT)
    submitted = applied(world, call, ApplicationState.SUBMITTED)
    granted = applied(world, call, ApplicationState.APPROVED, approved_cents=100_00)
    form = world.act(world.manager_owner, "call.cancel", call).form
    assert form is not None
    assert "2 applications are not decided" in form.intro
    assert set(world.submit(world.manager_owner, form, reason=" ").errors) == {"reason"}
    shown = world.submit(world.manager_owner, form, reason="The funder has stopped it.")
    assert "2 applicants read your reason" in text_of(shown.card)
    with world.database.read() as session:
        states = {key: session.get_one(Application, key).state for key in (draft, submitted, granted)}
    assert states == {
        draft: ApplicationState.EXPIRED,
        submitted: ApplicationState.REJECTED,
        granted: ApplicationState.APPROVED,
    }
    told = [text_of(one.card) for one in world.sent_to(world.neighbour)]
    assert len([text for text in told if "The funder has stopped it." in text]) == 2
    assert "cancelled" in text_of(world.only(CLEAN_CHANNEL, holding=call).card)
    assert "nothing left to decide" in text_of(world.only(DELTA_MANAGERS, holding=call).card)
    for action in ("call.edit", "call.cancel"):
        assert "closed or cancelled" in text_of(world.act(world.manager_owner, action, call).card)
    assert world.act(world.manager_partner, "call.part.take", f"{call}:CL-{world.delta}").failed


def test_the_weekly_digest_names_the_calls_that_one_may_apply_in(world: World):
    call = opened(world)
    with world.database.read() as session:
        work = Work(session, world.now, world.kit)
        sections = build_digest(work, world.people["neighbour"], ["smes_digest"])
        assert [(one.topic, [line.subject for line in one.lines]) for one in sections] == [("calls", [call])]
        assert build_digest(work, world.people["sme"], ["smes_digest"]) == ()
    applied(world, call, ApplicationState.DRAFT)
    with world.database.read() as session:
        work = Work(session, world.now, world.kit)
        topics = [one.topic for one in build_digest(work, world.people["neighbour"], ["smes_digest"])]
        assert "calls" not in topics


def test_a_digest_is_planned_for_members_of_funding_clusters_alone(world: World):
    opened(world)
    with world.database.read() as session:
        people = [world.people["neighbour"], world.people["sme"]]
        news = digests.with_news(session, people, published_since=world.now, since=world.now)
    assert news == {world.people["neighbour"]}


def test_a_member_reads_the_terms_and_a_manager_the_figures(world: World):
    call = opened(world, partners=PARTNER)
    text = text_of(world.act(world.neighbour, "call.show", call).card)
    assert "approved before the activity begins" in text
    assert "committed" not in text
    assert has_button(world.act(world.neighbour, "call.show", call).card, "voucher.apply")
    assert not has_button(world.act(world.buyer, "call.show", call).card, "voucher.apply")
    owner = world.act(world.manager_owner, "call.show", call)
    assert "CLEAN: budget €30,000.00, committed €0.00" in text_of(owner.card)
    assert has_button(owner.card, "call.edit")
    partner = world.act(world.manager_partner, "call.show", call)
    assert has_button(partner.card, "call.part.take")
    assert not has_button(partner.card, "call.edit")
    assert "I do not know the call" in text_of(world.act(world.sme, "call.show", call).card)
    assert world.act(world.neighbour, "call.show", "CA-99").failed
    assert world.act(world.neighbour, "call.show", "nonsense").failed


def test_a_member_of_a_second_cluster_reads_the_calls_of_both(world: World):
    call = opened(world)
    with world.database.write() as session:
        session.add(OrganisationCluster(organisation_id=world.sme_organisation, cluster_id=world.clean))
    shown = world.act(world.sme, "call.show", call)
    assert has_button(shown.card, "voucher.apply")
    run_jobs(world)
    assert world.people["sme"] in nudged(world, call)


OWNERS: Final = ("scheme.edit", "scheme.archive", "call.new")
OF_CALL: Final = ("call.edit", "call.save", "call.cancel", "call.cancel.send")
OF_PART: Final = ("call.part.take", "call.part.refuse", "call.part.amount", "call.part.save")


def test_only_the_managers_of_the_cluster_do_it(world: World):
    scheme = made_scheme(world)
    call = made_call(world, scheme, partners=PARTNER)
    values = dict.fromkeys((*OWNERS, "scheme.save"), scheme)
    values |= {action: f"{call}:1" if action == "call.save" else call for action in OF_CALL}
    values |= dict.fromkeys(OF_PART, f"{call}:CL-{world.delta}")
    values |= {"scheme.list": f"CL-{world.clean}", "scheme.new": f"CL-{world.clean} own"}
    with world.database.read() as session:
        before = _everything(session)
    for speaker in (world.sme, world.buyer, world.neighbour, world.stranger):
        for action, value in values.items():
            assert world.act(speaker, action, value).failed, (speaker.user, action)
    for action, value in values.items():
        others = world.manager_owner if action in OF_PART else world.manager_partner
        assert world.act(others, action, value).failed, action
    with world.database.read() as session:
        assert _everything(session) == before


def test_a_partner_of_a_call_reads_that_the_owner_changes_it(world: World):
    call = made_call(world, partners=PARTNER)
    assert "only its managers can do that" in text_of(world.act(world.manager_partner, "call.edit", call).card)
    own = world.act(world.manager_owner, "call.part.take", f"{call}:CL-{world.delta}")
    assert "Only the managers of the cluster that was asked" in text_of(own.card)


def _everything(session: Any) -> list[tuple[object, ...]]:
    rows = [*session.exec(select(Scheme)), *session.exec(select(Call)), *session.exec(select(CallPart))]
    return [(type(row).__name__, row.id, row.version, row.state) for row in rows]


def test_home_shows_a_partner_what_it_has_to_answer(world: World):
    made_call(world, partners=PARTNER)
    assert "asks Clean Tech Delta" in text_of_home(world.home(world.manager_partner))
    assert "asks Clean Tech Delta" not in text_of_home(world.home(world.manager_owner))
