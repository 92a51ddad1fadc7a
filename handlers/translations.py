"""The language bridge: texts are shown in the reader's language where a model has translated them, else as they are.

What is translated is what its readers may see: a teaser after its redaction, and everything else with its names masked
while it is away. A translation is data and kept by the hash of what was translated; nothing waits for it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from domain.redaction import Names, mask, unmask
from handlers import cards
from handlers.letters import Postponed, job
from handlers.model_accounts import ModelAccounts
from handlers.work import Kit, Work
from matching import LABEL_BELOW
from matching import language_of as detected
from messages.i18n import LOCALES
from messages.notices.challenges import Sheet
from prompts.translate import TEXT_MAX, TEXTS_MAX, Translated, translate, version
from prompts.trouble import ModelUnavailable, Trouble
from store.engine import Database, Session
from store.queries import translations as query
from store.queue import Claimed
from store.tables.translations import Translation

_WAITS: Final = timedelta(days=2)
_PAUSE: Final = timedelta(minutes=10)
_TOMORROW: Final = timedelta(hours=6)
#: So near that readers need no bridge, and that short texts cannot be told apart.
_NEAR: Final = frozenset({"da", "nb"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as a reader sees it: `language` is that of the original, empty where it is the reader's own or unknown."""

    text: str
    language: str = ""
    translated: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What there is to translate about a subject: texts as their readers may see them, and names that are masked.

    When it is done, the cards of `kinds` are brought up to date, or `bring` is called with the language.
    """

    texts: tuple[str, ...]
    names: Names
    language: str
    kinds: tuple[str, ...] = ()
    bring: Callable[[Work, str], None] | None = None


Reader = Callable[[Work, str], Source | None]

SOURCES: dict[str, Reader] = {}


def source(prefix: str) -> Callable[[Reader], Reader]:
    """Register who reads the texts of subjects that begin with a prefix such as `CH`."""

    def register(reader: Reader) -> Reader:
        if prefix in SOURCES:
            raise ValueError(f"{prefix} is taken")
        SOURCES[prefix] = reader
        return reader

    return register


def language_of(text: str) -> str:
    """Return the language of a text, empty where nothing tells it."""
    return (detected("", (text,)) or "") if len(text.split()) >= LABEL_BELOW else ""


def needs_bridge(spoken: str, language: str) -> bool:
    """Tell whether a reader of one language needs a bridge to a text in another."""
    return bool(spoken) and spoken != language and not {spoken, language} <= _NEAR


def shown_in(work: Work, text: str, language: str, *, spoken: str = "") -> Shown:
    """Return a text as a reader of a language sees it: translated where that is done, else marked with its language."""
    return shown_all(work, (text,), language, spoken=spoken)[0]


def shown_all(work: Work, texts: Sequence[str], language: str, *, spoken: str = "") -> tuple[Shown, ...]:
    """Return texts that belong together in one language: all translated, or all as they are."""
    spoken = spoken or language_of("\n".join(texts))
    if not needs_bridge(spoken, language):
        return tuple(Shown(text) for text in texts)
    found: dict[str, Translation] = {}
    if work.kit.model is not None:
        found = query.kept(work.session, {_hash(text) for text in texts if text}, language, version())
    lines = [found[_hash(text)].text if _hash(text) in found else "" for text in texts]
    if all(line or not text for line, text in zip(lines, texts, strict=True)):
        return tuple(Shown(line, spoken, translated=True) for line in lines)
    return tuple(Shown(text, spoken) for text in texts)


def titles_in(work: Work, titles: Sequence[tuple[str, str]], language: str) -> tuple[Shown, ...]:
    """Return titles of a list, each with the language of its subject, as a reader sees them.

    What was translated already is read in one query; nothing is asked of a model because of a list.
    """
    foreign = {title for title, spoken in titles if title and needs_bridge(spoken, language)}
    found: dict[str, Translation] = {}
    if foreign and work.kit.model is not None:
        found = query.kept(work.session, {_hash(title) for title in foreign}, language, version())
    lines = {title: row.text for title in foreign if (row := found.get(_hash(title))) is not None}
    return tuple(
        Shown(lines.get(title) or title, spoken if title in foreign else "", translated=bool(lines.get(title)))
        for title, spoken in titles
    )


def sheet_in(work: Work, sheet: Sheet, language: str) -> Sheet:
    """Return a challenge as a reader of a language sees it."""
    if not sheet.problem and not sheet.background:
        return sheet
    texts = texts_of(sheet)
    spoken = language_of("\n".join(texts)) or sheet.language
    shown = shown_all(work, texts, language, spoken=spoken)
    said = iter(one.text for one in shown)
    return replace(
        sheet,
        title=next(said),
        problem=next(said),
        background=next(said),
        ip_terms=next(said),
        must_haves=tuple(next(said) for _ in sheet.must_haves),
        criteria=tuple((next(said), weight) for _, weight in sheet.criteria),
        said_in=shown[0].language,
        translated=shown[0].translated,
    )


def texts_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the texts of a challenge in the order of `sheet_in`."""
    return (
        sheet.title,
        sheet.problem,
        sheet.background,
        sheet.ip_terms,
        *sheet.must_haves,
        *(text for text, _ in sheet.criteria),
    )


