"""Cards about the accounts of one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.text import shorten
from messages.card import Actions, Block, Button, Card, Confirm, Note, Section, Style
from messages.compose.registry import composes
from messages.i18n import N_, Words
from messages.notices.linking import AccountLinked, CodeWrong, LinkedAccounts, LinkOffer, Place, Unlinked

_SURFACES: Final = {"slack": N_("Slack"), "teams": N_("Microsoft Teams"), "web": N_("web workspace")}
#: What of an account a button has room for, beside its verb.
_SHORT: Final = 24
_BUTTONS: Final = 5


@composes(LinkedAccounts)
def compose_accounts(notice: LinkedAccounts, words: Words) -> Card:
    """Give the code, say what to do with it, and list the accounts."""
    told = words.say(
        "Do you use Matchpoint in another workspace too? Type there, within {minutes} minutes: /matchpoint link {code}",
        minutes=notice.minutes,
        code=notice.code,
    )
    warning = words.say("Give this code to nobody: whoever types it becomes one person with you.")
    blocks: list[Block] = [Section(told), Note(warning), _listed(notice.places, words)]
    others = [one for one in notice.places if not one.here][:_BUTTONS]
    if others:
        blocks.append(Actions(tuple(_unlink(one, words) for one in others)))
    return Card(title=words.say("Your accounts"), blocks=tuple(blocks), locale=words.locale)


def _unlink(place: Place, words: Words) -> Button:
    name = _name(place, words)
    confirm = Confirm(
        title=words.say("Unlink this account?"),
        text=words.say("{account} will be somebody of its own there, without your roles and answers.", account=name),
        yes=words.say("Unlink"),
        no=words.say("Cancel"),
    )
    return Button(
        words.say("Unlink {account}", account=shorten(name, _SHORT)), "link.unlink", place.id, confirm=confirm
    )


@composes(LinkOffer)
def compose_offer(notice: LinkOffer, words: Words) -> Card:
    """Say whose the code is and what follows; only the button links."""
    told = words.say(
        "The code is that of {name}. If that is you, both accounts become one person: roles, challenges, answers, "
        "consents and settings come together. If it is not you, do nothing.",
        name=notice.name,
    )
    blocks: list[Block] = [Section(told), _listed(notice.places, words)]
    if notice.conflicts:
        blocks.append(
            Section(
                words.say(
                    "You would manage a cluster and act for {organisations}. Nobody approves for his or her own "
                    "organisation: from then on another manager has to.",
                    organisations=words.listed(list(notice.conflicts)),
                ),
                heading=words.say("What you can do no more"),
            )
        )
    blocks.append(Actions((Button(words.say("That is me: link"), "link.join", notice.value, style=Style.PRIMARY),)))
    return Card(title=words.say("Link this account?"), blocks=tuple(blocks), locale=words.locale)


@composes(AccountLinked)
def compose_linked(notice: AccountLinked, words: Words) -> Card:
    """List the accounts that belong together now."""
    note = Note(words.say("Was that not you? Type /matchpoint link and unlink the account, then tell your manager."))
    blocks = (_listed(notice.places, words), note)
    return Card(title=words.say("Your accounts are linked"), blocks=blocks, locale=words.locale)


@composes(Unlinked)
def compose_unlinked(notice: Unlinked, words: Words) -> Card:
    """List the accounts that are left."""
    return Card(
        title=words.say("The account is not linked any more"),
        blocks=(_listed(notice.places, words),),
        locale=words.locale,
    )


@composes(CodeWrong)
def compose_wrong(notice: CodeWrong, words: Words) -> Card:
    """Say what to do instead."""
    if notice.left:
        told = words.say(
            "Type /matchpoint link in your other account for a new code; it is good for {minutes} minutes.",
            minutes=notice.minutes,
        )
    else:
        told = words.say(
            "Those were too many wrong codes. Wait {minutes} minutes, then get a new one in your other account.",
            minutes=notice.minutes,
        )
    return Card(title=words.say("This code is not right"), blocks=(Section(told),), locale=words.locale)


def _listed(places: Sequence[Place], words: Words) -> Section:
    lines = [
        words.say("{account} (here)", account=_name(one, words)) if one.here else _name(one, words) for one in places
    ]
    return Section("\n".join(f"• {line}" for line in lines), heading=words.say("Linked accounts"))


def _name(place: Place, words: Words) -> str:
    return f"{place.workspace} ({words.say(_SURFACES[place.surface])})"
