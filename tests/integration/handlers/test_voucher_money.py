"""What is committed and spent stays true whatever happens to claims, also when colleagues act at the same moment."""

from domain.vouchers import ApplicationState
from handlers.requests import Shown, Speaker, Submission
from messages.card import Form
from tests.faults.test_at_once import at_once
from tests.integration.handlers.test_vouchers import (
    RECEIPT,
    active,
    add_receipt,
    application,
    at,
    call,
    claim,
    part,
    pay,
    submit_claim,
    turn,
)
from tests.world import World, find_button, has_button, text_of


def answer(world: World, action: str, reason: str = "It cannot be read.", number: int = 1) -> None:
    card = world.act(world.manager_partner, "claim.show", f"VO-1:{number}").card
    form = world.press(world.manager_partner, card, action).form
    assert not world.submit(world.manager_partner, form, reason=reason).errors


def send(world: World, speaker: Speaker, form: Form | None, fields: dict[str, str]) -> Shown:
    assert form is not None
    return world.desk.submit(Submission(speaker, form.action, form.value, dict(fields)), now=world.now)


def receipt_form(world: World) -> Form | None:
    shown = world.command(world.sme, "voucher", "claim VO-1")
    return world.press(world.sme, shown.card, "claim.receipt").form


def test_a_returned_claim_that_never_comes_back_is_rejected_and_the_budget_is_free(world: World):
    active(world)
    add_receipt(world)
    submit_claim(world)
    answer(world, "claim.return")
    turn(world, at("2026-07-13", 10))
    assert application(world).state is ApplicationState.CLAIMED
    answer(world, "claim.reject", "It never came back.")
    turn(world, at("2026-07-13", 11))
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.EXPIRED, 0)


def test_a_second_claim_rejected_after_the_last_day_ends_the_payments(world: World):
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    pay(world)
    add_receipt(world, amount="50", number="2026-0043")
    submit_claim(world)
    turn(world, at("2026-07-13", 10))
    answer(world, "claim.reject", number=2)
    turn(world, at("2026-07-13", 11))
    assert application(world).state is ApplicationState.PAID
    assert (part(world).committed_cents, part(world).spent_cents) == (100_00, 100_00)


def test_one_receipt_added_by_two_at_once_is_in_it_once(world: World):
    active(world)
    form = receipt_form(world)
    both = at_once(*(lambda who=who: send(world, who, form, RECEIPT) for who in (world.sme, world.colleague)))
    assert sorted(len(one.errors) for one in both) == [0, 1]
    assert "went wrong" not in " ".join(text_of(one.card) for one in both if one.card)
    assert claim(world).cents == 189_50


def test_two_receipts_added_at_once_are_both_in_it(world: World):
    active(world)
    form = receipt_form(world)
    other = {**RECEIPT, "number": "2026-0043", "amount": "100"}
    both = at_once(lambda: send(world, world.sme, form, RECEIPT), lambda: send(world, world.colleague, form, other))
    assert [one.errors for one in both] == [{}, {}]
    assert not any(one.failed for one in both)
    assert claim(world).cents == 289_50


def test_two_claims_paid_at_once_are_both_paid(world: World):
    active(world)
    forms: list[Form | None] = []
    for number in (1, 2):
        add_receipt(world, amount="100", number=f"2026-{number}")
        submit_claim(world)
        name = f"VO-1:{number}"
        card = world.act(world.manager_partner, "claim.show", name).card
        world.press(world.manager_partner, card, "claim.approve")
        card = world.act(world.manager_partner, "claim.show", name).card
        forms.append(world.act(world.manager_partner, "claim.pay", find_button(card, "claim.pay").value).form)
    paid = {"paid_on": "2026-06-15"}
    both = at_once(*(lambda form=form: send(world, world.manager_partner, form, paid) for form in forms))
    assert not any(one.failed or one.errors for one in both)
    assert (application(world).paid_cents, part(world).spent_cents) == (200_00, 200_00)


def test_what_is_not_for_an_organisation_is_not_even_a_draft(world: World):
    call(world, cluster=world.clean)
    form = world.command(world.neighbour, "voucher", "apply").form
    shown = send(world, world.buyer, form, {"partner": "A utility"})
    assert set(shown.errors) == {"call"}
    assert not has_button(world.command(world.buyer, "voucher").card, "voucher.status")
