"""Applying for a voucher: the form, submitting, and changing what was written or approved."""

from __future__ import annotations

from collections.abc import Sequence

from domain.eligibility import Check, Plan, Verdict, check_plan
from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, parse_id
from domain.introductions import REVEALED
from domain.schemes import today_in
from domain.vouchers import MOVABLE, WRITABLE, ApplicationAction, ApplicationState
from handlers import cards
from handlers.routes import route
from handlers.suggestions.pairs import Pair
from handlers.suggestions.pairs import find as find_pair
from handlers.vouchers.application_form import done, filled, must_declare, read_application
from handlers.vouchers.barring import why_not
from handlers.vouchers.confirming import ask_to_confirm
from handlers.vouchers.moves import move, next_look, require_shown, split
from handlers.vouchers.moving import change_dates
from handlers.vouchers.openings import Opening, openings_for, own_organisations
from handlers.vouchers.reminders import plan as plan_reminders
from handlers.vouchers.shown import REVIEW, findings_of
from handlers.vouchers.sight import Voucher, call_id, find_own, gather, is_open, terms_of
from handlers.work import Ask, Reply, Work
from messages.notices.voucher_forms import ApplyVoucher
from messages.notices.vouchers import VoucherDoneKind
from store.queries import vouchers as query
from store.queries.rows import add, key_of
from store.tables.vouchers import Application


@route("voucher.apply", writes=False)
def ask_for_application(work: Work, ask: Ask) -> Reply:
    """Open the form: for a call (`CA-3`), for what an introduction needs (`IN-34`), or to choose."""
    pair, call = _meant(work, ask.value)
    openings = [one for one in _openings(work, pair, call) if not one.as_notice(work.now).barriers]
    if not openings and call:
        raise why_not(work, call, [pair.sme] if pair is not None else own_organisations(work))
    if not openings:
        raise NotFound("voucher.none_open")
    return Reply(question=_question(work, openings, pair))


def _meant(work: Work, value: str) -> tuple[Pair | None, str]:
    """Read "CA-3", "IN-34" or "IN-34 CA-3".

    :raises Invalid: it names neither.
    :raises NotAllowed: the introduction is not one in which the person is the SME, or it is not made yet.
    """
    pair, call = None, ""
    for word in value.replace("/", " ").split():
        try:
            kind, number = parse_id(word)
        except Invalid:
            raise Invalid("voucher.which_call", example="/voucher apply CA-3") from None
        if kind == Kind.INTRODUCTION:
            pair = find_pair(work, word)
            own = work.who.belongs_to(pair.introduction.organisation_id)
            if not own or pair.introduction.state not in REVEALED:
                raise NotAllowed("voucher.sme_only", id=pair.id)
        elif kind == Kind.CALL:
            call = f"{Kind.CALL}-{number}"
        else:
            raise Invalid("voucher.which_call", example="/voucher apply CA-3")
    return pair, call


def _openings(work: Work, pair: Pair | None, call: str) -> list[Opening]:
    """Return the open calls that fund the person's organisations; of one call or for one introduction, where given."""
    sme = pair.introduction.organisation_id if pair is not None else None
    return [
        one
        for one in openings_for(work, own_organisations(work), after=work.now)
        if is_open(one.call, work.now)
        and (not call or call_id(one.call) == call)
        and (sme is None or key_of(one.organisation) == sme)
    ]


def _question(work: Work, openings: Sequence[Opening], pair: Pair | None) -> ApplyVoucher:
    """Return the form with all that is known already: partner, purpose, countries, and dates of an agreed meeting."""
    calls = {call_id(one.call): one for one in openings}
    only = next(iter(calls.values())) if len(calls) == 1 else None
    organisations = {key_of(one.organisation): one.organisation.name for one in openings}
    known = known_of(work, pair) if pair is not None else Plan()
    return ApplyVoucher(
        value=pair.id if pair is not None else "",
        introduction=pair.id if pair is not None else "",
        calls=tuple((key, f"{one.scheme.name} · {one.call.title}") for key, one in calls.items()),
        call=call_id(only.call) if only else "",
        organisations=tuple(organisations.items()) if len(organisations) > 1 else (),
        terms=terms_of(only.scheme) if only else None,
        cutoff_on=only.call.cutoff_on if only else None,
        partner=known.partner,
        partner_country=known.partner_country,
        purpose=known.purpose,
        starts_on=known.starts_on,
        ends_on=known.ends_on,
    )


def known_of(work: Work, pair: Pair) -> Plan:
    """Return what an introduction tells of an activity: whom one meets, where, what for, and when."""
    day = query.agreed_day(work.session, key_of(pair.introduction), after=work.now)
    return Plan(
        partner=pair.buyer.name,
        partner_country=pair.introduction.buyer_country,
        purpose=f"{pair.challenge_id} · {pair.challenge.title}",
        starts_on=day,
        ends_on=day,
    )


@route("voucher.edit", writes=False)
def ask_for_changes(work: Work, ask: Ask) -> Reply:
    """Open the form with what is written already; of what is approved, only the dates."""
    if not ask.value.strip():
        raise Invalid("voucher.which", example="/voucher edit VO-5")
    voucher = find_own(work, split(ask.value)[0])
    row = voucher.row
    if row.state not in WRITABLE and row.state not in MOVABLE:
        raise OutOfDate(f"voucher.now.{row.state.value}", id=voucher.id)
    return Reply(question=filled(voucher))


