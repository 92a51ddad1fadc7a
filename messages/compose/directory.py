"""Cards about imports."""

from __future__ import annotations

from typing import Final

from messages.card import Block, Card, Fact, Facts, Note, Section
from messages.compose.registry import composes
from messages.i18n import N_, Words
from messages.notices.directory import ImportReport, RowProblem
from messages.problems import explain

_SHOWN: Final = 10
KINDS: Final[dict[str, str]] = {
    "clusters": N_("Clusters"),
    "organisations": N_("Organisations"),
    "people": N_("People"),
    "profiles": N_("Profiles"),
    "challenges": N_("Challenges"),
}


@composes(ImportReport)
def compose_import_report(notice: ImportReport, words: Words) -> Card:
    """Say what came in, and what did not and why."""
    blocks: list[Block] = [Section(_outcome(notice, words))]
    if notice.done:
        blocks.append(_figures(notice, words))
    blocks += [_problem(one, words) for one in notice.problems[:_SHOWN]]
    if notice.problem_count > _SHOWN:
        blocks.append(Note(words.say("There are {count} more mistakes.", count=notice.problem_count - _SHOWN)))
    if notice.ignored:
        blocks.append(
            Note(
                words.say("I do not know these columns and left them out: {names}.", names=words.listed(notice.ignored))
            )
        )
    if notice.near:
        blocks.append(_near(notice, words))
    return Card(title=_title(notice, words), blocks=tuple(blocks), locale=words.locale)


def _title(notice: ImportReport, words: Words) -> str:
    if not notice.kind:
        return notice.file_name
    return words.say("{kind} · {file}", kind=words.say(KINDS[notice.kind]), file=notice.file_name)


def _outcome(notice: ImportReport, words: Words) -> str:
    if not notice.done:
        return words.say("Nothing was imported. Correct what is listed here and import the file again.")
    if notice.refused:
        return words.count(
            "The file is imported, but for one row.", "The file is imported, but for {n} rows.", notice.refused
        )
    return words.say("The file is imported.")


def _figures(notice: ImportReport, words: Words) -> Facts:
    return Facts(
        (
            Fact(words.say("New"), words.number(notice.added)),
            Fact(words.say("Changed"), words.number(notice.changed)),
            Fact(words.say("As they were"), words.number(notice.unchanged)),
            Fact(words.say("Left out"), words.number(notice.refused)),
        )
    )


def _problem(problem: RowProblem, words: Words) -> Section:
    what, remedy = explain(problem, words)
    return Section(f"{what} {remedy}", heading=where(problem, words))


def where(problem: RowProblem, words: Words) -> str:
    """Say where in the file a mistake is."""
    if not problem.line:
        return words.say("The whole file")
    if not problem.column:
        return words.say("Line {line}", line=problem.line)
    return words.say("Line {line}, column {column}", line=problem.line, column=problem.column)


def _near(notice: ImportReport, words: Words) -> Section:
    lines = [
        words.say("Line {line}: {name} resembles {other}.", line=one.line, name=one.name, other=one.other)
        for one in notice.near[:_SHOWN]
    ]
    if notice.near_count > len(lines):
        lines.append(words.say("And {count} more.", count=notice.near_count - len(lines)))
    return Section("\n".join(lines), heading=words.say("Are these really two different entries? Both were kept."))
