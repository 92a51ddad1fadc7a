"""Cards for managers: the ranker's proposals and what became of them."""

from __future__ import annotations

from typing import Final

from domain.introductions import SHORTLIST_MAX, Slot
from messages.card import Actions, Block, Button, Card, Divider, Form, Note, Section, Style
from messages.compose.registry import asks, composes
from messages.compose.sheets import heading, told_in
from messages.i18n import N_, Words
from messages.notices.decisions import RejectSuggestion, ReviewsWaiting, SuggestionApproved, SuggestionRejected
from messages.notices.suggestions import Candidacy, Review, Standing, Team, TeamShown
from messages.pair_labels import label, quotes
from messages.parts import sentence, why_not

_QUOTES: Final = 2
_TEAM_QUOTES: Final = 3

#: Places that are not given by score alone.
PLACES: Final = {
    Slot.NEWCOMER: N_("New: never introduced before."),
    Slot.COUNTRY: N_("Here so that a second country is represented."),
}


@composes(Review)
def compose_review(notice: Review, words: Words) -> Card:
    """Lay out at most five candidates with what speaks for each, and what can be decided."""
    title = notice.title or words.say("A challenge by invitation")
    blocks: list[Block] = [Section(_lead(notice, words), words.say("Candidates"))]
    for place, candidate in enumerate(notice.shown, notice.first):
        blocks += [Divider(), *_candidate(candidate, place, words, partner=notice.partner, over=notice.over)]
    if notice.team is not None:
        blocks += [Divider(), *_team(notice.team, words)]
    if notice.earlier:
        lines = "\n".join(_decided(one, words, name=True) for one in notice.earlier)
        blocks += [Divider(), Section(lines, words.say("Decided earlier"))]
    if notice.more and notice.more_value:
        label_more = words.count("Show one more", "Show more ({n} follow)", notice.more)
        blocks.append(Actions((Button(label_more, action="suggestion.more", value=notice.more_value),)))
    blocks += [Note(text) for text in _notes(notice, words)]
    return Card(
        title=heading(notice.id, title),
        blocks=tuple(blocks),
        summary=_summary(notice, words),
        locale=words.locale,
    )


def _summary(notice: Review, words: Words) -> str:
    open_ = 0 if notice.over else sum(one.standing is Standing.OPEN for one in notice.shown)
    if not open_:
        return words.say("{id}: no candidate to decide", id=notice.id)
    return words.count("{id}: one candidate to decide", "{id}: {n} candidates to decide", open_, id=notice.id)


def _lead(notice: Review, words: Words) -> str:
    if notice.over:
        return words.say("This challenge is over: nothing is decided here any more.")
    if not notice.shown:
        return words.say("No profile fits well enough yet. New profiles and answers are looked at as they come.")
    if notice.partner:
        return words.say("Candidates of your cluster. Both clusters approve before anybody is asked.")
    lead = words.count(
        "One organisation is eligible. Nobody is asked before you approve.",
        "The best of {n} eligible organisations. Nobody is asked before you approve.",
        notice.considered,
    )
    whole = notice.first == 1 and not notice.more
    if whole and len(notice.shown) < min(SHORTLIST_MAX, notice.considered):
        lead += " " + words.say("Nobody else fits well enough to be proposed.")
    return lead


def _team(team: Team, words: Words) -> list[Block]:
    """Say in a line or two who could do it together, with a button that shows how."""
    look = Button(words.say("Look at the team"), action="suggestion.team", value=team.value)
    return [Section(_team_line(team, words), words.say("Nobody covers it all alone")), Actions((look,))]


def _team_line(team: Team, words: Words) -> str:
    names = words.listed([words.say("{place}. {name}", place=one.place, name=one.name) for one in team.members])
    if not team.uncovered:
        return words.say("Together, {names} cover every must-have.", names=names)
    return words.say(
        "Together, {names} cover the most. Nobody covers: {missing}", names=names, missing="; ".join(team.uncovered)
    )


