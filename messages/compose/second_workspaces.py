"""The card of a further workspace that says it is a cluster's own."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Confirm, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.setup import WorkspaceAsks


@composes(WorkspaceAsks)
def compose_workspace_asks(notice: WorkspaceAsks, words: Words) -> Card:
    """Say which workspace asks and whom it names, or what was decided."""
    title = words.say("The workspace {workspace}", workspace=notice.workspace)
    if not notice.cluster:
        told = words.say("It was kept out. It can be set up for another cluster.")
        return Card(title=title, blocks=(Section(told),), locale=words.locale)
    if notice.active:
        told = words.say("It belongs to {cluster} and works now.", cluster=notice.cluster)
        return Card(title=title, blocks=(Section(told),), locale=words.locale)
    told = words.say("It was set up as a further workspace of {cluster}. Is it yours?", cluster=notice.cluster)
    if notice.managers:
        told += "\n" + words.say("It names as managers: {managers}.", managers=words.listed(list(notice.managers)))
    confirm = Confirm(
        words.say("Let {workspace} in?", workspace=notice.workspace),
        words.say("Your challenges then appear there too, and those it names become managers of your cluster."),
        words.say("Let it in"),
        words.say("Not yet"),
    )
    buttons = (
        Button(words.say("Let it in"), "workspace.let_in", notice.id, style=Style.PRIMARY, confirm=confirm),
        Button(words.say("It is not ours"), "workspace.keep_out", notice.id, style=Style.DANGER),
    )
    blocks: tuple[Block, ...] = (Section(told), Actions(buttons))
    return Card(title=title, blocks=blocks, locale=words.locale)
