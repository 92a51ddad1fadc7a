"""The desk: the one entrance from every surface to the use cases.

It recognises who speaks, finds the action, opens one transaction, and turns what comes back into a card or a form in
the person's language. It decides nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO, Final, TypeVar

import structlog

from domain.errors import Invalid, InvalidForm, NotAllowed, OutOfDate, Refusal
from handlers import cards, commands, people
from handlers.again import again
from handlers.calendar import reading
from handlers.guests.scope import GUEST_ACTIONS
from handlers.home import build_home
from handlers.members import installing
from handlers.members.leaving import leave
from handlers.requests import (
    Command,
    Deleted,
    Edited,
    Installed,
    Place,
    Press,
    Profiled,
    Removed,
    Said,
    Shown,
    Speaker,
    Submission,
)
from handlers.routes import ROUTES, Need, Route
from handlers.threads import hear, hear_deletion, hear_edit
from handlers.vouchers.exporting import write_ordered
from handlers.vouchers.picture import draw_ordered
from handlers.webroom.places import is_guest
from handlers.work import Ask, Kit, Reply, Work
from messages import compose, lay_out
from messages.calendar import CalendarFile
from messages.card import Home
from messages.i18n import Words
from messages.notices.trouble import Refused, Trouble
from messages.refusals import explain
from store import inbox
from store.engine import Database, Session, StoreUnavailable
from store.queries import rooms
from store.reach import Reach, narrow

_log: Final = structlog.get_logger("matchpoint.desk")
T = TypeVar("T")


class _Rehearsed(Exception):
    """Undo a transaction that was only tried."""


class Desk:
    """Serve every surface of one deployment. Safe to share between threads; all methods are synchronous."""

    def __init__(self, database: Database, kit: Kit) -> None:
        self._database = database
        self._kit = kit

    def knows(self, speaker: Speaker) -> bool:
        """Tell whether the account was met, so that the surface need not ask its platform about it."""
        with self._database.read() as session:
            return people.is_known(session, speaker)

    def meet(self, profiled: Profiled, *, now: datetime) -> None:
        """Take in what the platform knows of a person, who may be in the directory under the same e-mail."""
        again(self._database.write, lambda session: people.meet(Work(session, now, self._kit), profiled))

    def leaves(self, speaker: Speaker, *, now: datetime) -> None:
        """Take note that an account was switched off by its platform; an unknown one is nobody's business."""
        again(self._database.write, lambda session: leave(Work(session, now, self._kit), speaker))

    def installed(self, installed: Installed, *, now: datetime) -> None:
        """Take note of where the app was added."""
        again(self._database.write, lambda session: installing.install(Work(session, now, self._kit), installed))

    def removed(self, removed: Removed, *, now: datetime) -> None:
        """Take note of where the app was removed."""
        again(self._database.write, lambda session: installing.remove(Work(session, now, self._kit), removed))

    def service_url(self, surface: str, workspace: str) -> str:
        """Return where a workspace's platform is reached; empty where it never said."""
        with self._database.read() as session:
            return installing.service_url(session, surface, workspace)

    def places(self, surface: str, workspace: str) -> Mapping[str, Mapping[str, str]]:
        """Return the places in a workspace that the app was added to, each with its channels: name by address."""
        with self._database.read() as session:
            return installing.places(session, surface, workspace)

    def command(self, command: Command, *, now: datetime) -> Shown:
        """Do what a typed command says."""
        return self._serve(
            command.speaker,
            command.place,
            command.request,
            lambda: commands.resolve(command.name, command.text),
            lambda value: Ask(value=value, place=command.place),
            now=now,
        )

    def press(self, press: Press, *, now: datetime) -> Shown:
        """Do what a button says."""
        return self._serve(
            press.speaker,
            press.place,
            press.request,
            lambda: (press.action, press.value),
            lambda value: Ask(value=value, place=press.place, message=press.message),
            now=now,
        )

    def submit(self, submission: Submission, *, now: datetime, rehearse: bool = False) -> Shown:
        """Take a form that was sent; its mistakes come back as words per field.

        With `rehearse` nothing stays of it: a surface that has found mistakes of its own learns of the others too.
        """
        return self._serve(
            submission.speaker,
            submission.place,
            submission.request,
            lambda: (submission.action, submission.value),
            lambda value: Ask(value, submission.fields, submission.place, submission.message),
            now=now,
            rehearse=rehearse,
        )

    def minds(self, place: Place) -> bool:
        """Tell whether what is said in a place may be our business, so that nobody is met because of what is not."""
        with self._database.read() as session:
            return rooms.is_ours(session, channel=place.channel, thread=place.thread)

    def said(self, said: Said, *, now: datetime) -> Shown | None:
        """Take a message that was written in a thread or a conversation; None where it is none of our business.

        What is shown is for its author; of a message that came before it is nothing. Trouble is raised to the surface,
        so that the platform delivers the event again.
        """

        def listen(work: Work) -> Shown | None:
            reply = hear(work, said)
            return None if reply is None else self._show(work, reply, Ask(place=said.place))

        return self._hear(said.speaker, said.event, listen, now=now)

    def edited(self, edited: Edited, *, now: datetime) -> None:
        """Take a message that its author wrote anew; trouble is raised as by `said`."""
        self._hear(edited.speaker, edited.event, lambda work: hear_edit(work, edited), now=now)

    def deleted(self, deleted: Deleted, *, now: datetime) -> None:
        """Take note that a message was taken away; trouble is raised as by `said`."""
        self._hear(deleted.speaker, deleted.event, lambda work: hear_deletion(work, deleted), now=now)

    def _hear(
        self, speaker: Speaker, event: str, listen: Callable[[Work], Shown | None], *, now: datetime
    ) -> Shown | None:
        def step(session: Session) -> Shown | None:
            if not inbox.receive(session, speaker.surface, event, now):
                return Shown()
            return listen(self._work(session, speaker, now))

        return again(self._database.write, step)

    def home(self, speaker: Speaker, *, now: datetime) -> Home:
        """Build a person's own page."""
        with self._database.read() as session:
            return build_home(self._work(session, speaker, now))

    def calendar(self, token: str, *, now: datetime) -> CalendarFile | None:
        """Return the calendar feed that a private link opens, or None; the token is all that is known of who asks."""
        return reading.read_feed(self._database, self._kit, token, now=now)

    def export(self, token: str, target: BinaryIO, *, now: datetime) -> str | None:
        """Write the file that a private link opens and return its name, or None; the token tells who asks."""
        return write_ordered(self._database, self._kit, token, target, now=now)

    def picture(self, token: str, *, now: datetime) -> bytes | None:
        """Draw the picture that a signed address opens, or None; the token is all that is known of who asks."""
        return draw_ordered(self._database, self._kit, token, now=now)

    def meeting_file(self, token: str, *, now: datetime) -> CalendarFile | None:
        """Return the invitation file of the one meeting that a link opens, or None."""
        return reading.read_meeting_file(self._database, self._kit, token, now=now)

    def _serve(
        self,
        speaker: Speaker,
        place: Place,
        request: str,
        find: Callable[[], tuple[str, str]],
        ask: Callable[[str], Ask],
        *,
        now: datetime,
        rehearse: bool = False,
    ) -> Shown:
        action = "unknown"
        try:
            try:
                action, value = find()
                entry = ROUTES.get(action)
                if entry is None:
                    raise Invalid("command.unknown", command=action)
                return self._run(entry, speaker, request, ask(value), now=now, rehearse=rehearse)
            except _Rehearsed:
                return Shown()
            except Refusal as refusal:
                _log.info("refused", action=action, reason=refusal.key)
                return _refused(refusal, self._words_for(speaker))
        except Exception as error:
            reference = secrets.token_hex(4)
            # A database that is away is nobody's mistake: its traceback would only hide those that are.
            tell = _log.warning if isinstance(error, StoreUnavailable) else _log.exception
            tell("trouble", action=action, reference=reference, surface=speaker.surface, error=type(error).__name__)
            words = Words() if isinstance(error, StoreUnavailable) else self._words_if_known(speaker)
            return Shown(card=compose(Trouble(reference=reference), words), failed=True)

    def _run(self, entry: Route, speaker: Speaker, request: str, ask: Ask, *, now: datetime, rehearse: bool) -> Shown:
        def step(session: Session) -> Shown:
            if entry.writes and request and not inbox.receive(session, speaker.surface, request, now):
                return Shown()
            work = self._work(session, speaker, now)
            _admit(work, entry)
            reply = entry.handler(work, ask)
            if rehearse:
                raise _Rehearsed
            return self._show(work, reply, ask)

        return again(self._database.write if entry.writes else self._database.read, step)

    def _work(self, session: Session, speaker: Speaker, now: datetime) -> Work:
        actor, room = people.recognise(session, speaker)
        if actor is not None and actor.guest is not None and actor.guest.until <= now:
            actor = None
        narrow(session, actor.reach() if actor else Reach())
        return Work(session, now, self._kit, actor=actor, room=room, speaker=speaker)

    def _words_for(self, speaker: Speaker) -> Words:
        with self._database.read() as session:
            actor, room = people.recognise(session, speaker)
        if actor is not None:
            return actor.words()
        return Words(room.locale if room else "en")

    def _words_if_known(self, speaker: Speaker) -> Words:
        """Return the words of somebody who is told of trouble; what is asked for here may be what failed."""
        with suppress(Exception):
            return self._words_for(speaker)
        return Words()

    def _show(self, work: Work, reply: Reply, ask: Ask) -> Shown:
        words = work.actor.words() if work.actor else Words(work.room.locale if work.room else "en")
        return Shown(
            card=None if reply.notice is None else compose(reply.notice, words),
            form=None if reply.question is None else lay_out(reply.question, words),
            # What came of a form does not stand in the place of a card that is kept true there, such as the day's.
            replaces=reply.replaces and (not ask.fields or cards.is_reply(work, ask)),
            home=build_home(work) if reply.home else None,
        )


def _admit(work: Work, entry: Route) -> None:
    """Let in who may reach the handler at all; the refusal says what is missing and who can help."""
    if work.actor is not None and work.actor.guest is not None and entry.action not in GUEST_ACTIONS:
        raise NotAllowed("guest.elsewhere")
    if work.actor is None and work.speaker is not None and is_guest(work.speaker.user, work.speaker.surface):
        raise NotAllowed("guest.ended")
    if entry.need is Need.ANYONE:
        return
    if work.room is None or work.room.cluster_id is None:
        raise NotAllowed("setup.pending" if work.room is not None and work.room.waits else "setup.missing")
    if entry.need is Need.MEMBER and (work.actor is None or not work.actor.memberships):
        raise NotAllowed("join.first")


def _refused(refusal: Refusal, words: Words) -> Shown:
    if isinstance(refusal, InvalidForm):
        return Shown(errors={error.field or "": explain(error, words) for error in refusal.errors})
    if isinstance(refusal, Invalid) and refusal.field is not None:
        return Shown(errors={refusal.field: explain(refusal, words)})
    about = str(refusal.params.get("id", "")) if isinstance(refusal, OutOfDate) else ""
    return Shown(card=compose(Refused(text=explain(refusal, words), about=about), words), failed=True)
