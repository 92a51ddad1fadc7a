"""The rules of vouchers: dates over leap days, year ends and clock changes, amounts to the cent, and steps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eligibility import (
    Applicant,
    Check,
    Plan,
    Verdict,
    check_applicant,
    check_plan,
    is_barred,
    may_begin,
    needs_second,
)
from domain.errors import Invalid, OutOfDate
from domain.organisations import OrganisationKind
from domain.schemes import PRESETS, Preset, Terms, call_opens_at, ends_at, today_in
from domain.vouchers import (
    APPLICATION,
    CLAIM,
    COMMITTED,
    COUNTING_CLAIMS,
    LIVE,
    UNDECIDED,
    WRITABLE,
    ApplicationAction,
    ApplicationState,
    ClaimState,
    check_receipt_date,
    claim_due,
    claimable,
    report_due,
)

ZONES = ("Europe/Copenhagen", "Europe/Amsterdam", "Atlantic/Reykjavik", "Europe/Lisbon", "Asia/Beirut", "Africa/Cairo")
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
TERMS = Terms(name="Meet & Greet", cap=500_00)
TODAY = date(2028, 2, 28)
PLAN = Plan("Nordkaj", "DK", "To meet.", date(2028, 2, 29), date(2028, 3, 1), 450_00)


def wrong(plan: Plan, *, today: date = TODAY, complete: bool = True, terms: Terms = TERMS) -> dict[str | None, str]:
    return {one.field: one.key for one in check_plan(plan, terms, today=today, home="NL", complete=complete)}


# -- dates -------------------------------------------------------------------------------------------------------------


@given(DAYS, st.sampled_from(ZONES))
def test_a_cut_off_ends_with_the_first_instant_of_the_next_local_day(day: date, zone: str):
    end = ends_at(day, zone)
    assert today_in(zone, end) == day + timedelta(days=1)
    assert today_in(zone, end - timedelta(seconds=1)) == day


@given(DAYS, st.sampled_from(ZONES))
def test_a_call_opens_with_the_first_instant_of_its_local_day(day: date, zone: str):
    opens = call_opens_at(day, zone)
    assert today_in(zone, opens) == day
    assert today_in(zone, opens - timedelta(seconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 12, 31), 24), (date(2028, 2, 29), 24)],
)
def test_a_day_lasts_as_long_as_its_clocks_say(day: date, hours: int):
    zone = "Europe/Amsterdam"
    assert ends_at(day, zone) - call_opens_at(day, zone) == timedelta(hours=hours)
    assert call_opens_at(day, zone) == datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


@given(DAYS, st.integers(1, 365), st.integers(1, 365))
def test_what_is_due_comes_so_many_days_later(day: date, claim: int, report: int):
    terms = Terms(cap=1, claim_days=claim, report_days=report)
    assert (claim_due(day, terms) - day).days == claim
    assert (report_due(day, terms) - day).days == report


def test_over_a_leap_day_and_a_year_end():
    assert claim_due(date(2028, 2, 1), TERMS) == date(2028, 3, 2)
    assert claim_due(date(2027, 2, 1), TERMS) == date(2027, 3, 3)
    assert claim_due(date(2026, 12, 15), TERMS) == date(2027, 1, 14)


@given(DAYS, DAYS)
def test_what_begins_today_or_earlier_is_too_late_where_the_scheme_says_so(starts: date, today: date):
    assert may_begin(starts, TERMS, today=today) == (today < starts)
    assert may_begin(starts, Terms(cap=1, approve_first=False), today=today)


@given(DAYS, DAYS)
def test_it_never_ends_before_it_begins(starts: date, ends: date):
    found = wrong(Plan("N", "DK", "x", starts, ends, 1), today=date(2023, 12, 31))
    assert ("ends_on" in found and found["ends_on"] == "voucher.ends.before") == (ends < starts)


def test_a_plan_over_the_leap_day_is_in_order():
    assert wrong(PLAN) == {}
    assert wrong(PLAN, today=date(2028, 2, 29)) == {"starts_on": "voucher.starts.past"}


# -- amounts -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 10**12), st.integers(-2, 2))
def test_the_cap_may_be_reached_but_not_exceeded(cap: int, by: int):
    amount = cap + by
    found = wrong(Plan("N", "DK", "x", PLAN.starts_on, PLAN.ends_on, amount), terms=Terms(cap=cap))
    assert ("amount" in found) == (amount > cap or amount <= 0)


@given(st.integers(0, 10**9), st.integers(-1, 1))
def test_a_second_manager_is_needed_above_the_limit_only(limit: int, by: int):
    assert needs_second(limit + by, Terms(cap=1, second_above=limit)) == (by > 0)
    assert not needs_second(limit + by, TERMS)


@given(st.lists(st.tuples(st.sampled_from(ClaimState), st.integers(0, 10**6)), max_size=6), st.integers(0, 10**7))
def test_what_is_left_to_claim_is_what_no_counting_claim_took_up(claims: list[tuple[ClaimState, int]], approved: int):
    taken = sum(cents for state, cents in claims if state in COUNTING_CLAIMS)
    assert claimable(approved, claims) == approved - taken
    assert claimable(approved, [*claims, (ClaimState.REJECTED, 5), (ClaimState.DRAFT, 7)]) == approved - taken


def test_presets_have_the_amounts_of_the_field():
    caps = {preset: terms.cap for preset, terms in PRESETS.items()}
    assert caps[Preset.MEET_AND_GREET] == 500_00
    assert (caps[Preset.INSIGHT], caps[Preset.COLLABORATION]) == (4_000_00, 7_000_00)
    assert set(PRESETS) == set(Preset)
    assert all(terms.approve_first for terms in PRESETS.values())


# -- who and what ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("applicant", "check"),
    [
        (Applicant(OrganisationKind.BUYER, "NL", is_sme=False), Check.KIND),
        (Applicant(OrganisationKind.SME, "NL", is_sme=False), Check.SME),
        (Applicant(OrganisationKind.SME, "SE", is_sme=True), Check.COUNTRY),
        (Applicant(OrganisationKind.SME, "NL", is_sme=True, member=False), Check.MEMBER),
    ],
)
def test_each_bar_is_named(applicant: Applicant, check: Check):
    found = check_applicant(applicant, Terms(cap=1, countries=("NL", "DK")))
    assert [one.check for one in found if one.verdict is Verdict.NO] == [check]
    assert is_barred(found)


def test_unknown_figures_are_looked_at_and_bar_nobody():
    found = check_applicant(Applicant(OrganisationKind.SME, "NL"), TERMS)
    assert [one.check for one in found if one.verdict is Verdict.LOOK] == [Check.SME]
    assert not is_barred(found)


def test_a_draft_may_lack_everything_and_an_application_nothing():
    assert wrong(Plan(), complete=False) == {}
    assert set(wrong(Plan())) == {"partner", "partner_country", "purpose", "starts_on", "ends_on", "amount"}


def test_whom_one_meets_is_abroad_where_the_scheme_says_so():
    home = Plan("Nordkaj", "NL", "x", PLAN.starts_on, PLAN.ends_on, 1)
    assert wrong(home) == {"partner_country": "voucher.partner.abroad"}
    assert wrong(home, terms=Terms(cap=1, partner_abroad=False)) == {}


@pytest.mark.parametrize(
    ("dated_on", "key"),
    [
        (date(2028, 3, 3), "receipt.date.future"),
        (date(2028, 2, 19), "receipt.date.early"),
        (date(2028, 2, 20), ""),
        (date(2028, 3, 2), ""),
    ],
)
def test_a_receipt_is_from_between_agreement_and_today(dated_on: date, key: str):
    def check() -> None:
        check_receipt_date(
            dated_on, agreed_on=date(2028, 2, 20), ends_on=date(2028, 3, 1), terms=TERMS, today=date(2028, 3, 2)
        )

    if not key:
        check()
        return
    with pytest.raises(Invalid) as raised:
        check()
    assert raised.value.key == key


# -- states ------------------------------------------------------------------------------------------------------------


def test_nothing_leaves_what_is_over():
    assert APPLICATION.terminal == set(ApplicationState) - LIVE
    assert CLAIM.terminal == {ClaimState.PAID, ClaimState.REJECTED, ClaimState.WITHDRAWN}


@given(st.lists(st.sampled_from(ApplicationAction), max_size=20))
def test_money_is_committed_by_an_approval_and_by_nothing_else(actions: list[ApplicationAction]):
    state = ApplicationState.DRAFT
    for action in actions:
        before = state
        try:
            state = APPLICATION.advance(state, action)
        except OutOfDate:
            continue
        if state in COMMITTED and before not in COMMITTED:
            assert action is ApplicationAction.APPROVE
        if before in COMMITTED and state not in COMMITTED:
            assert action in (ApplicationAction.WITHDRAW, ApplicationAction.EXPIRE)
        assert not (before in UNDECIDED and state is ApplicationState.AGREEMENT)
    assert not (state in WRITABLE and state in COMMITTED)


def test_every_state_is_reached():
    reached = {ApplicationState.DRAFT}
    while True:
        more = {after for (before, _), after in APPLICATION.table.items() if before in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(ApplicationState)
