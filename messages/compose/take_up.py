"""How the money of a call was taken up: what stands in the picture of it, and the same in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from messages.card import Actions, Button, Card, Picture, Section
from messages.compose.board import title_of
from messages.compose.registry import composes
from messages.compose.sheets import bulleted
from messages.i18n import Money, Words
from messages.notices.board import PicturePosted, TakeUp

_WEEKS_TOLD: Final = 12


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What stands in the picture, in the reader's language; `weeks` names each week, `number` writes an amount."""

    title: str
    committed: str
    spent: str
    budget: str
    amounts: str
    time: str
    weeks: tuple[str, ...]
    number: Callable[[float], str]


def chart_words(notice: TakeUp, words: Words) -> ChartWords:
    """Return what stands in the picture."""

    def amount(cents: int) -> str:
        return words.money(Money(cents, notice.currency))

    return ChartWords(
        title=title_of(notice.looked, words),
        committed=words.say("Committed: {amount}", amount=amount(notice.committed)),
        spent=words.say("Spent: {amount}", amount=amount(notice.spent)),
        budget=words.say("Budget: {amount}", amount=amount(notice.budget)),
        amounts=words.say("Amount in {currency}", currency=notice.currency),
        time=words.say("Week beginning"),
        weeks=tuple(words.day(week.monday) for week in notice.weeks),
        number=words.number,
    )


@composes(TakeUp)
def compose_take_up(notice: TakeUp, words: Words) -> Card:
    """Show the picture with its sums."""
    title = words.say("Take-up: {what}", what=title_of(notice.looked, words))
    told = _sums(notice, words)
    blocks = (
        Section(told),
        Picture(notice.png, _in_words(notice, words), notice.url),
        Actions((Button(words.say("To the board"), "voucher.board", notice.looked.value),)),
    )
    return Card(title=title, blocks=blocks, summary=title, locale=words.locale)


def _sums(notice: TakeUp, words: Words) -> str:
    if not notice.weeks:
        return words.say("By {day}, nothing of {budget} is committed.", **_given(notice))
    return words.say("By {day}: {committed} of {budget} committed ({share}), {spent} spent.", **_given(notice, words))


def _given(notice: TakeUp, words: Words | None = None) -> dict[str, object]:
    share = words.percent(notice.committed / notice.budget) if words and notice.budget else ""
    sums = {name: Money(getattr(notice, name), notice.currency) for name in ("budget", "committed", "spent")}
    return {"day": notice.until, "share": share, **sums}


def _in_words(notice: TakeUp, words: Words) -> str:
    """Say all that the picture shows: its sums, and each week in which they changed, the latest ones."""
    before = (0, 0)
    lines: list[str] = []
    for week in notice.weeks:
        if (week.committed, week.spent) != before:
            line = words.say(
                "Week of {day}: {committed} committed in all, {spent} spent.",
                day=week.monday,
                committed=Money(week.committed, notice.currency),
                spent=Money(week.spent, notice.currency),
            )
            lines.append(line)
        before = (week.committed, week.spent)
    about = words.say("Two rising lines, committed and spent, below that of the budget.")
    return "\n".join([about, _sums(notice, words), bulleted(lines[-_WEEKS_TOLD:])]).strip()


@composes(PicturePosted)
def compose_posted(notice: PicturePosted, words: Words) -> Card:
    """Say where the picture stands."""
    text = words.say(
        "The picture of {what} is on its way to the managers' channel of {cluster}.",
        what=title_of(notice.looked, words),
        cluster=notice.cluster,
    )
    return Card(title="", blocks=(Section(text),), summary=text, locale=words.locale)