def _candidate(
    one: Candidacy, place: int, words: Words, *, partner: bool, over: bool, most: int = _QUOTES
) -> list[Block]:
    """Write one candidate: a decided one in a line, an open one with its evidence and buttons."""
    name = words.say("{place}. {name}, {country}", place=place, name=one.name, country=words.country(one.country))
    if one.standing is not Standing.OPEN:
        return [Section(_decided(one, words, name=False), name)]
    blocks: list[Block] = [Section(_reason(one, words, partner=partner), name)]
    # There is room for few: first comes what covers a must-have, then what a model points at.
    telling = sorted(one.evidence, key=lambda quote: (not quote.must_have, not quote.picked))
    blocks += quotes(telling, words, most=most)
    # Where nothing is covered, the line above says so already.
    if 0 < len(one.missing) < one.asked:
        blocks.append(Note(words.say("No evidence found for: {missing}", missing="; ".join(one.missing))))
    if one.reason:
        blocks.append(Note(_thoughts(one, words)))
    if not over:
        blocks.append(Actions(_buttons(one, words)))
    return blocks


def opinion(one: Candidacy, words: Words) -> str:
    """Say what a model thinks, marked as such; scores that differ from reading to reading show how sure it is."""
    if len(one.readings) > 1:
        return words.say(
            "A language model thinks ({lowest} to {highest} of 100 in {n} readings): {reason}",
            lowest=one.readings[0],
            highest=one.readings[-1],
            n=len(one.readings),
            reason=one.reason,
        )
    return words.say("A language model thinks: {reason}", reason=one.reason)


def _thoughts(one: Candidacy, words: Words) -> str:
    """Say what a model thinks and what it finds missing, which the search for words may have taken for covered."""
    said = opinion(one, words)
    if not one.gaps:
        return said
    end = "" if said.endswith((".", "!", "?", "…")) else "."
    return f"{said}{end} " + words.say("Missing according to the model: {gaps}", gaps="; ".join(one.gaps))


def _buttons(one: Candidacy, words: Words) -> tuple[Button, ...]:
    buttons = (
        Button(words.say("Approve"), action="suggestion.approve", value=one.value, style=Style.PRIMARY),
        Button(words.say("Decline"), action="suggestion.reject", value=one.value),
        Button(words.say("Why?"), action="suggestion.why", value=one.value),
    )
    invite = Button(words.say("Invite by link"), action="guest.invite", value=one.invite)
    return (*buttons, invite) if one.invite else buttons


def _reason(one: Candidacy, words: Words, *, partner: bool) -> str:
    parts = [words.say("Score {score} of 100.", score=one.score)]
    if one.chance is not None:
        parts.append(approved_before(one.chance, words))
    if one.answer:
        parts.append(words.say("Has answered ({answer}).", answer=one.answer))
    if one.asked:
        covered = one.asked - len(one.missing)
        if covered:
            parts.append(words.say("Covers {covered} of {asked} must-haves.", covered=covered, asked=one.asked))
        else:
            parts.append(words.say("Covers none of the must-haves, as far as its own words tell."))
    if one.slot in PLACES:
        parts.append(words.say(PLACES[one.slot]))
    if one.cluster and not partner:
        parts.append(words.say("At home in {cluster}.", cluster=one.cluster))
    return " ".join(parts)


def approved_before(chance: float, words: Words) -> str:
    """Say how often such candidates were approved: in tenths, because the decisions behind it tell no more."""
    of_ten = round(10 * chance)
    if of_ten == 0:
        return words.say("Hardly any like this was approved so far.")
    if of_ten == 10:
        return words.say("Nearly all like this were approved so far.")
    return words.count(
        "About one of 10 like this was approved so far.", "About {n} of 10 like this were approved so far.", of_ten
    )


def _decided(one: Candidacy, words: Words, *, name: bool) -> str:
    by = one.by or words.say("a manager")
    if one.standing is Standing.REJECTED:
        text = words.say("Declined by {by}.", by=by)
    else:
        text = words.say("Approved by {by}.", by=by)
    if one.introduction and one.state is not None:
        text += " " + words.say("{introduction}: {state}", introduction=one.introduction, state=label(one.state, words))
    return f"{one.name}: {text}" if name else text


def _notes(notice: Review, words: Words) -> list[str]:
    sentences = {
        "local_order": words.say("Ranked locally, without a language model."),
        "model_unavailable": words.say(
            "Ranked locally: the language model could not be reached or gave no usable answer."
        ),
        "model_unproven": words.say(
            "Ranked locally: a language model has read the texts too, but has not yet shown that its order can be "
            "trusted."
        ),
        "same_language": words.say(
            "Only matches in the language of the challenge were looked for: profiles in other languages may be missed."
        ),
    }
    return [*_spread(notice, words), *(sentences[code] for code in notice.notes if code in sentences)]


