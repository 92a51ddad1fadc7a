"""Showing a person what came of an act: in the answer to a click, in a dialog, or in the person's own chat.

What is private goes to the person's own chat with the bot, or, where the operator says that the tenant takes them, as a
targeted message in the place itself; never where others read it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from handlers.desk import Desk
from handlers.ports import Clock, Rejected
from handlers.requests import Place, Shown, Values
from messages import edges
from messages.card import Card, Form, Option, Section
from messages.i18n import Words
from surfaces.bodies import Json
from surfaces.teams.address import SURFACE, address_of
from surfaces.teams.client import TeamsClient
from surfaces.teams.forms import (
    Memory,
    needs_channels,
    render_card_view,
    render_form,
    render_form_message,
    render_home_view,
    with_channels,
)
from surfaces.teams.messenger import TeamsMessenger
from surfaces.teams.payloads import Activity, Kind
from surfaces.teams.render import CARD_TYPE, Message, render_home, render_message
from surfaces.trouble import card_of, looks_of

TOAST: Final = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent: what it remembered, and what was answered."""

    memory: Memory
    fields: Values


class Showing:
    """Shows on every spot what suits it."""

    def __init__(
        self, desk: Desk, client: TeamsClient, messenger: TeamsMessenger, clock: Clock, *, dialogs: bool, targets: bool
    ) -> None:
        self._desk, self._client, self._messenger, self._clock = desk, client, messenger, clock
        self._dialogs, self._targets = dialogs, targets

    # -- in a dialog -----------------------------------------------------------------------------------------------

    async def dialog(self, shown: Shown, activity: Activity, place: Place, typed: Typed | None = None) -> Json | None:
        """Return what becomes of a dialog: the form again with words where it is wrong, the next one, or None."""
        value: Json | None = None
        again = _again(shown, typed)
        if again is not None:
            form, errors, fields = again
            form = await self._with_channels(form, activity)
            value = render_form(
                form,
                place=place,
                clicked=_clicked(activity, typed),
                errors=errors,
                typed=fields,
                looks=looks_of(shown.card),
            )
        elif shown.form is not None:
            form = await self._with_channels(shown.form, activity)
            value = render_form(form, place=place, clicked=_clicked(activity, typed))
        elif (card := card_of(shown)) is not None:
            value = render_card_view(card)
        elif shown.home is not None:
            value = render_home_view(shown.home)
        return None if value is None else {"task": {"type": "continue", "value": value}}

    async def beside(self, shown: Shown, activity: Activity, place: Place, typed: Typed) -> Json | None:
        """Return the dialog with what was typed in it, and tell in the person's own chat what was asked for from it."""
        form = typed.memory.form
        if form is None:
            return await self.dialog(shown, activity, place)
        told = replace(shown, form=None, card=_sentence(edges.answered_in_chat(Words(form.locale))), failed=True)
        return await self.dialog(told, activity, place, typed)

    # -- in the answer to a click ------------------------------------------------------------------------------------

    async def replacement(self, shown: Shown, activity: Activity, typed: Typed | None = None) -> Message | None:
        """Return what takes the place of the card that was clicked; None where it stays."""
        again = _again(shown, typed)
        if again is not None:
            form, errors, fields = again
            form = await self._with_channels(form, activity)
            place = typed.memory.place if typed else activity.place
            return render_form_message(
                form,
                place=place,
                clicked=_clicked(activity, typed),
                errors=errors,
                typed=fields,
                looks=looks_of(shown.card),
            )
        card = card_of(shown)
        if typed is not None and shown.form is not None:
            return await self._form_message(shown.form, activity, typed.memory.place, typed)
        if card is not None and (typed is not None or (shown.replaces and activity.is_personal)):
            return render_message(card, dialogs=self._dialogs)
        return None

    def toast(self, shown: Shown, activity: Activity) -> str:
        """Return the line that is shown beside the card that was clicked, to who clicked only."""
        told = card_of(shown)
        if activity.is_personal or (told is None and shown.form is None and shown.home is None):
            return ""
        locale = next((one.locale for one in (told, shown.form, shown.home) if one is not None), "en")
        return edges.answered_in_chat(Words(locale))

    async def keep(self, message: Message, activity: Activity, *, place_of: str = "") -> None:
        """Let what took the place of a card in a person's own chat stay there: of the one clicked, or of another."""
        replaced = place_of or activity.replied_to
        await self._client.update(activity.tenant, activity.conversation, replaced, message.as_json())

    async def replace_clicked(self, shown: Shown, activity: Activity, typed: Typed) -> None:
        """Put the outcome of a form in the place of the card that asked for it, where that stands in one's own chat."""
        clicked = typed.memory.clicked
        if shown.replaces and shown.card is not None and activity.is_personal and clicked:
            await self.keep(render_message(shown.card, dialogs=self._dialogs), activity, place_of=clicked)

    # -- as a message ------------------------------------------------------------------------------------------------

    async def tell(self, shown: Shown, activity: Activity) -> None:
        """Tell a person privately what came of an act."""
        card = card_of(shown)
        if shown.form is not None:
            await self._send(await self._form_message(shown.form, activity, activity.place), activity)
        elif card is not None:
            await self._send(render_message(card, dialogs=self._dialogs), activity)
        elif shown.home is not None:
            await self._send(render_home(shown.home, dialogs=self._dialogs), activity)

    async def refresh_home(self, shown: Shown, activity: Activity) -> None:
        """Bring the person's own page up to date, where there is one already."""
        if shown.home is not None:
            await self._messenger.publish_home(address_of(activity.tenant, activity.user), shown.home)

    async def _form_message(self, form: Form, activity: Activity, place: Place, typed: Typed | None = None) -> Message:
        form = await self._with_channels(form, activity)
        return render_form_message(form, place=place, clicked=_clicked(activity, typed))

    async def _send(self, message: Message, activity: Activity) -> None:
        """Send a private message: where it was asked for if that is private, else targeted or to the person's chat."""
        tenant = activity.tenant
        if activity.is_personal:
            await self._client.send(tenant, activity.conversation, message.as_json())
            return
        if self._targets:
            aimed = {**message.as_json(), "recipient": {"id": activity.account}}
            try:
                await self._client.send(tenant, activity.conversation, aimed, targeted=True)
            except Rejected:
                pass
            else:
                return
        chat = await self._client.create_conversation(tenant, activity.user)
        await self._client.send(tenant, chat, message.as_json())

    async def _with_channels(self, form: Form, activity: Activity) -> Form:
        """Return the form with the channels that the app was added to, where it asks for one; Teams has no picker."""
        if not needs_channels(form):
            return form
        places = await asyncio.to_thread(self._desk.places, SURFACE, activity.tenant)
        words = Words(form.locale)
        found = (
            Option(address, name or edges.group_chat(words))
            for channels in places.values()
            for address, name in channels.items()
        )
        return with_channels(form, tuple(found))


