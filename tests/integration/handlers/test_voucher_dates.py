"""Dates of what is approved: within a bound the applicant moves them, beyond it a manager agrees; reminders follow."""

from datetime import UTC, date, datetime, timedelta

from domain.organisations import Role
from domain.vouchers import ApplicationState
from handlers.requests import Shown
from tests.integration.handlers.test_vouchers import agreed, application, approved, at, due, turn
from tests.world import DELTA_MANAGERS, World, add_membership, find_button, has_button, text_of, text_of_home

LATEST = date(2026, 6, 12) + timedelta(days=90)


def move_to(world: World, ends_on: date, starts_on: str = "2026-06-10") -> Shown:
    form = world.command(world.sme, "voucher", "edit VO-1").form
    return world.submit(world.sme, form, starts_on=starts_on, ends_on=ends_on.isoformat())


def asked(world: World):
    """Return the card with which the managers were asked last."""
    return [one for one in world.sent_to(DELTA_MANAGERS) if "asks for other dates" in text_of(one.card)][-1].card


def test_up_to_the_bound_the_applicant_alone_moves_the_end(world: World):
    agreed(world)
    move_to(world, LATEST)
    row = application(world)
    assert (row.ends_on, row.claim_due_on) == (LATEST, LATEST + timedelta(days=30))
    assert (row.approved_starts_on, row.approved_ends_on) == (date(2026, 6, 10), date(2026, 6, 12))
    card = world.command(world.sme, "voucher", "status VO-1").card
    assert "Approved for" in text_of(card)


def test_the_bound_is_counted_from_what_was_approved_and_not_from_what_was_moved(world: World):
    agreed(world)
    for day in (LATEST, LATEST + timedelta(days=1)):
        shown = move_to(world, day)
    row = application(world)
    assert (row.ends_on, row.wished_ends_on) == (LATEST, LATEST + timedelta(days=1))
    assert "is asked whether it may end on" in text_of(shown.card)
    assert row.claim_due_on == LATEST + timedelta(days=30)


def test_a_scheme_has_its_own_bound(world: World):
    agreed(world, move_days=7)
    move_to(world, date(2026, 6, 20))
    assert application(world).ends_on == date(2026, 6, 12)
    move_to(world, date(2026, 6, 19))
    row = application(world)
    assert (row.ends_on, row.wished_ends_on) == (date(2026, 6, 19), None)


def test_a_manager_agrees_to_more_and_the_reminders_follow_once(world: World):
    agreed(world)
    before = due(world, "claim")
    move_to(world, date(2026, 11, 2), "2026-10-30")
    assert due(world, "claim") == before
    assert "asks to end it on" in text_of_home(world.home(world.manager_partner))
    shown = world.press(world.manager_partner, asked(world), "voucher.moving.agree")
    assert "now ends on" in text_of(shown.card)
    row = application(world)
    assert (row.starts_on, row.ends_on, row.claim_due_on) == (
        date(2026, 10, 30),
        date(2026, 11, 2),
        date(2026, 12, 2),
    )
    assert (row.approved_ends_on, row.wished_ends_on) == (date(2026, 11, 2), None)
    assert due(world, "activity") == [date(2026, 10, 30)]
    assert due(world, "claim") == [date(2026, 11, 18), date(2026, 11, 27)]  # T-3 of 2 December is a Sunday
    told = world.sent_to(world.sme)[-1].card
    assert "30 October 2026" in text_of(told)
    world.deliver()
    assert not has_button(world.sent_to(DELTA_MANAGERS)[-1].card, "voucher.moving.agree")


def test_a_manager_keeps_the_dates_with_a_reason_and_the_applicant_can_ask_for_others(world: World):
    agreed(world)
    move_to(world, date(2026, 11, 2))
    form = world.press(world.manager_partner, asked(world), "voucher.keep").form
    assert world.submit(world.manager_partner, form, reason="").errors
    world.submit(world.manager_partner, form, reason="The programme ends in October.")
    row = application(world)
    assert (row.ends_on, row.wished_ends_on, row.state) == (date(2026, 6, 12), None, ApplicationState.AGREEMENT)
    told = text_of(world.sent_to(world.sme)[-1].card)
    assert "Why the dates stay as they are" in told
    assert "The programme ends in October." in told
    move_to(world, date(2026, 10, 1))
    world.press(world.manager_partner, asked(world), "voucher.moving.agree")
    assert (application(world).ends_on, application(world).reason) == (date(2026, 10, 1), "")


def test_an_old_card_agrees_to_nothing(world: World):
    agreed(world)
    move_to(world, date(2026, 11, 2))
    old = find_button(asked(world), "voucher.moving.agree").value
    move_to(world, date(2027, 2, 2))
    assert "has changed" in text_of(world.act(world.manager_partner, "voucher.moving.agree", old).card)
    assert application(world).ends_on == date(2026, 6, 12)
    move_to(world, date(2026, 6, 30))  # within the bound: there is nothing to agree to any more
    shown = world.act(world.manager_partner, "voucher.moving.agree", f"VO-1:{application(world).version}")
    assert "Nobody asks for other dates" in text_of(shown.card)


def test_only_a_manager_of_the_cluster_that_pays_agrees(world: World):
    agreed(world)
    move_to(world, date(2026, 11, 2))
    value = find_button(asked(world), "voucher.moving.agree").value
    assert world.act(world.sme, "voucher.moving.agree", value).failed
    assert world.act(world.manager_owner, "voucher.moving.agree", value).failed
    with world.database.write() as session:
        add_membership(session, world.people["manager_partner"], Role.SME, world.delta, world.sme_organisation)
    assert "another manager" in text_of(world.act(world.manager_partner, "voucher.moving.agree", value).card)
    assert application(world).ends_on == date(2026, 6, 12)


def test_dates_that_have_passed_meanwhile_are_not_agreed_to(world: World):
    approved(world)
    move_to(world, date(2026, 11, 2), "2026-06-15")
    world.now = at("2026-06-16")
    shown = world.press(world.manager_partner, asked(world), "voucher.moving.agree")
    assert "have passed meanwhile" in text_of(shown.card)


def test_what_is_withdrawn_wishes_nothing_any_more(world: World):
    agreed(world)
    move_to(world, date(2026, 11, 2))
    world.submit(world.sme, world.command(world.sme, "voucher", "withdraw VO-1").form)
    assert application(world).wished_ends_on is None
    world.deliver()
    assert not any(has_button(one.card, "voucher.moving.agree") for one in world.sent_to(DELTA_MANAGERS)[-2:])


def test_a_wish_outlives_the_beginning_of_the_activity(world: World):
    agreed(world)
    move_to(world, date(2026, 11, 2))
    turn(world, datetime(2026, 6, 10, 9, tzinfo=UTC))
    card = world.command(world.manager_partner, "voucher", "status VO-1").card
    world.press(world.manager_partner, card, "voucher.moving.agree")
    row = application(world)
    assert (row.state, row.starts_on, row.ends_on) == (ApplicationState.ACTIVE, date(2026, 6, 10), date(2026, 11, 2))
