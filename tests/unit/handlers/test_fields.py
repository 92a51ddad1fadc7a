"""Reading forms: several countries in one line, however they are written and parted."""

import pytest

from handlers.fields import Fields
from handlers.work import Ask


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("DK, NL", ("DK", "NL")),
        ("dk nl se", ("DK", "NL", "SE")),
        ("Danmark; United Kingdom\nDeutschland", ("DK", "GB", "DE")),
        ("  ", ()),
        ("DK, Danmark", ("DK",)),
    ],
)
def test_countries_are_read_by_name_and_by_code(typed: str, codes: tuple[str, ...]) -> None:
    fields = Fields(Ask(fields={"countries": typed}), "en")
    assert fields.countries("countries") == codes
    assert fields.errors == []


def test_a_country_that_nobody_knows_is_named() -> None:
    fields = Fields(Ask(fields={"countries": "DK, Atlantis"}), "en")
    assert fields.countries("countries") == ("DK",)
    assert [(error.key, error.params["country"]) for error in fields.errors] == [("country.unknown", "Atlantis")]
