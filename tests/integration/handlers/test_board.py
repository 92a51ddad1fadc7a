"""The board: every figure is what its records add up to, and everybody sees only what is his or hers to see."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from domain.board import By, Figure, Sums, Week, weeks_of
from domain.organisations import OrganisationKind, Role
from domain.vouchers import ApplicationState
from handlers.requests import Shown, Speaker
from handlers.vouchers import looking
from messages.card import Card
from store.queries import board as query
from store.queries.board import Scope
from store.tables.vouchers import Call
from tests.integration.handlers.test_vouchers import (
    PLAN,
    active,
    add_receipt,
    agreed,
    application,
    approved,
    at,
    call,
    pay,
    submit_claim,
    turn,
)
from tests.integration.handlers.vouchers import make_call
from tests.world import (
    NOW,
    World,
    add_membership,
    add_organisation,
    buttons_of,
    find_button,
    has_button,
    text_of,
)

MONEY: Final = (Figure.COMMITTED, Figure.SPENT)
COUNTS: Final = (Figure.APPLICATIONS, Figure.APPROVED, Figure.REJECTED, Figure.EXPIRED)


def figures(world: World, scope: Scope | None = None) -> Sums:
    """Return the figures of everything that Clean Tech Delta sees (or of a scope), each held to its records."""
    scope = scope or Scope((world.delta,))
    with world.database.read() as session:
        (total,) = query.sums(session, scope)
        for figure in MONEY:
            rows = query.records(session, scope, figure, offset=0, limit=1000)
            assert sum(cents for *_, cents in rows) == total.of(figure), figure
        for figure in COUNTS:
            assert len(query.records(session, scope, figure, offset=0, limit=1000)) == total.of(figure), figure
        firms = {who.id for _, who, *_ in query.records(session, scope, Figure.SMES, offset=0, limit=1000)}
        assert len(firms) == total.smes
        parts = query.parts(session, scope, offset=0, limit=1000)
        assert sum(cents for *_, cents in parts) == total.budget
        assert sum(cents - part.committed_cents for part, *_, cents in parts) == total.of(Figure.FREE)
        for by in By:
            split = query.sums(session, scope, by)
            for figure in set(Figure) - {Figure.SMES}:
                assert sum(one.of(figure) for one in split) == total.of(figure), (by, figure)
    return total


def board(world: World, speaker: Speaker | None = None, value: str = "") -> Card:
    card = world.act(speaker or world.manager_partner, "voucher.board", value).card
    assert card is not None
    return card


def records(world: World, value: str, speaker: Speaker | None = None) -> Card:
    card = world.act(speaker or world.manager_partner, "voucher.records", value).card
    assert card is not None
    return card


def apply(world: World, speaker: Speaker, call_id: str, **fields: str | tuple[str, ...]) -> Shown:
    form = world.command(speaker, "voucher", f"apply {call_id}").form
    shown = world.submit(speaker, form, **{**PLAN, **fields})
    assert not shown.errors, shown.errors
    return shown


def approve(world: World, speaker: Speaker, id_: str) -> None:
    card = world.act(speaker, "voucher.status", id_).card
    world.press(speaker, card, "voucher.approve")


def test_without_a_call_there_is_nothing(world: World):
    card = world.command(world.manager_partner, "voucher", "board").card
    assert "No call has a budget yet" in text_of(card)
    assert not has_button(card, "voucher.export")


def test_a_draft_counts_nowhere(world: World):
    name = call(world)
    form = world.command(world.sme, "voucher", "apply").form
    world.submit(world.sme, form, **{**PLAN, "keep": ("keep",)})
    assert application(world).state is ApplicationState.DRAFT
    assert figures(world) == Sums(0, "EUR", 1_000_00)
    turn(world, NOW + timedelta(days=400))
    assert application(world).state is ApplicationState.EXPIRED
    assert figures(world) == Sums(0, "EUR", 1_000_00)
    assert "€1,000.00" in text_of(board(world, value=name))


def test_the_figures_follow_an_application_to_the_end(world: World):
    active(world)
    committed = Sums(0, "EUR", 1_000_00, 450_00, 0, applications=1, approved=1, smes=1)
    assert figures(world) == committed
    add_receipt(world)
    submit_claim(world)
    pay(world)
    part = Sums(0, "EUR", 1_000_00, 450_00, 189_50, applications=1, approved=1, smes=1)
    assert figures(world) == part
    add_receipt(world, number="2026-0043", amount="100")
    submit_claim(world, last=("last",))
    pay(world, 2)
    assert application(world).state is ApplicationState.PAID
    paid = Sums(0, "EUR", 1_000_00, 289_50, 289_50, applications=1, approved=1, smes=1)
    assert figures(world) == paid
    assert "Free: €710.50 (71%)" in text_of(board(world))


def test_what_is_withdrawn_or_expires_is_free_again(world: World):
    approved(world)
    form = world.press(world.sme, world.act(world.sme, "voucher.status", "VO-1").card, "voucher.withdraw").form
    world.submit(world.sme, form, reason="We cannot travel.")
    assert figures(world) == Sums(0, "EUR", 1_000_00, 0, 0, applications=1, approved=1, smes=1)


def test_what_expires_is_counted_as_such(world: World):
    agreed(world)
    turn(world, at("2026-06-10"))
    turn(world, at("2026-09-10"))
    assert application(world).state is ApplicationState.EXPIRED
    assert figures(world) == Sums(0, "EUR", 1_000_00, 0, 0, applications=1, approved=1, smes=1, expired=1)


def test_a_cancelled_call_has_nothing_free(world: World):
    approved(world)
    with world.database.write() as session:
        row = session.get_one(Call, 1)
        row.state = row.state.CANCELLED
        session.add(row)
    assert figures(world) == Sums(0, "EUR", 450_00, 450_00, 0, applications=1, approved=1, smes=1)


def test_every_figure_leads_to_its_records_and_each_record_opens(world: World):
    approved(world)
    card = board(world)
    ways = [one for one in buttons_of(card) if one.action == "voucher.records"]
    assert [one.label for one in ways] == ["Budget", "Committed", "Free", "Applications", "Approved", "SMEs"]
    for way in ways:
        found = records(world, way.value)
        amount = {"Budget": "€1,000.00", "Free": "€550.00"}.get(way.label, "€450.00")
        assert amount in text_of(found), way.label
        if way.label in ("Budget", "Free"):
            deeper = find_button(found, "voucher.board")
            assert "part of Clean Tech Delta" in text_of(board(world, value=deeper.value))
        else:
            opened = world.press(world.manager_partner, found, "voucher.status").card
            assert opened is not None
            assert opened.title.startswith("VO-1")


def test_it_is_looked_at_closer_by_scheme_call_and_funder(world: World):
    _, name = make_call(world, cluster=world.delta, partners={world.clean: 300_00}, budget=700_00)
    top = board(world)
    scheme = world.press(world.manager_partner, top, "voucher.board")
    by_funder = board(world, value="all/funder")
    assert {"CLEAN", "Clean Tech Delta"} <= set(text_of(by_funder).splitlines())
    closer = [one for one in buttons_of(top) if one.label == "Look closer"]
    scheme_card = board(world, value=closer[0].value)
    assert "By call" in text_of(scheme_card)
    closer = [one for one in buttons_of(scheme_card) if one.label == "Look closer"]
    call_card = board(world, value=closer[0].value)
    assert call_card.title == f"Vouchers: {name} · Spring 2026"
    assert "Budget: €1,000.00" in text_of(call_card)
    closer = [one for one in buttons_of(call_card) if one.label == "Look closer"]
    assert [board(world, value=one.value).title for one in closer] == [
        f"Vouchers: {name} · Spring 2026, part of Clean Tech Delta",
        f"Vouchers: {name} · Spring 2026, part of CLEAN",
    ]
    assert scheme.card is not None


def test_a_partner_sees_its_own_part_and_the_owner_all(world: World):
    _, name = make_call(
        world,
        cluster=world.delta,
        partners={world.clean: 600_00},
        budget=700_00,
        de_minimis=False,
        partner_abroad=False,
    )
    apply(world, world.sme, name)
    apply(world, world.neighbour, name, amount="300")
    approve(world, world.manager_owner, "VO-2")
    assert figures(world) == Sums(0, "EUR", 1_300_00, 300_00, 0, applications=2, approved=1, smes=2)
    own = figures(world, Scope((world.clean,)))
    assert own == Sums(0, "EUR", 600_00, 300_00, 0, applications=1, approved=1, smes=1)
    partner = board(world, world.manager_owner)
    assert "Budget: €600.00" in text_of(partner)
    listed = records(world, f"{name}/applications/EUR", world.manager_owner)
    assert "VO-2" in text_of(listed)
    assert "VO-1" not in text_of(listed)
    others = f"{name}+CL-{world.delta}"
    for action, value in (
        ("voucher.board", others),
        ("voucher.records", f"{others}/committed/EUR"),
        ("voucher.export", f"{others}/csv"),
        ("voucher.picture", others),
    ):
        assert "There is nothing here that a cluster of yours" in text_of(
            world.act(world.manager_owner, action, value).card
        )
    # The owner may read what is charged to a partner's part, and decides nothing about it.
    read = world.press(world.manager_partner, records(world, f"{name}/committed/EUR"), "voucher.status").card
    assert "The managers of CLEAN decide on it." in text_of(read)
    assert not buttons_of(read)
    refused = world.act(world.manager_partner, "voucher.agree", "VO-2:2")
    assert "charged to another cluster's part" in text_of(refused.card)


@pytest.mark.parametrize("action", ["voucher.board", "voucher.records", "voucher.export", "voucher.picture"])
def test_only_managers_see_it(world: World, action: str):
    name = call(world)
    for speaker in (world.sme, world.buyer, world.neighbour):
        shown = world.act(speaker, action, f"{name}/committed/EUR")
        assert "The board is for cluster managers" in text_of(shown.card)
    assert "There is nothing here" in text_of(world.act(world.manager_owner, action, f"{name}/csv").card)


@pytest.mark.parametrize(
    "value", ["CH-1", "CA-", "<script>", "CA-99", "SC-99", "CL-1+CL-2", "VO-1", "CA-1+CA-2", "x" * 3000]
)
def test_what_is_none_is_refused_with_an_example(world: World, value: str):
    call(world)
    shown = world.command(world.manager_partner, "voucher", f"board {value}")
    assert shown.failed
    assert "/voucher board" in text_of(shown.card)


@pytest.mark.parametrize("value", ["CA-1", "ca1", "CA-1/nonsense -3", "all 99999999999999", "CA-1/scheme 7"])
def test_a_typed_name_and_any_page_are_understood(world: World, value: str):
    call(world)
    assert not world.command(world.manager_partner, "voucher", f"board {value}").failed


def test_currencies_are_never_added(world: World):
    make_call(world, cluster=world.delta, budget=100_00)
    make_call(world, cluster=world.delta, budget=200_00, currency="NOK", name="Nordic")
    text = text_of(board(world))
    assert "In EUR" in text
    assert "In NOK" in text
    assert "€300" not in text
    with world.database.read() as session:
        assert [one.budget for one in query.sums(session, Scope((world.delta,)))] == [100_00, 200_00]
    assert "Budget: NOK" in text_of(records(world, "all/budget/NOK"))


def test_an_organisation_that_is_no_sme_is_no_sme(world: World):
    name = call(world, kinds=(OrganisationKind.BUYER, OrganisationKind.SME), partner_abroad=False)
    with world.database.write() as session:
        firm = add_organisation(session, "Port of Rotterdam", OrganisationKind.BUYER, world.delta, country="NL")
        add_membership(session, world.people["colleague"], Role.BUYER, world.delta, firm)
    apply(world, world.colleague, name, organisation=str(firm))
    assert figures(world).smes == 0
    assert figures(world).applications == 1


def test_many_records_come_a_page_at_a_time(world: World):
    name = call(world, budget=100_000_00)
    for _ in range(13):
        apply(world, world.sme, name)
    first = records(world, f"{name}/applications/EUR")
    assert len([one for one in buttons_of(first) if one.action == "voucher.status"]) == 10
    second = world.press(world.manager_partner, first, "voucher.records").card
    assert len([one for one in buttons_of(second) if one.action == "voucher.status"]) == 3
    assert not [one for one in buttons_of(second) if one.label == "More"]
    for _ in range(7):
        make_call(world, cluster=world.delta)
    top = board(world)
    assert len([one for one in buttons_of(top) if one.label == "Look closer"]) == 6
    more = next(one for one in buttons_of(top) if one.label == "More")
    assert len([one for one in buttons_of(board(world, value=more.value)) if one.label == "Look closer"]) == 2


def test_what_a_button_carries_names_what_it_came_from():
    for value in ("all", "SC-2", "CA-3", "CL-1", "SC-2+CL-1", "CA-3+CL-1"):
        assert looking.write(looking.read(value, ()).scope) == value


def test_weeks_add_up_without_a_gap():
    monday = at("2026-04-06").date()
    day = timedelta(days=1)
    weeks = weeks_of(
        [(monday, 5), (monday + 6 * day, 1), (monday + 15 * day, 2)], [(monday + 14 * day, 4)], until=monday
    )
    assert weeks == (
        Week(monday, 6, 0),
        Week(monday + 7 * day, 6, 0),
        Week(monday + 14 * day, 8, 4),
    )
    assert weeks_of([], [], until=monday) == ()
