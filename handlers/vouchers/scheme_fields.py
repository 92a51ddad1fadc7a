"""Reading the forms of a scheme and of a call: every mistake is told at its field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final, TypeVar

from domain.errors import Invalid, InvalidForm
from domain.ids import read_number
from domain.money import format_plain, parse_amount, parse_currency
from domain.organisations import OrganisationKind, name_key, parse_country
from domain.people import check_zone
from domain.text import clean_line, clean_text
from domain.vouchers import (
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
from handlers.work import Ask, Work
from store.queries import schemes as query
from store.queries.rows import key_of
from store.tables.people import Cluster
from store.tables.vouchers import Call, CallPart

T = TypeVar("T")

COUNTRIES_MAX: Final = 60
_LIST_MAX: Final = 4000
_LINE_MAX: Final = 60
_ENDS: Final = re.compile(r"[\s,;|/]+")
#: "Name (DK)" where several have one name.
_WITH_COUNTRY: Final = re.compile(r"(.+?)\s*\(([A-Za-z]{2})\)")


@dataclass(slots=True)
class Reading:
    """Take fields of a form, and collect what is wrong with them."""

    ask: Ask
    errors: list[Invalid] = field(default_factory=list[Invalid])

    def wrong(self, error: Invalid, name: str) -> None:
        """Keep the first mistake of a field."""
        if all(known.field != name for known in self.errors):
            self.errors.append(Invalid(error.key, field=name, **error.params))

    def take(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """Return what a field says, or `otherwise` where it is wrong."""
        try:
            return read(self.ask.text(name))
        except Invalid as error:
            self.wrong(error, name)
            return otherwise

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a field that say something."""
        text = self.take(name, partial(clean_text, limit=_LIST_MAX), "")
        found = (re.sub(r"^\s*[-*•·]\s+", "", line).strip() for line in text.split("\n"))
        return tuple(line for line in found if line)

    def finish(self) -> None:
        """Refuse the form if anything is wrong. :raises InvalidForm: with all of it."""
        if self.errors:
            raise InvalidForm(self.errors)


def read_terms(work: Work, ask: Ask, *, before: Terms, locked: Collection[str] = ()) -> Terms:
    """Read the rules of a scheme; what is `locked` stays as it was `before`.

    :raises InvalidForm: one refusal per field that is wrong.
    """
    form, rules = Reading(ask), ask.many("rules")

    def rule(name: str) -> bool:
        return bool(getattr(before, name)) if name in locked else name in rules

    def taken(name: str, read: Callable[[str], T], otherwise: T) -> T:
        return otherwise if name in locked else form.take(name, read, otherwise)

    currency = taken("currency", partial(parse_currency, field="currency"), before.currency)
    amount = partial(parse_amount, currency=currency, locale=work.who.locale)
    de_minimis = rule("de_minimis")
    needs_rate = de_minimis and currency != "EUR"
    terms = Terms(
        name=form.take("name", partial(clean_line, limit=SCHEME_NAME_MAX), ""),
        preset=before.preset,
        currency=currency,
        cap=form.take("cap", amount, 0),
        countries=_countries(form),
        kinds=tuple(kind for kind in OrganisationKind if kind.value in ask.many("kinds")),
        partner_abroad=rule("partner_abroad"),
        approve_first=rule("approve_first"),
        documents=before.documents if "documents" in locked else tuple(dict.fromkeys(form.lines("documents"))),
        claim_days=taken("claim_days", _days, before.claim_days),
        report_days=taken("report_days", _days, before.report_days),
        zone=taken("zone", check_zone, before.zone),
        second_above=form.take("second_above", lambda typed: amount(typed) if typed else None, None),
        de_minimis=de_minimis,
        per_euro=form.take("per_euro", parse_rate, "1") if needs_rate else "1",
    )
    for error in check_terms(terms):
        form.wrong(error, error.field or "name")
    form.finish()
    return terms


