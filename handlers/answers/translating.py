"""What of an answer is translated: the text as the buyer reads it, without the names of who wrote it."""

from __future__ import annotations

from dataclasses import replace

from domain.redaction import redact
from handlers.answers.sight import Case, read_case
from handlers.challenges.sight import names_of
from handlers.translations import Source, language_of, shown_all, source, want
from handlers.work import Work
from messages.notices.answers import AnswerShown
from store.queries import people
from store.tables.people import Person


def _texts(case: Case) -> tuple[str, ...]:
    return (case.answer.text, *(text for _, text in case.answer.criteria))


def spoken_in(*texts: str, otherwise: str) -> str:
    """Return the language of what an SME wrote; a text too short to tell it is taken to be in the one given."""
    return language_of("\n".join(texts)) or otherwise


@source("AN")
def read_answer(work: Work, subject: str) -> Source | None:
    """Return the texts of an answer as the buyer reads them, before and after the name is known."""
    case = read_case(work.session, subject)
    if case is None:
        return None
    names, whole = names_of(work.session, case.sme), _texts(case)
    return Source((*(redact(text, names) for text in whole), *whole), names, language_of("\n".join(whole)))


def bridge_answer(work: Work, case: Case) -> None:
    """Have an answer translated for the buyer, and for the managers of the challenge's cluster."""
    if work.kit.model is None:
        return
    buyer = work.session.get(Person, case.challenge.person_id)
    rooms = people.workspaces_of(work.session, case.challenge.owner_cluster_id)
    languages = {room.locale for room in rooms}
    if buyer is not None:
        languages.add(buyer.locale)
    want(
        work,
        case.id,
        languages,
        spoken=language_of("\n".join(_texts(case))),
        mark=f"v{case.answer.version}",
        cluster_id=case.challenge.owner_cluster_id,
    )


def answer_in(work: Work, shown: AnswerShown, language: str) -> AnswerShown:
    """Return an answer as a reader of a language sees it."""
    texts = (shown.text, *(text for _, text in shown.criteria))
    said = shown_all(work, texts, language)
    criteria = tuple((criterion, one.text) for (criterion, _), one in zip(shown.criteria, said[1:], strict=True))
    return replace(shown, text=said[0].text, criteria=criteria, said_in=said[0].language, translated=said[0].translated)
