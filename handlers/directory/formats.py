"""The formats of the directory's CSV files: which columns each has, and what they may also be called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SPACES: Final = re.compile(r"[\s_-]+")
_ALIASES: Final = {
    "organization": "organisation",
    "organizations": "organisation",
    "organisations": "organisation",
    "company": "organisation",
    "mail": "email",
    "e_mail": "email",
    "email_address": "email",
    "url": "website",
    "web": "website",
    "turnover": "turnover_eur",
    "balance": "balance_eur",
    "balance_sheet": "balance_eur",
    "employees": "headcount",
    "cvr": "legal_id",
    "vat": "legal_id",
    "timezone": "zone",
    "time_zone": "zone",
    "competences": "skills",
    "sought_for": "sought",
    "problem": "text",
    "must_have": "must_haves",
}


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `required` columns must be there; a header with all of `signature` is of this kind."""

    kind: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    signature: frozenset[str]


def _format(kind: str, columns: str, *, required: str, signature: str) -> Format:
    return Format(kind, tuple(columns.split()), tuple(required.split()), frozenset(signature.split()))


#: In the order in which they are imported: each may refer to those before it.
FORMATS: Final[dict[str, Format]] = {
    one.kind: one
    for one in (
        _format(
            "clusters",
            "name country industry focus source website languages zone founded members services strengths "
            "contact_name contact_title contact_email contact_phone",
            required="name country",
            signature="name country industry",
        ),
        _format(
            "organisations",
            "kind name country website legal_id clusters sectors languages headcount turnover_eur balance_eur city "
            "countries brands parent_group capacity invented",
            required="kind name country",
            signature="kind name country",
        ),
        _format(
            "people",
            "name email organisation cluster role language zone title phone country region legal_id",
            required="name email role",
            signature="email role",
        ),
        _format(
            "profiles",
            "organisation language summary solutions skills technologies sought evidence trl capacity legal_id country",
            required="organisation summary",
            signature="organisation summary",
        ),
        _format(
            "challenges",
            "title country sector text source background must_haves criteria countries deadline deadline_days zone "
            "confidentiality owner budget ip_terms trl language legal_id",
            required="title text owner",
            signature="title text",
        ),
    )
}


def known_name(cell: str) -> str:
    """Return the name of a column as the formats write it."""
    plain = _SPACES.sub("_", cell.strip().lower()[:100]).strip("_")
    return _ALIASES.get(plain, plain)
