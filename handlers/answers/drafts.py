"""Replies in the thread of a challenge: they become a draft that only their author's people can submit."""

from __future__ import annotations

from typing import Final

from domain.answers import TEXT_MAX, AnswerState
from domain.errors import Invalid, NotFound
from domain.ids import Kind, parse_id
from domain.organisations import Role
from domain.text import clean_text, is_wordless, shorten
from handlers import cards
from handlers.answers.moves import DRAFT
from handlers.answers.sight import Case, answer_id, case_of, draft_of, find_own_answer, read_case
from handlers.answers.writing import answering_organisation, new_draft, open_form, put_text
from handlers.cards import View, living
from handlers.challenges.cards import read_subject, takes_answers
from handlers.challenges.moves import POST
from handlers.challenges.sight import find, id_of, sight, title_for
from handlers.requests import Said
from handlers.routes import route
from handlers.threads import hears
from handlers.work import Ask, Reply, Work
from messages.notices.answers import AnswerDraft
from messages.notices.questions import JoinToAnswer, ReplyTaken, ThreadIsPublic, TooLate
from store.queries import answers as query
from store.queries import challenges as challenge_query
from store.queries import rooms
from store.queries.rows import add, key_of, lock
from store.reach import register
from store.tables.challenges import Answer, AnswerPart, Challenge
from store.tables.rooms import Post

PUBLIC: Final = "thread"
JOIN: Final = "join_to_answer"
LATE: Final = "too_late"
#: What is kept of one reply; more than any platform's own limit for a message is not.
_PART_MAX: Final = 20_000


@hears(10)
def hear_reply(work: Work, said: Said) -> Reply | None:
    """Take a reply in the thread of a challenge; every other thread is somebody else's, or nobody's."""
    post = rooms.post_by_message(work.session, said.place.thread)
    if post is None or post.kind != POST:
        return None
    challenge = _challenge_of(work, post)
    if challenge is None or is_wordless(said.text):
        return Reply()
    return Reply(notice=_take(work, said, post, challenge))


def _challenge_of(work: Work, post: Post) -> Challenge | None:
    # Who replies to a post has read it, a member of its cluster or not.
    with register(work.session):
        found = challenge_query.with_buyer(work.session, parse_id(post.subject, Kind.CHALLENGE)[1])
    return None if found is None else found[0]


def _take(work: Work, said: Said, post: Post, challenge: Challenge) -> object | None:
    """Take a reply, send its author a card, and return what can be said of it on the spot."""
    _tell_public(work, post)
    actor = work.actor
    if actor is None:
        return None  # an account that was never met cannot be told anything privately
    if not actor.memberships or challenge_query.with_buyer(work.session, key_of(challenge)) is None:
        # Also a member of other clusters only: here he or she is a guest who has read along.
        return JoinToAnswer() if _invite_to_join(work, actor.person_id) else None
    if actor.belongs_to(challenge.organisation_id) or not actor.organisations(Role.SME):
        return None  # the buyer and the managers simply talk
    if not takes_answers(challenge, work):
        cards.tell(work, LATE, id_of(challenge), actor.person_id)
        return _late(work, challenge)
    answer = _into_draft(work, challenge, said.text, message=said.message)
    cards.tell(work, DRAFT, answer_id(answer), actor.person_id)
    return ReplyTaken(answer_id(answer), draft=answer.state is AnswerState.DRAFT)


def _tell_public(work: Work, post: Post) -> None:
    """Say once in a thread that it is public; what was sent to one person is not."""
    if post.told_public or post.person_id is not None:
        return
    post.told_public, post.updated_at = True, work.now
    work.session.add(post)
    cards.publish(
        work, PUBLIC, post.subject, destination=post.destination, cluster_id=post.cluster_id, thread=post.message
    )


def _invite_to_join(work: Work, person_id: int) -> bool:
    """Invite somebody without a membership to join, once."""
    subject = f"P-{person_id}"
    if rooms.posts_about(work.session, subject=subject, kinds=(JOIN,)):
        return False
    return cards.tell(work, JOIN, subject, person_id)


