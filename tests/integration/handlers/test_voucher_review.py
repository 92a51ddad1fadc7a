"""What a second look at vouchers found: money that stays held, dead ends, and people who are gone."""

from domain.vouchers import ApplicationState, ClaimState
from tests.integration.handlers.test_vouchers import (
    active,
    add_receipt,
    application,
    apply,
    at,
    call,
    claim,
    managers_card,
    part,
    pay,
    submit_claim,
    turn,
)
from tests.world import World, text_of_home


def _reject(world: World, name: str) -> None:
    card = world.act(world.manager_partner, "claim.show", name).card
    form = world.press(world.manager_partner, card, "claim.reject").form
    assert not world.submit(world.manager_partner, form, reason="It is a private trip.").errors


def _two_claims(world: World) -> None:
    """Pay one claim, and have a second one submitted when the last day to claim passes."""
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    pay(world)
    add_receipt(world, number="B-2", amount="50")
    submit_claim(world)
    turn(world, at("2026-07-13"))
    assert application(world).state is ApplicationState.CLAIMED


def test_a_second_claim_rejected_after_the_last_day_frees_the_rest(world: World):
    _two_claims(world)
    _reject(world, "VO-1:2")
    turn(world, at("2026-07-13", 10))
    assert application(world).state is ApplicationState.PAID
    assert (part(world).committed_cents, part(world).spent_cents) == (100_00, 100_00)


def test_a_second_claim_withdrawn_after_the_last_day_frees_the_rest(world: World):
    _two_claims(world)
    card = world.act(world.sme, "claim.show", "VO-1:2").card
    world.press(world.sme, card, "claim.withdraw")
    turn(world, at("2026-07-13", 10))
    assert application(world).state is ApplicationState.PAID
    assert (part(world).committed_cents, part(world).spent_cents) == (100_00, 100_00)


def test_what_is_over_already_can_be_applied_for_and_claimed_where_the_scheme_allows_it(world: World):
    call(world, approve_first=False)
    apply(world, starts_on="2026-02-01", ends_on="2026-02-03")
    turn(world, at("2026-05-05"))
    assert application(world).state is ApplicationState.SUBMITTED
    world.press(world.manager_partner, managers_card(world), "voucher.approve")
    turn(world, at("2026-05-06"))
    assert application(world).state is ApplicationState.APPROVED
    form = world.press(world.manager_partner, managers_card(world), "voucher.agree").form
    assert not world.submit(world.manager_partner, form, agreement="x").errors
    turn(world, at("2026-05-07"))
    assert application(world).state is ApplicationState.ACTIVE
    turn(world, at("2026-05-08"))
    assert application(world).state is ApplicationState.ACTIVE
    assert not add_receipt(world, dated_on="2026-02-02").errors


def test_a_claim_that_was_returned_and_never_came_back_can_be_rejected(world: World):
    active(world)
    add_receipt(world)
    submit_claim(world)
    card = world.act(world.manager_partner, "claim.show", "VO-1:1").card
    form = world.press(world.manager_partner, card, "claim.return").form
    world.submit(world.manager_partner, form, reason="Which trip?")
    turn(world, at("2026-07-13"))
    _reject(world, "VO-1:1")
    assert claim(world).state is ClaimState.REJECTED
    turn(world, at("2026-07-13", 10))
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.EXPIRED, 0)


def test_the_report_is_due_some_time_after_the_last_payment_is_noted(world: World):
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    pay(world)  # on 15 June
    turn(world, at("2026-07-13"))
    due_on = application(world).report_due_on
    assert due_on is not None
    assert due_on.isoformat() == "2026-08-12"


def test_home_asks_nobody_to_claim_what_is_claimed(world: World):
    active(world)
    add_receipt(world, amount="450")
    submit_claim(world)
    assert "Claim your money" not in text_of_home(world.home(world.sme))
    card = world.act(world.manager_partner, "claim.show", "VO-1:1").card
    form = world.press(world.manager_partner, card, "claim.return").form
    world.submit(world.manager_partner, form, reason="Which trip?")
    assert "Claim your money" in text_of_home(world.home(world.sme))
