"""Cards about clusters."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Fact, Facts, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import bulleted
from messages.compose.undelivered import lost_channel
from messages.i18n import Words
from messages.notices.clusters import ClusterChoice, ClusterShown


@composes(ClusterShown)
def compose_cluster(notice: ClusterShown, words: Words) -> Card:
    """Show a cluster, and what can be done there."""
    blocks: list[Block] = []
    if notice.news:
        blocks.append(
            Section(words.say("Your cluster is active now. Bring your members in, and buyers can state challenges."))
        )
    if notice.focus:
        blocks.append(Section(notice.focus))
    blocks.append(_facts(notice, words))
    if notice.lost:
        lost = bulleted([lost_channel(one, words) for one in notice.lost])
        blocks.append(Section(lost, heading=words.say("Channels that take nothing any more")))
    if notice.manages and not notice.news:
        blocks.append(_waiting(notice, words))
    blocks.append(Actions(_buttons(notice, words)))
    title = words.say("{name}, {country}", name=notice.name, country=words.country(notice.country))
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _facts(notice: ClusterShown, words: Words) -> Facts:
    facts = [
        Fact(words.say("Cluster managers"), words.listed(notice.managers) or words.say("None yet")),
        Fact(words.say("Organisations"), words.number(notice.organisations)),
        Fact(words.say("People"), words.number(notice.people)),
    ]
    if notice.workspaces:
        facts.append(Fact(words.say("Workspace"), words.listed(notice.workspaces)))
    if notice.partners:
        facts.append(Fact(words.say("Partners so far"), words.listed(notice.partners)))
    if notice.others:
        facts.append(Fact(words.say("You are also in"), words.listed(notice.others)))
    return Facts(tuple(facts))


def _waiting(notice: ClusterShown, words: Words) -> Section:
    decide, screen, offered = notice.to_decide, notice.to_screen, notice.offered
    propose, approve, owed = notice.to_propose, notice.to_approve, notice.owed
    lines = (
        words.count("One person waits to be let in.", "{n} people wait to be let in.", decide) if decide else "",
        words.count("One challenge waits to be screened.", "{n} challenges wait to be screened.", screen)
        if screen
        else "",
        words.count(
            "One challenge of a partner waits for your yes or no.",
            "{n} challenges of partners wait for your yes or no.",
            offered,
        )
        if offered
        else "",
        words.count(
            "One challenge has candidates to decide about.", "{n} challenges have candidates to decide about.", propose
        )
        if propose
        else "",
        words.count("One introduction waits for your approval.", "{n} introductions wait for your approval.", approve)
        if approve
        else "",
        words.count(
            "One closed challenge has answers that are neither introduced nor declined.",
            "{n} closed challenges have answers that are neither introduced nor declined.",
            owed,
        )
        if owed
        else "",
    )
    told = "\n".join(line for line in lines if line)
    return Section(told or words.say("Nothing waits for a manager."), heading=words.say("What waits"))


def _buttons(notice: ClusterShown, words: Words) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if notice.manages and notice.to_decide:
        buttons.append(Button(words.say("Who wants to join"), "membership.list", notice.id, style=Style.PRIMARY))
    if notice.manages and (notice.to_propose or notice.to_approve or notice.owed):
        buttons.append(Button(words.say("My page"), action="home.show"))
    if notice.manages:
        buttons.append(Button(words.say("Members"), "cluster.members", notice.id))
        buttons.append(Button(words.say("How it is set up"), action="setup.start"))
    if not notice.member:
        buttons.append(Button(words.say("Join"), action="join.start", style=Style.PRIMARY))
    return (*buttons, Button(words.say("Open challenges"), action="challenge.list"))


@composes(ClusterChoice)
def compose_cluster_choice(notice: ClusterChoice, words: Words) -> Card:
    """Ask which cluster is meant."""
    buttons = tuple(Button(name, action="cluster.show", value=key) for key, name in notice.clusters[:10])
    return Card(
        title=words.say("Which cluster?"),
        blocks=(Section(words.say("You belong to several.")), Actions(buttons)),
        locale=words.locale,
    )
