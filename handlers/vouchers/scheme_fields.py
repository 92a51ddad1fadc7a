"""Reading the forms of a scheme and of a call: every mistake is told at its field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeGuard, TypeVar

from domain.errors import Invalid
from domain.ids import read_number
from domain.money import format_plain, parse_amount, parse_currency
from domain.organisations import OrganisationKind, name_key
from domain.people import check_zone
from domain.schemes import (
    CALL_TITLE_MAX,
    PARTNERS_MAX,
    SCHEME_NAME_MAX,
    CallState,
    PartState,
    Terms,
    check_call_dates,
    check_terms,
    parse_rate,
    today_in,
)
from handlers.fields import Fields
from handlers.work import Ask, Work
from store.queries import schemes as query
from store.queries.rows import key_of
from store.tables.people import Cluster
from store.tables.vouchers import Call, CallPart

T = TypeVar("T")

COUNTRIES_MAX: Final = 60
EURO: Final = "EUR"
_LIST_MAX: Final = 4000
_LINE_MAX: Final = 60
#: "Name (DK)" where several have one name.
_WITH_COUNTRY: Final = re.compile(r"(.+?)\s*\(([A-Za-z]{2})\)")


def read_terms(work: Work, ask: Ask, *, before: Terms, locked: Collection[str] = ()) -> Terms:
    """Read the rules of a scheme; what is `locked` stays as it was `before`.

    :raises InvalidForm: one refusal per field that is wrong.
    """
    fields, rules = Fields(ask, work.who.locale), ask.many("rules")

    def rule(name: str) -> bool:
        return bool(getattr(before, name)) if name in locked else name in rules

    def free(name: str, read: Callable[[str], T], otherwise: T) -> T:
        return otherwise if name in locked else _needed(fields, name, read, otherwise)

    currency = free("currency", parse_currency, before.currency)
    amount = partial(parse_amount, currency=currency, locale=work.who.locale)
    de_minimis = rule("de_minimis")
    terms = Terms(
        name=fields.line("name", SCHEME_NAME_MAX),
        preset=before.preset,
        currency=currency,
        cap=_needed(fields, "cap", amount, 0),
        countries=_countries(fields),
        kinds=tuple(kind for kind in OrganisationKind if kind.value in ask.many("kinds")),
        partner_abroad=rule("partner_abroad"),
        approve_first=rule("approve_first"),
        documents=before.documents if "documents" in locked else tuple(dict.fromkeys(_lines(fields, "documents"))),
        claim_days=free("claim_days", _days, before.claim_days),
        report_days=free("report_days", _days, before.report_days),
        move_days=free("move_days", _days, before.move_days),
        zone=free("zone", check_zone, before.zone),
        second_above=fields.amount("second_above", currency),
        de_minimis=de_minimis,
        per_euro=_needed(fields, "per_euro", parse_rate, "1") if de_minimis and currency != EURO else "1",
    )
    for error in check_terms(terms):
        fields.wrong(error, error.field or "name")
    fields.settle()
    return terms


def _needed(fields: Fields, name: str, read: Callable[[str], T], otherwise: T) -> T:
    """Return what a field says, or `otherwise` where it is empty or wrong, which is noted."""
    found = fields.taken(name, read)
    if found is None:
        fields.wrong(Invalid("voucher.missing"), name)
        return otherwise
    return found


def _lines(fields: Fields, name: str) -> tuple[str, ...]:
    found = (re.sub(r"^\s*[-*•·]\s+", "", line).strip() for line in fields.text(name, _LIST_MAX).split("\n"))
    return tuple(line for line in found if line)


def _days(typed: str) -> int:
    return read_number(typed) or 0


def _countries(fields: Fields) -> tuple[str, ...]:
    found = fields.countries("countries")
    if len(found) > COUNTRIES_MAX:
        fields.wrong(Invalid("scheme.countries.many", limit=COUNTRIES_MAX, count=len(found)), "countries")
    return found


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What the form of a call says; `partners` are clusters by id with the cents that each is asked for."""

    title: str
    opens_on: date
    cutoff_on: date
    budget: int
    partners: Mapping[int, int]
    names: Mapping[int, str]


def read_call(
    work: Work,
    ask: Ask,
    terms: Terms,
    owner: Cluster,
    *,
    call: Call | None,
    parts: Collection[tuple[CallPart, Cluster]],
) -> CallPlan:
    """Read the form of a call; of one that is open or closed only what can still be changed.

    :raises InvalidForm: one refusal per field that is wrong.
    """
    fields = Fields(ask, work.who.locale)
    closed = call is not None and call.state is CallState.CLOSED
    title = call.title if _is_out(call) else fields.line("title", CALL_TITLE_MAX)
    if not title:
        fields.wrong(Invalid("call.title.empty"), "title")
    opens_on, cutoff_on = _dates(work, fields, terms, call)
    own = next((part for part, cluster in parts if cluster.id == owner.id), None)
    budget = read_budget(fields, terms, own)
    clusters = {} if closed else _partners(work, fields, terms, owner)
    if not closed:
        _keep_taken(fields, terms, [(part, one) for part, one in parts if one.id != owner.id], clusters)
    fields.settle()
    return CallPlan(
        title,
        opens_on,
        cutoff_on,
        budget,
        {key: cents for key, (_, cents) in clusters.items()},
        {key: cluster.name for key, (cluster, _) in clusters.items()},
    )


