"""What a surface hands to a handler, and what it gets back: frozen, and free of any platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from messages.card import Card, Form, Home

Values = Mapping[str, str | tuple[str, ...]]
#: Name and address of each file that is attached to a message.
Files = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, in the platform's own ids: `surface` is slack, teams or web."""

    surface: str
    workspace: str
    user: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was said: opaque addresses that only the surface can read; `thread` names the thread's first message."""

    channel: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command: `name` without its slash (`challenge`), `text` as typed behind it.

    `request` identifies this very request, so that its repetition has no second effect; empty where the platform has
    none.
    """

    speaker: Speaker
    name: str
    text: str = ""
    place: Place = Place()
    request: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: `action` and `value` are its own, `message` the ref of the card it stands on."""

    speaker: Speaker
    action: str
    value: str = ""
    place: Place = Place()
    message: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent: `action` and `value` are the form's own.

    `message` is the ref of the card whose button opened it, where the surface knows it.
    """

    speaker: Speaker
    action: str
    value: str = ""
    fields: Values = field(default_factory=dict[str, str | tuple[str, ...]])
    place: Place = Place()
    request: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message written in a thread or a conversation; `message` is its own ref, `event` its delivery id.

    `files` are what is attached: name and address of each on its platform, never the file itself.
    """

    speaker: Speaker
    place: Place
    text: str
    message: str
    event: str
    files: Files = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that its author, `speaker`, wrote anew: all of its new text, and all files that it has now.

    `message` is the ref that it had when it was said, `written_at` when that was, `at` when it was edited: of two edits
    the later `at` counts, in whichever order they come. `event` is the edit's own delivery id.
    """

    speaker: Speaker
    place: Place
    text: str
    message: str
    event: str
    at: datetime
    written_at: datetime
    files: Files = ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message that was taken away; `speaker` is its author, `message` the ref that it had when it was said."""

    speaker: Speaker
    place: Place
    message: str
    event: str


@dataclass(frozen=True, slots=True)
class Profiled:
    """What the platform knows of a person, told at the first meeting; `address` reaches the person privately.

    `is_admin` is None where the platform does not say. `given`: an operator gave the token for the workspace, and so
    answers for what it says.
    """

    speaker: Speaker
    name: str
    address: str
    email: str = ""
    locale: str = ""
    zone: str = ""
    is_admin: bool | None = None
    given: bool = False


@dataclass(frozen=True, slots=True)
class Installed:
    """The app is in a workspace (`whole`: in all of it), or in a `place` in it whose channels are as told.

    Channels are names by address.

    `service_url` is where the workspace's platform is reached; `greet` the address where a greeting belongs; `by` who
    added it, and may set it up where nobody has. What is empty is not known, and stays as it was.
    """

    surface: str
    workspace: str
    service_url: str = ""
    whole: bool = False
    place: str = ""
    channels: Mapping[str, str] = field(default_factory=dict[str, str])
    greet: str = ""
    by: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """The app was removed from a place in a workspace, or (without a place) from all of it."""

    surface: str
    workspace: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the surface shows the person who acted, and nobody else.

    At most one of: `form`, to open as a dialog; `errors`, words per form field, the form staying open; `card`, a
    private message. `replaces` says that the card takes the place of the (private) one that was clicked. `home` is the
    person's own page where it was asked for or has changed under the person's hand. `failed` says that the card tells
    why nothing was done, so that a form that was sent can be kept beside it.
    """

    card: Card | None = None
    form: Form | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    replaces: bool = False
    home: Home | None = None
    failed: bool = False
