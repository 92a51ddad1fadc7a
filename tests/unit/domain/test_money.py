"""Amounts as people write them: read by their language, or refused with an example."""

from __future__ import annotations

import time

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.money import AMOUNT_MAX, CURRENCIES, WITHOUT_CENTS, format_plain, parse_amount, parse_currency
from domain.organisations import LOCALES
from messages.i18n import Money, Words
from messages.refusals import explain

NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"
BLANKS = " " + NBSP + THIN + NARROW
AMOUNTS = st.integers(min_value=1, max_value=AMOUNT_MAX)
LANGUAGES = st.sampled_from(LOCALES)


def refused(text: str, *, currency: str = "EUR", locale: str | None = "en") -> Invalid:
    with pytest.raises(Invalid) as caught:
        parse_amount(text, currency=currency, locale=locale, field="cap")
    assert caught.value.field == "cap"
    return caught.value


def grouped(whole: int, separator: str) -> str:
    return f"{whole:,}".replace(",", separator)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,50", 1_234_50),
        ("1,234.50", 1_234_50),
        ("€1 234", 1_234_00),
        (f"1{NBSP}234,50{NBSP}€", 1_234_50),
        (f"1{NARROW}234{NARROW}567,8", 1_234_567_80),
        (f"1{THIN}234", 1_234_00),
        ("1'234.50", 1_234_50),
        ("1’234", 1_234_00),
        ("EUR 500", 500_00),
        ("eur500", 500_00),
        ("500 Euro", 500_00),
        ("€ 500 EUR", 500_00),
        ("500,-", 500_00),
        ("500.–", 500_00),
        ("500:-", 500_00),
        ("500 ,-- €", 500_00),
        ("1.234,-", 1_234_00),
        ("1234", 1_234_00),
        ("1234,5", 1_234_50),
        ("1234.05", 1_234_05),
        ("1.234.567", 1_234_567_00),
        ("1,234,567", 1_234_567_00),
        ("0,01", 1),
        ("007", 7_00),
        ("\u200e500\u200b", 500_00),
        ("\t500\n", 500_00),
    ],
)
@pytest.mark.parametrize("locale", LOCALES)
def test_what_can_be_read_in_one_way_is_read_in_every_language(text: str, cents: int, locale: str) -> None:
    assert parse_amount(text, locale=locale) == cents


@pytest.mark.parametrize(
    "text", ["kr 1.234", "kr. 1.234", "kr.1.234", "1.234 kr.", "DKK 1.234", "1.234,- kr", "1.234 Kroner"]
)
@pytest.mark.parametrize("locale", ["da", "de", "nl", "sv", "nb"])
def test_a_krone_is_the_one_that_is_expected(text: str, locale: str) -> None:
    assert parse_amount(text, currency="DKK", locale=locale) == 1_234_00


@pytest.mark.parametrize("locale", LOCALES)
def test_three_digits_after_one_separator_are_read_by_the_language_or_refused(locale: str) -> None:
    thousands, decimals = ("1,234", "1.234") if locale == "en" else ("1.234", "1,234")
    assert parse_amount(thousands, locale=locale) == 1_234_00
    error = refused(decimals, locale=locale)
    assert error.key == "money.ambiguous"
    assert parse_amount(str(error.params["example"]), locale=locale) == 1_234_00
    assert parse_amount(thousands, locale=None) == parse_amount(decimals, locale=None) == 1_234_00


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("-500", "money.negative"),
        ("−500", "money.negative"),
        ("€ -500", "money.negative"),
        ("-€500", "money.negative"),
        ("500-", "money.negative"),
        ("(500)", "money.negative"),
        ("(€500)", "money.negative"),
        ("0", "money.zero"),
        ("0,00", "money.zero"),
        ("12.345,678", "money.decimals"),
        ("1,23456", "money.decimals"),
        ("0.500", "money.decimals"),
        ("1234.567", "money.decimals"),
        ("1000000000000.01", "money.large"),
        ("9" * 90, "money.large"),
        ("", "money.invalid"),
        ("€", "money.invalid"),
        ("EUR EUR", "money.invalid"),
        ("cheap", "money.invalid"),
        ("5k", "money.invalid"),
        ("5 mio", "money.invalid"),
        ("1e9", "money.invalid"),
        ("0x10", "money.invalid"),
        ("500-600", "money.invalid"),
        ("500 or 600", "money.invalid"),
        ("12.05.2026", "money.invalid"),
        ("12/05", "money.invalid"),
        ("1.23.456", "money.invalid"),
        ("1.234.56", "money.invalid"),
        ("1,234.567.890", "money.invalid"),
        ("1,234,567,89", "money.invalid"),
        ("12 34", "money.invalid"),
        ("1 234'567", "money.invalid"),
        (".50", "money.invalid"),
        ("€.50", "money.invalid"),
        ("1..5", "money.invalid"),
        ("500,50,-", "money.invalid"),
        ("500.50,-", "money.invalid"),
        ("1,234,-", "money.invalid"),
        ("50 %", "money.invalid"),
        ("５００", "money.invalid"),
        ("٥٠٠", "money.invalid"),
        ("5²", "money.invalid"),
        ("1٬234", "money.invalid"),
        ("500 EUR\n" * 3, "money.invalid"),
        ("We think of about 500 EUR for the travel of two people. " * 400, "money.invalid"),
        (" " * 200 + "5", "money.invalid"),
    ],
)
@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_no_amount_is_refused_with_an_example_that_is_one(text: str, key: str, locale: str) -> None:
    error = refused(text, locale=locale)
    assert error.key == key
    shown = str(error.params["limit" if key == "money.large" else "example"])
    assert parse_amount(shown, locale=locale) == (AMOUNT_MAX if key == "money.large" else 1_234_50)
    assert shown in explain(error, Words(locale))


