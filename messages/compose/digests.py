"""The weekly digest: one section for each topic, with a line for each thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from domain.answers import AnswerState
from domain.nudges import NudgeKind
from messages.card import Actions, Block, Button, Note, Section
from messages.compose.sheets import bulleted
from messages.compose.undelivered import lost_channel
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.digests import DigestLine, DigestSection, Topic

_HEADINGS: Final[Mapping[Topic, str]] = {
    Topic.NEW_CHALLENGES: N_("New challenges this week"),
    Topic.CALLS: N_("Calls for vouchers"),
    Topic.CONSENTS: N_("Introductions waiting for your yes or no"),
    Topic.DRAFTS: N_("Your drafts"),
    Topic.QUESTIONS: N_("A buyer has asked you something"),
    Topic.UNDECIDED: N_("Your answers that are not decided yet"),
    Topic.OVERDUE: N_("Answers that should have had a yes or a no by now"),
    Topic.UNANSWERED: N_("Reminded for the last time, and still no answer"),
    Topic.SCREENING: N_("Challenges to screen, or offered by partners"),
    Topic.CANDIDATES: N_("Candidates to decide on"),
    Topic.APPROVALS: N_("Introductions to approve"),
    Topic.JOINING: N_("People who want to join"),
    Topic.UNDELIVERED: N_("Messages that could not be delivered"),
}

#: The buttons below a topic; the rest is on one's own page.
_DOORS: Final[Mapping[Topic, tuple[str, str]]] = {
    Topic.NEW_CHALLENGES: (N_("Open challenges"), "challenge.list"),
    Topic.CONSENTS: (N_("My introductions"), "introduction.list"),
    Topic.UNDECIDED: (N_("My answers"), "answer.mine"),
}


def digest_blocks(sections: tuple[DigestSection, ...], words: Words) -> list[Block]:
    """Write the sections of a digest, and how to stop it."""
    blocks: list[Block] = []
    for section in sections:
        lines = [_line(section.topic, line, words) for line in section.lines]
        more = [words.say("and more, on your own page")] if section.more else []
        blocks.append(Section(bulleted([*lines, *more]), heading=words.say(_HEADINGS[section.topic])))
    doors = [_DOORS[section.topic] for section in sections if section.topic in _DOORS]
    buttons = [Button(words.say(text), action=action) for text, action in doors]
    buttons.append(Button(words.say("My page"), action="home.show"))
    kind = NudgeKind.SMES_DIGEST if sections[0].topic in _FOR_SMES else NudgeKind.MANAGERS_DIGEST
    buttons.append(Button(words.say("Stop this weekly summary"), action="nudge.opt_out", value=kind))
    return [
        *blocks,
        Actions(tuple(buttons)),
        Note(words.say("You get this once a week, and only if something is in it.")),
    ]


_FOR_SMES: Final = (
    Topic.NEW_CHALLENGES,
    Topic.CALLS,
    Topic.CONSENTS,
    Topic.DRAFTS,
    Topic.QUESTIONS,
    Topic.UNDECIDED,
)


def _line(topic: Topic, line: DigestLine, words: Words) -> str:
    text = _LINES[topic](line, words)
    if line.shortlisted:
        text = f"{text} · {label(AnswerState.SHORTLISTED, words)}"
    if not line.said_in:
        return text
    return f"{text} · {words.say('translated from {language}', language=words.language(line.said_in))}"


def _with_deadline(line: DigestLine, words: Words) -> str:
    if line.on is None:
        return _plain(line, words)
    return words.say("{subject} · {title}, until {day}", subject=line.subject, title=line.title, day=_day(line, words))


def _promised(line: DigestLine, words: Words) -> str:
    if line.on is None:
        return _plain(line, words)
    return words.say(
        "{subject} · {title}: a yes or a no was promised by {day}",
        subject=line.subject,
        title=line.title,
        day=_day(line, words),
    )


def _day(line: DigestLine, words: Words) -> str:
    return words.date(line.on, style="medium") if line.on is not None else ""


def _overdue(line: DigestLine, words: Words) -> str:
    return words.count(
        "{subject} by {who}: {challenge} closed one day ago",
        "{subject} by {who}: {challenge} closed {n} days ago",
        line.days,
        subject=line.subject,
        who=line.who,
        challenge=line.title,
    )


def _unanswered(line: DigestLine, words: Words) -> str:
    times = words.count("reminded once", "reminded {n} times", line.times)
    what = words.say("{who}, about {subject}", who=line.who, subject=line.subject)
    last = words.count("last one day ago", "last {n} days ago", line.days) if line.days else words.say("last today")
    return f"{what} ({label(NudgeKind(line.kind), words)}): {times}, {last}"


def _offered(line: DigestLine, words: Words) -> str:
    if not line.who:
        return _plain(line, words)
    return words.say("{subject} · {title}, by {who}", subject=line.subject, title=line.title, who=line.who)


def _candidates(line: DigestLine, words: Words) -> str:
    return words.count(
        "{subject} · {title}: one candidate",
        "{subject} · {title}: {n} candidates",
        line.times,
        subject=line.subject,
        title=line.title,
    )


def _joining(line: DigestLine, words: Words) -> str:
    return words.say("{who}, for {organisation}", who=line.who, organisation=line.title)


def _undelivered(line: DigestLine, words: Words) -> str:
    if line.channel is not None:
        return lost_channel(line.channel, words)
    return words.count("One message: see your own page", "{n} messages: see your own page", line.times)


def _plain(line: DigestLine, words: Words) -> str:
    if not line.title:
        return line.subject
    return words.say("{subject} · {title}", subject=line.subject, title=line.title)


_LINES: Final[Mapping[Topic, Callable[[DigestLine, Words], str]]] = {
    Topic.NEW_CHALLENGES: _with_deadline,
    Topic.CALLS: _with_deadline,
    Topic.CONSENTS: _with_deadline,
    Topic.DRAFTS: _with_deadline,
    Topic.QUESTIONS: _plain,
    Topic.UNDECIDED: _promised,
    Topic.OVERDUE: _overdue,
    Topic.UNANSWERED: _unanswered,
    Topic.SCREENING: _offered,
    Topic.CANDIDATES: _candidates,
    Topic.APPROVALS: _plain,
    Topic.JOINING: _joining,
    Topic.UNDELIVERED: _undelivered,
}