def _into_draft(work: Work, challenge: Challenge, text: str, *, message: str) -> Answer:
    """Write a reply into the draft of its author's organisation; the same message counts once.

    What was submitted already stays as it is: a thread never changes an answer.
    """
    organisation_id = answering_organisation(work, challenge)
    live = query.live_of(work.session, key_of(challenge), organisation_id)
    if live is not None:
        lock(work.session, live)  # a colleague may be replying at this moment: both texts stay
    if live is not None and (live.state is not AnswerState.DRAFT or query.part_of(work.session, message) is not None):
        return live
    whole = clean_text(text, limit=max(len(text), 1))
    if live is None:
        live = new_draft(work, challenge, organisation_id, text=shorten(whole, TEXT_MAX))
    else:
        joined = "\n\n".join(part for part in (live.text, whole) if part)
        put_text(work, live, shorten(joined, TEXT_MAX))
    _keep_part(work, live, whole, message)
    return live


def _keep_part(work: Work, answer: Answer, text: str, message: str) -> None:
    if not message or query.part_of(work.session, message) is not None:
        return
    part = AnswerPart(
        answer_id=key_of(answer),
        person_id=work.who.person_id,
        message=message,
        text=shorten(text, _PART_MAX),
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, part)


@route("answer.from_message", asks=True)
def draft_from_message(work: Work, ask: Ask) -> Reply:
    """Make a draft of a message in the thread of a challenge; on the challenge itself, open the form."""
    post = rooms.post_by_message(work.session, ask.place.thread) or rooms.post_by_message(work.session, ask.message)
    if post is None or post.kind != POST:
        raise Invalid("answer.thread_unknown", example="/answer CH-12 We make such a sensor.")
    if ask.message == post.message:
        return open_form(work, find(work, post.subject))
    found = challenge_query.with_buyer(work.session, parse_id(post.subject, Kind.CHALLENGE)[1])
    if found is None:
        raise NotFound("challenge.unknown", id=post.subject)
    challenge = found[0]
    answering_organisation(work, challenge)
    if is_wordless(ask.value):
        raise Invalid("answer.text.empty", example="/answer CH-12 We make such a sensor.")
    if not takes_answers(challenge, work):
        return Reply(notice=_late(work, challenge, title_for(work.session, sight(work, *found))))
    answer = _into_draft(work, challenge, ask.value, message=ask.message)
    return Reply(notice=draft_of(work, case_of(work.session, answer)))


@route("answer.draft", writes=False)
def show_draft(work: Work, ask: Ask) -> Reply:
    """Show the card of one's own answer where the message stood that told of it."""
    return Reply(notice=draft_of(work, find_own_answer(work, ask.value)), replaces=True)


def _late(work: Work, challenge: Challenge, title: str = "") -> TooLate:
    passed = challenge.deadline_at is not None and challenge.deadline_at <= work.now
    return TooLate(id_of(challenge), title, challenge.deadline_on if passed else None)


@living(DRAFT)
def read_draft(work: Work, view: View) -> AnswerDraft | None:
    """Show an SME its own answer as it stands."""
    case: Case | None = read_case(work.session, view.subject)
    return None if case is None else draft_of(work, case)


@living(PUBLIC)
def read_public(_work: Work, view: View) -> ThreadIsPublic:
    """Say that everybody in the channel reads the thread."""
    return ThreadIsPublic(view.subject)


@living(JOIN)
def read_join(_work: Work, _view: View) -> JoinToAnswer:
    """Invite somebody who replied to a challenge."""
    return JoinToAnswer()


@living(LATE)
def read_late(work: Work, view: View) -> TooLate | None:
    """Tell who replied that no answer is taken any more."""
    found = read_subject(work, view.subject)
    if found is None or takes_answers(found[0], work):
        return None
    # The title is left out: who replied has just read it.
    return _late(work, found[0])