def test_zero_is_taken_where_it_may_be() -> None:
    assert parse_amount("0,00", zero=True) == 0


@pytest.mark.parametrize(
    ("text", "currency", "named"),
    [
        ("DKK 500", "EUR", "DKK"),
        ("500 kr.", "EUR", "kr"),
        ("€500", "DKK", "€"),
        ("500 sek", "NOK", "sek"),
        ("$500", "EUR", "$"),
        ("€ 500 DKK", "DKK", "€"),
        ("-500 £", "EUR", "£"),
        ("kronor 500", "DKK", "kronor"),
    ],
)
def test_another_currency_is_not_taken_for_the_expected_one(text: str, currency: str, named: str) -> None:
    error = refused(text, currency=currency)
    assert (error.key, error.params["currency"], error.params["expected"]) == ("money.currency", named, currency)
    assert {currency, named} <= set(explain(error, Words()).replace(",", " ").replace(".", " ").split())


def test_no_precision_is_lost_where_a_currency_has_other_decimals() -> None:
    assert parse_amount("500 ISK", currency="ISK") == 500_00
    error = refused("500.5", currency="ISK")
    assert (error.key, error.params["example"]) == ("money.decimals", "1,234")
    assert parse_amount("500", currency="XTS") == 500_00  # named by none
    assert format_plain(1_234_00, currency="ISK", locale="da") == "1.234"
    assert parse_amount("1.25 KWD", currency="KWD") == 1_25
    assert refused("0.125 KWD", currency="KWD").key == "money.decimals"


@given(cents=AMOUNTS, locale=LANGUAGES, currency=st.sampled_from(sorted(CURRENCIES)))
def test_what_is_written_plainly_is_read_back(cents: int, locale: str, currency: str) -> None:
    if currency in WITHOUT_CENTS:
        cents = (cents + 99) // 100 * 100
    assert (
        parse_amount(format_plain(cents, currency=currency, locale=locale), currency=currency, locale=locale) == cents
    )


@given(cents=AMOUNTS, locale=LANGUAGES, currency=st.sampled_from(["EUR", "DKK", "SEK", "NOK", "GBP"]))
def test_what_the_cards_write_is_read_back(cents: int, locale: str, currency: str) -> None:
    written = Words(locale).money(Money(cents, currency))
    assert parse_amount(written, currency=currency, locale=locale) == cents


@given(
    cents=AMOUNTS,
    locale=LANGUAGES,
    group=st.sampled_from(["", ".", ",", "'", "’", *BLANKS]),
    point=st.sampled_from([".", ","]),
    mark=st.sampled_from(["{}", "€{}", "€ {}", "{} €", f"{{}}{NBSP}€", "EUR {}", "{} EUR", "{} euro", " {}\n"]),
)
def test_every_notation_is_read_in_every_language(cents: int, locale: str, group: str, point: str, mark: str) -> None:
    whole, part = divmod(cents, 100)
    number = f"{grouped(whole, group)}{point}{part:02}"
    if group == point and whole >= 1000:
        assert refused(mark.format(number), locale=locale).key == "money.invalid"
    else:
        assert parse_amount(mark.format(number), locale=locale) == cents


@given(
    whole=st.integers(min_value=1, max_value=AMOUNT_MAX // 100),
    locale=LANGUAGES,
    group=st.sampled_from(["", "'", *BLANKS]),
)
def test_whole_amounts_are_read_in_every_language(whole: int, locale: str, group: str) -> None:
    for end in ("", ",-", ".-", ":-"):
        assert parse_amount(grouped(whole, group) + end, locale=locale) == whole * 100


@given(
    text=st.text(alphabet=st.one_of(st.sampled_from("0123456789.,'-€kr EUR()"), st.characters()), max_size=120),
    locale=LANGUAGES,
)
def test_any_text_is_an_amount_within_bounds_or_a_refusal_with_words(text: str, locale: str) -> None:
    try:
        cents = parse_amount(text, locale=locale)
    except Invalid as error:
        said = explain(error, Words(locale))
    else:
        said = format_plain(cents) if 0 < cents <= AMOUNT_MAX else ""
    assert said


def test_the_most_is_taken_and_a_cent_more_is_not() -> None:
    assert parse_amount(format_plain(AMOUNT_MAX)) == AMOUNT_MAX
    assert refused(format_plain(AMOUNT_MAX + 1)).key == "money.large"


@pytest.mark.parametrize("piece", ["1", "1.", "1,111", " ", "-", "€", "1 "])
def test_a_pasted_page_is_refused_at_once(piece: str) -> None:
    began = time.perf_counter()
    assert refused(piece * 1_000_000).key == "money.invalid"
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "code"), [("eur", "EUR"), (" DKK ", "DKK"), ("€", "EUR"), ("Euro", "EUR"), ("£", "GBP"), ("skr", "SEK")]
)
def test_a_currency_is_known_by_its_code_or_a_name_of_its_own(text: str, code: str) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize("text", ["", " ", "kr", "$", "euro coins", "XXX", "EURO€", "E", "ＥＵＲ"])
def test_what_names_no_currency_or_several_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_currency(text)
    assert (caught.value.key, caught.value.field) == ("money.currency.unknown", "currency")


def test_every_currency_is_one_that_can_be_written() -> None:
    assert set(list_currencies()) >= CURRENCIES > WITHOUT_CENTS
