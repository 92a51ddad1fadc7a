"""Cards of the board: figures, the records behind them, files and pictures."""

from __future__ import annotations

from typing import Final

from domain.board import By, Figure, Sums
from messages.card import Actions, Block, Button, Card, Divider, Fact, Facts, Note, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import heading, page_buttons
from messages.i18n import N_, Money, Words
from messages.labels import label
from messages.notices.board import Board, BoardLine, ExportReady, Looked, PartLine, RecordLine, Records

_MONEY: Final = (Figure.BUDGET, Figure.COMMITTED, Figure.SPENT, Figure.FREE)
_COUNTS: Final = (Figure.APPLICATIONS, Figure.APPROVED, Figure.REJECTED, Figure.SMES, Figure.EXPIRED)
_NAMES: Final[dict[Figure, str]] = {
    Figure.BUDGET: N_("Budget"),
    Figure.COMMITTED: N_("Committed"),
    Figure.SPENT: N_("Spent"),
    Figure.FREE: N_("Free"),
    Figure.APPLICATIONS: N_("Applications"),
    Figure.APPROVED: N_("Approved"),
    Figure.REJECTED: N_("Rejected"),
    Figure.SMES: N_("SMEs"),
    Figure.EXPIRED: N_("Expired"),
}
_BY: Final[dict[By, str]] = {By.SCHEME: N_("By scheme"), By.CALL: N_("By call"), By.FUNDER: N_("By funder")}
_FILES: Final = {"csv": N_("File (CSV)"), "xlsx": N_("Workbook (XLSX)")}
_ABOUT: Final[dict[Figure, str]] = {
    Figure.BUDGET: N_("What the clusters put in. Of a cancelled call only what is committed counts."),
    Figure.COMMITTED: N_("What was approved and stands. Once a voucher is paid out, it is what was paid."),
    Figure.SPENT: N_("What was paid."),
    Figure.FREE: N_("What can still be approved: the budget without what is committed."),
    Figure.APPLICATIONS: N_("What was submitted, however it stands now."),
    Figure.APPROVED: N_("What was approved, also if it was withdrawn or expired later."),
    Figure.REJECTED: N_("What was rejected."),
    Figure.SMES: N_("The SMEs that applied; each counts once, however often it did."),
    Figure.EXPIRED: N_("What was submitted and came too late at some point: nothing is paid for it any more."),
}


def title_of(looked: Looked, words: Words) -> str:
    """Name what is looked at."""
    title = heading(looked.id, looked.name) if looked.id else words.say("All schemes and calls")
    return words.say("{what}, part of {funder}", what=title, funder=looked.funder) if looked.funder else title


@composes(Board)
def compose_board(notice: Board, words: Words) -> Card:
    """Show the figures of what is looked at, and the way to what is behind each of them."""
    blocks: list[Block] = []
    for sums in notice.totals:
        if len(notice.totals) > 1:
            blocks.append(Section("", words.say("In {currency}", currency=sums.currency)))
        blocks += [_facts(sums, words), *_ways(notice.looked, sums, words)]
    if not blocks:
        blocks.append(
            Section(words.say("No call has a budget yet. A scheme comes first, then a call of it with its money."))
        )
    if notice.by is not None and notice.lines:
        blocks += [Divider(), Section("", words.say(_BY[notice.by]))]
        for line in notice.lines:
            blocks += _line(line, words)
    blocks.append(Actions(tuple(_buttons(notice, words))))
    blocks.append(Note(words.say("Drafts are not counted: they are their authors' own.")))
    title = words.say("Vouchers: {what}", what=title_of(notice.looked, words))
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _facts(sums: Sums, words: Words) -> Facts:
    facts = [Fact(words.say(_NAMES[one]), _value(one, sums, words)) for one in (*_MONEY, *_COUNTS)]
    return Facts(tuple(facts))


def _value(figure: Figure, sums: Sums, words: Words) -> str:
    if figure not in _MONEY:
        return words.number(sums.of(figure))
    amount = words.money(Money(sums.of(figure), sums.currency))
    if figure is Figure.BUDGET or not sums.budget:
        return amount
    return f"{amount} ({words.percent(sums.of(figure) / sums.budget)})"


def _ways(looked: Looked, sums: Sums, words: Words) -> list[Block]:
    """Return a button for each figure that leads to its records."""

    def way(figure: Figure) -> Button:
        return Button(words.say(_NAMES[figure]), "voucher.records", f"{looked.value}/{figure}/{sums.currency}")

    rows = [[way(one) for one in row if sums.of(one)] for row in (_MONEY, _COUNTS)]
    return [Actions(tuple(row)) for row in rows if row]


