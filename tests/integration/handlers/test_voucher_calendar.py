"""What of vouchers stands in the calendar feed: the dates that still matter, for the organisation's own people."""

from datetime import date, timedelta

from handlers.requests import Speaker
from tests.integration.handlers.test_calendar import events
from tests.integration.handlers.test_vouchers import active, add_receipt, agreed, apply, call, pay, submit_claim
from tests.world import World


def days(world: World, speaker: Speaker | None = None) -> dict[str, date]:
    """Return which days of the voucher stand in somebody's calendar."""
    found = events(world, speaker or world.sme)
    return {name: one.starts for name, one in found.items() if name.startswith("VO-1-")}


def test_a_draft_has_its_cut_off_until_it_is_thrown_away(world: World):
    call(world)
    apply(world, keep=("keep",))
    assert days(world) == {"VO-1-cutoff": world.now.date() + timedelta(days=60)}
    world.act(world.sme, "voucher.discard", "VO-1:1")
    assert days(world) == {}


def test_what_is_agreed_has_its_beginning_and_the_last_day_to_claim(world: World):
    agreed(world)
    assert days(world) == {"VO-1-starts": date(2026, 6, 10), "VO-1-claim": date(2026, 7, 12)}
    form = world.command(world.sme, "voucher", "edit VO-1").form
    world.submit(world.sme, form, starts_on="2026-06-17", ends_on="2026-06-18")
    assert days(world) == {"VO-1-starts": date(2026, 6, 17), "VO-1-claim": date(2026, 7, 18)}
    world.submit(world.sme, world.command(world.sme, "voucher", "withdraw VO-1").form)
    assert days(world) == {}


def test_what_is_paid_has_the_report_until_it_is_written(world: World):
    active(world)
    add_receipt(world)
    submit_claim(world, last=("last",))
    pay(world)
    assert days(world) == {"VO-1-report": date(2026, 7, 15)}
    form = world.command(world.sme, "voucher", "report VO-1").form
    world.submit(world.sme, form, report="We met.", result="A pilot.")
    assert days(world) == {}


def test_only_the_organisation_has_it_in_its_calendars(world: World):
    agreed(world)
    assert days(world, world.colleague) == days(world)
    for other in (world.manager_partner, world.manager_owner, world.neighbour, world.buyer):
        assert days(world, other) == {}


def test_what_is_all_claimed_and_accepted_has_no_last_day_to_claim(world: World):
    active(world)
    add_receipt(world, amount="450")
    submit_claim(world)
    assert days(world).keys() == {"VO-1-starts", "VO-1-claim"}  # it may be given back
    card = world.act(world.manager_partner, "claim.show", "VO-1:1").card
    world.press(world.manager_partner, card, "claim.approve")
    assert days(world).keys() == {"VO-1-starts"}
