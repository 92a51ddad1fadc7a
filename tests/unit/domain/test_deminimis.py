"""What one single undertaking may be granted, to the day and to the cent."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.countries import COUNTRIES
from domain.deminimis import (
    CEILINGS,
    EU_STATES,
    Award,
    Link,
    LinkKind,
    granted,
    headroom,
    may_grant,
    parse_ceilings,
    single_undertaking,
    to_euro_cents,
    window_starts,
)

CEILING = 300_000_00
TODAY = date(2026, 6, 30)
US = frozenset({1})
DAY = timedelta(days=1)

DAYS = st.dates(min_value=date(2019, 12, 25), max_value=date(2033, 1, 5)) | st.sampled_from(
    [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29)]
    + [date(year, month, day) for year in (2023, 2026) for month, day in ((12, 31), (1, 1))]
)
AWARDS = st.lists(
    st.builds(
        Award,
        organisation_id=st.integers(1, 3),
        state=st.sampled_from(["DK", "DE"]),
        awarded_on=DAYS,
        cents=st.integers(1, 120_000_00),
    ),
    max_size=12,
)
LINKS = st.lists(st.builds(Link, st.integers(1, 12), st.integers(1, 12), st.sampled_from(LinkKind)), max_size=14)


def award(on: date, cents: int = CEILING, *, to: int = 1, state: str = "DK") -> Award:
    return Award(to, state, on, cents)


def room(awards: list[Award], on: date = TODAY, state: str = "DK") -> int | None:
    return headroom(awards, undertaking=US, state=state, on=on)


def is_in_three_years(one: date, last: date) -> bool:
    """Tell by the calendar, not by arithmetic: the day of the month is the later one's, or the month's last before."""
    day = min(last.day, calendar.monthrange(last.year - 3, last.month)[1])
    return (last.year - 3, last.month, day) <= (one.year, one.month, one.day) and one <= last


@pytest.mark.parametrize(
    ("on", "start"),
    [
        (date(2026, 6, 30), date(2023, 6, 30)),
        (date(2024, 2, 29), date(2021, 2, 28)),
        (date(2028, 2, 29), date(2025, 2, 28)),
        (date(2027, 2, 28), date(2024, 2, 28)),
        (date(2027, 3, 1), date(2024, 3, 1)),
        (date(2026, 12, 31), date(2023, 12, 31)),
        (date(2027, 1, 1), date(2024, 1, 1)),
    ],
)
def test_three_years_are_counted_by_the_calendar(on: date, start: date) -> None:
    assert window_starts(on) == start
    assert room([award(start)], on) == 0
    assert room([award(start - DAY)], on) == CEILING


@pytest.mark.parametrize(
    ("awarded_on", "last_day"),
    [
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2025, 2, 28), date(2028, 2, 29)),
        (date(2023, 12, 31), date(2026, 12, 31)),
        (date(2024, 1, 1), date(2027, 1, 1)),
    ],
)
def test_an_award_counts_until_it_is_exactly_three_years_old(awarded_on: date, last_day: date) -> None:
    assert granted([award(awarded_on)], undertaking=US, state="DK", on=last_day) == CEILING
    assert granted([award(awarded_on)], undertaking=US, state="DK", on=last_day + DAY) == 0


@given(on=DAYS)
def test_a_window_never_starts_later_on_an_earlier_day(on: date) -> None:
    assert window_starts(on) <= window_starts(on + DAY) <= window_starts(on) + 2 * DAY
    assert 1095 <= (on - window_starts(on)).days <= 1097


@pytest.mark.parametrize(
    ("before", "fits"), [(1_00, True), (0, True), (CEILING - 500_00, True), (CEILING - 499_99, False)]
)
def test_the_ceiling_may_be_reached_but_not_exceeded(before: int, *, fits: bool) -> None:
    assert may_grant(500_00, [award(TODAY, before)], undertaking=US, state="DK", on=TODAY) is fits


@pytest.mark.parametrize(("cents", "fits"), [(CEILING - 1, True), (CEILING, True), (CEILING + 1, False)])
def test_one_cent_decides_and_nothing_is_granted_in_part(cents: int, *, fits: bool) -> None:
    assert may_grant(cents, [], undertaking=US, state="DK", on=TODAY) is fits


def test_every_state_has_a_ceiling_of_its_own() -> None:
    awards = [award(TODAY, state="DE")]
    assert (room(awards, state="DE"), room(awards, state="DK")) == (0, CEILING)


def test_what_others_were_granted_does_not_count() -> None:
    assert room([award(TODAY, to=2)]) == CEILING


def test_a_register_above_the_ceiling_leaves_nothing() -> None:
    assert room([award(TODAY), award(TODAY, 1)]) == 0


def test_where_there_is_no_ceiling_nothing_is_refused() -> None:
    assert room([award(TODAY, state="NO")], state="NO") is None
    assert may_grant(CEILING * 9, [], undertaking=US, state="NO", on=TODAY)
    assert not may_grant(CEILING, [], undertaking=US, state="NO", on=TODAY, ceilings={"NO": CEILING - 1})


def test_a_grant_dated_back_has_to_fit_into_the_windows_of_later_awards() -> None:
    later = TODAY + timedelta(days=200)
    assert room([award(later)]) == 0
    assert room([award(later, CEILING - 1)]) == 1
    # Each of the two fits with the grant, but all three lie within the three years that end with the second one.
    assert room([award(TODAY - timedelta(days=400), 150_000_00), award(later, 100_000_00)]) == 50_000_00
    # The first one has left the window of the second one before it begins.
    assert room([award(date(2023, 7, 1), 200_000_00), award(date(2027, 1, 1), 200_000_00)]) == 100_000_00
    # Three years and a day on, no window holds both.
    assert room([award(date(2029, 6, 30))]) == 0
    assert room([award(date(2029, 7, 1))]) == CEILING


@given(awards=AWARDS, on=DAYS, cents=st.integers(1, CEILING), state=st.sampled_from(["DK", "DE"]))
@example(awards=[award(date(2027, 2, 28), CEILING)], on=date(2024, 2, 29), cents=1, state="DK")
def test_what_is_granted_keeps_every_three_years_within_the_ceiling(
    awards: list[Award], on: date, cents: int, state: str
) -> None:
    undertaking = frozenset({1, 2})

    def worst(register: list[Award]) -> int:
        """Return the most in any window that holds the new award, tried day by day."""
        counted = [one for one in register if one.organisation_id in undertaking and one.state == state]
        ends = [end for n in range(1098) if is_in_three_years(on, end := on + n * DAY)]
        return max(sum(one.cents for one in counted if is_in_three_years(one.awarded_on, end)) for end in ends)

    left = headroom(awards, undertaking=undertaking, state=state, on=on)
    assert left == max(0, CEILING - worst(awards))
    fits = worst([*awards, Award(1, state, on, cents)]) <= CEILING
    assert may_grant(cents, awards, undertaking=undertaking, state=state, on=on) is fits


@given(awards=AWARDS, more=AWARDS, on=DAYS)
def test_more_awards_and_more_linked_firms_never_leave_more(awards: list[Award], more: list[Award], on: date) -> None:
    left = headroom(awards, undertaking=US, state="DK", on=on)
    with_more = headroom([*awards, *more], undertaking=US, state="DK", on=on)
    with_others = headroom(awards, undertaking={1, 2}, state="DK", on=on)
    assert left is not None
    assert with_more is not None
    assert with_others is not None
    assert max(with_more, with_others) <= left <= CEILING


@pytest.mark.parametrize("kind", LinkKind)
def test_every_kind_of_link_joins_in_both_directions(kind: LinkKind) -> None:
    links = [Link(1, 2, kind)]
    assert single_undertaking(1, links) == single_undertaking(2, links) == {1, 2}
    assert single_undertaking(3, links) == {3}


def test_chains_of_different_links_join_and_rings_end() -> None:
    links = [
        Link(4, 5, LinkKind.AGREEMENT),
        Link(1, 2, LinkKind.VOTES),
        Link(3, 2, LinkKind.BOARD),
        Link(3, 4, LinkKind.INFLUENCE),
        Link(5, 1, LinkKind.MERGED),
        Link(7, 7, LinkKind.VOTES),
    ]
    assert single_undertaking(1, links) == {1, 2, 3, 4, 5}
    assert single_undertaking(7, links) == {7}


def test_a_firm_inherits_what_one_was_granted_that_merged_into_it() -> None:
    undertaking = single_undertaking(1, [Link(2, 1, LinkKind.MERGED)])
    awards = [award(TODAY, 200_000_00, to=2), award(TODAY, 99_999_99, to=1)]
    assert headroom(awards, undertaking=undertaking, state="DK", on=TODAY) == 1


@given(links=LINKS, data=st.data())
def test_links_join_alike_in_any_order_and_for_every_firm(links: list[Link], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations([Link(one.other, one.one, one.kind) for one in links]))
    for firm in range(1, 13):
        found = single_undertaking(firm, links)
        assert firm in found
        assert found == single_undertaking(firm, mixed)
        assert all(single_undertaking(other, links) == found for other in found)
        assert all((link.one in found) == (link.other in found) for link in links)


def test_a_chain_of_thousands_of_firms_is_followed() -> None:
    links = [Link(n, n + 1, LinkKind.VOTES) for n in range(20_000)]
    assert len(single_undertaking(0, links)) == 20_001


def test_the_27_member_states_have_the_ceiling_of_the_regulation() -> None:
    assert len(EU_STATES) == 27
    assert EU_STATES <= COUNTRIES
    assert dict.fromkeys(EU_STATES, 300_000_00) == CEILINGS
    assert parse_ceilings("") == parse_ceilings(" , ") == CEILINGS


def test_own_ceilings_stand_over_those_of_the_regulation() -> None:
    ceilings = parse_ceilings(" no=300000, gb = off,DK=200000,FI=OFF,IS=0 ")
    assert (ceilings["NO"], ceilings["DK"], ceilings["DE"], ceilings["IS"]) == (300_000_00, 200_000_00, CEILING, 0)
    assert {"GB", "FI"}.isdisjoint(ceilings)
    assert CEILINGS["DK"] == CEILING


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "NO=",
        "=300000",
        "XX=300000",
        "Norway=300000",
        "NO=-1",
        "NO=300,000",
        "NO=3e5",
        "NO=much",
        "NO=٣",
        "NO=1;SE=2",
    ],
)
def test_ceilings_that_cannot_be_read_are_told_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="as in NO=300000"):
        parse_ceilings(text)


def test_a_state_with_two_ceilings_is_told() -> None:
    with pytest.raises(ValueError, match="NO has two ceilings"):
        parse_ceilings("NO=300000,no=off")


@pytest.mark.parametrize(
    ("cents", "per_euro", "euro_cents"),
    [
        (500_00, "1", 500_00),
        (7_46, "7.46", 1_00),
        (7_47, "7.46", 1_01),
        (1, "11.5", 1),
        (0, "7.46", 0),
        (85, "0.85", 100),
    ],
)
def test_other_money_is_rounded_up(cents: int, per_euro: str, euro_cents: int) -> None:
    assert to_euro_cents(cents, Decimal(per_euro)) == euro_cents


@given(cents=st.integers(0, 10**14), per_euro=st.decimals("0.0001", "100000", places=4))
def test_other_money_is_never_taken_for_less_nor_for_a_cent_too_much(cents: int, per_euro: Decimal) -> None:
    found = to_euro_cents(cents, per_euro)
    assert found * per_euro >= cents > (found - 1) * per_euro


@pytest.mark.parametrize("per_euro", ["0", "-1", "NaN", "Infinity"])
def test_a_euro_costs_something(per_euro: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        to_euro_cents(1, Decimal(per_euro))
