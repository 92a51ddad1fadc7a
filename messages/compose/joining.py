"""Cards for those who join, and for the managers who let them in."""

from __future__ import annotations

from typing import Final

from domain.organisations import MembershipState, Role
from messages.card import Actions, Block, Button, Card, Fact, Facts, Note, Section, Style
from messages.compose.registry import composes
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.joining import (
    AlreadyIn,
    Belongs,
    FirstUse,
    JoinNear,
    JoinWaits,
    MemberLine,
    MemberList,
    MembershipAnswer,
    MembershipCard,
    MembershipDone,
    MembershipList,
)
from messages.parts import sentence

#: What is said once about what is kept; changing it calls for a new number of the notice.
FIRST_USE: Final = N_(
    "I keep your name, your e-mail address, what you do here and what you write to me, to "
    "bring challenges and companies together and to show the funders what came of it. Nobody "
    "outside your cluster learns who you are before you say yes. Everybody in a channel can "
    "read its threads."
)


def belonging(one: Belongs, words: Words) -> str:
    """Write one membership as a line."""
    if one.role is Role.MANAGER:
        return words.say("Manager of {cluster}", cluster=one.cluster)
    role = label(one.role, words)
    return words.say(
        "{role} for {organisation}, in {cluster}", role=role, organisation=one.organisation, cluster=one.cluster
    )


@composes(AlreadyIn)
def compose_already_in(notice: AlreadyIn, words: Words) -> Card:
    """Say where somebody belongs already."""
    lines = "\n".join(belonging(one, words) for one in notice.belongs)
    buttons = (
        Button(words.say("My page"), action="home.show", style=Style.PRIMARY),
        Button(words.say("Join for another organisation"), action="join.another"),
    )
    return Card(title=words.say("You are in already"), blocks=(Section(lines), Actions(buttons)), locale=words.locale)


@composes(JoinWaits)
def compose_join_waits(notice: JoinWaits, words: Words) -> Card:
    """Say what waits, since when, and for whom."""
    text = words.say(
        "You asked on {day} to join {cluster} for {organisation}, as: {role}.",
        day=words.date(notice.since),
        cluster=notice.cluster,
        organisation=notice.organisation,
        role=label(notice.role, words),
    )
    if notice.managers:
        text += " " + words.say("One of these managers lets you in: {names}.", names=words.listed(notice.managers))
    text += " " + words.say("I will let you know as soon as it is decided.")
    title = words.say("Thank you, that is all I need") if notice.fresh else words.say("Your request waits")
    take_back = Button(words.say("Take it back"), action="membership.withdraw", value=notice.id)
    return Card(title=title, blocks=(Section(text), Actions((take_back,))), locale=words.locale)


@composes(JoinNear)
def compose_join_near(notice: JoinNear, words: Words) -> Card:
    """Ask whether one of the known organisations is meant."""
    text = words.say("I do not know “{typed}”. Is it one of these?", typed=notice.typed)
    known = tuple(Button(name, action="join.choose", value=value) for value, name in notice.near)
    anew = Button(words.say("No, add it as a new one"), action="join.choose", value=notice.anew)
    return Card(
        title=words.say("Which organisation?"),
        blocks=(Section(text), Actions(known), Actions((anew,))),
        locale=words.locale,
    )


@composes(MembershipCard)
def compose_membership(notice: MembershipCard, words: Words) -> Card:
    """Show the managers who wants to join, and what became of it."""
    blocks: list[Block] = [_facts(notice, words)]
    if notice.is_new:
        blocks.append(Note(words.say("This organisation is new; letting the person in makes it a member.")))
    outcome = _outcome(notice, words)
    if outcome:
        blocks.append(Section(outcome))
    if notice.reason:
        blocks.append(Section(notice.reason, words.say("The reason given")))
    if notice.state is MembershipState.ASKED and not notice.decidable:
        blocks.append(
            Note(
                words.say(
                    "{organisation} belongs to {cluster}: its managers decide, and have been asked.",
                    organisation=notice.organisation,
                    cluster=notice.cluster,
                )
            )
        )
    elif notice.state is MembershipState.ASKED:
        blocks.append(
            Actions(
                (
                    Button(words.say("Let in"), action="membership.approve", value=notice.id, style=Style.PRIMARY),
                    Button(words.say("Refuse"), action="membership.refuse", value=notice.id),
                )
            )
        )
    elif notice.supplier:
        blocks.append(Actions((Button(words.say("See the profile"), action="profile.show", value=notice.supplier),)))
    title = words.say("{id} · {name} wants to join", id=notice.id, name=notice.name)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _facts(notice: MembershipCard, words: Words) -> Facts:
    facts = [
        Fact(words.say("Organisation"), notice.organisation),
        Fact(words.say("Kind"), label(notice.kind, words)),
        Fact(words.say("Country"), words.country(notice.country)),
        Fact(words.say("Role"), label(notice.role, words)),
        Fact(words.say("Asked on"), words.date(notice.since)),
    ]
    if notice.email:
        facts.append(Fact(words.say("E-mail"), notice.email))
    if notice.website:
        facts.append(Fact(words.say("Website"), notice.website))
    if notice.headcount is not None:
        facts.append(Fact(words.say("People"), words.number(notice.headcount)))
    return Facts(tuple(facts))


