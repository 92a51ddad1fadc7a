"""The words around the cards: menus, labels and buttons of the web workspace, in the reader's language."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from messages.i18n import N_, Words

_LABELS: Final[Mapping[str, str]] = {
    # Getting about
    "skip": N_("Skip to the content"),
    "menu": N_("Menu"),
    "channels": N_("Channels"),
    "conversations": N_("Conversations"),
    "home": N_("Home"),
    "direct": N_("Matchpoint"),
    "help": N_("What you can type"),
    "back": N_("Back"),
    "import": N_("Import a directory"),
    "new": N_("new"),
    # Messages
    "messages": N_("Messages"),
    "earlier": N_("Earlier messages"),
    "later": N_("Newest messages"),
    "empty_channel": N_("Nothing has been said here yet."),
    "empty_direct": N_("Matchpoint writes to you here. Nobody else reads it."),
    "lost": N_("This message can no longer be shown."),
    "edited": N_("edited"),
    "edit": N_("Edit"),
    "delete": N_("Delete"),
    "save": N_("Save"),
    "cancel": N_("Cancel"),
    "edit_title": N_("Edit your message"),
    "edit_about": N_("Whoever reads it elsewhere sees the new text too."),
    "delete_about": N_("It is taken away here, and wherever it was passed on."),
    "taken_away": N_("This message was taken away by its author."),
    "only_you": N_("Only visible to you"),
    "managers_only": N_("Only the cluster's managers see this channel"),
    "thread": N_("Thread"),
    "reply": N_("Reply in thread"),
    "close_thread": N_("Close the thread"),
    "new_message": N_("New message"),
    # Writing
    "write": N_("Your message"),
    "write_reply": N_("Your reply"),
    "send": N_("Send"),
    "compose_hint": N_("A line that begins with / is a command, such as /matchpoint help."),
    "keys_hint": N_("Enter sends, Shift+Enter begins a new line."),
    # Forms
    "errors": N_("Some answers need another look"),
    "new_tab": N_("in a new tab"),
    "optional": N_("optional"),
    "choose": N_("Please choose"),
    "none_chosen": N_("No choice"),
    "missing": N_("Please fill this in."),
    "not_offered": N_("Please choose one of the options."),
    "bad_date": N_("Please write the date as year-month-day, such as 2027-03-31."),
    "bad_number": N_("Please write a whole number, in digits only."),
    "close": N_("Close"),
    "lose": N_("Close this? What you have typed here is kept nowhere."),
    # Importing a directory
    "import_text": N_(
        "Organisations, people, profiles or challenges as a CSV file (UTF-8, with a header); the header tells which. "
        "The same file twice changes nothing the second time."
    ),
    "import_file": N_("File"),
    "import_partial": N_("Import the valid rows even if others have errors"),
    "import_start": N_("Import"),
    "import_none": N_("Please choose a file first."),
    "import_running": N_("Reading the file. The result will appear on this page."),
    "import_again": N_("Import another file"),
    # Coming in
    "you_are": N_("You are"),
    "switch": N_("Switch person"),
    "who_title": N_("Who would you like to be?"),
    "who_text": N_(
        "This is a demonstration with sample data. Choose a person and see Matchpoint through "
        "their eyes; you can switch at any time in the bar at the top."
    ),
    "begin_here": N_("Begin here"),
    "demo": N_("Demonstration"),
    "welcome": N_("Welcome to Matchpoint"),
    "need_link": N_(
        "This page opens with your personal link. Type “/matchpoint settings” where you talk with Matchpoint, "
        "or ask your cluster manager for one."
    ),
    "guest_ended": N_("This invitation has ended"),
    "link_old": N_("This link is too old or incomplete. A new one takes a moment:"),
    "come_in": N_("Sign in"),
    "sign_out": N_("Sign out"),
    # Trouble
    "not_found": N_("There is nothing here"),
    "not_found_text": N_("The page was moved, or it is not open to you. The menu lists all of yours."),
    "stale": N_("This page is out of date"),
    "stale_text": N_(
        "In this browser, somebody else has signed in since this page was opened, or you were signed out or signed "
        "in again. Nothing was sent. If you typed something, copy it; then open the page again as the right person."
    ),
    "signed_out_meanwhile": N_(
        "You were signed out in this browser. Nothing was sent, and what you typed is still here. Sign in again in "
        "another tab, then send it once more from here; or copy your text."
    ),
    "typed": N_("What you typed"),
    "unsent": N_("That did not get through"),
    "unsent_text": N_("What you typed is still here. Please check your connection and try again in a moment."),
    "too_large": N_("That is too much at once"),
    "too_large_text": N_("At most one megabyte can be sent here."),
    "malformed": N_("That could not be read"),
    "malformed_text": N_("Please go back and try again."),
    "trouble": N_("Something went wrong on our side"),
    "busy": N_("Too many pages are open"),
    "busy_text": N_("Please try again in a moment."),
    # Roles
    "buyer": N_("Buyer"),
    "sme": N_("SME"),
    "manager": N_("Cluster manager"),
}


class Chrome:
    """The labels of one reader as attributes (`chrome.menu`), and the sentences that take something."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._labels = {name: words.say(sentence) for name, sentence in _LABELS.items()}

    def __getattr__(self, name: str) -> str:
        try:
            return self._labels[name]
        except KeyError:
            raise AttributeError(name) from None

    def replies(self, n: int) -> str:
        """Say how many replies there are."""
        return self.words.count("One reply", "{n} replies", n)

    def last_reply(self, at: datetime) -> str:
        """Say when the last reply came."""
        when = f"{self.words.date(at, style='medium')} {self.words.clock(at)}"
        return self.words.say("last reply {when}", when=when)

    def too_long(self, limit: int, length: int) -> str:
        """Say by how much a text is too long."""
        return self.words.say("At most {limit} characters; this has {length}.", limit=limit, length=length)

    def at_most(self, limit: int) -> str:
        """Say how long an answer may be."""
        return self.words.say("At most {limit} characters.", limit=limit)

    def ask_for_link(self, who: str) -> str:
        """Say who can give a guest a new link."""
        return self.words.say(
            "The link was used already, has expired, or was ended. For a new one, please ask: {who}.", who=who
        )

    def you_come_in_as(self, name: str) -> str:
        """Say as whom a personal link lets in."""
        return self.words.say("This link is for {name}.", name=name)

    def taken_over_by(self, name: str) -> str:
        """Say that a form is of somebody else than who is signed in by now, and what can be done."""
        return self.words.say(
            "In this browser, {name} is signed in now. Nothing was sent, and what you typed is still here. In another "
            "tab, come in again as yourself, then send it once more from here; or copy your text.",
            name=name,
        )

    def new_from(self, name: str) -> str:
        """Announce a message to somebody who cannot see it arrive."""
        return self.words.say("New message from {name}", name=name)

    def reference(self, reference: str) -> str:
        """Name the reference under which a failure is found."""
        return self.words.say(
            "If it happens again, tell your cluster manager this reference: {reference}", reference=reference
        )

    def day(self, on: date) -> str:
        """Write a day."""
        return self.words.date(on)

    def clock(self, at: datetime) -> str:
        """Write a time of day."""
        return self.words.clock(at)

    def instant(self, at: datetime) -> str:
        """Write date and time."""
        return self.words.instant(at)

    def country(self, code: str) -> str:
        """Name a country."""
        return self.words.country(code)


@functools.lru_cache(maxsize=256)
def chrome(locale: str, zone: str) -> Chrome:
    """Return the words around the cards for a language and zone."""
    return Chrome(Words(locale, zone))
