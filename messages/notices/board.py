"""What a manager is shown of a voucher programme: its figures, the records behind them, files and pictures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from domain.board import By, Figure, Sums, Week
from domain.vouchers import ApplicationState


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: a scheme (`SC-2`) or a call (`CA-3`) by id and name, one funder's part of it, or all of it.

    `value` names it to buttons.
    """

    value: str = "all"
    id: str = ""
    name: str = ""
    funder: str = ""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """The figures of one scheme, call or funder."""

    looked: Looked
    sums: Sums


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of what is looked at, one total a currency, and told apart `by` something, a page at a time.

    `others` are other ways to tell them apart. `picture`: its take-up can be drawn.
    """

    looked: Looked
    totals: tuple[Sums, ...] = ()
    by: By | None = None
    others: tuple[By, ...] = ()
    lines: tuple[BoardLine, ...] = ()
    page: int = 1
    more: bool = False
    picture: bool = False


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One application behind a figure and what it adds to it, in cents."""

    id: str
    scheme: str
    organisation: str
    country: str
    state: ApplicationState
    cents: int


@dataclass(frozen=True, slots=True)
class PartLine:
    """One cluster's part of a call, and what it adds to a figure, in cents."""

    looked: Looked
    cents: int


@dataclass(frozen=True, slots=True)
class Records:
    """What is behind a figure, a page at a time; `value` names the figure to the buttons of its pages.

    `total` is the figure itself: cents, or how many for what is counted.
    """

    looked: Looked
    figure: Figure
    value: str
    currency: str
    total: int
    lines: tuple[RecordLine, ...] = ()
    parts: tuple[PartLine, ...] = ()
    page: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class ExportReady:
    """A private link to a file, good until then; without an address how the operator gets the file."""

    looked: Looked
    kind: str
    url: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PicturePosted:
    """Says where the picture can be seen."""

    looked: Looked
    cluster: str


@dataclass(frozen=True, slots=True)
class TakeUp:
    """How the money of a scheme or call was taken up until a day: week by week, in cents, against its budget."""

    looked: Looked
    currency: str
    budget: int
    weeks: tuple[Week, ...]
    until: date
    png: bytes = b""
    url: str = ""

    @property
    def committed(self) -> int:
        """Return what is committed in the end."""
        return self.weeks[-1].committed if self.weeks else 0

    @property
    def spent(self) -> int:
        """Return what is spent in the end."""
        return self.weeks[-1].spent if self.weeks else 0


#: The smallest picture there is: one dark point.
DOT: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_SUMS: Final = Sums(0, "EUR", 10_000_00, 4_500_00, 450_00, applications=58, approved=40, rejected=7, smes=27, expired=2)
_SCHEME: Final = Looked("SC-2", "SC-2", "Meet & Greet")
_CALL: Final = Looked("CA-3", "CA-3", "Spring 2026")
_PART: Final = Looked("CA-3+CL-1", "CA-3", "Spring 2026", "Clean Tech Delta")
_LINE: Final = RecordLine("VO-5", "Meet & Greet", "Waterlens (invented)", "NL", ApplicationState.PAID, 450_00)
_WEEKS: Final = (
    Week(date(2026, 4, 6), 500_00, 0),
    Week(date(2026, 4, 13), 1_500_00, 0),
    Week(date(2026, 4, 20), 1_500_00, 450_00),
)

EXAMPLES = (
    Board(Looked()),
    Board(
        Looked(),
        (_SUMS, replace(_SUMS, currency="NOK")),
        By.SCHEME,
        (By.CALL, By.FUNDER),
        (BoardLine(_SCHEME, _SUMS), BoardLine(replace(_SCHEME, value="SC-1", id="SC-1"), _SUMS)),
        more=True,
    ),
    Board(
        _CALL,
        (_SUMS,),
        By.FUNDER,
        (),
        (BoardLine(_PART, _SUMS),),
        page=2,
        picture=True,
    ),
    Board(_PART, (replace(_SUMS, applications=1, approved=1, rejected=0, smes=1, expired=0),), picture=True),
    *(Records(_CALL, figure, f"CA-3/{figure}/EUR", "EUR", _SUMS.of(figure), (_LINE,), more=True) for figure in Figure),
    Records(_PART, Figure.BUDGET, "CA-3+CL-1/budget/EUR", "EUR", 10_000_00, parts=(PartLine(_PART, 10_000_00),)),
    Records(_SCHEME, Figure.SPENT, "SC-2/spent/EUR", "EUR", 0),
    Records(_SCHEME, Figure.SMES, "SC-2/smes/EUR", "EUR", 1, (_LINE,), page=2),
    ExportReady(Looked(), "xlsx", "https://matchpoint.example/exports/abc", datetime(2026, 5, 4, 10, tzinfo=UTC)),
    ExportReady(_CALL, "csv"),
    PicturePosted(_CALL, "Clean Tech Delta"),
    TakeUp(_CALL, "EUR", 10_000_00, _WEEKS, date(2026, 4, 24), DOT, "https://matchpoint.example.org/pictures/a-token"),
    TakeUp(_PART, "EUR", 10_000_00, (), date(2026, 4, 24), DOT),
)
