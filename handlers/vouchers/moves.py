"""One step in the life of an application, and what always follows from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from domain.errors import Invalid, OutOfDate
from domain.ids import read_number
from domain.schemes import call_opens_at, ends_at
from domain.text import clean_text
from domain.vouchers import APPLICATION, COMMITTED, MOVABLE, REASON_MAX, ApplicationAction, ApplicationState
from handlers import audit, cards
from handlers.steps import take_step
from handlers.vouchers import register, reminders
from handlers.vouchers.shown import CLAIM_REVIEW, MOVING, moving_subject, refresh
from handlers.vouchers.sight import Voucher
from handlers.work import Ask, Work
from store.queries import claims
from store.queries import vouchers as query
from store.queries.rows import change, key_of
from store.tables.vouchers import Application


def split(value: str) -> tuple[str, int]:
    """Read what a button carries, `VO-5:3`: the application, and the version that was shown; 0 where none is named.

    :raises Invalid: what stands for the version is no number.
    """
    subject, _, typed = value.partition(":")
    version = read_number(typed) if typed else 0
    if version is None:
        raise Invalid("id.unknown", example="VO-5")
    return subject, version


def require_shown(voucher: Voucher, version: int) -> None:
    """Refuse to act on what the person has not seen.

    :raises OutOfDate: it changed since.
    """
    if version != voucher.row.version:
        raise OutOfDate("voucher.changed", id=voucher.id)


def read_reason(ask: Ask) -> str:
    """Return the reason that a manager gives.

    :raises Invalid: there is none; the applicant reads it.
    """
    reason = clean_text(ask.text("reason"), limit=REASON_MAX)
    if not reason:
        raise Invalid("voucher.reason.needed", field="reason")
    return reason


def move(work: Work, voucher: Voucher, action: ApplicationAction, **values: Any) -> ApplicationState:  # noqa: ANN401
    """Take one step; free the budget and the aid where it ends, plan the clock's next look, bring cards up to date.

    :raises OutOfDate: the step is not open any more, or somebody was faster; nothing was changed.
    """
    row = voucher.row
    before, dates = ApplicationState(row.state), dates_of(row)
    wish = moving_subject(voucher) if row.wished_ends_on is not None else ""
    after = take_step(
        work,
        row,
        cycle=APPLICATION,
        before=before,
        action=action,
        closed=OutOfDate(f"voucher.now.{before.value}", id=voucher.id),
        overtaken=OutOfDate("voucher.changed", id=voucher.id),
        **values,
    )
    if before in COMMITTED and after not in COMMITTED:
        query.give_back(work.session, row.part_id, row.approved_cents)
        register.void(work, voucher)
        end_claims(work, voucher)
    audit.record(
        work,
        f"voucher.{action}",
        voucher.id,
        before={"state": before, **_told(dates)},
        after={"state": after, **_told(dates_of(row))},
        cluster_id=row.cluster_id,
    )
    anew = dates_of(row) != dates
    settled = {}
    if wish and (action is ApplicationAction.MOVE or after not in MOVABLE):
        settled = {"wished_starts_on": None, "wished_ends_on": None}
    change(work.session, row, now=work.now, due_at=next_look(voucher), revision=row.revision + anew, **settled)
    if wish:
        cards.refresh(work, MOVING, wish)
    reminders.plan(work, voucher, anew=anew)
    refresh(work, voucher)
    return after


def _told(dates: tuple[date | None, ...]) -> dict[str, date]:
    return {name: on for name, on in zip(("starts_on", "claim_due_on", "report_due_on"), dates, strict=True) if on}


def end_claims(work: Work, voucher: Voucher) -> None:
    """End the claims that were not paid, let go of their receipts, and bring their cards up to date."""
    claims.release(work.session, key_of(voucher.row), now=work.now)
    for claim in claims.of_application(work.session, key_of(voucher.row)):
        cards.refresh(work, CLAIM_REVIEW, f"{voucher.id}:{claim.number}")


def dates_of(row: Application) -> tuple[date | None, ...]:
    """Return the dates of which somebody is reminded."""
    return row.starts_on, row.claim_due_on, row.report_due_on


def next_look(voucher: Voucher) -> datetime | None:
    """Return when the clock has to look at an application next, if ever."""
    row, terms = voucher.row, voucher.terms
    match row.state:
        case ApplicationState.DRAFT:
            return voucher.call.cutoff_at
        case ApplicationState.RETURNED | ApplicationState.SUBMITTED | ApplicationState.ELIGIBLE:
            # Where what has begun can be approved, what is over can be too: nothing ends by itself.
            return ends_at(row.ends_on, terms.zone) if row.ends_on and terms.approve_first else None
        case ApplicationState.AGREEMENT:
            return call_opens_at(row.starts_on, terms.zone) if row.starts_on else None
        case ApplicationState.APPROVED | ApplicationState.ACTIVE | ApplicationState.CLAIMED:
            return ends_at(row.claim_due_on, terms.zone) if row.claim_due_on else None
        case _:
            return None
