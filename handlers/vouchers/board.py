"""The board: what a manager's clusters run or fund, in figures, and the records behind each figure.

An owner of a scheme sees all parts of its calls, a partner its own part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.board import By, Figure
from domain.errors import NotFound
from handlers.routes import route
from handlers.vouchers import looking
from handlers.vouchers.sight import voucher_id
from handlers.work import Ask, Reply, Work
from messages.notices.board import Board, BoardLine, PartLine, RecordLine, Records
from store.queries import board as query
from store.queries.board import Scope
from store.queries.rows import key_of

_LINES: Final = 6
_RECORDS: Final = 10
_CURRENCIES: Final = 5


@route("voucher.board", writes=False)
def show_board(work: Work, ask: Ask) -> Reply:
    """Show a manager the figures of all, of a scheme, a call or a funder's part of it.

    :raises NotAllowed, NotFound, Invalid: see `looking.ask`.
    """
    asked = looking.ask(work, ask.value)
    scope = asked.scope
    ways = _ways(scope)
    by = next((one for one in ways if asked.words[:1] == (one.value,)), ways[0] if ways else None)
    found = (
        [] if by is None else query.sums(work.session, scope, by, offset=_skip(asked.page, _LINES), limit=_LINES + 1)
    )
    lines = [
        BoardLine(looking.name(work.session, scope.within(by, one.key)), one)
        for one in found[:_LINES]
        if by is not None
    ]
    return Reply(
        Board(
            looking.name(work.session, scope),
            tuple(query.sums(work.session, scope, limit=_CURRENCIES)),
            by,
            tuple(one for one in ways if one is not by),
            tuple(lines),
            page=asked.page,
            more=len(found) > _LINES,
            picture=scope.scheme is not None or scope.call is not None,
        )
    )


def _ways(scope: Scope) -> tuple[By, ...]:
    """Return by what the figures can be told apart, the most telling first."""
    ways: list[By] = []
    if scope.call is None:
        ways += [By.CALL] if scope.scheme is not None else [By.SCHEME, By.CALL]
    return tuple(ways if scope.funder is not None else [*ways, By.FUNDER])


@route("voucher.records", writes=False)
def show_records(work: Work, ask: Ask) -> Reply:
    """List what is behind a figure, a page at a time.

    :raises NotAllowed, NotFound, Invalid: see `looking.ask`; also NotFound where there is no such figure.
    """
    asked = looking.ask(work, ask.value)
    figure, currency = _which(asked.words)
    scope = replace(asked.scope, currency=currency)
    totals = query.sums(work.session, scope)
    looked = looking.name(work.session, asked.scope)
    value = f"{looked.value}/{figure}/{currency}"
    notice = Records(looked, figure, value, currency, totals[0].of(figure) if totals else 0, page=asked.page)
    skip = _skip(asked.page, _RECORDS)
    if figure in (Figure.BUDGET, Figure.FREE):
        rows = _parts(work, scope, figure, skip)
        return Reply(replace(notice, parts=tuple(rows[:_RECORDS]), more=len(rows) > _RECORDS))
    found = query.records(work.session, scope, figure, offset=skip, limit=_RECORDS + 1)
    lines = [
        RecordLine(voucher_id(row), scheme.name, who.name, who.country, row.state, cents)
        for row, who, scheme, cents in found[:_RECORDS]
    ]
    return Reply(replace(notice, lines=tuple(lines), more=len(found) > _RECORDS))


def _which(words: tuple[str, ...]) -> tuple[Figure, str]:
    try:
        figure, currency = words
        return Figure(figure), currency
    except ValueError:
        raise NotFound("voucher.board.unknown") from None


def _parts(work: Work, scope: Scope, figure: Figure, skip: int) -> list[PartLine]:
    """Return the parts behind a budget, or behind what is free of it."""
    found = query.parts(work.session, scope, offset=skip, limit=_RECORDS + 1)
    lines: list[PartLine] = []
    for part, call, _, cluster, budget in found:
        one = Scope(scope.clusters, call=key_of(call), funder=key_of(cluster))
        cents = budget if figure is Figure.BUDGET else budget - part.committed_cents
        lines.append(PartLine(looking.name(work.session, one), cents))
    return lines


def _skip(page: int, size: int) -> int:
    return (page - 1) * size
