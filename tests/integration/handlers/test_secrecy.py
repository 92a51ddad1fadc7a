"""What nobody may read: every reading action, asked by everybody about everything, says no word not meant for them.

The table of visibility says who may see what (`domain.visibility`); here it is held against what people really get, on
their own page, in channels, privately, and from every action that only reads, with every value that a button may have.
"""

from __future__ import annotations

from typing import Final

import pytest

from domain.organisations import OrganisationKind, Role
from handlers.requests import Profiled, Shown, Speaker
from handlers.routes import ROUTES
from messages.card import Form
from store.engine import Database
from store.tables.people import Organisation
from tests.integration.handlers.jobs import run_jobs
from tests.world import (
    CLEAN_CHANNEL,
    CLEAN_MANAGERS,
    DELTA_CHANNEL,
    DELTA_MANAGERS,
    World,
    add_cluster,
    add_organisation,
    add_person,
    add_profile,
    add_workspace,
    address_of,
    build_world,
    buttons_of,
    text_of,
    text_of_home,
)

#: Words that stand in one place only.
NEED, BUYER, BRAND = "zebrafish", "Nordkaj", "Kajvand"
ANSWER, NDA, SME = "otterproof", "lynxsecret", "Waterlens"
FAR: Final = ("far_manager", "far_sme")
WITHIN: Final = ("buyer", "manager_owner", "neighbour", "sme", "colleague", "manager_partner")
OWN, PAIR = ("buyer", "manager_owner"), ("manager_owner", "manager_partner", "sme", "colleague")

INVITED: Final = (*OWN, "neighbour")

#: By confidentiality and word: who may read it while nothing is revealed.
MAY_READ: Final = {
    ("open", NEED): WITHIN, ("open", BUYER): WITHIN, ("open", BRAND): WITHIN,
    ("teaser", NEED): WITHIN, ("teaser", BUYER): OWN, ("teaser", BRAND): OWN,
    ("invite", NEED): INVITED, ("invite", BUYER): INVITED, ("invite", BRAND): INVITED,
}  # fmt: skip
#: The same for an answer, whatever the challenge is.
OF_ANSWERS: Final = {ANSWER: (*PAIR, "buyer"), NDA: ("sme", "colleague"), SME: PAIR}


def with_a_third_cluster(world: World) -> dict[str, Speaker]:
    """Add a cluster that was asked nothing, with a manager and an SME; returns everybody by name."""
    with world.database.write() as session:
        far = add_cluster(session, "Vestcluster", "NO", "Europe/Oslo")
        add_workspace(session, "W-FAR", far, "web:W-FAR:challenges", "web:W-FAR:managers")
        firm = add_organisation(session, "Fjellvann", OrganisationKind.SME, far, country="NO", headcount=4)
        add_profile(session, firm, "Sensors for drinking water.", "E. coli sensors")
        people = {
            "far_manager": add_person(session, "Manager, Vest", Role.MANAGER, far, None, country="NO"),
            "far_sme": add_person(session, "Owner, Fjellvann", Role.SME, far, firm, country="NO"),
        }
        assert all(people.values())
    everybody: dict[str, Speaker] = {name: getattr(world, name) for name in (*WITHIN, "stranger")}
    for name, email in (("far_manager", "manager.vest@example.org"), ("far_sme", "owner.fjellvann@example.org")):
        everybody[name] = Speaker("web", "W-FAR", name)
        world.desk.meet(
            Profiled(everybody[name], name=name, address=address_of(everybody[name]), email=email), now=world.now
        )
    return everybody