@route("voucher.save")
def save_application(work: Work, ask: Ask) -> Reply:
    """Take the form: keep a draft, submit it, or change what is there already."""
    subject, version = split(ask.value)
    if subject.upper().startswith(f"{Kind.VOUCHER}"):
        voucher = find_own(work, subject)
        require_shown(voucher, version)
        if voucher.row.state in MOVABLE:
            return change_dates(work, voucher, ask)
        if voucher.row.state not in WRITABLE:
            raise OutOfDate(f"voucher.now.{voucher.row.state.value}", id=voucher.id)
        return _change(work, voucher, ask)
    return _begin(work, ask, subject)


def _begin(work: Work, ask: Ask, introduction: str) -> Reply:
    pair, _ = _meant(work, introduction)
    opening = _chosen(work, ask, pair)
    keep = "keep" in ask.many("keep")
    values = read_application(work, ask, opening.scheme, opening.organisation, complete=not keep)
    row = Application(
        call_id=key_of(opening.call),
        part_id=key_of(opening.part),
        cluster_id=opening.part.cluster_id,
        organisation_id=key_of(opening.organisation),
        person_id=work.who.person_id,
        introduction_id=key_of(pair.introduction) if pair is not None else None,
        state=ApplicationState.DRAFT,
        created_at=work.now,
        updated_at=work.now,
        **values,
    )
    add(work.session, row)
    voucher = gather(work, (row, opening.call, opening.scheme))
    row.due_at = next_look(voucher)
    work.session.flush()
    plan_reminders(work, voucher)
    return done(work, voucher, VoucherDoneKind.SAVED) if keep else _submit(work, voucher)


def _chosen(work: Work, ask: Ask, pair: Pair | None) -> Opening:
    """Return the call that was chosen, for the organisation that was chosen.

    :raises Invalid: at the field that is wrong.
    """
    wanted, typed = ask.text("call"), ask.text("organisation")
    openings = _openings(work, pair, wanted)
    if typed:
        openings = [one for one in openings if str(key_of(one.organisation)) == typed]
    if not openings:
        raise Invalid("voucher.call.closed", field="call")
    # The form offers none that is not for this organisation; by now its figures may say otherwise.
    openings = [one for one in openings if not one.as_notice(work.now).barriers]
    if not openings:
        raise Invalid("voucher.none_open", field="call")
    if len({key_of(one.organisation) for one in openings}) > 1:
        raise Invalid("challenge.organisation.choose", field="organisation")
    if len(openings) > 1:
        raise Invalid("voucher.call.choose", field="call")
    return openings[0]


def _change(work: Work, voucher: Voucher, ask: Ask) -> Reply:
    draft = voucher.row.state in (ApplicationState.DRAFT, ApplicationState.RETURNED)
    if not draft and voucher.call.cutoff_at <= work.now:
        # What came in time is decided as it came in, unless a manager asks for a change.
        raise OutOfDate("voucher.call.closed", id=voucher.id)
    _require_open(work, voucher)
    keep = draft and "keep" in ask.many("keep")
    values = read_application(work, ask, voucher.scheme, voucher.organisation, complete=not keep)
    # What a manager has seen as ready needs the first look again.
    move(work, voucher, ApplicationAction.EDIT, checked_by=None, **values)
    if draft and not keep:
        return _submit(work, voucher)
    return done(work, voucher, VoucherDoneKind.SAVED if draft else VoucherDoneKind.UPDATED)


@route("voucher.submit")
def submit_application(work: Work, ask: Ask) -> Reply:
    """Submit a draft as it was shown; where something is missing, the form opens instead."""
    subject, version = split(ask.value)
    voucher = find_own(work, subject)
    row = voucher.row
    if row.state not in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        raise OutOfDate(f"voucher.now.{row.state.value}", id=voucher.id)
    require_shown(voucher, version)
    _require_open(work, voucher)
    plan = Plan(row.partner, row.partner_country, row.purpose, row.starts_on, row.ends_on, row.amount_cents)
    today = today_in(voucher.terms.zone, work.now)
    wrong = check_plan(plan, voucher.terms, today=today, home=voucher.organisation.country, complete=True)
    if wrong or must_declare(voucher.organisation, voucher.terms, declared=row.declared_sme):
        return Reply(question=filled(voucher))
    return _submit(work, voucher)


def _submit(work: Work, voucher: Voucher) -> Reply:
    """Submit it, unless something is against the rules or the declaration is missing: it stays a draft then."""
    _require_open(work, voucher)
    row = voucher.row
    found = findings_of(work, voucher)
    missing = any(one.check is Check.DECLARED and one.verdict is Verdict.NO for one in found)
    # Whether the budget still has it is for the managers: it may have by the time they decide.
    gaps = tuple(one for one in found if one.verdict is Verdict.NO and one.check not in (Check.BUDGET, Check.DECLARED))
    if not gaps and any(one.check is Check.DECLARED and one.reason == "old" for one in found):
        return ask_to_confirm(work, voucher)
    if missing or gaps:
        return done(work, voucher, VoucherDoneKind.SAVED, missing=missing, gaps=gaps)
    move(work, voucher, ApplicationAction.SUBMIT, submitted_at=work.now, reason="")
    cards.tell_managers(work, REVIEW, voucher.id, row.cluster_id)
    return done(work, voucher, VoucherDoneKind.SUBMITTED)


def _require_open(work: Work, voucher: Voucher) -> None:
    """Refuse a draft whose call has ended; what was returned may come back after it.

    :raises OutOfDate: the call takes no applications any more.
    """
    if voucher.row.state is ApplicationState.DRAFT and not is_open(voucher.call, work.now):
        raise OutOfDate("voucher.call.closed", id=voucher.id)
