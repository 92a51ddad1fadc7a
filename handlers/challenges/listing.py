"""Challenges: writing a title down, lists, and reading one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.challenges import TEXT_MAX, TITLE_MAX, ChallengeAction, ChallengeState, Confidentiality
from domain.errors import Invalid, NotAllowed
from domain.ids import Kind, format_id, read_number
from domain.organisations import Role
from domain.redaction import redact
from domain.text import clean_line, clean_text, is_wordless, shorten
from domain.visibility import Viewer, VisibleField
from handlers import audit
from handlers.challenges.moves import move
from handlers.challenges.sight import Sighting, draw, find, find_own, id_of, names_behind, sight, text_for
from handlers.challenges.translating import spoken_of
from handlers.routes import route
from handlers.translations import sheet_in, titles_in
from handlers.work import Ask, Belonging, Guest, Reply, Work
from messages.notices.challenge_forms import ChooseBuyer, StateChallenge
from messages.notices.challenges import (
    ChallengeDone,
    ChallengeList,
    ChallengeShown,
    Done,
    DraftSaved,
    ListItem,
    ListKind,
    TooLong,
)
from store.inserting import insert_row
from store.queries import answers as answer_query
from store.queries import challenges as query
from store.queries import people
from store.queries.challenges import Listed, Looker
from store.queries.rows import key_of
from store.tables.challenges import Challenge

PAGE: Final = 8
PAGES_MAX: Final = 1000


@route("challenge.title")
def write_title(work: Work, ask: Ask) -> Reply:
    """Write a title down as a draft at once; a longer text becomes title and problem, so that nothing is lost."""
    typed = ask.value
    if is_wordless(typed):
        raise Invalid("challenge.title.needed", example="/challenge Detect bacteria in drinking-water pipes")
    belonging = buyer_membership(work, ask.text("organisation"))
    if len(typed) > TEXT_MAX:
        return Reply(notice=TooLong(text=typed, limit=TEXT_MAX, length=len(typed)))
    title = clean_line(typed, limit=TEXT_MAX)
    problem = "" if len(title) <= TITLE_MAX else clean_text(typed, limit=TEXT_MAX)
    title = shorten(title, TITLE_MAX)
    if belonging is None:
        return Reply(question=_choose_buyer(work, title, problem))
    number = insert_row(work.session, Challenge, new_draft(work, belonging) | {"title": title, "problem": problem})
    return Reply(notice=DraftSaved(id=format_id(Kind.CHALLENGE, number), title=title, long=bool(problem)))


def _choose_buyer(work: Work, title: str, problem: str) -> ChooseBuyer | StateChallenge:
    """Ask for which organisation; a text that is more than a title goes into the whole form."""
    organisations, actor = buyer_organisations(work), work.who
    if not problem:
        return ChooseBuyer(title=title, organisations=organisations)
    return StateChallenge(
        title=title, problem=problem, zone=actor.zone, language=actor.locale, organisations=organisations
    )


def new_draft(work: Work, belonging: Belonging) -> dict[str, object]:
    """Return the columns of a draft that says nothing yet; its deadline will be told in the zone of who states it."""
    actor = work.who
    assert belonging.organisation_id is not None  # noqa: S101  (a buyer's membership names its organisation)
    return {
        "owner_cluster_id": belonging.cluster_id,
        "organisation_id": belonging.organisation_id,
        "person_id": actor.person_id,
        "state": ChallengeState.DRAFT,
        "confidentiality": Confidentiality.OPEN,
        "zone": actor.zone,
        "language": actor.locale,
        "created_at": work.now,
        "updated_at": work.now,
    }


def buyer_membership(work: Work, chosen: str = "") -> Belonging | None:
    """Return for whom a challenge is stated: the one membership as a buyer or the chosen one, None to choose.

    :raises NotAllowed: the person acts for no buyer.
    """
    actor = work.who
    own = {m.organisation_id: m for m in reversed(actor.memberships) if m.role is Role.BUYER}
    if not own:
        raise NotAllowed("challenge.buyers_state")
    if len(own) == 1:
        return next(iter(own.values()))
    return own.get(read_number(chosen))


def buyer_organisations(work: Work) -> tuple[tuple[int, str], ...]:
    """Return the buyers that the person acts for, to choose one."""
    ids = work.who.organisations(Role.BUYER)
    found = people.organisations_by_id(work.session, ids)
    return tuple((key, found[key].name) for key in ids if key in found)


@route("challenge.list", writes=False)
def list_challenges(work: Work, ask: Ask) -> Reply:
    """List the open challenges that the person may see."""
    return Reply(notice=_open_list(work, ask.value, ListKind.OPEN))


@route("answer.choose", writes=False)
def choose_challenge(work: Work, ask: Ask) -> Reply:
    """List the open challenges, to answer one. :raises NotAllowed: the person acts for no SME."""
    if not work.who.organisations(Role.SME):
        raise NotAllowed("answer.smes_answer")
    return Reply(notice=_open_list(work, ask.value, ListKind.ANSWER))


def _open_list(work: Work, value: str, kind: ListKind) -> ChallengeList:
    actor, page = work.who, page_of(value)
    looker = Looker(actor.clusters(), actor.organisations())
    rows = query.open_to(work.session, looker, limit=PAGE + 1, offset=(page - 1) * PAGE)
    if actor.guest is not None:
        rows = _invited(work, actor.guest, page)
    if kind is ListKind.ANSWER:
        rows = [row for row in rows if not actor.belongs_to(row[0].organisation_id)]
    return ChallengeList(
        kind=kind,
        items=_items(work, rows[:PAGE]),
        page=page,
        more=len(rows) > PAGE,
        may_state=bool(actor.organisations(Role.BUYER)),
    )


def _invited(work: Work, guest: Guest, page: int) -> Sequence[Listed]:
    """Return the open challenges to which a guest was invited."""
    found = [query.with_buyer(work.session, key) for key in sorted(guest.challenges)]
    rows = [row for row in found if row is not None and row[0].state is ChallengeState.PUBLISHED]
    visible = [row for row in rows if sight(work, *row).level(VisibleField.CHALLENGE_TEXT)]
    return visible[(page - 1) * PAGE : page * PAGE + 1]


def _items(work: Work, rows: Sequence[Listed]) -> tuple[ListItem, ...]:
    """Return the lines of a list, their titles in the language of who reads it as far as they were translated."""
    items = [_item(work, row) for row in rows]
    spoken = [spoken_of(challenge) for challenge, _ in rows]
    titles = titles_in(work, [(one.title, said) for one, said in zip(items, spoken, strict=True)], work.who.locale)
    return tuple(
        replace(item, title=shown.text, said_in=shown.language, translated=shown.translated)
        for item, shown in zip(items, titles, strict=True)
    )


def _item(work: Work, row: Listed) -> ListItem:
    challenge, buyer = row
    actor = work.who
    insider = actor.belongs_to(challenge.organisation_id) or actor.manages(challenge.owner_cluster_id)
    if challenge.confidentiality is Confidentiality.TEASER and not insider:
        title, name = redact(challenge.title, names_behind(work.session, challenge, buyer)), ""
    else:
        title, name = challenge.title, buyer.name
    return ListItem(id_of(challenge), title, challenge.state, challenge.deadline_on, name)


@route("challenge.mine", writes=False)
def list_own(work: Work, ask: Ask) -> Reply:
    """List the challenges of one's own organisations."""
    actor, page = work.who, page_of(ask.value)
    organisations = actor.organisations(Role.BUYER)
    rows = query.stated_by(work.session, organisations, limit=PAGE + 1, offset=(page - 1) * PAGE)
    shown = rows[:PAGE]
    answers = answer_query.numbers_shown(work.session, [key_of(row) for row in shown])
    items = tuple(
        ListItem(id_of(row), row.title, row.state, row.deadline_on, answers=answers.get(key_of(row), 0))
        for row in shown
    )
    return Reply(
        notice=ChallengeList(
            kind=ListKind.MINE, items=items, page=page, more=len(rows) > PAGE, may_state=bool(organisations)
        )
    )


