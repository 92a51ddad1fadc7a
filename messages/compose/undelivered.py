"""Cards about what could not be delivered, or may not have been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from messages.card import Actions, Block, Button, Card, Confirm, Note, Section, Style
from messages.compose.registry import composes
from messages.i18n import N_, Words
from messages.notices.undelivered import AllResent, LostChannel, Resent, Unconfirmed, Undelivered, What
from messages.parts import sentence

_GONE: Final = N_("the workspace has removed Matchpoint, or its token is not valid any more")
_LEFT: Final = N_("the person is not in the workspace any more")
_DELETED: Final = N_("the message that it belongs to was deleted")
_FORM: Final = N_("the chat platform does not accept a message of this form")
_BLOCKED: Final = N_("the person has blocked Matchpoint")
_RIGHTS: Final = N_("Matchpoint lacks a permission in the workspace")
_OUTSIDE: Final = N_("the channel does not exist any more, or Matchpoint is not in it")

#: What the codes of the platforms, and our own, mean to a manager.
_REASONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "account_inactive", "invalid_auth", "not_authed", "not_this_workspace", "org_login_required",
            "team_access_not_granted", "team_not_found", "token_expired", "token_revoked", "workspace_not_found",
            "workspace_removed",
        ),
        _GONE,
    ),
    **dict.fromkeys(("channel_not_found", "not_in_channel", "invalid_address"), _OUTSIDE),
    **dict.fromkeys(("user_not_found", "user_disabled", "users_not_found"), _LEFT),
    **dict.fromkeys(("thread_not_found", "message_not_found", "cant_update_message"), _DELETED),
    **dict.fromkeys(("invalid_blocks", "msg_too_long", "msg_blocks_too_long", "invalid_arguments", "no_text"), _FORM),
    "is_archived": N_("the channel is archived"),
    "method_not_supported_for_channel_type": N_("Slack lets nobody be taken out of a group message"),
    "missing_scope": _RIGHTS,
    "name_taken": N_("the workspace has a channel of that name that Matchpoint cannot enter"),
    "no such surface": N_("this deployment is not connected to that chat platform any more"),
    "restricted_action": N_("the workspace does not let apps do this"),
    "throttled": N_("the chat platform has asked to wait for more than three days"),
    "unconfirmed": N_("the chat platform could not say whether it arrived"),
    # Teams; the last three are our own names for what it offers to no app.
    "ActivityNotFoundInConversation": _DELETED,
    "BadSyntax": _FORM,
    "BotDisabledByAdmin": N_("an administrator has switched Matchpoint off in Teams, for this person or for everybody"),
    "BotDisabledByUser": _BLOCKED,
    "BotNotInConversationRoster": _OUTSIDE,
    "ConversationBlockedByUser": _BLOCKED,
    "ConversationNotFound": _OUTSIDE,
    "ForbiddenOperationException": N_("the person has not added Matchpoint in Teams yet"),
    "MemberNotFoundInConversation": _LEFT,
    "MessageSizeTooBig": _FORM,
    "MessageWritesBlocked": _BLOCKED,
    "NotEnoughPermissions": _RIGHTS,
    "channels_not_offered": N_("Teams lets no app create channels: a member of the team does that"),
    "group_chats_not_offered": N_("Teams lets no app begin a group chat: people do that"),
    "members_not_offered": N_("Teams lets no app change who is in a team: its owners do that"),
}  # fmt: skip


def _reason(code: str, words: Words) -> str:
    if code in _REASONS:
        return words.say(_REASONS[code])
    if code.startswith("internal "):
        return words.say("a mistake of Matchpoint itself, again and again; its log says more")
    return words.say("the chat platform refused it: {code}", code=code)


def lost_channel(lost: LostChannel, words: Words) -> str:
    """Say which channel takes nothing any more, why, and what helps."""
    reason = _reason(lost.reason, words)
    if lost.managers:
        what = words.say("The managers' channel in {workspace}: {reason}.", workspace=lost.workspace, reason=reason)
    else:
        what = words.say("The challenge channel in {workspace}: {reason}.", workspace=lost.workspace, reason=reason)
    helps = words.say(
        "Open it again or bring Matchpoint back in, or choose another one with /matchpoint setup. Then send what could "
        "not be delivered again from your own page."
    )
    return f"{what} {helps}"


def _what(what: What, words: Words) -> str:
    if what.person:
        return words.say("The message to {name}", name=what.person)
    if what.kind in ("relay", "relay.unclear"):
        return words.say("What was written in {id}", id=what.subject)
    if what.kind == "conversation.open":
        return words.say("The conversation of {id}", id=what.subject)
    if what.kind == "conversation.exit":
        return words.say("Who is in the conversation of {id}", id=what.subject)
    if what.kind == "channel.create":
        return words.say("A new channel for {id}", id=what.subject)
    if what.kind == "channel.entry":
        return words.say("Who is in the managers' channel of {id}", id=what.subject)
    return words.say("The card about {id}", id=what.subject)


@composes(Undelivered)
def compose_undelivered(notice: Undelivered, words: Words) -> Card:
    """List what a platform refused, each with what can be done about it."""
    blocks: list[Block] = [
        Section(
            words.say(
                "These messages could not be delivered. Fix the cause (for example, a channel that "
                "was removed), then send them again."
            )
        )
    ]
    for lost in notice.newest:
        what, reason = _what(lost.what, words), _reason(lost.reason, words)
        blocks.append(Section(words.say("{what}: {reason} ({at})", what=what, reason=reason, at=lost.at)))
        if lost.unconfirmed:
            blocks.append(Note(words.say("It may have arrived all the same. Look before you send it again.")))
        send = Button(words.say("Send again"), action="undelivered.resend", value=str(lost.row_id), style=Style.PRIMARY)
        drop = Button(words.say("Drop it"), action="undelivered.drop", value=str(lost.row_id))
        blocks.append(Actions((send, drop)))
    more = notice.total - len(notice.newest)
    if more > 0:
        blocks.append(Note(words.count("and one more", "and {n} more", more)))
    if notice.total > 1:
        blocks.append(_all_of_them(words))
    title = words.count("One message could not be delivered", "{n} messages could not be delivered", notice.total)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _all_of_them(words: Words) -> Actions:
    sure = Confirm(
        words.say("Drop all of them?"),
        words.say("None of these messages will be sent any more."),
        yes=words.say("Drop all"),
        no=words.say("Cancel"),
    )
    send = Button(words.say("Send all again"), action="undelivered.resend", value="all")
    drop = Button(words.say("Drop all"), action="undelivered.drop", value="all", style=Style.DANGER, confirm=sure)
    return Actions((send, drop))


@composes(Unconfirmed)
def compose_unconfirmed(notice: Unconfirmed, words: Words) -> Card:
    """List what may or may not have arrived, and since when."""
    intro = words.say(
        "The chat platform has not said yet whether these messages arrived. Matchpoint keeps asking; you need not do "
        "anything."
    )
    blocks: list[Block] = [Section(intro)]
    for one in notice.newest:
        blocks.append(Section(words.say("{what}, since {at}", what=_what(one.what, words), at=one.since)))
    more = notice.total - len(notice.newest)
    if more > 0:
        blocks.append(Note(words.count("and one more", "and {n} more", more)))
    title = words.count("One message may not have arrived", "{n} messages may not have arrived", notice.total)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


@composes(Resent)
def compose_resent(notice: Resent, words: Words) -> Card:
    """Say what becomes of it."""
    what = _what(notice.what, words)
    if notice.dropped:
        return sentence(words.say("{what}: dropped, it will not be sent.", what=what), words)
    return sentence(words.say("{what}: on its way again.", what=what), words)


@composes(AllResent)
def compose_all_resent(notice: AllResent, words: Words) -> Card:
    """Say what becomes of all of them."""
    if notice.dropped:
        return sentence(words.count("One message is dropped.", "{n} messages are dropped.", notice.total), words)
    text = words.count("One message is on its way again.", "{n} messages are on their way again.", notice.total)
    return sentence(text, words)
