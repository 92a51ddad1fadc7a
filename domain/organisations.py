"""Organisations, memberships and clusters: their states and what identifies them."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from urllib.parse import urlsplit

from domain.countries import COUNTRIES
from domain.errors import Invalid
from domain.lifecycle import Lifecycle

LOCALES: tuple[str, ...] = ("en", "da", "de", "nl", "sv", "nb")
"""Languages that the words are written in; the first is the one to fall back to."""

NAME_MAX = 200
EMAIL_MAX = 254  # RFC 5321, section 4.5.3.1.3
WEBSITE_MAX = 300
SME_HEADCOUNT_BELOW = 250
SME_TURNOVER_CENTS = 50_000_000_00
SME_BALANCE_CENTS = 43_000_000_00


class OrganisationKind(StrEnum):
    """Say what sort of organisation it is."""

    SME = "sme"
    BUYER = "buyer"
    RESEARCH = "research"
    PUBLIC = "public"


class Role(StrEnum):
    """Say in which role a person is a member of a cluster."""

    BUYER = "buyer"
    SME = "sme"
    MANAGER = "manager"


class MembershipState(StrEnum):
    """Say how far a membership has come."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    LEFT = "left"


class MembershipAction(StrEnum):
    """Say what can be done with a membership."""

    ASK = "ask"
    APPROVE = "approve"
    REFUSE = "refuse"
    LEAVE = "leave"


class ClusterState(StrEnum):
    """Say how far a cluster has come."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ClusterAction(StrEnum):
    """Say what can be done with a cluster."""

    ACTIVATE = "activate"
    ARCHIVE = "archive"


MEMBERSHIP: Lifecycle[MembershipState] = Lifecycle(
    "membership",
    states=MembershipState,
    table={
        (MembershipState.ASKED, MembershipAction.APPROVE): MembershipState.ACTIVE,
        (MembershipState.ASKED, MembershipAction.REFUSE): MembershipState.REFUSED,
        (MembershipState.ASKED, MembershipAction.LEAVE): MembershipState.LEFT,
        (MembershipState.ACTIVE, MembershipAction.LEAVE): MembershipState.LEFT,
        (MembershipState.REFUSED, MembershipAction.ASK): MembershipState.ASKED,
        (MembershipState.LEFT, MembershipAction.ASK): MembershipState.ASKED,
    },
)

CLUSTER: Lifecycle[ClusterState] = Lifecycle(
    "cluster",
    states=ClusterState,
    table={
        (ClusterState.PROPOSED, ClusterAction.ACTIVATE): ClusterState.ACTIVE,
        (ClusterState.PROPOSED, ClusterAction.ARCHIVE): ClusterState.ARCHIVED,
        (ClusterState.ACTIVE, ClusterAction.ARCHIVE): ClusterState.ARCHIVED,
    },
)

_LEGAL = """
a/s as aps i/s is k/s ks p/s ps amba smba ivs fmba ab hb kb asa ans enk gmbh ggmbh mbh ag kg kgaa ohg gbr ug ev eg se
bv nv vof cv bvba sprl srl sarl sas sasu spa snc ltd limited llp plc llc inc corp co oy oyj spzoo zoo sro doo kft zrt
eood ood uab sia lda scs sca cvba
"""

LEGAL_SUFFIXES: frozenset[str] = frozenset(_LEGAL.split())
"""Words of company law that say nothing about who it is; written folded and without dots."""

_SHARED_HOSTS = frozenset(
    {"facebook.com", "linkedin.com", "instagram.com", "sites.google.com", "linktr.ee", "youtube.com", "x.com"}
)
_HOST = re.compile(r"(?=.{4,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_EMAIL_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def is_sme(*, headcount: int | None, turnover_cents: int | None, balance_cents: int | None) -> bool | None:
    """Tell whether these figures, group included and in euro cents, are an SME's; None when they do not tell.

    Source: Recommendation 2003/361/EC, annex, article 2 (1).
    """
    if headcount is not None and headcount >= SME_HEADCOUNT_BELOW:
        return False
    turnover_fits = None if turnover_cents is None else turnover_cents <= SME_TURNOVER_CENTS
    balance_fits = None if balance_cents is None else balance_cents <= SME_BALANCE_CENTS
    if turnover_fits is False and balance_fits is False:
        return False
    if headcount is not None and (turnover_fits or balance_fits):
        return True
    return None


def normalise_website(text: str) -> str:
    """Return a web address in one way of writing: https, lower-case host without "www.", no query, no closing slash.

    :raises Invalid: key "organisation.website.invalid".
    """
    invalid = Invalid("organisation.website.invalid", field="website", example="https://example.org")
    raw = text.strip()
    if not raw or len(raw) > WEBSITE_MAX or any(ch.isspace() for ch in raw):
        raise invalid
    try:
        parts = urlsplit(raw if "://" in raw else f"https://{raw}")
        host, port, user = _plain_host(parts.hostname or ""), parts.port, parts.username
    except ValueError:
        raise invalid from None
    if parts.scheme.lower() not in ("http", "https") or user is not None or not _HOST.fullmatch(host):
        raise invalid
    place = "" if port in (None, 80, 443) else f":{port}"
    return f"https://{host}{place}{parts.path.rstrip('/')}"


def is_link(text: str) -> bool:
    """Tell whether this is the address of something on the web: http or https, a host, no space and no password."""
    if any(ch.isspace() or ord(ch) < 32 for ch in text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = _plain_host(parts.hostname or ""), parts.port
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and parts.username is None and bool(_HOST.fullmatch(host))


def website_domain(text: str) -> str:
    """Return the host that identifies an organisation, or "" where many share one (a page on a social network).

    :raises Invalid: key "organisation.website.invalid".
    """
    host = urlsplit(normalise_website(text)).hostname or ""
    return "" if host in _SHARED_HOSTS else host


def name_key(name: str) -> str:
    """Return the key under which two ways of writing one name meet: case, spaces and punctuation do not count.

    The legal form does: "Blue A/S" and "Blue ApS" are two firms.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(ch if ch.isalnum() else "" if ch in "./'’" else " " for ch in plain).split()
    return " ".join(words) or plain.strip()


