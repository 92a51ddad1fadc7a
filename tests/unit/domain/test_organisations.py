"""What identifies an organisation, and whether it is an SME."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.organisations import (
    COUNTRIES,
    SME_BALANCE_CENTS,
    SME_TURNOVER_CENTS,
    check_email,
    is_country,
    is_sme,
    name_key,
    normalise_website,
    parse_country,
    website_domain,
)

OVER = 10**12


@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "sme"),
    [
        (249, SME_TURNOVER_CENTS, OVER, True),
        (249, OVER, SME_BALANCE_CENTS, True),
        (249, SME_TURNOVER_CENTS + 1, SME_BALANCE_CENTS + 1, False),
        (250, 0, 0, False),
        (249, SME_TURNOVER_CENTS, None, True),
        (249, None, None, None),
        (249, OVER, None, None),
        (None, 0, 0, None),
        (None, OVER, OVER, False),
        (1000, None, None, False),
    ],
)
def test_an_sme_is_small_in_people_and_in_one_of_the_figures(
    headcount: int | None, turnover: int | None, balance: int | None, sme: bool | None
) -> None:
    assert is_sme(headcount=headcount, turnover_cents=turnover, balance_cents=balance) is sme


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("example.org", "https://example.org"),
        (" HTTP://WWW.Example.org/ ", "https://example.org"),
        ("https://example.org/en/?utm=1#top", "https://example.org/en"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://grønvand.dk", "https://grønvand.dk"),
        ("https://xn--grnvand-r1a.dk", "https://grønvand.dk"),
    ],
)
def test_a_website_has_one_way_of_writing(written: str, normal: str) -> None:
    assert normalise_website(written) == normal
    assert normalise_website(normal) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "http://",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://a b.org",
        "https://user@example.org",
        "https://[::1",
        "https://127.0.0.1",
        "https://example.org:99999",
        "x" * 400 + ".org",
        "https://ex_ample..org",
    ],
)
def test_what_is_no_website_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalise_website(text)
    assert (refused.value.key, refused.value.field) == ("organisation.website.invalid", "website")


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_website_reader(text: str) -> None:
    try:
        normal = normalise_website(text)
    except Invalid:
        return
    assert normalise_website(normal) == normal


def test_a_page_on_a_social_network_identifies_nobody() -> None:
    assert website_domain("https://www.linkedin.com/company/x") == ""
    assert website_domain("https://www.example.org/x") == "example.org"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Blue Water A/S", "blue  water as"),
        ("Blue-Water", "Blue Water"),
        ("AquaTec B.V.", "Aquatec BV"),
        ("Åbo", "Åbo"),
    ],
)
def test_two_ways_of_writing_a_name_meet(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_the_legal_form_makes_two_firms() -> None:
    assert name_key("Blue A/S") != name_key("Blue ApS")


@given(name=st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip())))
def test_every_name_has_a_stable_key(name: str) -> None:
    key = name_key(name)
    assert key
    assert name_key(key) == key
    assert name_key(name.upper()) == name_key(name.upper().swapcase().upper())


@pytest.mark.parametrize("text", ["anna@example.org", " a.b+c@Sub.Example.ORG ", "o'neil@example.co.uk"])
def test_an_address_is_taken_with_its_domain_in_lower_case(text: str) -> None:
    address = check_email(text)
    assert address == f"{text.strip().split('@')[0]}@{text.strip().split('@')[1].lower()}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.org",
        "anna@",
        "anna@example",
        "a b@example.org",
        "a..b@example.org",
        "anna@exa mple.org",
        "anna@example.org\nBcc: x@y.zz",
        "anna@-example.org",
        "a" * 65 + "@example.org",
        "anna@" + "a" * 300 + ".org",
        "<anna@example.org>",
        "anna@example.org, b@example.org",
        "anna@@example.org",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_email(text)
    assert (refused.value.key, refused.value.field) == ("person.email.invalid", "email")


def test_countries_are_those_of_the_standard() -> None:
    assert len(COUNTRIES) == 249
    assert is_country("DK")
    assert not is_country("dk")
    assert not is_country("XX")
    assert not is_country("UK")


@pytest.mark.parametrize(("text", "code"), [(" dk ", "DK"), ("uk", "GB"), ("EL", "GR"), ("NL", "NL")])
def test_a_country_is_read_in_any_case(text: str, code: str) -> None:
    assert parse_country(text) == code


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        parse_country("Denmark")
    assert refused.value.params == {"country": "Denmark", "example": "DK"}
