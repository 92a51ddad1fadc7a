"""Two clusters that share no chat: a challenge travels, an introduction needs both managers, one conversation."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from domain.organisations import OrganisationKind
from store.queries import people
from tests.journeys.scenes import FIELDS, TITLE
from tests.journeys.stage import BUYER, MANAGERS, SME
from tests.journeys.two_clusters import ROLES, SEATS, THEIRS, Across, introduce
from tests.journeys.web_stage import WebPlayer
from tests.world import add_organisation

INVITED: Final = "Dykewatch"


async def test_a_challenge_travels_and_ends_in_one_conversation(across: Across):
    stage = across.stage
    await introduce(stage)
    buyer, sme = stage.people["buyer"], stage.people["sme"]

    for who in (buyer, sme):
        ((opening, *_),) = await who.conversations()
        assert BUYER in opening.text
        assert SME in opening.text

    await buyer.talk("When can you come to Copenhagen?")
    await stage.deliver()
    await sme.talk("On Tuesday at ten.")
    await stage.deliver()
    heard = [one.text for one in (await sme.conversations())[0]]
    assert len([one for one in heard if "come to Copenhagen" in one]) == 1
    told = [one.text for one in (await buyer.conversations())[0]]
    assert len([one for one in told if "On Tuesday at ten" in one and re.search("sme", one, re.IGNORECASE)]) == 1


@pytest.mark.parametrize("across", [SEATS[0], SEATS[2]], indirect=True, ids="-".join)
async def test_a_guest_answers_is_introduced_and_talks(across: Across):
    stage = across.stage
    buyer, manager, _, partner = (stage.people[role] for role in ROLES)
    with stage.parts.database.write() as session:
        theirs = people.cluster_named(session, THEIRS, "NL")
        assert theirs is not None
        add_organisation(session, INVITED, OrganisationKind.SME, theirs, country="NL", headcount=4)

    await buyer.command("challenge")
    await buyer.fill(**{**FIELDS, "deadline_on": stage.deadline})
    await stage.deliver()
    await manager.press(await manager.find(MANAGERS, "CH-1", "screening.publish"), "screening.publish")
    await stage.deliver()
    await manager.press(await manager.find(MANAGERS, "CH-1", "sharing.offer"), "sharing.offer")
    await manager.fill(reach="every")
    await stage.deliver()
    await partner.press(await partner.find(MANAGERS, "CH-1", "sharing.take"), "sharing.take")
    await stage.deliver()

    await partner.command("matchpoint", f"invite ada@dykewatch.example {INVITED} CH-1")
    await partner.fill()
    link = re.search(r"/guest/[\w-]+", partner.answer.text)
    assert link is not None
    client: Any = TestClient(stage.app, base_url=stage.parts.settings.base_url, follow_redirects=True)
    guest = WebPlayer(client, link[0])
    await guest.press(await guest.find("home", TITLE, "answer.start"), "answer.start")
    await guest.fill(text="A result within the hour, for three months.")
    await stage.deliver()

    await manager.press(await manager.find(MANAGERS, "AN-1", "suggestion.approve"), "suggestion.approve", below=INVITED)
    await stage.deliver()
    await partner.press(await partner.find(MANAGERS, "IN-1", "introduction.approve"), "introduction.approve")
    await stage.deliver()
    await buyer.press(await buyer.find("inbox", "IN-1", "consent.give"), "consent.give")
    await stage.deliver()

    assert await guest.find("home", f"You are introduced to {BUYER}")
    await buyer.talk("When can you come to Copenhagen?")
    await stage.deliver()
    await guest.talk("On Tuesday at ten.")
    await stage.deliver()
    ((*_, heard, _),) = await guest.conversations()
    assert "come to Copenhagen" in heard.text
    ((*_, told),) = await buyer.conversations()
    assert "On Tuesday at ten" in told.text
    assert INVITED in told.text
