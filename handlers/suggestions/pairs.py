"""A pair of challenge and SME, as each side and each manager may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.challenges import Confidentiality
from domain.errors import Invalid, NotFound
from domain.ids import Kind, format_id, parse_id, read_number
from domain.introductions import REVEALED
from domain.redaction import Names, redact
from domain.visibility import Level, Viewer, VisibleField, may_see
from handlers.challenges.sight import names_behind
from handlers.work import Actor, Work
from messages.notices.suggestions import Evidence
from store.engine import Session
from store.queries.rows import key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Introduction, Suggestion
from store.tables.people import Cluster, Organisation

_UNKNOWN = "introduction.unknown"


@dataclass(frozen=True, slots=True)
class Pair:
    """An introduction with the rows around it."""

    introduction: Introduction
    challenge: Challenge
    suggestion: Suggestion
    sme: Organisation
    buyer: Organisation

    @property
    def id(self) -> str:
        """Return the introduction's human id."""
        return intro_id(self.introduction)

    @property
    def challenge_id(self) -> str:
        """Return the challenge's human id."""
        return format_id(Kind.CHALLENGE, key_of(self.challenge))

    @property
    def revealed(self) -> bool:
        """Tell whether both sides know each other."""
        return self.introduction.state in REVEALED

    def level(self, field: VisibleField, viewer: Viewer) -> Level:
        """Return how much of a field a reader may see."""
        return may_see(
            field,
            viewer=viewer,
            confidentiality=self.challenge.confidentiality,
            state=self.challenge.state,
            revealed=self.revealed,
            consented=self.introduction.sme_consent_at is not None,
        )


def intro_id(introduction: Introduction) -> str:
    """Return the human id of an introduction."""
    return format_id(Kind.INTRODUCTION, key_of(introduction))


def load(session: Session, introduction: Introduction) -> Pair:
    """Read the rows around an introduction."""
    return Pair(
        introduction,
        session.get_one(Challenge, introduction.challenge_id),
        session.get_one(Suggestion, introduction.suggestion_id),
        session.get_one(Organisation, introduction.organisation_id),
        session.get_one(Organisation, introduction.buyer_id),
    )


def find(work: Work, text: str) -> Pair:
    """Return the introduction that is meant.

    :raises Invalid: the text is no such id.
    :raises NotFound: there is none; for who may not know of it, see `unknown`.
    """
    _, number = parse_id(text, Kind.INTRODUCTION)
    row = work.session.get(Introduction, number)
    if row is None:
        raise NotFound(_UNKNOWN, id=format_id(Kind.INTRODUCTION, number))
    return load(work.session, row)


def from_subject(work: Work, subject: str) -> Pair | None:
    """Return the introduction that a card or a row of the outbox is about."""
    try:
        return find(work, subject.partition(":")[0])
    except (Invalid, NotFound):
        return None


def unknown(pair: Pair) -> NotFound:
    """Return the refusal for who may not know that the introduction exists."""
    return NotFound(_UNKNOWN, id=pair.id)


def is_party(actor: Actor, organisations: Iterable[int]) -> bool:
    """Tell whether somebody acts for one of these organisations, and so cannot decide about them as a manager."""
    return any(actor.belongs_to(one) for one in organisations)


def manager_viewer(challenge: Challenge, cluster_id: int | None) -> Viewer:
    """Return how managers of a cluster that is concerned stand to the challenge."""
    return Viewer.OWNER_MANAGER if cluster_id == challenge.owner_cluster_id else Viewer.SME_MANAGER


def sme_viewer(challenge: Challenge) -> Viewer:
    """Return how the SME of a pair stands to the challenge: to one by invitation, it was invited."""
    return Viewer.INVITED if challenge.confidentiality is Confidentiality.INVITE else Viewer.SME


@dataclass(frozen=True, slots=True)
class Curtain:
    """What stands between the texts of a challenge and a reader: nothing, the names, or everything."""

    level: Level
    names: Names | None = None

    def show(self, text: str) -> str:
        """Return a text as this reader may read it."""
        if self.level is Level.FULL:
            return text
        return redact(text, self.names) if self.level is Level.TEASER and self.names else ""

    def show_all(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return texts as this reader may read them; what is hidden is left out."""
        return tuple(shown for text in texts if (shown := self.show(text)))


def curtain(session: Session, challenge: Challenge, buyer: Organisation, level: Level) -> Curtain:
    """Return the curtain for a reader who may see the challenge's text at this level."""
    return Curtain(level, names_behind(session, challenge, buyer) if level is Level.TEASER else None)


def curtain_for(session: Session, pair: Pair, viewer: Viewer) -> Curtain:
    """Return the curtain between the challenge of a pair and a reader."""
    return curtain(session, pair.challenge, pair.buyer, pair.level(VisibleField.CHALLENGE_TEXT, viewer))


def evidence_of(suggestion: Suggestion, behind: Curtain, *, hide: Names | None = None) -> tuple[Evidence, ...]:
    """Return the quotes for a reader; `hide` takes the SME's own names out where the reader may not know them."""
    found: list[Evidence] = []
    for one in suggestion.evidence:
        quote = str(one["quote"])
        found.append(
            Evidence(
                text=quote if hide is None else redact(quote, hide),
                field=str(one["field"]),
                language=str(one.get("language", "")),
                must_have=behind.show(str(one.get("must_have", ""))),
            )
        )
    return tuple(found)


def invitation(organisation_id: int, challenge_id: int) -> str:
    """Return the argument of the button that invites an SME, of which nobody has an account, to a challenge."""
    return f"{format_id(Kind.ORGANISATION, organisation_id)} {format_id(Kind.CHALLENGE, challenge_id)}"


def picked_by_model(suggestion: Suggestion) -> tuple[Evidence, ...]:
    """Return what a model points at, for managers; not what is quoted already."""
    return tuple(
        Evidence(str(one["quote"]), str(one["field"]), str(one.get("language", "")), picked=True)
        for one in suggestion.model_evidence
        if not any(_overlap(one, other) for other in suggestion.evidence)
    )


def _overlap(one: Mapping[str, str | int], other: Mapping[str, str | int]) -> bool:
    starts, ends = (int(one["start"]), int(other["start"])), (int(one["end"]), int(other["end"]))
    return one["field"] == other["field"] and max(starts) < min(ends)


def read_numbers(value: str) -> tuple[int, ...]:
    """Return the numbers of a button's value such as `34:7:2`; none if one of them is no number."""
    numbers = [read_number(part) for part in value.split(":", 9)]
    return tuple(one for one in numbers if one is not None) if None not in numbers else ()


def cluster_names(session: Session, ids: Sequence[int]) -> tuple[str, ...]:
    """Return the names of clusters, in this order."""
    rows = (session.get(Cluster, one) for one in ids)
    return tuple(row.name for row in rows if row is not None)