def stage(world: World, confidentiality: str) -> None:
    """Publish a challenge of this kind, let the partner take it where one may ask, answer it, and rank it."""
    challenge = world.published(
        title=f"Detect {NEED} in pipes",
        background=f"{BRAND} is the water brand of {BUYER} Utility.",
        confidentiality=confidentiality,
        **({"invited": "Fjordsensor"} if confidentiality == "invite" else {}),
    )
    if confidentiality != "invite":
        world.shared(challenge)
        draft = world.command(world.sme, "answer", challenge)
        assert draft.form is not None
        fields = {one.name for one in draft.form.fields}
        assert {"text", "nda"} <= fields
        shown = world.submit(world.sme, draft.form, text=f"Ours is {ANSWER}.", nda=f"The {NDA} coating.")
        assert not shown.errors, shown.errors
        if shown.card is not None and any(one.action == "answer.submit" for one in buttons_of(shown.card)):
            world.press(world.sme, shown.card, "answer.submit")
    run_jobs(world)
    world.deliver()


def said_in(shown: Shown) -> str:
    """Return all that a reply says: cards, forms with what is filled in, and refusals."""
    form: Form | None = shown.form
    filled = [] if form is None else [form.title, form.intro, *(f"{one.label} {one.value}" for one in form.fields)]
    options = [] if form is None else [option.label for one in form.fields for option in one.options]
    buttons = [] if shown.card is None else [one.label for one in buttons_of(shown.card)]
    return "\n".join([text_of(shown.card), *filled, *options, *buttons, *shown.errors.values()])


VALUES: Final = ("", "CH-1", "CH-1:1", "AN-1", "AN-1:1", "IN-1", "1:1:1", "CH-1:CL-2", "1")


@pytest.mark.parametrize("confidentiality", ["open", "teaser", "invite"])
def test_nobody_reads_a_word_that_is_not_for_them(sqlite_database: Database, confidentiality: str) -> None:
    world = build_world(sqlite_database)
    with world.database.write() as session:
        session.get_one(Organisation, world.buyer_organisation).brands = (BRAND,)
    everybody = with_a_third_cluster(world)
    stage(world, confidentiality)
    # A directory of members says who there is, and nothing of what they look for.
    reading = sorted(name for name, one in ROUTES.items() if not one.writes and not name.startswith("profile."))
    assert len(reading) > 40
    read: dict[str, str] = {}
    leaks: set[tuple[str, str, str]] = set()
    allowed = {word: who for (how, word), who in MAY_READ.items() if how == confidentiality} | OF_ANSWERS
    for name, speaker in everybody.items():
        told = [("home", text_of_home(world.home(speaker)))]
        told += [("privately", text_of(one.card)) for one in world.sent_to(speaker)]
        told += [
            (f"{action} {value}", said_in(world.act(speaker, action, value))) for action in reading for value in VALUES
        ]
        for place, text in told:
            leaks |= {(name, place, word) for word, who in allowed.items() if word in text and name not in who}
        read[name] = "\n".join(text for _, text in told)
    assert leaks == set()
    # Who may read it can: a world in which nobody reads anything would keep every secret.
    expected = {word: who for word, who in allowed.items() if confidentiality != "invite" or word in (NEED, BUYER)}
    assert {(word, one) for word, who in expected.items() for one in who if word not in read[one]} == set()


@pytest.mark.parametrize("confidentiality", ["open", "teaser", "invite"])
def test_channels_carry_what_all_of_them_may_read(sqlite_database: Database, confidentiality: str) -> None:
    world = build_world(sqlite_database)
    with_a_third_cluster(world)
    stage(world, confidentiality)
    said = {
        channel: "\n".join(text_of(one.card) for one in world.sent_to(channel))
        for channel in (CLEAN_CHANNEL, DELTA_CHANNEL, CLEAN_MANAGERS, DELTA_MANAGERS, "web:W-FAR:challenges")
    }
    assert said["web:W-FAR:challenges"] == ""
    for channel in (CLEAN_CHANNEL, DELTA_CHANNEL):
        assert not any(word in said[channel] for word in (ANSWER, NDA, SME))
        assert (NEED in said[channel]) is (confidentiality != "invite")
        assert (BUYER in said[channel]) is (confidentiality == "open")
    assert NDA not in "".join(said.values())
    assert (BUYER in said[DELTA_MANAGERS]) is (confidentiality == "open")
