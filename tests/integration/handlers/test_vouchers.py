"""Vouchers from the application to the report: every step, every way out, and who may do what."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.organisations import OrganisationKind, Role
from domain.vouchers import ApplicationState, ClaimState
from handlers.requests import Shown, Speaker
from handlers.vouchers.turning import turn_vouchers
from store.tables.people import Organisation, Person
from store.tables.queue import Outbox
from store.tables.vouchers import Application, Call, CallPart, Claim, ClaimReceipt
from tests.integration.handlers.test_introductions import made
from tests.integration.handlers.vouchers import make_call
from tests.world import DELTA_MANAGERS, World, add_membership, find_button, has_button, text_of, text_of_home

PLAN: dict[str, str | tuple[str, ...]] = {
    "partner": "Nordkaj Utility",
    "partner_country": "DK",
    "purpose": "Show our sensor and talk about a pilot.",
    "starts_on": "2026-06-10",
    "ends_on": "2026-06-12",
    "amount": "450",
    "sme": ("sme",),
}
RECEIPT = {
    "issuer": "Northern Trains",
    "number": "2026-0042",
    "dated_on": "2026-06-10",
    "amount": "189.50",
    "link": "https://files.example.org/ticket.pdf",
}


def call(world: World, **values: object) -> str:
    """Open a call of Clean Tech Delta, without de minimis aid unless that is wished."""
    given: dict[str, object] = {"cap": 500_00, "budget": 1_000_00, "cluster": world.delta, "de_minimis": False}
    return make_call(world, **given | values)[1]  # type: ignore[arg-type]


def apply(world: World, speaker: Speaker | None = None, **fields: str | tuple[str, ...]) -> Shown:
    speaker = speaker or world.sme
    form = world.command(speaker, "voucher", "apply").form
    return world.submit(speaker, form, **{**PLAN, **fields})


def application(world: World, key: int = 1) -> Application:
    with world.database.read() as session:
        return session.get_one(Application, key)


def part(world: World, key: int = 1) -> CallPart:
    with world.database.read() as session:
        return session.get_one(CallPart, key)


def claim(world: World, number: int = 1) -> Claim:
    with world.database.read() as session:
        return session.exec(select(Claim).where(Claim.number == number)).one()


def managers_card(world: World, holding: str = "VO-1"):
    return [one for one in world.sent_to(DELTA_MANAGERS) if holding in text_of(one.card)][-1].card


def newest(world: World, speaker: Speaker):
    return world.sent_to(speaker)[-1].card


def due(world: World, kind: str) -> list[date]:
    """Return the days on which the waiting reminders of a kind are due."""
    with world.database.read() as session:
        rows = session.exec(
            select(Outbox).where(Outbox.kind == "nudge", Outbox.status == "pending").order_by(col(Outbox.due_at))
        ).all()
    return [row.due_at.date() for row in rows if row.payload["kind"] == kind]


def turn(world: World, on: datetime) -> None:
    world.now = on
    turn_vouchers(world.database, world.kit, on)


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def approved(world: World, **values: object) -> None:
    call(world, **values)
    apply(world)
    world.press(world.manager_partner, managers_card(world), "voucher.approve")


def agreed(world: World, **values: object) -> None:
    approved(world, **values)
    form = world.press(world.manager_partner, managers_card(world), "voucher.agree").form
    shown = world.submit(world.manager_partner, form, agreement="2026-17")
    assert not shown.errors
    assert application(world).state is ApplicationState.AGREEMENT


def active(world: World, **values: object) -> None:
    agreed(world, **values)
    turn(world, at("2026-06-10"))
    assert application(world).state is ApplicationState.ACTIVE
    world.now = at("2026-06-15")


def add_receipt(world: World, **fields: str) -> Shown:
    shown = world.command(world.sme, "voucher", "claim VO-1")
    form = world.press(world.sme, shown.card, "claim.receipt").form
    return world.submit(world.sme, form, **{**RECEIPT, **fields})


def submit_claim(world: World, **fields: str | tuple[str, ...]) -> Shown:
    shown = world.command(world.sme, "voucher", "claim VO-1")
    form = world.press(world.sme, shown.card, "claim.submit").form
    return world.submit(world.sme, form, **fields)


def pay(world: World, number: int = 1) -> None:
    name = f"VO-1:{number}"
    card = world.act(world.manager_partner, "claim.show", name).card
    world.press(world.manager_partner, card, "claim.approve")
    card = world.act(world.manager_partner, "claim.show", name).card
    form = world.press(world.manager_partner, card, "claim.pay").form
    shown = world.submit(world.manager_partner, form, payment="T-88")
    assert not shown.errors


def test_from_the_application_to_the_report(world: World):
    call(world)
    listed = world.command(world.sme, "voucher").card
    assert "Pays up to €500.00" in text_of(listed)
    shown = world.submit(world.sme, world.press(world.sme, listed, "voucher.apply").form, **PLAN)
    assert "Submitted (VO-1)" in text_of(shown.card)
    card = managers_card(world)
    assert "Waterlens, Netherlands" in text_of(card)
    assert "✓ The budget has €1,000.00 left" in text_of(card)
    world.press(world.manager_partner, card, "voucher.approve")
    assert (part(world).committed_cents, application(world).state) == (450_00, ApplicationState.APPROVED)
    assert "Approved: €450.00" in text_of(newest(world, world.sme))
    form = world.press(world.manager_partner, managers_card(world), "voucher.agree").form
    world.submit(world.manager_partner, form, agreement="2026-17")
    assert due(world, "activity") == [date(2026, 6, 10)]
    assert due(world, "claim") == [date(2026, 6, 26), date(2026, 7, 9)]  # 28 June is a Sunday
    turn(world, at("2026-06-10"))
    world.now = at("2026-06-15")
    add_receipt(world)
    shown = add_receipt(world, number="2026-0043", amount="200.50")
    assert "€390.00" in text_of(shown.card)
    submit_claim(world, last=("last",))
    assert "Waterlens claims" in text_of(managers_card(world, "Claim 1"))
    pay(world)
    row = application(world)
    assert (row.state, row.paid_cents, row.report_due_on) == (ApplicationState.PAID, 390_00, date(2026, 7, 15))
    assert (part(world).committed_cents, part(world).spent_cents) == (390_00, 390_00)
    assert due(world, "claim") == []
    form = world.press(world.sme, newest(world, world.sme), "voucher.report").form
    shown = world.submit(world.sme, form, report="We met.", result="A pilot.")
    assert "this voucher is done" in text_of(shown.card)
    assert application(world).state is ApplicationState.REPORTED
    assert due(world, "report") == []
    assert "A pilot." in text_of(managers_card(world, "Done"))


def test_an_introduction_offers_the_voucher_with_all_that_is_known(world: World):
    open_call = call(world)
    intro = made(world)
    told = next(one.card for one in world.sent_to(world.sme) if has_button(one.card, "voucher.for"))
    offer = world.press(world.sme, told, "voucher.for").card
    form = world.press(world.sme, offer, "voucher.apply").form
    assert form is not None
    filled = {one.name: one.value for one in form.fields}
    assert (filled["call"], filled["partner"], filled["partner_country"]) == (open_call, "Nordkaj Utility", "DK")
    assert "Detect bacteria" in str(filled["purpose"])
    world.submit(world.sme, form, starts_on="2026-06-10", ends_on="2026-06-10", amount="300", sme=("sme",))
    assert application(world).introduction_id == int(intro.partition("-")[2])
    refused = world.act(world.buyer, "voucher.for", intro)
    assert refused.failed
    assert "The SME applies" in text_of(refused.card)


def test_without_a_fitting_call_nothing_is_offered(world: World):
    call(world, countries=("SE",))
    made(world)
    assert not any(has_button(one.card, "voucher.for") for one in world.sent_to(world.sme))


def test_the_list_says_why_not(world: World):
    call(world, countries=("SE",))
    call(world, kinds=(OrganisationKind.RESEARCH,))
    text = text_of(world.command(world.sme, "voucher").card)
    assert "Not for organisations from Netherlands" in text
    assert "Not for this kind of organisation" in text


def test_an_empty_list_says_what_to_expect(world: World):
    assert "No call for vouchers is open" in text_of(world.command(world.sme, "voucher").card)
    assert "act for none" in text_of(world.command(world.manager_partner, "voucher").card)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("amount", "500.01", "At most €500.00"),
        ("amount", "lots", "amount"),
        ("amount", "DKK 450", "EUR"),
        ("starts_on", "2026-05-04", "earliest day is 5 May 2026"),
        ("starts_on", "2026-02-30", "is no date"),
        ("ends_on", "2026-06-09", "ends before it begins"),
        ("ends_on", "2036-06-12", "too far ahead"),
        ("partner_country", "NL", "another country"),
        ("partner_country", "XX", "XX"),
        ("purpose", "", "needed"),
    ],
)
def test_every_mistake_is_told_at_its_field(world: World, field: str, value: str, says: str):
    call(world)
    shown = apply(world, world.sme, **{field: value})
    assert set(shown.errors) == {field}
    assert says in shown.errors[field]


@pytest.mark.parametrize("amount", ["0.01", "499.99", "500", "500.00"])
def test_amounts_up_to_the_cap_are_taken(world: World, amount: str):
    call(world)
    assert not apply(world, amount=amount).errors


def test_amounts_are_read_by_the_language_of_who_writes(world: World):
    call(world, cap=2_000_00)
    with world.database.write() as session:
        session.get_one(Person, world.people["sme"]).locale = "nl"
    assert not apply(world, amount="1.234,50").errors
    assert application(world).amount_cents == 1_234_50


def test_a_draft_is_kept_and_changed_and_submitted(world: World):
    call(world)
    shown = apply(world, amount="", purpose="", keep=("keep",))
    assert "Saved as a draft" in text_of(shown.card)
    assert "VO-1" in text_of_home(world.home(world.sme))
    assert world.sent_to(DELTA_MANAGERS) == []
    form = world.command(world.sme, "voucher", "edit vo1").form
    world.submit(world.sme, form, amount="200", purpose="To meet.", sme=("sme",))
    assert application(world).state is ApplicationState.SUBMITTED


def test_a_draft_that_is_not_submitted_expires_with_the_call(world: World):
    call(world)
    apply(world, keep=("keep",))
    assert due(world, "cutoff") != []
    cutoff = _cutoff(world)
    turn(world, cutoff - timedelta(seconds=1))
    assert application(world).state is ApplicationState.DRAFT
    turn(world, cutoff)
    assert application(world).state is ApplicationState.EXPIRED
    assert "Expired" in text_of(newest(world, world.sme))
    assert due(world, "cutoff") == []


def _cutoff(world: World) -> datetime:
    with world.database.read() as session:
        return session.get_one(Call, 1).cutoff_at


def test_submitting_after_the_cut_off_is_refused(world: World):
    call(world)
    apply(world, keep=("keep",))
    world.now = _cutoff(world)
    shown = world.act(world.sme, "voucher.submit", "VO-1:1")
    assert shown.failed
    assert "takes no applications" in text_of(shown.card)


def test_an_application_of_no_sme_stays_a_draft_and_says_why(world: World):
    call(world)
    with world.database.write() as session:
        session.get_one(Organisation, world.sme_organisation).headcount = 250
    listed = text_of(world.command(world.sme, "voucher").card)
    assert "No SME by its figures" in listed
    assert world.command(world.sme, "voucher", "apply").failed


def test_who_has_no_figures_declares_to_be_an_sme(world: World):
    call(world)
    with world.database.write() as session:
        session.get_one(Organisation, world.sme_organisation).headcount = None
    assert "please tick" in apply(world, sme=()).errors["sme"]
    apply(world, sme=("sme",))
    assert application(world).state is ApplicationState.SUBMITTED
    assert "by its own declaration" in text_of(managers_card(world))


def test_returned_and_submitted_again(world: World):
    call(world)
    apply(world)
    form = world.press(world.manager_partner, managers_card(world), "voucher.return").form
    assert world.submit(world.manager_partner, form, reason="").errors
    world.submit(world.manager_partner, form, reason="Whom do you meet?")
    told = newest(world, world.sme)
    assert "Whom do you meet?" in text_of(told)
    assert "Whom do you meet?" in text_of_home(world.home(world.sme))
    form = world.press(world.sme, told, "voucher.edit").form
    world.submit(world.sme, form, partner="Ms Sørensen, Nordkaj")
    assert application(world).state is ApplicationState.SUBMITTED
    assert "Ms Sørensen" in text_of(managers_card(world))


def test_rejected_with_a_reason(world: World):
    call(world)
    apply(world)
    form = world.press(world.manager_partner, managers_card(world), "voucher.reject").form
    world.submit(world.manager_partner, form, why="not_convincing", reason="Too vague.")
    assert "Too vague." in text_of(newest(world, world.sme))
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.REJECTED, 0)
    shown = world.command(world.sme, "voucher", "edit VO-1")
    assert shown.failed
    assert "rejected" in text_of(shown.card)


def test_an_old_card_decides_nothing(world: World):
    call(world)
    apply(world)
    card = managers_card(world)
    form = world.command(world.sme, "voucher", "edit VO-1").form
    world.submit(world.sme, form, amount="100")
    shown = world.press(world.manager_partner, card, "voucher.approve")
    assert shown.failed
    assert "has changed" in text_of(shown.card)
    assert application(world).state is ApplicationState.SUBMITTED
    world.press(world.manager_partner, managers_card(world), "voucher.approve")
    again = world.press(world.manager_partner, managers_card(world), "voucher.agree")
    assert again.form is not None
    assert part(world).committed_cents == 100_00


def test_the_budget_is_never_exceeded(world: World):
    call(world, budget=450_00)
    apply(world)
    apply(world, amount="0.01")
    world.press(world.manager_partner, managers_card(world, "VO-1"), "voucher.approve")
    card = managers_card(world, "VO-2")
    shown = world.press(world.manager_partner, card, "voucher.approve")
    assert shown.failed
    assert "budget" in text_of(shown.card)
    assert part(world).committed_cents == 450_00
    world.submit(world.sme, world.command(world.sme, "voucher", "withdraw VO-1").form, reason="")
    assert part(world).committed_cents == 0
    world.press(world.manager_partner, card, "voucher.approve")
    assert part(world).committed_cents == 1


def test_a_high_amount_needs_two_managers(world: World):
    call(world, second_above=449_99)
    apply(world)
    world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.ELIGIBLE, 0)
    shown = world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert shown.failed
    assert "Another manager" in text_of(shown.card)
    second = _second_manager(world)
    world.press(second, managers_card(world), "voucher.approve")
    row = application(world)
    assert row.state is ApplicationState.APPROVED
    assert row.checked_by != row.decided_by


def test_an_amount_at_the_limit_needs_one_manager(world: World):
    call(world, second_above=450_00)
    apply(world)
    world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert application(world).state is ApplicationState.APPROVED


def _second_manager(world: World) -> Speaker:
    with world.database.write() as session:
        add_membership(session, world.people["stranger"], Role.MANAGER, world.delta, None)
    return world.stranger


def test_what_has_begun_is_not_approved_where_the_scheme_says_so(world: World):
    call(world)
    apply(world)
    world.now = at("2026-06-09", 22)  # 10 June has begun in Amsterdam
    shown = world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert shown.failed
    assert "begun already" in text_of(shown.card)
    world.now = at("2026-06-09", 21)
    world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert application(world).state is ApplicationState.APPROVED


def test_what_has_begun_is_approved_where_the_scheme_allows_it(world: World):
    call(world, approve_first=False)
    apply(world, starts_on="2026-05-01", ends_on="2026-05-06")
    world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert application(world).state is ApplicationState.APPROVED


@pytest.mark.parametrize(
    ("agreed_on", "says"),
    [("2026-05-03", "before the approval"), ("2026-05-05", "still to come"), ("", "needed")],
)
def test_the_agreement_is_dated_between_approval_and_today(world: World, agreed_on: str, says: str):
    approved(world)
    form = world.press(world.manager_partner, managers_card(world), "voucher.agree").form
    assert says in world.submit(world.manager_partner, form, agreed_on=agreed_on).errors["agreed_on"]


def test_without_an_agreement_the_activity_has_to_be_moved(world: World):
    approved(world)
    card = managers_card(world)
    world.now = at("2026-06-10")
    shown = world.press(world.manager_partner, card, "voucher.agree")
    assert shown.failed
    assert "change its dates" in text_of(shown.card)
    form = world.command(world.sme, "voucher", "edit VO-1").form
    world.submit(world.sme, form, starts_on="2026-06-20", ends_on="2026-06-21")
    form = world.act(world.manager_partner, "voucher.agree", "VO-1:9").form
    world.submit(world.manager_partner, form)
    assert application(world).state is ApplicationState.AGREEMENT


def test_a_date_that_moves_takes_its_reminders_along(world: World):
    agreed(world)
    assert due(world, "activity") == [date(2026, 6, 10)]
    form = world.command(world.sme, "voucher", "edit VO-1").form
    world.submit(world.sme, form, starts_on="2026-06-17", ends_on="2026-06-18")
    assert due(world, "activity") == [date(2026, 6, 17)]
    assert due(world, "claim") == [date(2026, 7, 3), date(2026, 7, 15)]  # T-14 of 18 July is a Saturday
    form = world.command(world.sme, "voucher", "edit VO-1").form
    world.submit(world.sme, form, starts_on="2026-06-10", ends_on="2026-06-12")
    assert due(world, "activity") == [date(2026, 6, 10)]


def test_withdrawing_frees_the_budget_and_ends_the_reminders(world: World):
    agreed(world)
    form = world.command(world.sme, "voucher", "withdraw vo1: no time").form
    assert form is not None
    assert [one.value for one in form.fields] == ["no time"]
    world.submit(world.sme, form)
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.WITHDRAWN, 0)
    assert due(world, "activity") == due(world, "claim") == []
    assert "Withdrawn" in text_of(managers_card(world))


def test_what_is_not_claimed_expires_and_frees_the_budget(world: World):
    active(world)
    add_receipt(world)
    turn(world, at("2026-07-12", 21))
    assert application(world).state is ApplicationState.ACTIVE
    turn(world, at("2026-07-12", 22))  # the day ends in Amsterdam
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.EXPIRED, 0)
    with world.database.read() as session:
        assert not session.exec(select(ClaimReceipt)).one().counts


def test_a_late_clock_makes_up_for_it(world: World):
    agreed(world)
    turn(world, at("2026-09-01"))
    turn(world, at("2026-09-01"))
    assert application(world).state is ApplicationState.EXPIRED


def test_claiming_before_it_begins_and_after_its_day_is_refused(world: World):
    agreed(world)
    assert "not begun yet" in text_of(world.command(world.sme, "voucher", "claim VO-1").card)
    turn(world, at("2026-06-10"))
    world.now = at("2026-07-12", 22)
    assert "could be claimed until 12 July 2026" in text_of(world.command(world.sme, "voucher", "claim VO-1").card)


def test_several_claims_one_after_the_other(world: World):
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    pay(world)
    row = application(world)
    assert (row.state, row.paid_cents) == (ApplicationState.CLAIMED, 100_00)
    shown = add_receipt(world, number="B-2", amount="350.01")
    assert "Only €350.00" in shown.errors["amount"]
    add_receipt(world, number="B-2", amount="350")
    submit_claim(world)
    pay(world, 2)
    assert application(world).state is ApplicationState.PAID
    assert (part(world).committed_cents, part(world).spent_cents) == (450_00, 450_00)


def test_what_follows_no_claim_is_free_once_the_time_has_passed(world: World):
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    pay(world)
    turn(world, at("2026-07-13"))
    assert application(world).state is ApplicationState.PAID
    assert (part(world).committed_cents, part(world).spent_cents) == (100_00, 100_00)


def test_a_claim_that_came_in_time_is_decided_later(world: World):
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    turn(world, at("2026-07-13"))
    assert application(world).state is ApplicationState.CLAIMED
    pay(world)
    assert application(world).state is ApplicationState.PAID
    assert part(world).committed_cents == 100_00


def test_a_claim_rejected_after_the_last_day_ends_the_voucher(world: World):
    active(world)
    add_receipt(world, amount="100")
    submit_claim(world)
    turn(world, at("2026-07-13"))
    card = world.act(world.manager_partner, "claim.show", "VO-1:1").card
    form = world.press(world.manager_partner, card, "claim.reject").form
    world.submit(world.manager_partner, form, reason="It is a private trip.")
    turn(world, at("2026-07-13", 10))
    assert (application(world).state, part(world).committed_cents) == (ApplicationState.EXPIRED, 0)


def test_a_returned_claim_is_mended_and_submitted_again(world: World):
    active(world, documents=("Boarding pass",))
    add_receipt(world)
    assert "needed" in submit_claim(world).errors["document_0"]
    assert "address of a file" in submit_claim(world, document_0="my desk").errors["document_0"]
    submit_claim(world, document_0="https://files.example.org/pass.pdf")
    card = world.act(world.manager_partner, "claim.show", "VO-1:1").card
    form = world.press(world.manager_partner, card, "claim.return").form
    world.submit(world.manager_partner, form, reason="The ticket cannot be read.")
    assert "cannot be read" in text_of(newest(world, world.sme))
    shown = world.command(world.sme, "voucher", "claim VO-1")
    world.press(world.sme, shown.card, "claim.receipt.remove")
    add_receipt(world, link="https://files.example.org/better.pdf")
    submit_claim(world)
    assert claim(world).state is ClaimState.SUBMITTED


def test_a_withdrawn_claim_frees_its_receipts(world: World):
    active(world)
    add_receipt(world)
    submit_claim(world)
    card = world.act(world.sme, "claim.show", "VO-1:1").card
    world.press(world.sme, card, "claim.withdraw")
    assert application(world).state is ApplicationState.ACTIVE
    assert not add_receipt(world).errors


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("amount", "450.01", "Only €450.00"),
        ("amount", "SEK 100", "EUR"),
        ("dated_on", "2026-06-16", "still to come"),
        ("dated_on", "2026-05-03", "older than your agreement"),
        ("link", "ticket.pdf", "address of a file"),
        ("link", "javascript:alert(1)", "address of a file"),
        ("number", "---", "number that stands on the receipt"),
        ("issuer", "", "needed"),
    ],
)
def test_every_mistake_of_a_receipt_is_told_at_its_field(world: World, field: str, value: str, says: str):
    active(world)
    shown = add_receipt(world, **{field: value})
    assert set(shown.errors) == {field}
    assert says in shown.errors[field]


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"number": "2026 0042", "issuer": "NORTHERN TRAINS", "amount": "10", "dated_on": "2026-06-11"},
        {"issuer": "Another name"},
    ],
)
def test_a_receipt_counts_once_in_the_deployment(world: World, again: dict[str, str]):
    active(world)
    assert not add_receipt(world).errors
    assert "counts once" in add_receipt(world, **again).errors["number"]


def test_only_those_concerned_act(world: World):
    call(world)
    apply(world)
    value = find_button(managers_card(world), "voucher.approve").value
    for speaker in (world.sme, world.colleague, world.buyer, world.manager_owner, world.neighbour, world.stranger):
        for action in ("voucher.approve", "voucher.return", "voucher.reject", "voucher.agree"):
            assert world.act(speaker, action, value).failed, (speaker, action)
    for speaker in (world.buyer, world.manager_owner, world.neighbour, world.manager_partner):
        for action in ("voucher.edit", "voucher.withdraw", "voucher.submit", "voucher.claim", "voucher.report"):
            assert world.act(speaker, action, value).failed, (speaker, action)
    for speaker in (world.buyer, world.manager_owner, world.neighbour):
        assert world.command(speaker, "voucher", "status VO-1").failed
    assert application(world).state is ApplicationState.SUBMITTED


def test_nobody_decides_for_the_own_organisation(world: World):
    call(world)
    apply(world)
    value = find_button(managers_card(world), "voucher.approve").value
    with world.database.write() as session:
        add_membership(session, world.people["colleague"], Role.MANAGER, world.delta, None)
    shown = world.act(world.colleague, "voucher.approve", value)
    assert shown.failed
    assert "another manager" in text_of(shown.card)


def test_the_report_can_come_before_the_payment(world: World):
    active(world)
    form = world.command(world.sme, "voucher", "report VO-1").form
    shown = world.submit(world.sme, form, report="We met.", result="A pilot.")
    assert "Kept" in text_of(shown.card)
    add_receipt(world)
    submit_claim(world, last=("last",))
    pay(world)
    assert application(world).state is ApplicationState.REPORTED


def reminded(world: World, kind: str) -> set[int]:
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "nudge", Outbox.status == "pending")).all()
    return {row.payload["person"] for row in rows if row.payload["kind"] == kind}


def test_who_leaves_hands_the_voucher_over_to_a_colleague(world: World):
    agreed(world)
    assert reminded(world, "claim") == {world.people["sme"]}
    world.desk.leaves(world.sme, now=world.now)
    assert reminded(world, "claim") == {world.people["colleague"]}
    assert due(world, "claim") == [date(2026, 6, 26), date(2026, 7, 9)]
    assert application(world).person_id == world.people["colleague"]


def test_a_reminder_that_is_passed_on_reaches_the_colleague_with_its_dates(world: World):
    active(world)
    world.now = at("2026-06-26", 12)
    world.act(world.sme, "nudge.not_me", "claim:VO-1")
    assert reminded(world, "claim") == {world.people["colleague"]}
    assert due(world, "claim") == [date(2026, 6, 26), date(2026, 7, 9)]


def test_help_names_every_word(world: World):
    text = text_of(world.command(world.sme, "voucher", "help").card)
    for word in ("apply", "status", "edit", "withdraw", "claim", "report", "declare", "board", "schemes"):
        assert f"/voucher {word}" in text
