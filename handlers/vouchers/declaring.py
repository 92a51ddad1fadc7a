"""Declaring de minimis aid: a firm says what it and the firms linked to it were granted in the last three years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from domain.aid_lines import AID_TEXT_MAX, AidLine, example_line, format_lines, parse_firms, parse_lines
from domain.deminimis import window_starts
from domain.errors import Invalid, NotAllowed, NotFound
from domain.ids import Kind, format_id, parse_id
from domain.schemes import today_in
from domain.vouchers import ApplicationState, AwardSource
from handlers import audit
from handlers.fields import Fields
from handlers.routes import route
from handlers.vouchers import register
from handlers.vouchers.aid import aid_by_state, refresh_undecided, states_of
from handlers.vouchers.openings import own_organisations
from handlers.vouchers.sight import Voucher, find_own
from handlers.work import Ask, Reply, Work
from messages.countries import read_country
from messages.notices.deminimis import DECLARATION_VERSION, AidDeclared, ChooseFirm, DeclareAid
from messages.refusals import explain
from store.queries import deminimis as query
from store.queries.people import organisations_by_id
from store.queries.rows import add, key_of
from store.tables.people import Cluster, Organisation
from store.tables.vouchers import Award, Declaration

_TOLD: Final = 5
_SUBMITTABLE: Final = (ApplicationState.DRAFT, ApplicationState.RETURNED)
_EXAMPLE: Final = "/voucher declare OR-12"


def _meant(work: Work, value: str) -> tuple[list[Organisation], Voucher | None]:
    """Return the person's own organisation that is meant (`OR-3`, or that of `VO-5`), or all of them.

    :raises Refusal: this is none of the person's.
    """
    subject = value.partition(":")[0].strip()
    if not subject:
        own = own_organisations(work)
        if not own:
            raise NotAllowed("aid.no_firm")
        return own, None
    try:
        kind, number = parse_id(subject)
    except Invalid:
        kind, number = "", 0
    if kind == Kind.VOUCHER:
        voucher = find_own(work, subject)
        return [voucher.organisation], voucher
    if kind != Kind.ORGANISATION:
        raise Invalid("aid.which", example=_EXAMPLE)
    if not work.who.belongs_to(number):
        raise NotFound("aid.firm.unknown", id=format_id(Kind.ORGANISATION, number))
    return [work.session.get_one(Organisation, number)], None


def _id(organisation: Organisation) -> str:
    return format_id(Kind.ORGANISATION, key_of(organisation))


def line_of(row: Award) -> AidLine:
    """Return an award as it is written down."""
    return AidLine(row.awarded_on, row.cents, row.state, row.grantor, row.measure)


@route("voucher.declare", writes=False)
def ask_for_aid(work: Work, ask: Ask) -> Reply:
    """Open the declaration, with what was declared last as far as it still counts; of several firms, ask which."""
    organisations, voucher = _meant(work, ask.value)
    if len(organisations) > 1:
        return Reply(ChooseFirm(tuple((_id(one), one.name) for one in organisations)))
    organisation = organisations[0]
    key, today = key_of(organisation), today_in(work.who.zone, work.now)
    start = window_starts(today)
    last = query.newest_declaration(work.session, key)
    awards = [one for one in query.awards_of(work.session, register.undertaking(work, key)) if one.awarded_on >= start]
    own = [one for one in awards if one.organisation_id == key and one.source is AwardSource.DECLARED]
    return Reply(
        question=DeclareAid(
            value=voucher.id if voucher is not None else _id(organisation),
            organisation=organisation.name,
            start=start,
            today=today,
            linked=tuple(last.linked) if last is not None else (),
            lines=tuple(line_of(one) for one in own),
            granted=tuple(line_of(one) for one in awards if one.source is AwardSource.GRANTED),
        )
    )


@route("voucher.declare.save")
def declare_aid(work: Work, ask: Ask) -> Reply:
    """Take a declaration: its awards count instead of those that the firm declared before.

    :raises InvalidForm: with every line that is wrong.
    """
    organisations, voucher = _meant(work, ask.value)
    if len(organisations) > 1:
        raise Invalid("aid.which", example=_EXAMPLE)
    organisation = organisations[0]
    key, today = key_of(organisation), today_in(work.who.zone, work.now)
    register.lock_undertaking(work, key)
    fields = Fields(ask, work.who.locale)
    names = fields.taken("linked", lambda _: parse_firms(fields.text("linked", AID_TEXT_MAX), own=organisation.name))
    lines = _read_aid(work, fields, key, today)
    if str(DECLARATION_VERSION) not in ask.many("true"):
        fields.wrong(Invalid("aid.true.needed"), "true")
    fields.settle()
    enter_declaration(work, organisation, names or (), lines, today)
    refresh_undecided(work, register.undertaking(work, key))
    return Reply(declared(work, organisation, voucher, today), replaces=True)


def _read_aid(work: Work, fields: Fields, key: int, today: date) -> Sequence[AidLine]:
    """Return the awards that were typed; what is wrong with them is told line by line."""
    typed, locale = fields.text("aid", AID_TEXT_MAX), work.who.locale
    read = fields.taken("aid", lambda _: parse_lines(typed, locale=locale, today=today, country=read_country))
    if read is None:
        return ()
    found, wrong = read
    wrong |= known_awards(work, key, found)
    if wrong:
        fields.wrong(_problems(work, wrong, today), "aid")
    elif len(format_lines(list(found.values()), locale=locale)) > AID_TEXT_MAX:
        fields.wrong(Invalid("aid.long"), "aid")
    return list(found.values())


def known_awards(work: Work, key: int, found: Mapping[int, AidLine]) -> dict[int, Invalid]:
    """Refuse what the register knows already: it was granted here, or a linked firm has declared it itself."""
    known: dict[tuple[date, int, str], Award] = {}
    for row in query.awards_of(work.session, register.undertaking(work, key)):
        if row.source is AwardSource.GRANTED or row.organisation_id != key:
            known.setdefault((row.awarded_on, row.cents, row.state), row)
    names = organisations_by_id(work.session, [row.organisation_id for row in known.values()])
    refused: dict[int, Invalid] = {}
    for number, line in found.items():
        row = known.get((line.awarded_on, line.cents, line.state))
        if row is None:
            continue
        if row.application_id is not None:
            refused[number] = Invalid("aid.line.granted", id=format_id(Kind.VOUCHER, row.application_id))
        else:
            refused[number] = Invalid("aid.line.declared", organisation=names[row.organisation_id].name)
    return refused


def _problems(work: Work, wrong: Mapping[int, Invalid], today: date) -> Invalid:
    """Return one refusal that says of every wrong line what is wrong with it; a field can have no more than one."""
    words = work.who.words()
    told = [
        explain(Invalid("aid.line", number=number, why=explain(wrong[number], words)), words)
        for number in sorted(wrong)[:_TOLD]
    ]
    if len(wrong) > _TOLD:
        told.append(explain(Invalid("aid.lines.more"), words))
    example = example_line(locale=work.who.locale, today=today)
    return Invalid("aid.lines", problems=" ".join(told), example=example)


def enter_declaration(
    work: Work, organisation: Organisation, names: tuple[str, ...], lines: Sequence[AidLine], today: date
) -> None:
    """Keep the declaration, and let its awards count instead of the older ones."""
    key = key_of(organisation)
    voided = query.void_declared(work.session, key, now=work.now)
    declaration = Declaration(
        organisation_id=key,
        person_id=work.who.person_id,
        declared_on=today,
        linked=names,
        text_version=DECLARATION_VERSION,
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, declaration)
    for one in lines:
        award = Award(
            organisation_id=key,
            state=one.state,
            awarded_on=one.awarded_on,
            cents=one.cents,
            grantor=one.grantor,
            measure=one.measure,
            source=AwardSource.DECLARED,
            declaration_id=key_of(declaration),
            created_at=work.now,
            updated_at=work.now,
        )
        add(work.session, award)
    audit.record(
        work,
        "aid.declare",
        _id(organisation),
        before={"awards": voided},
        after={"declaration": key_of(declaration), "awards": len(lines), "cents": sum(one.cents for one in lines)},
        cluster_id=organisation.home_cluster_id,
    )


def declared(work: Work, organisation: Organisation, voucher: Voucher | None, today: date) -> AidDeclared:
    """Say that aid is declared, what is left, and that an application that waited for it can be submitted."""
    key = key_of(organisation)
    states = states_of(work, key, today)
    if voucher is not None:
        states.add(work.session.get_one(Cluster, voucher.row.cluster_id).country)
    submittable = voucher is not None and voucher.row.state in _SUBMITTABLE
    return AidDeclared(
        organisation=organisation.name,
        states=tuple(aid_by_state(work, key, sorted(states), today)),
        voucher=voucher.id if voucher is not None and submittable else "",
        value=f"{voucher.id}:{voucher.row.version}" if voucher is not None and submittable else "",
    )