def _outcome(notice: MembershipCard, words: Words) -> str:
    by = notice.decided_by or "Matchpoint"
    match notice.state:
        case MembershipState.ACTIVE:
            return words.say("{name} let them in.", name=by)
        case MembershipState.REFUSED:
            return words.say("{name} refused.", name=by)
        case MembershipState.LEFT:
            return words.say("It was taken back.")
        case _:
            return ""


@composes(MembershipList)
def compose_membership_list(notice: MembershipList, words: Words) -> Card:
    """List who waits to be let in."""
    if not notice.items:
        text = words.say("Nobody waits to be let in.")
        return Card(title=words.say("Who wants to join"), blocks=(Section(text),), locale=words.locale)
    blocks: list[Block] = []
    for item in notice.items:
        line = words.say("{organisation}, {role}", organisation=item.organisation, role=label(item.role, words))
        look = Button(words.say("Look"), action="membership.show", value=item.id)
        blocks += [Section(line, heading=item.name), Actions((look,))]
    if notice.total > len(notice.items):
        more = notice.total - len(notice.items)
        blocks.append(Note(words.say("{count} more come up when these are decided.", count=more)))
    return Card(title=words.say("Who wants to join"), blocks=tuple(blocks), locale=words.locale)


@composes(MembershipAnswer)
def compose_membership_answer(notice: MembershipAnswer, words: Words) -> Card:
    """Tell the person what was decided, and what to do next in this role."""
    if not notice.let_in:
        text = words.say(
            "The managers of {cluster} did not let you in for {organisation}.",
            cluster=notice.cluster,
            organisation=notice.organisation,
        )
        again = Actions((Button(words.say("Ask again"), action="join.start"),))
        reason = (Section(notice.reason, words.say("The reason given")),) if notice.reason else ()
        return Card(title=words.say("Not yet"), blocks=(Section(text), *reason, again), locale=words.locale)
    text, buttons = _next_steps(notice, words)
    return Card(
        title=words.say("Welcome to {cluster}", cluster=notice.cluster),
        blocks=(Section(text), Actions(buttons)),
        locale=words.locale,
    )


def _next_steps(notice: MembershipAnswer, words: Words) -> tuple[str, tuple[Button, ...]]:
    see = Button(words.say("Open challenges"), action="challenge.list")
    if notice.role is Role.BUYER:
        text = words.say(
            "You can now state what {organisation} looks for. It takes five minutes, and your cluster manager reads it "
            "before anybody else does.",
            organisation=notice.organisation,
        )
        return text, (Button(words.say("State a challenge"), action="challenge.new", style=Style.PRIMARY), see)
    profile = Button(words.say("My organisation's profile"), action="profile.edit", style=Style.PRIMARY)
    if notice.has_profile:
        text = words.say(
            "{organisation} has a profile already. Look whether it is right: it decides which challenges are proposed "
            "to you.",
            organisation=notice.organisation,
        )
    else:
        text = words.say(
            "First, describe what {organisation} can do: this decides which challenges are proposed "
            "to you. A few lines are enough.",
            organisation=notice.organisation,
        )
    return text, (profile, see)


@composes(MembershipDone)
def compose_membership_done(notice: MembershipDone, words: Words) -> Card:
    """Confirm what was decided."""
    names = {"name": notice.name, "organisation": notice.organisation}
    if notice.state is MembershipState.ACTIVE:
        text = words.say("{name} is in for {organisation} and is told what comes next.", **names)
    elif notice.state is MembershipState.REFUSED:
        text = words.say("{name} is told that it is a no, and why.", name=notice.name)
    else:
        text = words.say("Your request for {organisation} is taken back.", organisation=notice.organisation)
    return sentence(text, words)


@composes(FirstUse)
def compose_first_use(_notice: FirstUse, words: Words) -> Card:
    """Say once what is kept of a person and why."""
    read = Actions((Button(words.say("I have read it"), action="first_use.read", style=Style.PRIMARY),))
    return Card(
        title=words.say("What I store about you"), blocks=(Section(words.say(FIRST_USE)), read), locale=words.locale
    )


@composes(MemberList)
def compose_member_list(notice: MemberList, words: Words) -> Card:
    """List the people of a cluster."""
    lines = [_member(one, words) for one in notice.items]
    blocks: list[Block] = [Section("\n".join(lines) or words.say("Nobody is here yet."))]
    turn = (
        Button(words.say("Back"), action="cluster.members", value=notice.back),
        Button(words.say("More"), action="cluster.members", value=notice.on),
    )
    if any(button.value for button in turn):
        blocks.append(Actions(tuple(button for button in turn if button.value)))
    title = words.count("One person in {cluster}", "{n} people in {cluster}", notice.total, cluster=notice.cluster)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _member(one: MemberLine, words: Words) -> str:
    parts = [words.say("{name} · {role}", name=one.name, role=label(one.role, words))]
    if one.organisation:
        parts.append(one.organisation)
    if one.paused:
        parts.append(words.say("suggestions paused"))
    return " · ".join(parts)
