"""The sample data is complete, refers to itself correctly, and invents nobody real."""

import csv
import zoneinfo
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
COUNTRIES = {
    "AT",
    "BE",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GB",
    "GR",
    "IS",
    "IT",
    "LT",
    "NL",
    "NO",
    "PH",
    "PL",
    "PT",
    "SE",
    "SI",
}
SPOKEN = {"en", "da", "de", "nl", "sv", "nb"}

HEADERS = {
    "clusters": "name country industry focus source website languages",
    "challenges": "title country sector text source must_haves countries deadline_days confidentiality owner budget"
    " trl language",
    "organisations": "kind name country website legal_id clusters sectors languages headcount turnover_eur balance_eur"
    " city invented",
    "people": "name email organisation cluster role language zone",
    "profiles": "organisation language summary solutions skills technologies sought evidence trl capacity",
    "judgments": "challenge_title organisation grade",
}
KEYS = {
    "clusters": ("name", "country"),
    "challenges": ("title",),
    "organisations": ("legal_id",),
    "people": ("email",),
    "profiles": ("organisation",),
    "judgments": ("challenge_title", "organisation"),
}
MAY_BE_EMPTY = {"clusters": {"website"}, "challenges": {"countries"}, "people": {"organisation", "cluster"}}


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def values(cell: str) -> list[str]:
    return cell.split("|")


clusters, challenges, organisations = rows("clusters"), rows("challenges"), rows("organisations")
people, profiles, judgments = rows("people"), rows("profiles"), rows("judgments")
CLUSTER_NAMES = {row["name"] for row in clusters}
by_name = {row["name"]: row for row in organisations}
buyers = {name for name, row in by_name.items() if row["kind"] == "buyer"}
smes = {name for name, row in by_name.items() if row["kind"] == "sme"}
language_of = {row["organisation"]: row["language"] for row in profiles}


@pytest.mark.parametrize("name", HEADERS)
def test_every_file_has_its_header_and_full_rows(name: str):
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file, strict=True)
    assert header == HEADERS[name].split()
    assert {len(row) for row in body} == {len(header)}


@pytest.mark.parametrize("name", HEADERS)
def test_natural_keys_are_unique(name: str):
    counted = Counter(tuple(row[column] for column in KEYS[name]) for row in rows(name))
    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("name", HEADERS)
def test_required_cells_are_filled_and_every_listed_value_is_trimmed(name: str):
    faults: list[tuple[str, str]] = []
    for row in rows(name):
        key = " / ".join(row[column] for column in KEYS[name])
        for column, cell in row.items():
            optional = column in MAY_BE_EMPTY.get(name, set())
            if not (optional and cell == "") and any(value != value.strip() or not value for value in values(cell)):
                faults.append((key, column))
    assert faults == []


def test_no_name_occurs_twice():
    assert len(by_name) == len(organisations)
    assert len({row["website"] for row in organisations}) == len(organisations)
    assert len(CLUSTER_NAMES) == len(clusters)


def test_countries_are_known():
    named = {row["country"] for row in clusters + challenges + organisations}
    wanted = {country for row in challenges for country in values(row["countries"]) if country}
    assert named | wanted == COUNTRIES


def test_organisations_belong_to_clusters_that_exist():
    assert {name for row in organisations for name in values(row["clusters"])} <= CLUSTER_NAMES
    assert all(1 <= len(values(row["clusters"])) <= 2 for row in organisations)


def test_each_challenge_is_owned_by_a_buyer_and_each_buyer_owns_one():
    assert {row["owner"] for row in challenges} == buyers


def test_each_sme_has_one_profile():
    assert set(language_of) == smes
    assert len(profiles) >= 120


def test_smes_are_small_and_buyers_are_large():
    for row in organisations:
        heads, turnover, balance = int(row["headcount"]), int(row["turnover_eur"]), int(row["balance_eur"])
        small = heads < 250 and (turnover <= 50_000_000 or balance <= 43_000_000)
        assert small == (row["kind"] == "sme"), row["name"]


