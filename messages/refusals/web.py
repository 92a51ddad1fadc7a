"""Refusals of the web workspace."""

from __future__ import annotations

from typing import Final

from messages.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "web.person.unknown": N_("Nobody of this name is here any more. Please come in again with your personal link."),
    "web.channel.unknown": N_("There is no such channel, or it is not open to you. The menu lists all of yours."),
    "web.message.unknown": N_("This message is not there, or it is not yours to read."),
    "web.file.over": N_("This link to a file has expired: it is good for an hour. Type {command} for a new one."),
    "web.text.empty": N_("Please write something first."),
}