def _clicked(activity: Activity, typed: Typed | None) -> str:
    """Return the card in a person's own chat whose button asked for a form, at once or by way of another form."""
    if typed is not None:
        return typed.memory.clicked
    asked = activity.kind in (Kind.PRESS, Kind.DIALOG)
    return activity.replied_to if asked and activity.is_personal else ""


def _again(shown: Shown, typed: Typed | None) -> tuple[Form, dict[str, str], Values] | None:
    """Return the form that stays open with the words that are wrong in it; a refusal stands on top, nothing is lost."""
    if typed is None or typed.memory.form is None:
        return None
    if shown.errors:
        return typed.memory.form, dict(shown.errors), typed.fields
    if shown.failed and shown.card is not None:
        return typed.memory.form, {"": _said(shown.card)}, typed.fields
    return None


def _sentence(text: str) -> Card:
    return Card("", (Section(text),))


def _said(card: Card) -> str:
    texts = [block.text for block in card.blocks if isinstance(block, Section)]
    return "\n".join(filter(None, (card.title, *texts)))


def without_card(shown: Shown) -> Shown:
    """Return what is left to show once the card is shown."""
    return replace(shown, card=None, errors={})


def executed(message: Message | None, toast: str) -> Json:
    """Return the answer to a click on a card: the card that takes its place for who clicked, or a line beside it."""
    if message is not None:
        return {"statusCode": 200, "type": CARD_TYPE, "value": message.card}
    return {"statusCode": 200, "type": TOAST, "value": toast}
