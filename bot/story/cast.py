"""Who takes part in the story, each in a browser of his or her own."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from bot import sample
from bot.story.driver import NotThere, Visitor
from bot.story.pages import Button
from bot.story.transcript import Transcript

TITLE: Final = sample.FEATURED
CHALLENGES: Final = "challenges"
MANAGERS: Final = "managers"
PRIVATE: Final = "Matchpoint"
BUYER_NAME: Final = "Øresund Water Utility"
SME_NAME: Final = "Rijnmond Sensing"
SILENT_NAME: Final = "Akvaspor"
_DAYS: Final = 45


@dataclass
class Story:
    """The people of the story, its transcript, and the ids that it learns on its way."""

    tell: Transcript
    buyer: Visitor
    clean: Visitor
    delta: Visitor
    sme: Visitor
    curious: Visitor  # asks a question, offers nothing
    rival: Visitor  # answers too, and is declined
    silent: Visitor  # is proposed without having answered
    stranger: Visitor  # has no part in it
    deadline: str
    challenge: str = ""
    introduction: str = ""
    outdated: Button | None = None

    @property
    def room(self) -> str:
        """The title of the conversation that the introduction opens."""
        return f"{self.introduction} {TITLE}"

    def keeps_from(self, who: Visitor, name: str) -> None:
        """Make sure that a name stands on no page that a person can open. :raises NotThere: it does."""
        for place, address in {**who.home().channels, "Home": "/"}.items():
            page = who.read(address)
            for card in (*page.cards, *page.messages):
                if name in f"{card.author}\n{card.text}":
                    raise NotThere(f"{name} nowhere on the pages of {who.name}", f"{place}:\n{card.text}")
        self.tell.note(f"No page of {who.name} names {name}.")


@contextlib.contextmanager
def gathered(base_url: str, tell: Transcript) -> Generator[Story]:
    """Let everybody come in, each with cookies of his or her own."""
    with contextlib.ExitStack() as stack:

        def enter(workspace: str, email: str) -> Visitor:
            client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=20, trust_env=False)
            return Visitor(stack.enter_context(client)).become(f"{workspace}:{sample.account_of(email)}")

        clean, delta = sample.ROOMS
        yield Story(
            tell,
            buyer=enter(clean.workspace, sample.BUYER),
            clean=enter(clean.workspace, clean.manager),
            delta=enter(delta.workspace, delta.manager),
            sme=enter(delta.workspace, sample.SME),
            curious=enter(delta.workspace, "director@havenwarmte.example"),
            rival=enter(clean.workspace, "director@skybrudsvaerket.example"),
            silent=enter(clean.workspace, "director@akvaspor.example"),
            stranger=enter(clean.workspace, "director@murvaerk-igen.example"),
            deadline=(datetime.now(UTC) + timedelta(days=_DAYS)).date().isoformat(),
        )