def same_group(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two organisations, each given by name and parent group, belong together.

    They do if one is the other's parent, both have one parent, or both have one name. SME = group included: see
    Recommendation 2003/361/EC, article 3.
    """
    keys = ({name_key(text) for text in texts} - {""} for texts in (one, other))
    return not next(keys).isdisjoint(next(keys))


def legal_number(legal_id: str) -> str:
    """Return a legal id as it is compared: letters and digits only, whatever their case."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", legal_id).casefold() if ch.isalnum())


def natural_keys(*, name: str, country: str, legal_id: str = "", website: str = "") -> tuple[str, ...]:
    """Return the keys under which an organisation may be found, the strongest first; that one is its own.

    They are the legal id within its country, the domain of the website, and name with country.
    """
    number = legal_number(legal_id)
    domain = website_domain(website) if website else ""
    keys = (number and f"id:{country}:{number}", domain and f"web:{domain}", f"name:{name_key(name)}:{country}")
    return tuple(key for key in keys if key)


def check_email(text: str) -> str:
    """Return the address with its domain in lower case.

    :raises Invalid: key "person.email.invalid".
    """
    local, at, host = text.strip().rpartition("@")
    host = host.lower()
    well_formed = at and len(local) <= 64 and _EMAIL_LOCAL.fullmatch(local) and host.isascii() and _HOST.fullmatch(host)
    if not well_formed or len(text.strip()) > EMAIL_MAX:
        raise Invalid("person.email.invalid", field="email", example="name@example.org")
    return f"{local}@{host}"


def is_country(code: str) -> bool:
    """Tell whether this is an ISO 3166-1 alpha-2 code, in capitals."""
    return code in COUNTRIES


def parse_country(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code; UK and EL, as the Union writes them, are taken for GB and GR.

    :raises Invalid: key "country.unknown".
    """
    code = text.strip().upper()
    code = {"UK": "GB", "EL": "GR"}.get(code, code)
    if code not in COUNTRIES:
        raise Invalid("country.unknown", field="country", country=text.strip()[:40], example="DK")
    return code


def _plain_host(host: str) -> str:
    """Write a host in lower-case letters of its own script, so that xn-- and its reading are one."""
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".").removeprefix("www.")
    if "xn--" in host:
        host = host.encode("ascii").decode("idna")
    return host
