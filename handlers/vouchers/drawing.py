"""The picture of a take-up as PNG: readable at the width of a phone, and without its colours."""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Callable
from typing import Any, Final

from messages.compose.take_up import ChartWords
from messages.notices.board import TakeUp

#: Inches and dots per inch: 900 × 760 dots, of which a phone shows every second or third.
_SIZE: Final = (4.5, 3.8)
_DPI: Final = 200
_TITLE: Final = 34
_TICKS: Final = 4
#: Dark, lighter and dashed: told apart in grey too.
_COMMITTED: Final = "#12503f"
_SPENT: Final = "#e0872f"
_BUDGET: Final = "#444444"
_RULES: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    # A dollar sign in an amount or a title is no formula.
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
#: The library keeps its settings and fonts for the whole process.
_LOCK: Final = threading.Lock()


def draw(notice: TakeUp, words: ChartWords) -> bytes:
    """Return the picture of a take-up.

    The library is imported by the first picture of a process (a second, 55 MB): most processes draw none.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _LOCK, mpl.rc_context(_RULES):
        figure = Figure(figsize=_SIZE, dpi=_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        axes: Any = figure.add_subplot()
        _plot(axes, notice, words)
        axes.set_title("\n".join(textwrap.wrap(_known(words.title), _TITLE)[:2]), fontsize=11, fontweight="bold")
        axes.set_xlabel(words.time)
        axes.set_ylabel(words.amounts)
        axes.grid(axis="y", color="#dddddd", linewidth=0.8)
        figure.legend(loc="outside lower center", frameon=False, fontsize=9.5)
        target = io.BytesIO()
        # Nothing about the program or the time of day stands in the file.
        figure.savefig(target, format="png", metadata={"Software": None})
        return target.getvalue()


def _plot(axes: Any, notice: TakeUp, words: ChartWords) -> None:  # noqa: ANN401  (the library has loose types)
    """Draw the lines: what each week came to stands at its end, from nothing at the beginning of the first."""
    at = list(range(len(notice.weeks) + 1))
    committed = [0.0, *(week.committed / 100 for week in notice.weeks)]
    spent = [0.0, *(week.spent / 100 for week in notice.weeks)]
    axes.fill_between(at, committed, color=_COMMITTED, alpha=0.12, linewidth=0)
    axes.axhline(notice.budget / 100, color=_BUDGET, linestyle=(0, (5, 3)), linewidth=1.6, label=words.budget)
    axes.plot(at, committed, color=_COMMITTED, linewidth=2.4, label=words.committed)
    axes.plot(at, spent, color=_SPENT, linewidth=2.4, linestyle=(0, (1.5, 1)), label=words.spent)
    axes.set_xlim(0, max(at[-1], 1))
    axes.set_ylim(0, max(notice.budget / 100, *committed, 1) * 1.08)
    axes.yaxis.set_major_locator(_locator())
    axes.yaxis.set_major_formatter(_written(words))
    step = max(1, -(-len(words.weeks) // _TICKS))
    axes.set_xticks(at[: len(words.weeks) : step], words.weeks[::step])


def _written(words: ChartWords) -> Callable[[float, int], str]:
    return lambda value, _position: words.number(value)


def _locator() -> Any:  # noqa: ANN401
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=5, integer=True)


def _known(text: str) -> str:
    """Leave out what the font has no shape for: a box would stand there."""
    import matplotlib.font_manager as fonts

    library: Any = fonts
    shapes = library.get_font(library.findfont("DejaVu Sans")).get_charmap()
    return "".join(ch for ch in text if ord(ch) in shapes)