@route("challenge.show", writes=False)
def show_challenge(work: Work, ask: Ask) -> Reply:
    """Show a challenge as far as the person may see it, in the person's language if it was translated."""
    return _shown(work, ask)


@route("challenge.untranslated", writes=False)
def show_untranslated(work: Work, ask: Ask) -> Reply:
    """Show a challenge in the words of its author."""
    return _shown(work, ask, original=True)


def _shown(work: Work, ask: Ask, *, original: bool = False) -> Reply:
    if not ask.value.strip():
        raise Invalid("challenge.which", example="/challenge show CH-12")
    sighting = find(work, ask.value)
    challenge = sighting.challenge
    insider = sighting.viewer in (Viewer.BUYER, Viewer.OWNER_MANAGER)
    key = key_of(challenge)
    answers = answer_query.numbers_shown(work.session, [key]).get(key, 0) if insider else 0
    sheet = draw(work.session, sighting)
    bridged = sheet_in(work, sheet, work.who.locale)
    if original:
        sheet = replace(sheet, said_in=bridged.said_in)
    return Reply(
        replaces=original,
        notice=ChallengeShown(
            sheet=sheet if original else bridged,
            original=original and bridged.translated,
            actions=_actions(work, sighting, answers=answers),
            reason=(challenge.close_reason or challenge.return_reason)
            if insider
            else text_for(work.session, sighting, challenge.close_reason),
            outcome=challenge.outcome if insider else "",
            answers=answers,
        ),
    )


