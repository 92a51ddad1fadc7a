"""Who may see what of a challenge: the one place where rows become sheets for a reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from domain.challenges import Confidentiality
from domain.errors import Invalid, NotAllowed, NotFound
from domain.ids import Kind, format_id, parse_id, read_number
from domain.organisations import Role, website_domain
from domain.redaction import Names, redact
from domain.rooms import ShareState
from domain.visibility import Level, Viewer, VisibleField, may_see
from handlers.work import Actor, Work
from messages.notices.challenges import Sheet
from store.engine import Session
from store.queries import challenges as query
from store.queries import sharing
from store.queries.rows import key_of
from store.tables.challenges import Challenge
from store.tables.people import Organisation

#: Who was asked has read it, whatever the answer was.
_ASKED: Final = frozenset(ShareState)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A challenge as one person stands to it."""

    challenge: Challenge
    buyer: Organisation
    viewer: Viewer
    revealed: bool = False

    @property
    def id(self) -> str:
        """Return the human id."""
        return id_of(self.challenge)

    def level(self, field: VisibleField) -> Level:
        """Return how much of a field this person may see."""
        return may_see(
            field,
            viewer=self.viewer,
            confidentiality=self.challenge.confidentiality,
            state=self.challenge.state,
            revealed=self.revealed,
        )


def id_of(challenge: Challenge) -> str:
    """Return the human id of a challenge."""
    return format_id(Kind.CHALLENGE, key_of(challenge))


def find(work: Work, text: str) -> Sighting:
    """Return the challenge that is meant, as far as who acts may know of it.

    :raises Invalid: the text is no such id.
    :raises NotFound: there is none, or the person may not know that there is; both say the same.
    """
    _, number = parse_id(text, Kind.CHALLENGE)
    found = query.with_buyer(work.session, number)
    if found is not None:
        sighting = sight(work, *found)
        if sighting.level(VisibleField.CHALLENGE_TEXT):
            return sighting
    raise NotFound("challenge.unknown", id=format_id(Kind.CHALLENGE, number))


def find_own(work: Work, text: str) -> Sighting:
    """Return a challenge of one's own organisation, to change it.

    :raises NotFound: see `find`.
    :raises NotAllowed: only the buyer's people may do that.
    """
    sighting = find(work, text)
    if sighting.challenge.organisation_id not in work.who.organisations(Role.BUYER):
        raise NotAllowed("challenge.buyer_only", id=sighting.id)
    return sighting


def sight(work: Work, challenge: Challenge, buyer: Organisation) -> Sighting:
    """Return how who acts stands to a challenge."""
    actor = work.who
    viewer = standing(work.session, challenge, actor)
    revealed = False
    hidden = challenge.confidentiality is not Confidentiality.OPEN
    if hidden and viewer not in (Viewer.BUYER, Viewer.OWNER_MANAGER) and challenge.id is not None:
        revealed = query.is_revealed(work.session, challenge.id, actor.organisations(Role.SME))
        viewer = Viewer.SME if revealed and viewer is not Viewer.INVITED else viewer
    return Sighting(challenge, buyer, viewer, revealed)


def standing(session: Session, challenge: Challenge, actor: Actor) -> Viewer:
    """Return the first row of the visibility table that fits a person, pairs left aside."""
    if not actor.reaches(challenge.id):
        return Viewer.OUTSIDER
    if actor.belongs_to(challenge.organisation_id):
        return Viewer.BUYER
    if actor.manages(challenge.owner_cluster_id):
        return Viewer.OWNER_MANAGER
    hidden = challenge.confidentiality is Confidentiality.INVITE
    if hidden and sharing.is_invited(session, key_of(challenge), actor.organisations(Role.SME)):
        return Viewer.INVITED
    clusters = actor.clusters()
    if challenge.owner_cluster_id in clusters:
        return Viewer.MEMBER
    states = sharing.share_states(session, key_of(challenge), clusters)
    if any(states.get(cluster) in _ASKED for cluster in actor.managed()):
        return Viewer.PARTNER_MANAGER
    if ShareState.TAKEN in states.values():
        return Viewer.MEMBER
    # What a cluster has given back stays there for those of its members who had answered.
    given_back = ShareState.ENDED in states.values()
    stays = given_back and query.has_answered(session, key_of(challenge), actor.organisations(Role.SME))
    return Viewer.MEMBER if stays else Viewer.OUTSIDER


