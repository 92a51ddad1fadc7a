"""What is passed on in a conversation between workspaces, and what is told about the conversation itself."""

from __future__ import annotations

from typing import Final

from domain.introductions import MESSAGE_MAX
from domain.text import shorten
from messages.card import Actions, Block, Button, Card, Field, FieldKind, Form, Note, Section
from messages.compose.registry import asks, composes
from messages.compose.sheets import bulleted, other_wording, told_in
from messages.i18n import N_, Words
from messages.notices.talks import (
    Hint,
    News,
    Participant,
    Relayed,
    RelayUnclear,
    StillReads,
    TalkDone,
    TalkHint,
    TalkNews,
    TalkState,
    WriteTalk,
)
from messages.parts import sentence, signed

_PIECE: Final = 2800
_BUTTONS: Final = 5

_NEWS: Final = {
    News.LEFT: N_(
        "{people} has left this conversation ({id}). What is written here is not passed on to them any more."
    ),
    News.BACK: N_("{people} is back in this conversation ({id})."),
    News.CLOSED: N_(
        "{people} has closed this conversation ({id}). Nothing is passed on between the workspaces any more."
    ),
    News.REOPENED: N_("{people} has opened this conversation again ({id}). What is written is passed on as before."),
    News.UNREACHED: N_("Messages no longer reach {people} ({id}): Matchpoint was removed from their workspace."),
    News.REACHED: N_("Messages reach {people} again ({id})."),
}
_HINTS: Final = {
    Hint.CLOSED: N_(
        "The conversation of {id} is closed: what you wrote was not passed on. A manager can open it again."
    ),
    Hint.LEFT: N_("You have left the conversation of {id}: what you wrote was not passed on."),
    Hint.ALONE: N_("Nobody on the other side of {id} can read this at the moment: what you wrote was not passed on."),
}
_DONE: Final = {
    TalkState.LEFT: N_("You have left the conversation of {id}. Nothing that you write there is passed on any more."),
    TalkState.BACK: N_("You are back in the conversation of {id}."),
    TalkState.CLOSED: N_("The conversation of {id} is closed. Both sides are told; you can open it again."),
    TalkState.REOPENED: N_("The conversation of {id} is open again. Both sides are told."),
    TalkState.SENT: N_("Your message is passed on to the others of {id}."),
}


@composes(Relayed)
def compose_relayed(notice: Relayed, words: Words) -> Card:
    """Pass on what somebody wrote, whole, and say who it is: the person, the organisation, the cluster."""
    author = _of_cluster(Participant(notice.author, notice.organisation, notice.cluster), words)
    if notice.deleted:
        text = words.say("{author} took this message away.", author=author)
        return Card(title="", blocks=(Note(text),), summary=text, locale=words.locale)
    text = notice.text
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)] or [""]
    blocks: list[Block] = [Section(piece, author if at == 0 else "") for at, piece in enumerate(pieces)]
    if notice.files:
        lines = [words.say("{name}: {address}", name=name, address=url) for name, url in notice.files]
        if text:
            blocks.append(Section(bulleted(lines), words.say("Attached")))
        else:
            blocks = [Section(bulleted(lines), author)]
        blocks.append(
            Note(words.say("The files stay where they are: to open them you may need permission from that workspace."))
        )
    if notice.edited:
        blocks.append(Note(words.say("Edited")))
    translated = bool(notice.original)
    blocks += told_in(notice.said_in, translated=translated, words=words)
    buttons = other_wording("conversation", notice.original, translated=translated, original=False, words=words)
    if notice.reply:
        label = words.say("Reply to {id}", id=notice.reply)
        buttons.append(Button(label, "conversation.write", notice.reply))
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(
        title="",
        blocks=tuple(blocks),
        summary=words.say("{author}: {text}", author=author, text=shorten(text or notice.files[0][0], 120))
        if text or notice.files
        else author,
        locale=words.locale,
    )


def _of_cluster(one: Participant, words: Words) -> str:
    name = signed(one.name, one.organisation, words)
    if not one.cluster or one.cluster == one.organisation:
        return name
    return words.say("{name} ({cluster})", name=name, cluster=one.cluster)


@composes(RelayUnclear)
def compose_relay_unclear(notice: RelayUnclear, words: Words) -> Card:
    """Ask which one is meant, so that nothing goes to the wrong people."""
    text = words.say(
        "Several introductions are talked about here ({ids}). I passed nothing on: please reply in the thread of the "
        "one you mean, begin with its id and a colon, or use a button.",
        ids=words.listed(notice.ids),
    )
    buttons = (Button(words.say("Write to {id}", id=one), "conversation.write", one) for one in notice.ids[:_BUTTONS])
    return Card(title="", blocks=(Section(text), Actions(tuple(buttons))), summary=text, locale=words.locale)


@composes(TalkNews)
def compose_news(notice: TalkNews, words: Words) -> Card:
    """Tell what happened to the conversation."""
    people = words.listed([signed(one.name, one.organisation, words) for one in notice.people])
    return sentence(words.say(_NEWS[notice.what], people=people, id=notice.id), words)


@composes(TalkHint)
def compose_hint(notice: TalkHint, words: Words) -> Card:
    """Tell that nothing was passed on, and offer the way back where there is one."""
    text = words.say(_HINTS[notice.why], id=notice.id)
    return _with_way_back(notice.id, text, words) if notice.why is Hint.LEFT else sentence(text, words)


@composes(TalkDone)
def compose_talk_done(notice: TalkDone, words: Words) -> Card:
    """Confirm what was done."""
    text = words.say(_DONE[notice.done], id=notice.id)
    return _with_way_back(notice.id, text, words) if notice.done is TalkState.LEFT else sentence(text, words)


def _with_way_back(introduction: str, text: str, words: Words) -> Card:
    back = Button(words.say("Come back"), "conversation.back", introduction)
    return Card(title="", blocks=(Section(text), Actions((back,))), summary=text, locale=words.locale)


@asks(WriteTalk)
def ask_write_talk(question: WriteTalk, words: Words) -> Form:
    """Ask for a message to the others."""
    return Form(
        action="conversation.send",
        value=question.id,
        title=words.say("Write to {id}", id=question.id),
        intro=words.say("The others of this introduction read it with your name."),
        fields=(Field("text", words.say("Message"), FieldKind.TEXT, max_length=MESSAGE_MAX),),
        submit=words.say("Send"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@composes(StillReads)
def compose_still_reads(notice: StillReads, words: Words) -> Card:
    """Ask a manager to take somebody out of a conversation, where the platform keeps that from Matchpoint."""
    text = words.say(
        "{name} is no longer a manager, but the chat platform lets me take nobody out of the conversation of {id}: "
        "what is written there, {name} can still read. Take {name} out yourself, or go on in a new conversation.",
        name=notice.name,
        id=notice.id,
    )
    title = words.say("Who reads the conversation of {id}", id=notice.id)
    button = Button(words.say("Show the introduction"), action="introduction.show", value=notice.id)
    return Card(title=title, blocks=(Section(text), Actions((button,))), summary=title, locale=words.locale)