def _days(typed: str) -> int:
    return read_number(typed) or 0


def _countries(form: Reading) -> tuple[str, ...]:
    typed = [part for part in _ENDS.split(form.ask.text("countries")) if part]
    if len(typed) > COUNTRIES_MAX:
        form.wrong(Invalid("scheme.countries.many", limit=COUNTRIES_MAX, count=len(typed)), "countries")
        return ()
    found: list[str] = []
    for part in typed:
        try:
            found.append(parse_country(part))
        except Invalid as error:
            form.wrong(error, "countries")
    return tuple(dict.fromkeys(found))


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
    form, today = Reading(ask), today_in(terms.zone, work.now)
    planned = call is None or call.state is CallState.PLANNED
    if planned or call is None:
        title = form.take("title", partial(clean_line, limit=CALL_TITLE_MAX), "")
        if not title:
            form.wrong(Invalid("call.title.empty"), "title")
        opens_on = form.take("opens_on", _date, today)
    else:
        title, opens_on = call.title, call.opens_on
    closed = call is not None and call.state is CallState.CLOSED
    cutoff_on = call.cutoff_on if closed and call else form.take("cutoff_on", _date, max(today, opens_on))
    if call is not None and not planned and cutoff_on < call.cutoff_on:
        form.wrong(Invalid("call.cutoff.only_later", cutoff_on=call.cutoff_on), "cutoff_on")
    if not closed:
        for error in check_call_dates(opens_on, cutoff_on, today=today, opened=not planned):
            form.wrong(error, error.field or "cutoff_on")
    amount = partial(parse_amount, currency=terms.currency, locale=work.who.locale)
    budget = form.take("budget", amount, 0)
    own = next((part for part, cluster in parts if cluster.id == owner.id), None)
    if own is not None and budget:
        form.take("budget", lambda _: check_budget(work, own, budget, terms), None)
    others = [(part, cluster) for part, cluster in parts if cluster.id != owner.id]
    clusters = {} if closed else _partners(work, form, terms, owner)
    if not closed:
        _keep_taken(work, form, terms, others, clusters)
    form.finish()
    return CallPlan(
        title,
        opens_on,
        cutoff_on,
        budget,
        {key_of(cluster): cents for cluster, cents in clusters.values()},
        {key: cluster.name for key, (cluster, _) in clusters.items()},
    )


def check_budget(work: Work, part: CallPart, budget: int, terms: Terms) -> None:
    """Refuse a budget below what is committed. :raises Invalid: with its `field`."""
    if budget < part.committed_cents:
        amount = format_plain(part.committed_cents, currency=terms.currency, locale=work.who.locale)
        raise Invalid("call.budget.committed", field="budget", amount=f"{amount} {terms.currency}")


def _date(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid("call.date.unreadable", example="2027-03-31") from None


def _partners(work: Work, form: Reading, terms: Terms, owner: Cluster) -> dict[int, tuple[Cluster, int]]:
    """Read "Clean Tech Delta: 20.000", one partner a line."""
    lines, found = form.lines("partners"), dict[int, tuple[Cluster, int]]()
    if len(lines) > PARTNERS_MAX:
        form.wrong(Invalid("call.partners.many", limit=PARTNERS_MAX), "partners")
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
            form.wrong(error, "partners")
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
    work: Work,
    form: Reading,
    terms: Terms,
    parts: Collection[tuple[CallPart, Cluster]],
    wanted: Mapping[int, tuple[Cluster, int]],
) -> None:
    """Refuse to change or leave out a part that its cluster has decided to fund."""
    for part, cluster in parts:
        asked = wanted.get(key_of(cluster))
        if part.state is PartState.TAKEN and (asked is None or asked[1] != part.budget_cents):
            amount = format_plain(part.budget_cents, currency=terms.currency, locale=work.who.locale)
            form.wrong(Invalid("call.partners.taken", name=cluster.name, amount=amount), "partners")