def _is_out(call: Call | None) -> TypeGuard[Call]:
    return call is not None and call.state is not CallState.PLANNED


def _dates(work: Work, fields: Fields, terms: Terms, call: Call | None) -> tuple[date, date]:
    """Return when a call opens and closes; one that is open may only close later, one that is closed stays closed."""
    today, out = today_in(terms.zone, work.now), call if _is_out(call) else None
    if out is not None and out.state is CallState.CLOSED:
        return out.opens_on, out.cutoff_on
    opens_on = out.opens_on if out is not None else fields.day("opens_on")
    cutoff_on = fields.day("cutoff_on")
    for name, day in (("opens_on", opens_on), ("cutoff_on", cutoff_on)):
        if day is None:
            fields.wrong(Invalid("voucher.missing"), name)
    if opens_on is None or cutoff_on is None:
        return today, today
    if out is not None and cutoff_on < out.cutoff_on:
        fields.wrong(Invalid("call.cutoff.only_later", cutoff_on=out.cutoff_on), "cutoff_on")
    for error in check_call_dates(opens_on, cutoff_on, today=today, opened=out is not None):
        fields.wrong(error, error.field or "cutoff_on")
    return opens_on, cutoff_on


def read_budget(fields: Fields, terms: Terms, part: CallPart | None) -> int:
    """Return what a cluster puts into a call; never less than is committed of its part."""
    budget = _needed(fields, "budget", partial(parse_amount, currency=terms.currency, locale=fields.locale), 0)
    if part is not None and budget:
        try:
            check_budget(part, budget, terms, fields.locale)
        except Invalid as error:
            fields.wrong(error, "budget")
    return budget


def check_budget(part: CallPart, budget: int, terms: Terms, locale: str) -> None:
    """Refuse a budget below what is committed. :raises Invalid: with its `field`."""
    if budget < part.committed_cents:
        amount = format_plain(part.committed_cents, currency=terms.currency, locale=locale)
        raise Invalid("call.budget.committed", field="budget", amount=f"{amount} {terms.currency}")


def _partners(work: Work, fields: Fields, terms: Terms, owner: Cluster) -> dict[int, tuple[Cluster, int]]:
    """Read "Clean Tech Delta: 20.000", one partner a line."""
    lines, found = _lines(fields, "partners"), dict[int, tuple[Cluster, int]]()
    if len(lines) > PARTNERS_MAX:
        fields.wrong(Invalid("call.partners.many", limit=PARTNERS_MAX), "partners")
        return found
    example = format_plain(20_000_00, currency=terms.currency, locale=work.who.locale)
    for line in lines:
        name, colon, typed = (part.strip() for part in line.rpartition(":"))
        try:
            if not colon or not name:
                raise Invalid("call.partners.line", line=line[:_LINE_MAX], example=f"Clean Tech Delta: {example}")
            cluster = _cluster_named(work, name, owner)
            if key_of(cluster) in found:
                raise Invalid("call.partners.twice", name=cluster.name)
            found[key_of(cluster)] = (cluster, _amount_of(work, cluster, typed, terms, example))
        except Invalid as error:
            fields.wrong(error, "partners")
    return found


def _amount_of(work: Work, cluster: Cluster, typed: str, terms: Terms, example: str) -> int:
    try:
        return parse_amount(typed, currency=terms.currency, locale=work.who.locale)
    except Invalid as error:
        raise Invalid("call.partners.amount", name=cluster.name, example=example) from error


def _cluster_named(work: Work, name: str, owner: Cluster) -> Cluster:
    """Return the active cluster of this name, "Name (DK)" where several have it.

    :raises Invalid: there is none, there are several, or it is one's own.
    """
    with_country = _WITH_COUNTRY.fullmatch(name)
    plain, country = (with_country[1], with_country[2].upper()) if with_country else (name, "")
    found = query.partners_named(work.session, [name_key(name), name_key(plain)])
    fits = [one for one in found if one.name_key == name_key(name)] or [one for one in found if one.country == country]
    if len(fits) > 1:
        raise Invalid("call.partners.several", name=name[:_LINE_MAX])
    if not fits:
        known = query.partner_names(work.session)
        near = difflib.get_close_matches(name.casefold(), [one.casefold() for one in known], n=3, cutoff=0.5)
        names = [one for one in known if one.casefold() in near and one != owner.name]
        if names:
            raise Invalid("call.partners.near", name=name[:_LINE_MAX], near=work.who.words().listed(names))
        raise Invalid("call.partners.unknown", name=name[:_LINE_MAX])
    if fits[0].id == owner.id:
        raise Invalid("call.partners.own", name=owner.name)
    return fits[0]


def _keep_taken(
    fields: Fields,
    terms: Terms,
    parts: Collection[tuple[CallPart, Cluster]],
    wanted: Mapping[int, tuple[Cluster, int]],
) -> None:
    """Refuse to change or leave out a part that its cluster has decided to fund."""
    for part, cluster in parts:
        asked = wanted.get(key_of(cluster))
        if part.state is PartState.TAKEN and (asked is None or asked[1] != part.budget_cents):
            amount = format_plain(part.budget_cents, currency=terms.currency, locale=fields.locale)
            fields.wrong(Invalid("call.partners.taken", name=cluster.name, amount=amount), "partners")
