"""Which organisation somebody means who joins: by name, web address or e-mail, and those that are spelt alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.organisations import OrganisationKind, name_key, website_domain
from handlers.work import Work
from matching import similar_names
from store.queries import joining as query
from store.tables.people import Organisation

_LETTERS: Final = 3
#: Anybody may have an address there.
_PUBLIC_MAIL: Final = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com"),
        *("gmx.de", "gmx.net", "web.de", "t-online.de", "proton.me", "protonmail.com", "mail.com", "aol.com"),
        *("ziggo.nl", "kpnmail.nl", "telia.com", "online.no", "jubii.dk"),
    }
)


@dataclass(frozen=True, slots=True)
class Typed:
    """An organisation as somebody typed it."""

    name: str
    website: str
    country: str
    kind: OrganisationKind
    headcount: int | None = None


def find_organisations(work: Work, typed: Typed) -> list[Organisation]:
    """Return the organisations that are meant: by web address, else by name."""
    domain = website_domain(typed.website) if typed.website else ""
    if domain:
        found = query.by_natural_keys(work.session, [f"web:{domain}"])
        if found:
            return list(found)
    return list(query.by_name_key(work.session, name_key(typed.name)))


def known_by(work: Work, email: str) -> Organisation | None:
    """Return the organisation whose website is where an address belongs, if one is known."""
    domain = email.rpartition("@")[2].lower()
    if not domain or domain in _PUBLIC_MAIL:
        return None
    found = query.by_natural_keys(work.session, [f"web:{domain}"])
    return found[0] if found else None


def near(work: Work, name: str, *, limit: int) -> Sequence[Organisation]:
    """Return organisations whose names are spelt alike, the likest first."""
    key = name_key(name)
    beginnings = {key[:_LETTERS], *(word[:_LETTERS] for word in key.split()[:2])}
    found = {one.name: one for one in query.by_name_beginning(work.session, sorted(beginnings))}
    return [found[one.name] for one in similar_names(name, found, limit)]
