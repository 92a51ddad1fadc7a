"""Importing the directory: what comes in, what is refused and why, and that nothing is ever half-imported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from domain.challenges import ChallengeState
from domain.errors import Invalid, NotAllowed
from domain.organisations import ClusterState, MembershipState, OrganisationKind, Role
from domain.profiles import CompetenceKind
from handlers.directory import importing
from handlers.directory.importing import import_file
from handlers.people import recognise
from handlers.requests import Profiled, Speaker
from handlers.work import Actor
from messages import compose
from messages.i18n import Words
from messages.notices.directory import ImportReport
from messages.problems import explain
from store.tables.challenges import Challenge
from store.tables.people import (
    Cluster,
    Competence,
    ImportRun,
    Membership,
    Organisation,
    OrganisationCluster,
    Person,
    Profile,
    Workspace,
)
from tests.world import CLEAN_CHANNEL, CLEAN_MANAGERS, NOW, World, text_of

ROOT = Path(__file__).parents[3]
ORGANISATIONS = "kind,name,country,website,legal_id,clusters,headcount,turnover_eur\n"
Import = Callable[..., ImportReport]


@pytest.fixture
def given(world: World, tmp_path: Path) -> Import:
    """Import a text (or bytes) as a file."""

    def run(content: str | bytes, *, now: datetime = NOW, **options: Any) -> ImportReport:
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(world.database, world.kit, path, now=now, **options)

    return run


def actor_of(world: World, speaker: Any) -> Actor:
    with world.database.read() as session:
        actor, _ = recognise(session, speaker)
    assert actor is not None
    return actor


def count(world: World, table: Any) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def organisation(world: World, name: str) -> Organisation:
    with world.database.read() as session:
        return session.exec(select(Organisation).where(Organisation.name == name)).one()


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    for problem in report.problems:
        assert all(explain(problem, Words()))
    compose(report, Words())
    return [(one.line, one.column, one.key) for one in report.problems]


# What comes in


def test_the_sample_files_come_in_and_a_second_time_change_nothing(world: World):
    for expected in ("added", "unchanged"):
        for kind in ("clusters", "organisations", "people", "profiles", "challenges"):
            path = ROOT / "examples" / f"{kind}.csv"
            report = import_file(world.database, world.kit, path, now=NOW)
            assert (report.done, report.problem_count, report.kind) == (True, 0, kind)
            if kind != "clusters":  # two of them are in the small world already
                assert getattr(report, expected) == report.read > 0
    with world.database.read() as session:
        runs = session.exec(select(ImportRun).order_by(col(ImportRun.id))).all()
    assert len(runs) == 10
    assert runs[1].rows_added == runs[6].rows_unchanged


def test_an_organisation_is_found_by_legal_id_then_domain_then_name(world: World, given: Import):
    given(ORGANISATIONS + "sme,Loop A/S,DK,https://loop.example/en,DK 12 34 56 78,CLEAN,,\n")
    moved = given(ORGANISATIONS + "sme,Loop Energy A/S,DK,https://loop.example,dk12345678,,,\n")
    assert (moved.added, moved.changed) == (0, 1)
    assert organisation(world, "Loop Energy A/S").natural_key == "id:DK:dk12345678"
    given(ORGANISATIONS + "sme,Quay BV,NL,quay.example,,,,\n")
    by_domain = given(ORGANISATIONS + "sme,Quay Robotics BV,NL,https://www.quay.example/about,,,44,\n")
    assert (by_domain.added, by_domain.changed) == (0, 1)
    stronger = given(ORGANISATIONS + "sme,Quay Robotics BV,NL,https://quay.example,NL-99,,,\n")
    assert (stronger.added, stronger.changed) == (0, 1)
    assert organisation(world, "Quay Robotics BV").natural_key == "id:NL:nl99"
    by_name = given(ORGANISATIONS + "sme,QUAY robotics b.v.,NL,,,,45,\n")
    assert (by_name.added, by_name.changed) == (0, 1)


def test_two_firms_of_one_name_with_their_own_legal_ids_stay_two(world: World, given: Import):
    report = given(ORGANISATIONS + "sme,Blue,DK,,1,,,\nsme,Blue,DK,,2,,,\nsme,Blue,SE,,1,,,\n")
    assert (report.added, report.problem_count) == (3, 0)
    assert given(ORGANISATIONS + "sme,Blue,DK,,1,,,\nsme,Blue,DK,,2,,,\nsme,Blue,SE,,1,,,\n").unchanged == 3


def test_an_empty_cell_changes_nothing(world: World, given: Import):
    given(ORGANISATIONS + "sme,Loop,DK,,L1,CLEAN|Clean Tech Delta,14,2500000\n")
    report = given(ORGANISATIONS + "sme,Loop,DK,,L1,,,\n")
    assert (report.unchanged, report.changed) == (1, 0)
    row = organisation(world, "Loop")
    assert (row.headcount, row.turnover_cents, row.home_cluster_id) == (14, 2_500_000_00, world.clean)
    with world.database.read() as session:
        query = select(OrganisationCluster.cluster_id).where(OrganisationCluster.organisation_id == row.id)
        assert set(session.exec(query).all()) == {world.clean, world.delta}


def test_near_duplicates_are_reported_and_not_merged(world: World, given: Import):
    report = given(ORGANISATIONS + "sme,Fjordsensors ApS,DK,,,,,\nsme,Fjord-sensor,NO,,,,,\n")
    assert report.added == 2
    assert {(near.line, near.other) for near in report.near} >= {(2, "Fjordsensor")}
    assert "resembles" in text_of(compose(report, Words()))


def test_a_semicolon_file_with_a_mark_and_decimal_commas_comes_in(world: World, given: Import):
    text = "\ufeffsep=;\r\nkind;Name;Country;turnover;Fax\r\nsme;Ünïque GmbH;de;1.250.000,50;123\r\n\r\n"
    report = given(text)
    assert (report.done, report.added, report.ignored) == (True, 1, ("Fax",))
    assert organisation(world, "Ünïque GmbH").turnover_cents == 1_250_000_50


def test_people_get_their_roles_in_the_clusters_of_their_organisation(world: World, given: Import):
    given(ORGANISATIONS + "sme,Loop,DK,,,Clean Tech Delta|CLEAN,,\n")
    people = "name,email,organisation,cluster,role,language,zone\n"
    report = given(people + "Ada,ADA@Loop.example,Loop,,sme,da-DK,\nAda,ada@loop.example,,CLEAN,manager,da,\n")
    assert (report.added, report.changed, report.problem_count) == (1, 1, 0)
    with world.database.read() as session:
        ada = session.exec(select(Person).where(Person.email == "ada@loop.example")).one()
        query = select(Membership).where(Membership.person_id == ada.id).order_by(col(Membership.id))
        rows = session.exec(query).all()
    assert ada.locale == "da"
    assert [(row.role, row.cluster_id) for row in rows] == [
        (Role.SME, world.delta),
        (Role.SME, world.clean),
        (Role.MANAGER, world.clean),
    ]


def test_a_person_without_a_language_has_that_of_the_cluster_and_an_unknown_one_is_refused(world: World, given: Import):
    with world.database.write() as session:
        for room in session.exec(select(Workspace).where(Workspace.cluster_id == world.clean)):
            room.locale = "da"
        for cluster, languages in ((world.delta, ("fi", "nl")), (world.clean, ("sv",))):
            session.get_one(Cluster, cluster).languages = languages
        for room in session.exec(select(Workspace).where(Workspace.cluster_id == world.delta)):
            room.cluster_id = None
    people = "name,email,organisation,cluster,role,language\n"
    report = given(
        people + "Ada,ada@x.example,,CLEAN,manager,\nBo,bo@x.example,Waterlens,,sme,\n"
        "Cy,cy@x.example,Waterlens,,sme,DE-at\nDi,di@x.example,Waterlens,,sme,xx\n",
        partial=True,
    )
    assert (report.added, report.problem_count) == (3, 1)
    assert [(one.line, one.column, one.key) for one in report.problems] == [(5, "language", "language.spoken")]
    with world.database.read() as session:
        found = session.exec(select(Person.name, Person.locale).where(col(Person.email).endswith("@x.example"))).all()
    assert sorted(found) == [("Ada", "da"), ("Bo", "nl"), ("Cy", "de")]


@pytest.mark.parametrize(
    ("country", "zone", "kept"),
    [("PT", "", "Europe/Lisbon"), ("NL", "", "Europe/Amsterdam"), ("NO", "Europe/Berlin", "Europe/Berlin")],
)
def test_a_cluster_begins_in_the_zone_of_its_capital(world: World, given: Import, country: str, zone: str, kept: str):
    assert given(f"name,country,industry,zone\nNovel,{country},Water,{zone}\n").added == 1
    with world.database.read() as session:
        assert session.exec(select(Cluster).where(Cluster.name == "Novel")).one().zone == kept


def test_what_a_person_has_chosen_is_not_overwritten(world: World, given: Import):
    email = f"{'Owner, Waterlens'.lower().replace(' ', '.').replace(',', '')}@example.org"
    people = "name,email,organisation,role,language,zone,title\n"
    given(people + f"Owner,{email},Waterlens,sme,sv,Europe/Stockholm,CEO\n")
    with world.database.read() as session:
        person = session.get_one(Person, world.people["sme"])
    assert (person.name, person.title, person.locale, person.zone) == ("Owner", "CEO", "en", "Europe/Amsterdam")


def test_a_membership_that_was_asked_for_is_given_and_one_that_was_left_is_not(world: World, given: Import):
    with world.database.write() as session:
        for state, who in ((MembershipState.LEFT, "sme"), (MembershipState.ASKED, "colleague")):
            row = session.exec(select(Membership).where(Membership.person_id == world.people[who])).one()
            row.state = state
    people = "name,email,organisation,role\n"
    owner, engineer = "owner.waterlens@example.org", "engineer.waterlens@example.org"
    given(people + f"Owner,{owner},Waterlens,sme\nEngineer,{engineer},Waterlens,sme\n")
    with world.database.read() as session:
        states = [
            session.exec(select(Membership.state).where(Membership.person_id == world.people[who])).one()
            for who in ("sme", "colleague")
        ]
    assert states == [MembershipState.LEFT, MembershipState.ACTIVE]


def test_a_profile_replaces_competences_and_sets_capacity(world: World, given: Import):
    text = "organisation,language,summary,solutions,skills,sought,trl,capacity\n"
    text += 'Waterlens,nl,"Wij zien bacteriën.\nSnel.",Alarm; spoor,a|b \\| c|a,proefveld,8,5\n'
    assert given(text).changed == 1
    with world.database.read() as session:
        profile = session.exec(select(Profile).where(Profile.organisation_id == world.sme_organisation)).one()
        query = select(Competence).where(Competence.organisation_id == world.sme_organisation)
        rows = session.exec(query.order_by(col(Competence.position))).all()
    assert (profile.summary, profile.trl, profile.updated_at) == ("Wij zien bacteriën.\nSnel.", 8, NOW)
    assert [(row.kind, row.text, row.sought) for row in rows] == [
        (CompetenceKind.SOLUTION, "Alarm; spoor", False),
        (CompetenceKind.SKILL, "a", False),
        (CompetenceKind.SKILL, "b | c", False),
        (CompetenceKind.SKILL, "proefveld", True),
    ]
    assert given(text, now=NOW + timedelta(days=1)).unchanged == 1


def test_a_manager_who_is_imported_comes_into_the_managers_channel_now_or_when_met(world: World, given: Import):
    world.deliver()
    people = "name,email,organisation,cluster,role\n"
    neighbour = "Owner,owner.fjordsensor@example.org,,CLEAN,manager\n"
    given(people + neighbour + "Ada,ada@clean.example,,CLEAN,manager\n")
    before, person = world.waiting("channel.entry"), world.people["neighbour"]
    (entry,) = (key for key in before if key.endswith(f":P-{person}"))
    assert entry.startswith(f"entry:{CLEAN_MANAGERS}:MB-")
    given(people + neighbour)
    assert world.waiting("channel.entry") == before
    ada = Speaker("web", "W-CLEAN", "ada")
    for _ in range(2):
        world.desk.meet(Profiled(ada, "Ada", "web:W-CLEAN:@ada", email="ada@clean.example"), now=NOW)
    (entry,) = set(world.waiting("channel.entry")) - set(before)
    assert entry.startswith(f"entry:{CLEAN_MANAGERS}:MB-")


def test_the_operators_challenges_are_published_and_a_managers_are_drafts(world: World, given: Import):
    text = "title,text,owner,must_haves,deadline_days,confidentiality\n"
    report = given(text + "Find leaks,We lose water.,Nordkaj Utility,Within a day,30,open\n")
    assert report.added == 1
    world.deliver()
    assert "Find leaks" in text_of(world.only(CLEAN_CHANNEL, holding="Find leaks").card)
    manager = actor_of(world, world.manager_owner)
    given(text + "Find more,We lose heat.,Nordkaj Utility,Within a day,30,teaser\n", actor=manager)
    with world.database.read() as session:
        states = {row.title: row.state for row in session.exec(select(Challenge)).all()}
    assert states == {"Find leaks": ChallengeState.PUBLISHED, "Find more": ChallengeState.DRAFT}
    assert given(text + "Find leaks,Changed.,Nordkaj Utility,Within a day,60,open\n").unchanged == 1


def test_formulas_are_data(world: World, given: Import):
    given(ORGANISATIONS + "sme,'=HYPERLINK(1),DK,,,,,\nsme,+45 Sensors,DK,,,,,\n")
    assert organisation(world, "=HYPERLINK(1)")
    assert organisation(world, "+45 Sensors")


# What is refused


def test_one_wrong_row_keeps_the_whole_file_out_unless_the_caller_says_otherwise(world: World, given: Import):
    text = ORGANISATIONS + "sme,Good,DK,,,,,\nsme,Bad,Atlantis,,,,many,\n"
    before = count(world, Organisation)
    report = given(text)
    assert (report.done, report.added, report.refused) == (False, 0, 1)
    assert told(report) == [(3, "country", "country"), (3, "headcount", "number")]
    assert count(world, Organisation) == before
    assert count(world, ImportRun) == 0
    report = given(text, partial=True)
    assert (report.done, report.added, report.refused) == (True, 1, 1)
    assert count(world, Organisation) == before + 1


def test_lines_are_those_of_the_file_also_behind_quoted_line_breaks(given: Import):
    text = 'organisation,summary,trl\r\nWaterlens,"one\r\ntwo\r\nthree",5\r\nFjordsensor,x,99\r\n'
    assert told(given(text)) == [(5, "trl", "number")]


def test_every_kind_of_mistake_names_line_and_column(given: Import):
    rows = (
        "maker,A,DK,,,,,",
        "sme,,DK,,,,,",
        "sme,B,DK,javascript:alert(1),,,,",
        "sme,C,DK,,,Nowhere,,",
        "sme,D,DK,,,,,12,50,1",
        "sme,E,DK,,,,,cheap",
        f"sme,{'x' * 300},DK,,,,,",
    )
    assert told(given(ORGANISATIONS + "\n".join(rows))) == [
        (2, "kind", "choice"),
        (3, "name", "required"),
        (4, "website", "website"),
        (5, "clusters", "cluster.unknown"),
        (6, "", "cells"),
        (7, "turnover_eur", "amount"),
        (8, "name", "too_long"),
    ]


def test_people_and_profiles_of_nobody_are_refused(world: World, given: Import):
    people = "name,email,organisation,cluster,role\n"
    rows = (
        "Ada,ada at example,Waterlens,,sme",
        "Ada,ada@example.org,Nobody Inc,,sme",
        "Ada,ada@example.org,,,buyer",
        "Ada,ada@example.org,,,manager",
        "Ada,ada@example.org,Waterlens,CLEAN,sme",
        "Ada,ada@example.org,,Nowhere,manager",
    )
    assert told(given(people + "\n".join(rows))) == [
        (2, "email", "email"),
        (3, "organisation", "organisation.unknown"),
        (4, "organisation", "organisation.needed"),
        (5, "cluster", "cluster.needed"),
        (6, "cluster", "cluster.not_theirs"),
        (7, "cluster", "cluster.unknown"),
    ]
    assert told(given("organisation,summary\nNobody Inc,x\n")) == [(2, "organisation", "organisation.unknown")]


def test_organisations_of_one_name_are_told_apart_by_legal_id(world: World, given: Import):
    given(ORGANISATIONS + "sme,Blue,DK,,1,,,\nsme,Blue,DK,,2,,,\n")
    assert told(given("organisation,summary\nBlue,x\n")) == [(2, "organisation", "organisation.ambiguous")]
    assert given("organisation,summary,legal_id\nBlue,x,2\n").added == 1


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("sme,A,DK,,1,,,\nsme,B,DK,,1,,,", (3, "name", "twice")),
        ("sme,A,DK,a.example,,,,\nsme,B,DK,www.a.example,,,,", (3, "name", "twice")),
        ("sme,A,DK,a.example,1,,,\nsme,B,DK,a.example,,,,", (3, "name", "twice")),
        ("sme,B,DK,a.example,,,,\nsme,A,DK,a.example,1,,,", (3, "name", "twice")),
        ("sme,A A/S,DK,,,,,\nsme,a as,DK,,,,,", (3, "name", "twice")),
    ],
)
def test_the_same_organisation_twice_in_a_file_is_refused(given: Import, rows: str, problem: tuple[int, str, str]):
    assert told(given(ORGANISATIONS + rows)) == [problem]


def test_the_same_entry_twice_is_found_across_batches(world: World, given: Import, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    text = ORGANISATIONS + "sme,Fjordsensor,DK,,,,,\nsme,Fjordsensor,DK,,77,,,\n"
    assert told(given(text)) == [(3, "name", "twice")]
    profiles = "organisation,summary,country\nWaterlens,x,\nWATERLENS,y,NL\n"
    assert told(given(profiles)) == [(3, "organisation", "twice")]


def test_results_do_not_depend_on_the_size_of_batches(world: World, given: Import, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    names = "".join(f"sme,Firm {n},DK,,,CLEAN,,\n" for n in range(7))
    assert given(ORGANISATIONS + names).added == 7
    assert given(ORGANISATIONS + names).unchanged == 7
    people = "name,email,organisation,role\n" + "".join(f"P{n},p{n}@x.example,Firm {n},sme\n" for n in range(7))
    assert given(people + people.split("\n", 1)[1].replace("sme", "buyer")).added == 7


def test_only_the_first_problems_are_kept_and_all_are_counted(given: Import):
    report = given(ORGANISATIONS + "sme,,DK,,,,,\n" * 450)
    assert (len(report.problems), report.problem_count, report.read) == (200, 450, 450)
    assert "more mistakes" in text_of(compose(report, Words()))


# Files that are none


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", (0, "", "empty")),
        (b"\n\n \n", (0, "", "empty")),
        (b"kind,name,country\n", (0, "", "empty")),
        (b"kind,name,country\n,,\n\n", (0, "", "empty")),
        ("kind,name,country\nsme,Blå,DK\n".encode("latin-1"), (2, "", "encoding")),
        ("kind,name,country\nsme,Blå,DK\n".encode("utf-16"), (1, "", "encoding")),
        ("kind,name,country\n".encode("utf-16-le"), (1, "", "encoding")),
        (b"%PDF-1.7\n\xff\xfe\x00", (1, "", "header.unknown")),
        (b"a,b,c\n1,2,3\n", (1, "", "header.unknown")),
        (b"kind,name,name,country\nsme,A,B,DK\n", (1, "name", "header.twice")),
        (b"email,role\na@b.example,sme\n", (1, "name", "header.missing")),
        (b'kind,name,country\nsme,"A,DK\nsme,B,DK\n', (2, "", "broken")),
        (b'kind,name,country\nsme,"A"B,DK\n', (2, "", "broken")),
        (b"kind,name,country\nsme," + b"x" * 1_000_000 + b",DK\n", (2, "", "broken")),
        (b"kind,name,country\nsme," + b"x" * 3_000_000 + b",DK\n", (2, "", "broken")),
        (b"kind,name,country," + b",".join(b"c%d" % n for n in range(10_000)) + b"\n", (1, "", "header.too_many")),
        (b"kind,name,country\rsme,A,DK\r", (1, "", "broken")),
    ],
)
def test_a_file_that_is_none_is_refused_in_plain_words(
    world: World, given: Import, content: bytes, problem: tuple[int, str, str]
):
    before = count(world, Organisation)
    report = given(content, partial=True)
    assert told(report) == [problem]
    assert not report.done
    assert count(world, Organisation) == before


def test_a_quotation_mark_left_open_in_a_large_file_does_not_swallow_it(given: Import):
    rows = "".join(f"sme,Firm {n},DK\n" for n in range(20_000))
    assert told(given(f'kind,name,country\nsme,"Open,DK\n{rows}')) == [(2, "", "broken")]


def test_nul_and_control_characters_are_dropped(world: World, given: Import):
    assert given("kind,name,country\nsme,A\x00\x07\u202eB,DK\n").added == 1
    assert organisation(world, "AB")


def test_a_kind_that_is_none_is_refused(given: Import):
    with pytest.raises(Invalid, match=r"directory\.kind\.unknown"):
        given("name\n", kind="vouchers")


def test_a_file_that_changes_between_the_readings_is_not_imported(world: World, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(ORGANISATIONS + "sme,Good,DK,,,,,\n")

    def change(done: int, total: int | None) -> None:
        assert total is not None
        assert done <= total
        path.write_text(ORGANISATIONS + "sme,Good,DK,,,,,\nsme,Bad,Atlantis,,,,,\n")

    before = count(world, Organisation)
    report = import_file(world.database, world.kit, path, now=NOW, progress=change)
    assert not report.done
    assert count(world, Organisation) == before


# Who may


def test_a_manager_imports_for_the_own_cluster_alone(world: World, given: Import):
    manager = actor_of(world, world.manager_owner)
    text = ORGANISATIONS + "sme,New One,DK,,,,,\nsme,New Two,DK,,,Clean Tech Delta,,\nsme,Waterlens,NL,,,,99,\n"
    report = given(text, actor=manager, partial=True)
    assert told(report) == [(3, "clusters", "cluster.not_yours"), (4, "name", "organisation.not_yours")]
    assert organisation(world, "New One").home_cluster_id == world.clean
    assert organisation(world, "Waterlens").headcount == 12
    people = "name,email,organisation,cluster,role\n"
    rows = (
        "Ada,ada@x.example,,Clean Tech Delta,manager",
        "Ada,ada@x.example,Waterlens,,sme",
        "Me,manager.clean@example.org,,CLEAN,manager",
        "Changed,owner.waterlens@example.org,Fjordsensor,,sme",
        "Bo,bo@x.example,Fjordsensor,,sme",
    )
    report = given(people + "\n".join(rows), actor=manager, partial=True)
    assert told(report) == [
        (2, "cluster", "cluster.not_yours"),
        (3, "organisation", "organisation.not_yours"),
        (4, "email", "yourself"),
    ]
    assert (report.added, report.changed) == (1, 1)
    with world.database.read() as session:
        assert session.get_one(Person, world.people["sme"]).name == "Owner, Waterlens"
    report = given("organisation,summary\nWaterlens,Not theirs.\nFjordsensor,Theirs.\n", actor=manager, partial=True)
    assert told(report) == [(2, "organisation", "organisation.not_yours")]


def test_clusters_are_the_operators_and_lists_the_managers(world: World, given: Import):
    clusters = "name,country,industry\nNew Cluster,DK,Wind\n"
    with pytest.raises(NotAllowed, match=r"directory\.operator_only"):
        given(clusters, actor=actor_of(world, world.manager_owner))
    with pytest.raises(NotAllowed, match=r"directory\.managers_only"):
        given(ORGANISATIONS, actor=actor_of(world, world.buyer))
    with pytest.raises(NotAllowed, match=r"directory\.managers_only"):
        given(ORGANISATIONS, actor=actor_of(world, world.manager_owner), cluster_id=world.delta)
    assert given(clusters).added == 1
    with world.database.read() as session:
        assert session.exec(select(Cluster.state).where(Cluster.name == "New Cluster")).one() is ClusterState.PROPOSED


def test_clusters_of_one_name_are_told_apart_by_country(world: World, given: Import):
    given("name,country,industry\nTwins,DK,Wind\nTwins,SE,Wind\n")
    ambiguous = ORGANISATIONS + "sme,A,FI,,,Twins,,\n"
    assert told(given(ambiguous)) == [(2, "clusters", "cluster.ambiguous")]
    assert given(ORGANISATIONS + "sme,A,FI,,,Twins (SE),,\nsme,B,DK,,,Twins,,\n").added == 2


def test_a_kind_can_be_told_where_the_header_does_not(world: World, given: Import):
    assert given("name,country\nQuiet Cluster,DK\n", kind="clusters").added == 1


def test_what_was_read_is_kept_for_the_record(world: World, given: Import):
    given(ORGANISATIONS + "sme,A,DK,,,,,\n", actor=actor_of(world, world.manager_owner), file_name="members 2026.csv")
    with world.database.read() as session:
        run = session.exec(select(ImportRun)).one()
    assert (run.kind, run.file_name, run.rows_added) == ("organisations", "members 2026.csv", 1)
    assert (run.person_id, run.cluster_id) == (world.people["manager_owner"], world.clean)


def test_kinds_of_organisations_are_read_in_any_case(world: World, given: Import):
    given("Kind,NAME,country\nBuyer,Large,UK\n")
    row = organisation(world, "Large")
    assert (row.kind, row.country, row.natural_key) == (OrganisationKind.BUYER, "GB", "name:large:GB")
