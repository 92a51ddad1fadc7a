"""What the app may do in a workspace: asked for by the manifest and at an installation, checked by the doctor."""

from __future__ import annotations

from typing import Final

#: What each scope is for; these are asked for and no others.
SCOPES: Final[dict[str, str]] = {
    "commands": "commands and the shortcut",
    "chat:write": "cards in channels and direct messages",
    "channels:join": "taking its place in a public channel that was chosen",
    "channels:manage": "creating the challenge channel",
    "channels:read": "finding a channel by its name",
    "channels:history": "replies in threads, and looking up what was sent",
    "files:write": "pictures, such as how a call's money was taken up",
    "files:read": "knowing when a picture can be shown",
    "groups:write": "the managers' channel, who is in it, and private conversations",
    "groups:read": "finding a private channel by its name",
    "groups:history": "replies in private channels, and looking up what was sent",
    "im:write": "opening a direct message",
    "im:history": "replies in direct messages, and looking up what was sent",
    "mpim:write": "opening the conversation of an introduction",
    "mpim:history": "what is said in the conversation of an introduction",
    "users:read": "names, languages and time zones, and who is an admin",
    "users:read.email": "recognising people of the imported directory",
}