def _line(line: BoardLine, words: Words) -> list[Block]:
    looked, sums = line.looked, line.sums
    text = words.say(
        "Budget {budget}, committed {committed}, spent {spent}, free {free}.",
        **{one.value: words.money(Money(sums.of(one), sums.currency)) for one in _MONEY},
    )
    counts = words.say(
        "Applications: {applications}, approved: {approved}, rejected: {rejected}, SMEs: {smes}, expired: {expired}.",
        **{one.value: sums.of(one) for one in _COUNTS},
    )
    name = heading(looked.id, looked.name) if not looked.funder else looked.funder
    return [
        Section(f"{text}\n{counts}", name),
        Actions((Button(words.say("Look closer"), "voucher.board", looked.value),)),
    ]


def _buttons(notice: Board, words: Words) -> list[Button]:
    value = notice.looked.value
    buttons: list[Button] = []
    if notice.by is not None:
        here = f"{value}/{notice.by}"
        buttons += page_buttons("voucher.board", here, notice.page, more=notice.more, words=words)
    buttons += [Button(words.say(_BY[one]), "voucher.board", f"{value}/{one}") for one in notice.others]
    if notice.totals:
        buttons += [Button(words.say(name), "voucher.export", f"{value}/{kind}") for kind, name in _FILES.items()]
    if notice.picture:
        buttons.append(Button(words.say("Post a picture of the take-up"), "voucher.picture", value))
    if value != "all":
        buttons.append(Button(words.say("All schemes and calls"), "voucher.board"))
    else:
        buttons.append(Button(words.say("Schemes and calls"), "scheme.list"))
    return buttons


@composes(Records)
def compose_records(notice: Records, words: Words) -> Card:
    """List what is behind a figure."""
    total = words.money(Money(notice.total, notice.currency)) if notice.figure in _MONEY else words.number(notice.total)
    blocks: list[Block] = [
        Section(words.say(_ABOUT[notice.figure]), words.say("{what}: {total}", what=_name(notice, words), total=total))
    ]
    for line in notice.lines:
        blocks += _record(line, notice.currency, words)
    for part in notice.parts:
        blocks += _part(part, notice.currency, words)
    if not notice.lines and not notice.parts:
        blocks.append(Section(words.say("There is nothing behind it yet.")))
    buttons = page_buttons("voucher.records", notice.value, notice.page, more=notice.more, words=words)
    buttons.append(Button(words.say("To the board"), "voucher.board", notice.looked.value))
    blocks.append(Actions(tuple(buttons)))
    return Card(title=title_of(notice.looked, words), blocks=tuple(blocks), locale=words.locale)


def _name(notice: Records, words: Words) -> str:
    return words.say(_NAMES[notice.figure])


def _record(line: RecordLine, currency: str, words: Words) -> list[Block]:
    who = words.say("{name}, {country}", name=line.organisation, country=words.country(line.country))
    parts = (who, label(line.state, words), words.money(Money(line.cents, currency)))
    text = Section(" · ".join(parts), heading(line.id, line.scheme))
    return [text, Actions((Button(words.say("Open"), "voucher.status", line.id),))]


def _part(line: PartLine, currency: str, words: Words) -> list[Block]:
    text = Section(words.money(Money(line.cents, currency)), title_of(line.looked, words))
    return [text, Actions((Button(words.say("Look closer"), "voucher.board", line.looked.value),))]


@composes(ExportReady)
def compose_export(notice: ExportReady, words: Words) -> Card:
    """Hand over the link to a file, or say how the operator gets one."""
    title = words.say("{kind}: {what}", kind=notice.kind.upper(), what=title_of(notice.looked, words))
    if not notice.url or notice.until is None:
        text = words.say(
            "This deployment has no public address, so there is no link. Ask who runs it to set PUBLIC_URL; until "
            "then, matchpoint export --kind vouchers FOLDER writes the same files."
        )
        return Card(title=title, blocks=(Section(text),), locale=words.locale)
    text = words.say(
        "The link is yours alone, and good until {time}. It shows what your clusters may see at the moment of the "
        "download.",
        time=words.clock(notice.until),
    )
    button = Button(words.say("Download"), url=notice.url, style=Style.PRIMARY)
    return Card(title=title, blocks=(Section(text), Actions((button,))), summary=title, locale=words.locale)