def draw(session: Session, sighting: Sighting) -> Sheet:
    """Write down what this person may read: a teaser has no names, and what is withdrawn no text."""
    challenge = sighting.challenge
    level = sighting.level(VisibleField.CHALLENGE_TEXT)
    buyer = sighting.buyer.name if sighting.level(VisibleField.BUYER_NAME) is Level.FULL else ""
    if level is Level.FULL:
        return _sheet(challenge, buyer)
    names = names_behind(session, challenge, sighting.buyer)
    if level is Level.TEASER:
        return _redacted(_sheet(challenge, buyer), names)
    # Withdrawn after it was told: that it was there and has ended is all that stays.
    hidden = challenge.confidentiality is not Confidentiality.OPEN
    title = redact(challenge.title, names) if hidden else challenge.title
    return Sheet(
        id=id_of(challenge),
        title=title,
        state=challenge.state,
        confidentiality=challenge.confidentiality,
        deadline_on=challenge.deadline_on,
        zone=challenge.zone,
    )


def teaser_of(session: Session, challenge: Challenge, buyer: Organisation) -> Sheet:
    """Write down what others will read of a challenge whose buyer is hidden."""
    return _redacted(_sheet(challenge, ""), names_behind(session, challenge, buyer))


def full(challenge: Challenge, buyer: Organisation) -> Sheet:
    """Write down all of a challenge, for its own people and the managers who screen it."""
    return _sheet(challenge, buyer.name)


def title_for(session: Session, sighting: Sighting) -> str:
    """Return the title as this person may read it."""
    return text_for(session, sighting, sighting.challenge.title)


def text_for(session: Session, sighting: Sighting, text: str) -> str:
    """Return what the buyer wrote around a challenge as this person may read it: names are left out while hidden."""
    open_to_all = sighting.challenge.confidentiality is Confidentiality.OPEN
    if not text or open_to_all or sighting.level(VisibleField.CHALLENGE_TEXT) is Level.FULL:
        return text
    return redact(text, names_behind(session, sighting.challenge, sighting.buyer))


def names_to_mask(session: Session, organisation: Organisation) -> tuple[str, ...]:
    """Return what a language model need not know: names of an organisation, its brands, its people, its places."""
    people = query.names_of_people(session, key_of(organisation))
    names = (organisation.name, *organisation.brands, organisation.website, organisation.city, *people)
    return tuple(name for name in names if name)


def names_of(session: Session, organisation: Organisation) -> Names:
    """Return all that would give an organisation away."""
    domain = _domain_of(organisation)
    groups = (organisation.name, organisation.parent_group)
    return Names(
        organisations=tuple(name for name in groups if name),
        brands=tuple(organisation.brands),
        sites=(organisation.city,) if organisation.city else (),
        domains=(domain,) if domain else (),
        people=query.names_of_people(session, key_of(organisation)),
    )


def names_behind(session: Session, challenge: Challenge, buyer: Organisation) -> Names:
    """Return all that would give the hidden buyer of a challenge away, with what a manager wants hidden besides."""
    return replace(names_of(session, buyer), hidden=tuple(challenge.hidden_words))


def _domain_of(organisation: Organisation) -> str:
    try:
        return website_domain(organisation.website) if organisation.website else ""
    except Invalid:
        return ""


def _sheet(challenge: Challenge, buyer: str) -> Sheet:
    return Sheet(
        id=id_of(challenge),
        title=challenge.title,
        state=challenge.state,
        confidentiality=challenge.confidentiality,
        background=challenge.background,
        problem=challenge.problem,
        must_haves=tuple(challenge.must_haves),
        criteria=tuple((text, weight) for text, weight in challenge.criteria),
        countries=tuple(challenge.countries),
        deadline_on=challenge.deadline_on,
        zone=challenge.zone,
        trl=challenge.trl,
        budget=challenge.budget,
        ip_terms=challenge.ip_terms,
        sector=challenge.sector,
        language=challenge.language,
        buyer=buyer,
    )


def _redacted(sheet: Sheet, names: Names) -> Sheet:
    """Return the teaser of a sheet: every text without what names the buyer."""
    return Sheet(
        id=sheet.id,
        title=redact(sheet.title, names),
        state=sheet.state,
        confidentiality=sheet.confidentiality,
        background=redact(sheet.background, names),
        problem=redact(sheet.problem, names),
        must_haves=tuple(redact(text, names) for text in sheet.must_haves),
        criteria=tuple((redact(text, names), weight) for text, weight in sheet.criteria),
        countries=sheet.countries,
        deadline_on=sheet.deadline_on,
        zone=sheet.zone,
        trl=sheet.trl,
        budget=redact(sheet.budget, names),
        ip_terms=redact(sheet.ip_terms, names),
        sector=redact(sheet.sector, names),
        language=sheet.language,
        buyer=sheet.buyer,
        redacted=True,
    )


def split_value(value: str, *, example: str = "CH-12") -> tuple[str, int]:
    """Read the value of a button that names a thing and the state it was shown in, such as `CH-12:3`.

    :raises Invalid: it is no such value.
    """
    head, _, number = value.strip().rpartition(":")
    version = read_number(number)
    if not head or version is None:
        raise Invalid("id.unknown", example=example)
    return head, version
