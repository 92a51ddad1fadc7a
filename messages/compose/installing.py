"""The card with which Matchpoint introduces itself, and the pages around an installation."""

from __future__ import annotations

from typing import Final

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.i18n import N_, Words
from messages.notices.installing import (
    Greeting,
    InstallDone,
    InstallFailed,
    InstallPage,
    WorkspaceClosed,
    WorkspaceRemoved,
)

#: What Slack is asked to allow, in groups: every scope of the app stands in one of them.
PERMISSIONS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("commands",), N_("offer commands and a shortcut")),
    (("chat:write", "im:write", "mpim:write"), N_("write in channels, to people, and in the conversations it opens")),
    (
        ("channels:read", "channels:join", "channels:manage", "groups:read", "groups:write"),
        N_("find, create and join the channels that are chosen for it, and bring the managers into theirs"),
    ),
    (
        ("channels:history", "groups:history", "im:history", "mpim:history"),
        N_("read replies below its own cards and in the conversations it opens; nothing else is kept"),
    ),
    (("files:write", "files:read"), N_("show pictures, such as how the money of a call was taken up")),
    (
        ("users:read", "users:read.email"),
        N_("know names, languages, time zones and e-mail addresses of those who use it"),
    ),
)
_WHY: Final[dict[str, str]] = {
    "expired": N_(
        "This page was begun more than ten minutes ago, in another browser, or was used already. Begin anew, and go "
        "through to the end in one go."
    ),
    "denied": N_(
        "It was not allowed, so nothing was changed. If your workspace lets only admins install apps, ask one of them "
        "to open this address."
    ),
    "refused": N_(
        "Slack did not accept the code that it gave. Begin anew; if it happens again, write to whoever runs this "
        "Matchpoint."
    ),
    "unreachable": N_("Slack or Matchpoint cannot be reached at the moment. Wait a few minutes and begin anew."),
}


@composes(Greeting)
def compose_greeting(notice: Greeting, words: Words) -> Card:
    """Say what Matchpoint is for, and what to do next."""
    title = words.say("Hello, I am Matchpoint")
    text = words.say(
        "I bring challenges of large buyers together with small companies that can solve them, "
        "across clusters and countries."
    )
    if notice.cluster:
        after = words.say("I work here for {cluster}.", cluster=notice.cluster)
        buttons = (
            Button(words.say("Tell me who you work for"), action="join.start", style=Style.PRIMARY),
            Button(words.say("What I can do"), action="help.matchpoint"),
        )
    else:
        after = words.say("I am not set up here yet. Somebody who manages this workspace can do that in two minutes.")
        buttons = (
            Button(words.say("Set Matchpoint up"), action="setup.start", style=Style.PRIMARY),
            Button(words.say("What I can do"), action="help.matchpoint"),
        )
    return Card(
        title=title, blocks=(Section(text), Section(after), Actions(buttons)), summary=title, locale=words.locale
    )


@composes(WorkspaceRemoved)
def compose_removed(notice: WorkspaceRemoved, words: Words) -> Card:
    """Say what follows from the removal, and how it is undone."""
    title = words.say("Matchpoint was removed from {workspace}", workspace=notice.workspace)
    text = words.say(
        "I write to nobody there any more. What was written is kept: if I am installed there again, everything goes on "
        "as it was."
    )
    return Card(title=title, blocks=(Section(text),), locale=words.locale)


@composes(WorkspaceClosed)
def compose_closed(notice: WorkspaceClosed, words: Words) -> Card:
    """Say what is not delivered there, who can mend it, and what to do then."""
    if notice.again:
        title = words.say("{workspace} lets Matchpoint in again", workspace=notice.workspace)
        text = words.say("What could not be delivered meanwhile is listed on your own page: send it again there.")
        return Card(title=title, blocks=(Section(text),), locale=words.locale)
    title = words.say("{workspace} lets Matchpoint in no more", workspace=notice.workspace)
    text = words.say("Nothing that I write reaches anybody there, and nobody there was told.")
    if notice.surface == "teams":
        mend = words.say(
            "An administrator of the tenant has switched the app off, and can allow it again in the Teams admin centre."
        )
    else:
        mend = words.say("The token is not valid any more: whoever runs Matchpoint can mend that, or install it again.")
    after = words.say("Then send what is listed on your own page again. Whom you must reach before, write to yourself.")
    return Card(title=title, blocks=(Section(text), Section(mend), Section(after)), locale=words.locale)


@composes(InstallPage)
def compose_install_page(notice: InstallPage, words: Words) -> Card:
    """Say what Slack will be asked for, and go on."""
    lines = "\n".join(f"• {words.say(purpose)}" for _, purpose in PERMISSIONS)
    button = Button(words.say("Add to Slack"), url=notice.url, style=Style.PRIMARY)
    return Card(
        title=words.say("Add Matchpoint to your Slack workspace"),
        blocks=(
            Section(
                words.say(
                    "Matchpoint brings challenges of large buyers together with small companies that can solve them."
                )
            ),
            Section(lines, heading=words.say("Slack will ask you to let Matchpoint")),
            Section(
                words.say(
                    "Afterwards I write to you in Slack, and you choose cluster, channels and managers. Until then I "
                    "do nothing there."
                )
            ),
            Actions((button,)),
        ),
        locale=words.locale,
    )


@composes(InstallDone)
def compose_install_done(notice: InstallDone, words: Words) -> Card:
    """Say where it goes on."""
    return Card(
        title=words.say("Matchpoint is in {workspace}", workspace=notice.workspace),
        blocks=(
            Section(words.say("I have written to you there. Press “Set Matchpoint up”; it takes two minutes.")),
            Actions((Button(words.say("Open Slack"), url=notice.url, style=Style.PRIMARY),)),
        ),
        locale=words.locale,
    )


@composes(InstallFailed)
def compose_install_failed(notice: InstallFailed, words: Words) -> Card:
    """Say why nothing was installed, and what to do instead."""
    return Card(
        title=words.say("Matchpoint was not installed"),
        blocks=(
            Section(words.say(_WHY[notice.why])),
            Actions((Button(words.say("Begin anew"), url=notice.url, style=Style.PRIMARY),)),
        ),
        locale=words.locale,
    )