def _actions(work: Work, sighting: Sighting, *, answers: int) -> tuple[str, ...]:
    """Return the buttons of a reader, at most five."""
    state = sighting.challenge.state
    if sighting.challenge.organisation_id in work.who.organisations(Role.BUYER):
        bare = bool(sighting.challenge.problem) and not sighting.challenge.must_haves
        return _owner_actions(state, answers=answers, bare=bare)
    if state is not ChallengeState.PUBLISHED:
        return ("challenge.answers",) if sighting.viewer is Viewer.OWNER_MANAGER and answers else ()
    if sighting.viewer is Viewer.OWNER_MANAGER:
        share = () if sighting.challenge.confidentiality is Confidentiality.INVITE else ("sharing.offer",)
        return (*share, "challenge.answers") if answers else share
    if work.who.organisations(Role.SME):
        return ("answer.start", "question.start")
    return ()


def _owner_actions(state: ChallengeState, *, answers: int, bare: bool) -> tuple[str, ...]:
    """Return the buttons of the buyer; a draft that is `bare` text can be sorted into its parts."""
    match state:
        case ChallengeState.DRAFT:
            return ("challenge.structure" if bare else "challenge.submit", "challenge.edit", "challenge.discard")
        case ChallengeState.RETURNED:
            return ("challenge.submit", "challenge.edit", "challenge.withdraw")
        case ChallengeState.SUBMITTED:
            return ("challenge.edit", "challenge.withdraw")
        case ChallengeState.PUBLISHED:
            read = ("challenge.answers",) if answers else ()
            return (*read, "challenge.edit", "challenge.close", "challenge.withdraw")
        case ChallengeState.CLOSED | ChallengeState.EVALUATING:
            read = ("challenge.answers",) if answers else ()
            return (*read, "challenge.resolve", "challenge.withdraw")
        case _:
            return ("challenge.answers",) if answers else ()


@route("challenge.discard")
def discard_draft(work: Work, ask: Ask) -> Reply:
    """Throw a draft away."""
    challenge = find_own(work, ask.value).challenge
    if challenge.state is not ChallengeState.DRAFT:
        raise NotAllowed("challenge.only_drafts", id=id_of(challenge))
    move(work, challenge, ChallengeAction.WITHDRAW)
    audit.record(work, "challenge.discard", id_of(challenge), cluster_id=challenge.owner_cluster_id)
    notice = ChallengeDone(id=id_of(challenge), title=challenge.title, done=Done.DISCARDED)
    return Reply(notice=notice, replaces=True)


def page_of(value: str) -> int:
    """Read the page behind a value such as `CH-12 2` or `2`; the first one if there is none."""
    last = value.strip().rpartition(" ")[2]
    return min(max(int(last), 1), PAGES_MAX) if last.isdecimal() and len(last) < 6 else 1