def _spread(notice: Review, words: Words) -> list[str]:
    """Say whom the spread and the room of SMEs cost a place, and what that costs the list."""
    spread, found = notice.spread, list[str]()
    if spread.displaced:
        found.append(
            words.say(
                "By score alone {names} would stand above. Room was made for a second country or a newcomer, at the "
                "cost of {share} of the scores above.",
                names=words.listed(spread.displaced),
                share=words.percent(spread.given_up),
            )
        )
    if spread.held:
        found.append(
            words.say(
                "Proposed for other challenges as often as they can take on, and therefore further down: {names}.",
                names=words.listed(spread.held),
            )
        )
    return found


@composes(TeamShown)
def compose_team(notice: TeamShown, words: Words) -> Card:
    """Show the members of a team, each with what it covers, word for word."""
    blocks: list[Block] = [Section(_team_line(notice.team, words))]
    for member, candidate in zip(notice.team.members, notice.candidates, strict=True):
        blocks += [
            Divider(),
            *_candidate(candidate, member.place, words, partner=False, over=notice.over, most=_TEAM_QUOTES),
        ]
    blocks.append(Note(words.say("Each of them is approved and asked by itself. Nobody is bound to the others.")))
    title = notice.title or words.say("A challenge by invitation")
    return Card(title=heading(notice.id, title), blocks=tuple(blocks), locale=words.locale)


@composes(ReviewsWaiting)
def compose_reviews_waiting(notice: ReviewsWaiting, words: Words) -> Card:
    """Say on a manager's own page that candidates wait."""
    text = words.count("One candidate waits for your decision.", "{n} candidates wait for your decision.", notice.count)
    look = Button(words.say("Look at them"), action="suggestion.review", value=notice.value, style=Style.PRIMARY)
    return Card(
        title=heading(notice.id, notice.title or words.say("A challenge by invitation")),
        blocks=(Section(text), *told_in(notice.said_in, translated=True, words=words), Actions((look,))),
        locale=words.locale,
    )


@composes(SuggestionApproved)
def compose_suggestion_approved(notice: SuggestionApproved, words: Words) -> Card:
    """Say what follows from the approval."""
    if notice.waiting:
        text = words.say(
            "Approved. {id} ({name}) now waits for the manager of {clusters}.",
            id=notice.introduction,
            name=notice.name,
            clusters=words.listed(notice.waiting),
        )
    elif notice.asked == "buyer":
        text = words.say(
            "Approved. {name} has consented with its answer; the buyer is asked now ({id}).",
            id=notice.introduction,
            name=notice.name,
        )
    elif notice.invite:
        text = words.say(
            "Approved, but nobody of {name} can be asked yet: none of its people has ever used Matchpoint. Invite one "
            "of them by a link; the question waits for them ({id}).",
            id=notice.introduction,
            name=notice.name,
        )
    else:
        text = words.say("Approved. {name} is asked now ({id}).", id=notice.introduction, name=notice.name)
    buttons = (Button(words.say("Open"), action="introduction.show", value=notice.introduction),)
    if notice.invite:
        invite = Button(words.say("Invite by link"), action="guest.invite", value=notice.invite, style=Style.PRIMARY)
        buttons = (invite, *buttons)
    return Card(title="", blocks=(Section(text), Actions(buttons)), summary=text, locale=words.locale)


@composes(SuggestionRejected)
def compose_suggestion_rejected(notice: SuggestionRejected, words: Words) -> Card:
    """Confirm a no."""
    text = words.say("Noted: {name} is not proposed for this challenge. Nobody else is told.", name=notice.name)
    return sentence(text, words)


@asks(RejectSuggestion)
def ask_reject_suggestion(question: RejectSuggestion, words: Words) -> Form:
    """Ask why a candidate is not proposed."""
    return Form(
        action="suggestion.reject_save",
        value=question.value,
        title=words.say("Decline a candidate"),
        intro=words.say("{name} is not told. Your reason helps to propose better ones.", name=question.name),
        fields=why_not(words),
        submit=words.say("Decline"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )
