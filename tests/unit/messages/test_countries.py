"""Countries as people write them."""

import pytest

from domain.countries import COUNTRIES
from domain.errors import Invalid
from messages.countries import read_country
from messages.i18n import LOCALES, Words


@pytest.mark.parametrize("locale", LOCALES)
def test_every_country_is_known_by_its_name_in_every_language(locale: str) -> None:
    words = Words(locale)
    assert {code: read_country(words.country(code)) for code in COUNTRIES} == {code: code for code in COUNTRIES}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("dk", "DK"),
        (" Danmark ", "DK"),
        ("Osterreich", "AT"),
        ("UNITED  KINGDOM", "GB"),
        ("UK", "GB"),
        ("Holland", "NL"),
    ],
)
def test_capitals_accents_and_spaces_do_not_matter(typed: str, code: str) -> None:
    assert read_country(typed) == code


@pytest.mark.parametrize("typed", ["", "Neverland", "XX", "Den Mark"])
def test_what_is_no_country_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_country(typed)
    assert refused.value.key == "country.unknown"
    assert refused.value.params["country"] == typed