def key_of_wish(subject: str, mark: str, language: str) -> str:
    """Return the key of the row of the outbox by which a subject is translated."""
    return f"translate:{subject}:{mark}:{language}"


def forget_translations(session: Session, texts: Iterable[str]) -> None:
    """Forget the translations of texts that are forgotten themselves."""
    query.forget(session, {_hash(text) for text in texts if text})


def want(work: Work, subject: str, languages: Iterable[str], *, spoken: str, mark: str, cluster_id: int | None) -> None:
    """Have what is written about a subject translated, if there is a model; `mark` tells one state from the next."""
    if work.kit.model is None:
        return
    for language in sorted(set(languages) & set(LOCALES)):
        if needs_bridge(spoken, language):
            work.enqueue(
                "translate",
                key=key_of_wish(subject, mark, language),
                subject=subject,
                payload={"language": language},
                expires_at=work.now + _WAITS,
                cluster_id=cluster_id,
            )


@job("translate")
async def translate_texts(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Translate what is written about a subject, and bring its cards up to date.

    :raises Postponed: no model can be asked now; after two days the original stands for good.
    """
    if kit.model is None or row.cluster_id is None:
        return
    language = str(row.payload["language"])
    read = await asyncio.to_thread(_read, database, kit, row, language, now)
    if read is None:
        return
    found, missing = read
    for at in range(0, len(missing), TEXTS_MAX):
        texts = missing[at : at + TEXTS_MAX]
        masked = [mask(text, found.names) for text in texts]
        accounts = ModelAccounts(database, now, kit.model_tokens)
        try:
            came = await translate(
                kit.model, [text for text, _ in masked], language, cluster=str(row.cluster_id), ledger=accounts
            )
        except ModelUnavailable as error:
            pause = _TOMORROW if error.reason is Trouble.BUDGET else _PAUSE
            raise Postponed(error.reason.value, pause) from error
        rows = [
            _row(text, hidden, number, language, found.language, came, now)
            for number, (text, (_, hidden)) in enumerate(zip(texts, masked, strict=True))
        ]
        await asyncio.to_thread(_write, database, rows)
    await asyncio.to_thread(_refresh, database, kit, row.subject or "", found, language, now)


def _read(database: Database, kit: Kit, row: Claimed, language: str, now: datetime) -> tuple[Source, list[str]] | None:
    with database.read() as session:
        work = Work(session, now, kit)
        reader = SOURCES.get((row.subject or "").partition("-")[0])
        found = reader(work, row.subject or "") if reader else None
        if found is None:
            return None
        texts = [text for text in dict.fromkeys(found.texts) if text.strip() and len(text) <= TEXT_MAX]
        known = query.kept(session, {_hash(text) for text in texts}, language, version())
        return found, [text for text in texts if _hash(text) not in known]


def _row(
    text: str, hidden: tuple[str, ...], number: int, language: str, spoken: str, came: Translated, now: datetime
) -> Translation:
    return Translation(
        source_hash=_hash(text),
        language=language,
        prompt_version=came.prompt_version,
        source_language=spoken,
        text=unmask(came.texts.get(number, ""), hidden),
        refused=came.refused.get(number, ""),
        model=came.model,
        created_at=now,
        updated_at=now,
    )


def _write(database: Database, rows: Sequence[Translation]) -> None:
    with database.write() as session:
        query.keep(session, rows)


def _refresh(database: Database, kit: Kit, subject: str, found: Source, language: str, now: datetime) -> None:
    with database.write() as session:
        work = Work(session, now, kit)
        for kind in found.kinds:
            cards.refresh(work, kind, subject)
        if found.bring is not None:
            found.bring(work, language)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
