"""The first lines of a conversation: drafted by a model while both sides are asked, changed by a manager who wishes to.

Until the reveal only the managers of the challenge's cluster see them. The model gets the least that serves and no
names; these are filled in where the lines are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from domain.errors import NotAllowed, OutOfDate
from domain.introductions import OPENING_MAX
from domain.introductions import IntroductionState as State
from domain.text import clean_text
from handlers import audit, cards
from handlers.challenges.sight import names_to_mask
from handlers.introductions.moves import CONVERSATION, UNMADE
from handlers.letters import job
from handlers.model_accounts import ModelAccounts
from handlers.routes import route
from handlers.suggestions.pairs import Pair, find, from_subject, intro_id, is_party, unknown
from handlers.work import Ask, Kit, Reply, Work
from messages.i18n import LOCALES
from messages.notices.introductions import ChangeOpening, Done, IntroductionDone
from prompts.opening import BUYER, SME, Drafted, Meeting, draft_opening
from prompts.trouble import ModelUnavailable
from store.engine import Database
from store.queries import introductions as query
from store.queries import people
from store.queries.rows import add, change, key_of
from store.queue import Claimed
from store.tables.introductions import Introduction, Opening
from store.tables.people import Person

_OVER: Final = (State.DECLINED, State.LAPSED, State.CLOSED)


def have_drafted(work: Work, row: Introduction) -> None:
    """Have a model draft the first lines, if there is one."""
    if work.kit.model is not None:
        subject = intro_id(row)
        work.enqueue("opening", key=f"opening:{subject}", subject=subject, cluster_id=row.owner_cluster_id)


@job("opening")
async def draft(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Draft the first lines; where no model can be asked, the opening that is always there stands."""
    task = await asyncio.to_thread(_read, database, kit, row, now)
    if task is None or kit.model is None:
        return
    meeting, languages, cluster = task
    accounts = ModelAccounts(database, now, kit.model_tokens)
    try:
        drafted = await draft_opening(
            kit.model, meeting, languages, cluster=str(cluster), ledger=accounts, cache=accounts
        )
    except ModelUnavailable:
        return
    await asyncio.to_thread(_write, database, kit, row, drafted, now)


def _read(database: Database, kit: Kit, row: Claimed, now: datetime) -> tuple[Meeting, tuple[str, ...], int] | None:
    with database.read() as session:
        pair = from_subject(Work(session, now, kit), row.subject or "")
        if pair is None or pair.introduction.state in _OVER:
            return None
        rooms = [
            room
            for cluster in (pair.introduction.owner_cluster_id, pair.introduction.sme_cluster_id)
            for room in people.workspaces_of(session, cluster)
        ]
        spoken = {room.locale for room in rooms} | {"en"}
        challenge, suggestion = pair.challenge, pair.suggestion
        meeting = Meeting(
            title=challenge.title,
            problem=challenge.problem,
            must_haves=challenge.must_haves,
            quotes=tuple(str(one["quote"]) for one in suggestion.evidence),
            missing=suggestion.missing,
            names=(*names_to_mask(session, pair.buyer), *names_to_mask(session, pair.sme)),
        )
        return meeting, tuple(one for one in LOCALES if one in spoken), pair.introduction.owner_cluster_id


def _write(database: Database, kit: Kit, claimed: Claimed, drafted: Drafted, now: datetime) -> None:
    with database.write() as session:
        work = Work(session, now, kit)
        pair = from_subject(work, claimed.subject or "")
        if pair is None or query.opening_of(session, key_of(pair.introduction)) is not None:
            return
        texts = dict(drafted.texts)
        _add(work, pair, texts=texts, model=drafted.model, prompt_version=drafted.prompt_version)
        cards.refresh(work, CONVERSATION, pair.id)


def _add(
    work: Work,
    pair: Pair,
    *,
    texts: Mapping[str, str],
    person_id: int | None = None,
    model: str = "",
    prompt_version: str = "",
) -> None:
    row = Opening(
        introduction_id=key_of(pair.introduction),
        texts=dict(texts),
        person_id=person_id,
        model=model,
        prompt_version=prompt_version,
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, row)


def lines(work: Work, pair: Pair, locale: str) -> tuple[str, str]:
    """Return the first lines in a language and who wrote them, empty texts where there are none or it was a model.

    They are for readers who may know both sides: the names are filled in.
    """
    row = query.opening_of(work.session, key_of(pair.introduction))
    if row is None:
        return "", ""
    text = row.texts.get(locale, "")
    if row.person_id is None:
        text = text.replace(BUYER, pair.buyer.name).replace(SME, pair.sme.name)
    author = work.session.get(Person, row.person_id) if row.person_id else None
    return text, author.name if author and text else ""


def may_change(work: Work, pair: Pair) -> bool:
    """Tell whether who acts manages the challenge's cluster, and the two do not know each other yet."""
    row = pair.introduction
    manages = work.actor is not None and work.actor.manages(row.owner_cluster_id)
    return manages and row.state in UNMADE and not is_party(work.who, (row.organisation_id, row.buyer_id))


@route("opening.edit", writes=False)
def ask_for_opening(work: Work, ask: Ask) -> Reply:
    """Ask for other first lines."""
    pair = _to_change(work, ask.value)
    return Reply(question=ChangeOpening(id=pair.id, text=lines(work, pair, work.who.locale)[0]))


@route("opening.save")
def save_opening(work: Work, ask: Ask) -> Reply:
    """Take a manager's first lines; without any, the opening that is always there stands."""
    pair = _to_change(work, ask.value)
    text = clean_text(ask.text("text"), limit=OPENING_MAX)
    texts: dict[str, str] = dict.fromkeys(LOCALES, text) if text else {}
    row, author = query.opening_of(work.session, key_of(pair.introduction)), work.who.person_id
    if row is None:
        _add(work, pair, texts=texts, person_id=author)
    else:
        change(work.session, row, now=work.now, texts=texts, person_id=author, model="", prompt_version="")
    audit.record(work, "opening.save", pair.id, cluster_id=pair.introduction.owner_cluster_id)
    return Reply(IntroductionDone(pair.id, Done.OPENING))


def _to_change(work: Work, value: str) -> Pair:
    """Return the introduction whose first lines may be changed.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    pair = find(work, value)
    row = pair.introduction
    if not work.who.manages(row.owner_cluster_id):
        raise NotAllowed("introduction.not_yours") if work.who.manages(row.sme_cluster_id) else unknown(pair)
    if is_party(work.who, (row.organisation_id, row.buyer_id)):
        raise NotAllowed("introduction.own")
    if row.state not in UNMADE:
        raise OutOfDate("introduction.decided", id=pair.id)
    return pair