def test_whoever_is_invented_says_so():
    for row in organisations:
        assert row["name"].endswith(" (invented)")
        assert row["invented"] == "yes"
        assert row["legal_id"].startswith(f"INV-{row['country']}-")
        assert (urlsplit(row["website"]).hostname or "").endswith(".example")
    assert all(row["email"].endswith(".example") for row in people)


def test_people_are_roles_of_a_known_cluster_or_organisation():
    for row in people:
        if row["role"] == "manager":
            assert row["cluster"] in CLUSTER_NAMES
            assert (row["organisation"], row["name"]) == ("", f"Manager, {row['cluster']}")
        else:
            assert by_name[row["organisation"]]["kind"] == row["role"]
            assert row["cluster"] == ""
            assert row["name"].endswith(f", {row['organisation'].removesuffix(' (invented)')}")


def test_every_introduction_in_the_demo_finds_its_people():
    managed = {row["cluster"] for row in people if row["role"] == "manager"}
    assert {values(row["clusters"])[0] for row in organisations} <= managed
    assert buyers <= {row["organisation"] for row in people}
    assert len({row["organisation"] for row in people} & smes) >= 40


def test_zones_and_languages_of_people_are_known():
    assert {row["zone"] for row in people} <= zoneinfo.available_timezones()
    assert {row["language"] for row in people} == SPOKEN


def test_profiles_come_in_many_languages():
    counted = Counter(language_of.values())
    assert set(counted) == SPOKEN | {"fi", "pl", "fr", "es", "it", "et"}
    assert all(counted[language] >= 10 for language in SPOKEN)


def test_profiles_have_the_stated_size():
    for row in profiles:
        assert 40 <= len(row["summary"].split()) <= 110, row["organisation"]
        assert 3 <= len(values(row["skills"])) <= 6, row["organisation"]
        assert 3 <= len(values(row["technologies"])) <= 6, row["organisation"]
        assert 1 <= len(values(row["sought"])) <= 3, row["organisation"]
        assert 1 <= int(row["trl"]) <= 9
        assert 1 <= int(row["capacity"]) <= 5


@pytest.mark.parametrize("column", ["summary", "solutions", "evidence"])
def test_no_two_profiles_share_a_text(column: str):
    assert len({row[column] for row in profiles}) == len(profiles)


def test_challenges_stay_open_and_ask_for_something():
    assert len(challenges) == 16
    for row in challenges:
        assert 20 <= int(row["deadline_days"]) <= 75
        assert 2 <= len(values(row["must_haves"])) <= 4
        assert 1 <= int(row["trl"]) <= 9
        assert row["language"] == "en"
    assert Counter(row["confidentiality"] for row in challenges) == {"open": 13, "teaser": 3}


def test_judgments_grade_known_pairs():
    assert {row["challenge_title"] for row in judgments} == {row["title"] for row in challenges}
    assert {row["organisation"] for row in judgments} <= smes
    assert {row["grade"] for row in judgments} == {"0", "1", "2", "3"}
    assert len(judgments) >= 320


def test_each_challenge_has_good_fits_in_several_countries_and_near_misses():
    graded: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in judgments:
        graded[row["challenge_title"]][row["grade"]].add(row["organisation"])
    for challenge in challenges:
        grades = graded[challenge["title"]]
        fits = {by_name[name]["country"] for name in grades["3"]}
        assert 3 <= len(grades["3"]) <= 10, challenge["title"]
        assert len(fits) >= 3, challenge["title"]
        assert sum(language_of[name] == "en" for name in grades["3"]) >= 2, challenge["title"]
        assert len(grades["0"]) >= 3, challenge["title"]
        assert not challenge["countries"] or fits <= set(values(challenge["countries"])), challenge["title"]
