"""Reading the form of an answer: every mistake is told at its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.answers import CRITERION_TEXT_MAX, LINK_MAX, LINKS_MAX, NDA_TEXT_MAX, TEXT_MAX, AnswerKind
from domain.errors import Invalid, InvalidForm
from domain.text import clean_text, is_wordless
from handlers.work import Ask


@dataclass(frozen=True, slots=True)
class Written:
    """What the form of an answer says."""

    kind: AnswerKind
    text: str
    criteria: tuple[tuple[str, str], ...]
    nda_text: str
    show_name: bool
    links: tuple[str, ...]

    def values(self) -> dict[str, object]:
        """Return the columns of the answer that the form fills."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def read_answer(ask: Ask, criteria: Sequence[str]) -> Written:
    """Read the form of an answer; `criteria` are those that it asked for, in order.

    :raises InvalidForm: one refusal per field that is wrong.
    """
    errors: list[Invalid] = []

    def clean(name: str, limit: int) -> str:
        try:
            return clean_text(ask.text(name), limit=limit)
        except Invalid as error:
            errors.append(Invalid(error.key, field=name, **error.params))
            return ""

    text = clean("text", TEXT_MAX)
    if is_wordless(text) and all(error.field != "text" for error in errors):
        errors.append(Invalid("answer.text.empty", field="text"))
    written = [(criterion, clean(f"criterion_{at}", CRITERION_TEXT_MAX)) for at, criterion in enumerate(criteria)]
    nda = clean("nda", NDA_TEXT_MAX)
    kind = _kind(ask, errors)
    links = _links(ask, errors)
    if errors:
        raise InvalidForm(errors)
    filled = tuple((criterion, said) for criterion, said in written if said)
    return Written(kind, text, filled, nda, "show" in ask.many("show_name"), links)


def _kind(ask: Ask, errors: list[Invalid]) -> AnswerKind:
    try:
        return AnswerKind(ask.text("kind") or AnswerKind.IDEA)
    except ValueError:
        errors.append(Invalid("answer.kind.unknown", field="kind"))
        return AnswerKind.IDEA


def _links(ask: Ask, errors: list[Invalid]) -> tuple[str, ...]:
    try:
        lines = clean_text(ask.text("links"), limit=(LINK_MAX + 1) * LINKS_MAX * 2).split("\n")
    except Invalid as error:
        errors.append(Invalid(error.key, field="links", **error.params))
        return ()
    links = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    bad = next((link for link in links if not _is_link(link)), None)
    if bad is not None:
        errors.append(
            Invalid("answer.link.invalid", field="links", link=bad[:60], example="https://example.org/product")
        )
    elif len(links) > LINKS_MAX:
        errors.append(Invalid("answer.links.too_many", field="links", limit=LINKS_MAX, count=len(links)))
    return links


def _is_link(text: str) -> bool:
    if len(text) > LINK_MAX or any(ch.isspace() for ch in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        return False
