"""The smallest team that covers together what nobody covers alone."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Candidate, Span, smallest_team


def candidate(key: str, covers: str, country: str | None = "DK", score: float = 0.5):
    spans = tuple(Span("skills", at, at + 1, name, name) for at, name in enumerate(covers))
    return Candidate(key, score, {}, spans, country=country)


def test_nobody_is_needed_beside_one_who_covers_all_that_anybody_covers():
    assert smallest_team([candidate("a", "xy"), candidate("b", "x")], "xyz") is None
    assert smallest_team([candidate("a", "")], "xyz") is None
    assert smallest_team([], "xyz") is None


def test_two_cover_what_neither_does_alone_and_each_is_named_with_its_part():
    team = smallest_team([candidate("a", "xy", score=0.9), candidate("b", "yz", "NL", 0.4)], "xyz")
    assert team is not None
    assert dict(team.members) == {"a": ("x", "y"), "b": ("y", "z")}
    assert (team.uncovered, team.countries) == ((), {"DK", "NL"})


def test_what_nobody_covers_stays_uncovered():
    team = smallest_team([candidate("a", "x"), candidate("b", "y")], "xyz")
    assert team is not None
    assert team.uncovered == ("z",)


def test_of_two_small_teams_the_one_over_two_countries_is_taken():
    home = [candidate("a", "xy", score=0.9), candidate("b", "z", score=0.9)]
    team = smallest_team([*home, candidate("c", "z", "NL", 0.1)], "xyz")
    assert team is not None
    assert list(team.members) == ["a", "c"]


def test_a_smaller_team_of_one_country_is_better_than_a_larger_one_of_two():
    home = [candidate("a", "xy"), candidate("b", "zw")]
    team = smallest_team([*home, candidate("c", "z", "NL"), candidate("d", "w", "NL")], "xyzw")
    assert team is not None
    assert set(team.members) == {"a", "b"}


def test_then_the_scores_decide_and_last_the_id():
    alike = [candidate(key, "z", score=score) for key, score in (("b", 0.2), ("c", 0.3), ("d", 0.3))]
    team = smallest_team([candidate("a", "xy"), *alike], "xyz")
    assert team is not None
    assert set(team.members) == {"a", "c"}


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(
        st.tuples(
            st.sets(st.sampled_from("stuvwxyz"), max_size=3),
            st.sampled_from(["DK", "NL", None]),
            st.integers(0, 5).map(lambda n: n / 5),
        ),
        max_size=9,
    ),
    data=st.data(),
)
def test_no_smaller_or_better_team_covers_as_much(rows: list[tuple[set[str], str | None, float]], data: st.DataObject):
    people = [candidate(f"p{n}", "".join(sorted(own)), home, score) for n, (own, home, score) in enumerate(rows)]
    asked = "stuvwxyz"
    team = smallest_team(people, asked)
    assert team == smallest_team(data.draw(st.permutations(people)), asked)
    whole = set().union(*(own for own, _, _ in rows)) if rows else set()
    if team is None:
        assert not whole or any(own == whole for own, _, _ in rows)
        return
    assert set().union(*map(set, team.members.values())) == whole
    assert set(team.uncovered) == set(asked) - whole

    def merit(some: list[int]) -> tuple[bool, float]:
        homes = {home for at in some if (home := rows[at][1])}
        return len(homes) > 1, round(sum(rows[at][2] for at in some), 9)

    covering = [
        list(some)
        for size in range(1, len(team.members) + 1)
        for some in combinations(range(len(rows)), size)
        if set().union(*(rows[at][0] for at in some)) == whole
    ]
    assert min(map(len, covering)) == len(team.members)
    own = [int(key[1:]) for key in team.members]
    assert merit(own) == max(merit(some) for some in covering)


def test_sixty_candidates_and_ten_must_haves_take_a_moment():
    asked = "abcdefghij"
    people = [
        candidate(
            f"p{n:02}",
            asked[n % 10] + asked[(n * 7 + n // 10) % 10] + asked[(n * 3 + 1) % 10],
            ["DK", "NL", "DE"][n % 3],
        )
        for n in range(60)
    ]
    team = smallest_team(people, asked)
    assert team is not None
    assert team.uncovered == ()
    assert len(team.countries) >= 2
