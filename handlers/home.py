"""A person's own page: what is open, by role, with buttons. Each journey contributes its part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers.guests.scope import GUEST_PARTS
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages import compose
from messages.card import Home
from messages.i18n import Words
from messages.notices.home import HomeTitle, Stranger

Part = Callable[[Work], Sequence[object]]

_PARTS: list[tuple[int, str, Part, bool]] = []


def home_part(order: int, *, counts: bool = True) -> Callable[[Part], Part]:
    """Register a function that returns the notices of one part of Home; lower orders stand higher.

    `counts` False: what it shows is not open, such as the buttons that are always there. A notice that knows better
    says so itself, as `waits`.
    """

    def register(part: Part) -> Part:
        _PARTS.append((order, part.__name__, part, counts))
        _PARTS.sort(key=lambda entry: entry[:2])
        return part

    return register


def build_home(work: Work) -> Home:
    """Build the page of who acts; somebody unknown is told how to come in."""
    if work.actor is None:
        words = Words(work.room.locale if work.room else "en")
        ready = work.room is not None and work.room.cluster_id is not None
        card = compose(Stranger(ready=ready), words)
        return Home(title=card.title, cards=(card,), locale=words.locale)
    words = work.actor.words()
    guest = work.actor.guest is not None
    parts = [(part, counts) for _, name, part, counts in _PARTS if not guest or name in GUEST_PARTS]
    found = [(notice, counts) for part, counts in parts for notice in part(work)]
    heading = compose(
        HomeTitle(
            name=work.actor.name, items=sum(counts and getattr(notice, "waits", True) for notice, counts in found)
        ),
        words,
    )
    return Home(
        title=heading.title, cards=(heading, *(compose(notice, words) for notice, _ in found)), locale=words.locale
    )


@route("home.show", need=Need.ANYONE, writes=False)
def show_home(_work: Work, _ask: Ask) -> Reply:
    """Show the person's own page."""
    return Reply(home=True)
