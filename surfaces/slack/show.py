"""Showing a person what came of an act: as a private message, as a dialog, or on the person's own page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from handlers.desk import Desk
from handlers.ports import Clock, Rejected, Throttled, Unreachable, Unsure
from handlers.requests import Place, Shown, Speaker
from messages import compose
from messages.card import Card, Form, Home
from messages.i18n import Words
from messages.notices.edges import FormLate
from surfaces.slack.clients import Clients
from surfaces.slack.forms import Memory, place_errors, render_card_view, render_form
from surfaces.slack.render import Json, render_home, render_home_message, render_message
from surfaces.trouble import card_of

#: How long the next page of somebody who goes on acting waits.
HOME_EVERY_SECONDS: Final = 0.25
_HOME_TRIES: Final = 3
_HOME_WAITS_AT_MOST: Final = 30.0
_PASSING: Final = (Throttled, Unreachable, Unsure)
_FAILURES: Final = (Rejected, *_PASSING)


class Spot(StrEnum):
    """Where a person acted: PRIVATE is a message that only that person sees."""

    COMMAND = "command"
    MESSAGE = "message"
    PRIVATE = "private"
    DIALOG = "dialog"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where and by whom something was asked, as far as an answer needs it.

    `again` is the action and value that ask for the same form once more. `whispered`: what was clicked was shown to
    this person only, and is nothing that is kept true in place.
    """

    speaker: Speaker
    spot: Spot
    place: Place = field(default_factory=Place)
    trigger: str = ""
    response_url: str = ""
    thread_ts: str = ""
    view: str = ""
    again: tuple[str, str] = ("", "")
    whispered: bool = False


class Showing:
    """Shows on every spot what suits it."""

    def __init__(self, desk: Desk, clients: Clients, clock: Clock) -> None:
        self._desk, self._clients, self._clock = desk, clients, clock
        self._publishing: dict[Speaker, bool] = {}

    async def show(self, shown: Shown, origin: Origin) -> None:
        """Show everything, after the act is done and Slack has its answer."""
        card = card_of(shown)
        if shown.form is not None:
            await self._open(shown.form, origin)
        elif card is not None:
            await self._tell(card, origin, replaces=shown.replaces)
        if shown.home is not None or origin.spot is Spot.HOME:
            await self.refresh_home(origin.speaker, shown.home)

    async def refresh_home(self, speaker: Speaker, built: Home | None = None) -> None:
        """Publish the person's own page as it is now, or as it was `built` a moment ago.

        Who acts faster than that sees one page for several acts: what is asked for meanwhile is done once, afterwards.
        A page that Slack does not take is published a little later, as it is then: without it an act would seem to have
        had no effect.
        """
        if speaker in self._publishing:
            self._publishing[speaker] = True
            return
        self._publishing[speaker] = True
        failed = 0
        try:
            while self._publishing[speaker]:
                self._publishing[speaker] = False
                home = built or await asyncio.to_thread(self._desk.home, speaker, now=self._clock.now())
                built = None
                try:
                    await self._publish(speaker, home)
                except _PASSING as trouble:
                    failed += 1
                    pause = trouble.retry_after if isinstance(trouble, Throttled) else float(failed)
                    if failed == _HOME_TRIES or pause > _HOME_WAITS_AT_MOST:
                        raise
                    self._publishing[speaker] = True
                    await asyncio.sleep(pause)
                if self._publishing[speaker]:
                    await asyncio.sleep(HOME_EVERY_SECONDS)
        finally:
            del self._publishing[speaker]

    async def _publish(self, speaker: Speaker, home: Home) -> None:
        client = await self._clients.of(speaker.workspace)
        await client.call("views_publish", user_id=speaker.user, view=render_home(home))

    async def _open(self, form: Form, origin: Origin) -> None:
        clicked = origin.response_url if origin.whispered else ""
        view = render_form(form, place=origin.place, on_home=origin.spot is Spot.HOME, clicked=clicked)
        try:
            await self._dialog(view, origin)
        except _FAILURES:
            action, value = origin.again
            card = compose(FormLate(action, value), Words(form.locale))
            await self._message(card, origin, replaces=False)

    async def replace(self, card: Card, speaker: Speaker, clicked: str) -> None:
        """Put a card in the place of the private one that opened a dialog, while Slack takes it (half an hour)."""
        client = await self._clients.of(speaker.workspace)
        payload: dict[str, Any] = {"replace_original": True, **render_message(card).as_json()}
        await client.respond(clicked, payload)

    async def _tell(self, card: Card, origin: Origin, *, replaces: bool) -> None:
        if origin.spot in (Spot.DIALOG, Spot.HOME):
            view = render_card_view(card, place=origin.place, on_home=origin.spot is Spot.HOME)
            try:
                await self._dialog(view, origin)
            except _FAILURES:
                await self._message(card, origin, replaces=False)
        else:
            await self._message(card, origin, replaces=replaces and origin.spot is Spot.PRIVATE)

    async def _dialog(self, view: Json, origin: Origin) -> None:
        client = await self._clients.of(origin.speaker.workspace)
        if origin.spot is Spot.DIALOG:
            await client.call("views_update", view_id=origin.view, view=view)
        else:
            await client.call("views_open", trigger_id=origin.trigger, view=view)

    async def _message(self, card: Card, origin: Origin, *, replaces: bool) -> None:
        message = render_message(card).as_json()
        client = await self._clients.of(origin.speaker.workspace)
        if not origin.response_url:
            quiet = {"unfurl_links": False, "unfurl_media": False}
            await client.call("chat_postMessage", channel=origin.speaker.user, **quiet, **message)
            return
        payload: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replaces, **message}
        if origin.thread_ts and not replaces:
            payload["thread_ts"] = origin.thread_ts
        await client.respond(origin.response_url, payload)


def answer_command(shown: Shown) -> Json | None:
    """Return the private message that goes back in the answer to a command itself; None for the rest."""
    card = card_of(shown)
    if shown.form is not None or (card is None and shown.home is None):
        return None
    if card is not None:
        message = render_message(card)
    else:
        assert shown.home is not None  # noqa: S101  (said above)
        message = render_home_message(shown.home)
    return {"response_type": "ephemeral", **message.as_json()}


def answer_submission(shown: Shown, view: Json, memory: Memory) -> Json | None:
    """Return what becomes of the dialog that was sent: words at its inputs, the next dialog, or None to close it.

    A refusal stands on top of the form, so that nothing that was typed is lost.
    """
    if shown.errors:
        placed = place_errors(view, shown.errors)
        if placed:
            return {"response_action": "errors", "errors": placed}
    card = card_of(shown)
    if shown.form is not None:
        next_view = render_form(shown.form, place=memory.place, on_home=memory.on_home, clicked=memory.clicked)
    elif card is not None:
        next_view = render_card_view(card, place=memory.place, on_home=memory.on_home)
    else:
        return None
    refused = shown.failed or bool(shown.errors)
    return {"response_action": "push" if refused else "update", "view": next_view}
