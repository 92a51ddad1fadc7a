"""Cards for managers: screening a challenge, sharing it, and the offer to a partner cluster."""

from __future__ import annotations

from domain.challenges import ChallengeState, Confidentiality, ScreeningQuestion
from domain.rooms import ShareState
from messages.card import Actions, Block, Button, Card, Confirm, Divider, Note, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import brief, bulleted, challenge_button, heading, needs, told_in, whole
from messages.i18n import Words
from messages.labels import LABELS, label
from messages.notices.screening import Offer, Screening, TeaserPreview


@composes(Screening)
def compose_screening(notice: Screening, words: Words) -> Card:
    """Write the managers' card of a challenge: while it is screened, what will go out; afterwards, where it stands."""
    sheet = notice.sheet
    screening = sheet.state is ChallengeState.SUBMITTED
    blocks = _to_screen(notice, words) if screening else _screened(notice, words)
    return Card(
        title=heading(sheet.id, sheet.title),
        blocks=tuple(blocks),
        summary=words.say("{id}: {status}", id=sheet.id, status=label(sheet.state, words)),
        locale=words.locale,
    )


def _to_screen(notice: Screening, words: Words) -> list[Block]:
    sheet = notice.sheet
    blocks = whole(sheet, words)
    blocks.append(Section(label(sheet.confidentiality, words), words.say("Who will see it")))
    if notice.invited:
        blocks.append(Section(bulleted(notice.invited), words.say("Invited by name")))
    if notice.teaser is not None:
        blocks += [Divider(), Section(words.say("This is what others will read:"), words.say("The teaser"))]
        blocks.append(Section(notice.teaser.title))
        blocks += whole(notice.teaser, words)[1:]
        blocks.append(Divider())
    questions = [label(question, words) for question in ScreeningQuestion]
    blocks.append(Section(bulleted(questions), words.say("Worth asking before it goes out")))
    value = f"{sheet.id}:{notice.version}"
    buttons = [
        Button(words.say("Publish"), action="screening.publish", value=value, style=Style.PRIMARY),
        Button(words.say("Return with a reason"), action="screening.return", value=value),
        Button(words.say("Open"), action="challenge.show", value=sheet.id),
    ]
    if notice.teaser is not None:
        buttons.append(challenge_button("sharing.hide", sheet.id, words))
    blocks.append(Actions(tuple(buttons)))
    return blocks


def _screened(notice: Screening, words: Words) -> list[Block]:
    sheet = notice.sheet
    blocks: list[Block] = [brief(sheet, words)]
    if notice.reason:
        blocks.append(Section(notice.reason, words.say("The reason given")))
    if notice.answers:
        blocks.append(Note(words.count("One answer so far.", "{n} answers so far.", notice.answers)))
    if notice.partners:
        lines = [f"{name}: {label(state, words)}" for name, state in notice.partners]
        blocks.append(Section(bulleted(lines), words.say("Partner clusters")))
    if notice.screened_by:
        blocks.append(Note(words.say("Screened by {name}", name=notice.screened_by)))
    buttons = [Button(words.say("Open"), action="challenge.show", value=sheet.id)]
    if sheet.state is ChallengeState.PUBLISHED and sheet.confidentiality is not Confidentiality.INVITE:
        buttons.append(challenge_button("sharing.offer", sheet.id, words))
        if notice.teaser is not None:
            buttons.append(challenge_button("sharing.hide", sheet.id, words))
    blocks.append(Actions(tuple(buttons)))
    return blocks


@composes(Offer)
def compose_offer(notice: Offer, words: Words) -> Card:
    """Ask the managers of a partner cluster whether a challenge is something for their members."""
    sheet = notice.sheet
    blocks: list[Block] = [
        Section(
            words.say(
                "{owner} offers this challenge to the members of {cluster}.", owner=notice.owner, cluster=notice.cluster
            )
        ),
        brief(sheet, words),
        *needs(sheet, words),
        *told_in(sheet.said_in, translated=sheet.translated, words=words),
    ]
    if notice.state is ShareState.OFFERED and notice.open:
        take = Button(words.say("Take it"), action="sharing.take", value=notice.value, style=Style.PRIMARY)
        refuse = Button(words.say("Not for us"), action="sharing.refuse", value=notice.value)
        blocks.append(Actions((take, *_where(notice, words), refuse, _open(notice, words))))
        blocks.append(
            Note(
                words.say("If you take it, it is posted in your challenge channel; no member is contacted without you.")
            )
        )
    elif notice.state is ShareState.OFFERED:
        blocks.append(Note(words.say("It has ended meanwhile; there is nothing left to decide.")))
    else:
        blocks += _answered(notice, words)
    return Card(
        title=heading(sheet.id, sheet.title),
        blocks=tuple(blocks),
        summary=words.say("{owner} offers {id}: {title}", owner=notice.owner, id=sheet.id, title=sheet.title),
        locale=words.locale,
    )


def _answered(notice: Offer, words: Words) -> list[Block]:
    """Write what the cluster said to the offer, and how it may change its mind while the challenge is open."""
    answer = words.say(LABELS[ShareState][notice.state])
    blocks: list[Block] = [Note(words.say("Your cluster's answer: {answer}", answer=answer))]
    if notice.posted:
        blocks.append(Note(words.say("Posted in: {places}", places=words.listed(notice.posted))))
    if not notice.open:
        return blocks
    if notice.state is ShareState.TAKEN:
        confirm = Confirm(
            title=words.say("Give it back?"),
            text=words.say("Its post will say that it is no longer offered here. Answers of your members stay."),
            yes=words.say("Give it back"),
            no=words.say("Keep it"),
        )
        back = Button(words.say("Give it back"), action="sharing.return", value=notice.value, confirm=confirm)
        return [*blocks, Actions((*_where(notice, words), back, _open(notice, words)))]
    take = Button(words.say("Take it after all"), action="sharing.take", value=notice.value)
    return [*blocks, Actions((take, *_where(notice, words), _open(notice, words)))]


def _where(notice: Offer, words: Words) -> tuple[Button, ...]:
    if len(notice.places) < 2:
        return ()
    return (Button(words.say("Choose workspaces"), action="sharing.places", value=notice.value),)


def _open(notice: Offer, words: Words) -> Button:
    return Button(words.say("Open"), action="challenge.show", value=notice.sheet.id)


@composes(TeaserPreview)
def compose_teaser(notice: TeaserPreview, words: Words) -> Card:
    """Show the managers the teaser as others read it."""
    sheet = notice.sheet
    blocks: list[Block] = [Section(words.say("This is what others will read:")), *whole(sheet, words)]
    if notice.hidden:
        blocks.append(Section(bulleted(notice.hidden), words.say("Left out besides")))
    buttons = [challenge_button("sharing.hide", sheet.id, words)]
    if sheet.state is ChallengeState.PUBLISHED:
        buttons.append(challenge_button("sharing.offer", sheet.id, words))
    blocks.append(Actions(tuple(buttons)))
    return Card(title=heading(sheet.id, sheet.title), blocks=tuple(blocks), locale=words.locale)
