"""Keep the catalogues true: `python -m messages.catalogues check` and `… update`.

`update` collects every sentence of `messages/` into each language's catalogue; a sentence whose English changed is a
new one and starts untranslated. `check` fails on a sentence that is missing, stale, empty, marked fuzzy, or whose
placeholders differ from the English ones.
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from messages.i18n import DOMAIN, LOCALES, LOCALES_DIR

_HERE: Final = Path(__file__).parent
_KEYWORDS: Final = {"say": None, "N_": None, "count": (1, 2)}
_PLACEHOLDERS: Final = string.Formatter()


def collect() -> Catalog:
    """Read every sentence that the code says, with the files in which it stands."""
    catalogue = Catalog(domain=DOMAIN, project="Matchpoint", charset="utf-8")
    method = [("**.py", "python")]
    for name, _line, message, comments, context in extract_from_dir(_HERE, method, keywords=_KEYWORDS):
        catalogue.add(message, None, [(f"messages/{name}", None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalogue


def path_of(locale: str) -> Path:
    """Return where the catalogue of a language lies."""
    return LOCALES_DIR / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(locale: str) -> Catalog:
    """Read the catalogue of a language; an empty one where there is none yet."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN)
    with path.open("rb") as source:
        return read_po(source, locale=locale, domain=DOMAIN)


def update() -> None:
    """Bring every catalogue to the sentences of the code; what is not said any more is dropped."""
    for locale in LOCALES:
        catalogue = load(locale)
        # Collected anew: catalogues take over the template's own messages, and would share what is filled in.
        catalogue.update(collect(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if locale == "en":
            for message in _sentences(catalogue):
                message.string = message.id
        save(locale, catalogue)


def save(locale: str, catalogue: Catalog) -> None:
    """Write the catalogue of a language, sorted and without anything that changes by itself."""
    written = io.BytesIO()
    write_po(written, catalogue, width=120, sort_output=True, omit_header=True, include_lineno=False)
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"'
    header = f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n{plural}\n\n'
    path_of(locale).parent.mkdir(parents=True, exist_ok=True)
    path_of(locale).write_bytes(header.encode() + written.getvalue())


def problems() -> list[str]:
    """List what is wrong with the catalogues, one line each; empty if all is well."""
    said = {_key(message) for message in _sentences(collect())}
    found: list[str] = []
    for locale in LOCALES:
        catalogue = load(locale)
        kept = {_key(message): message for message in _sentences(catalogue)}
        found += [f"{locale}: missing: {key}" for key in sorted(said - kept.keys())]
        found += [f"{locale}: stale: {key}" for key in sorted(kept.keys() - said)]
        for key in sorted(said & kept.keys()):
            found += [f"{locale}: {trouble}: {key}" for trouble in _troubles(kept[key], catalogue.num_plurals)]
    return found


def _troubles(message: Message, plurals: int) -> Iterator[str]:
    english, translated = _forms(message.id), _forms(message.string)
    if not all(translated) or (message.pluralizable and len(translated) < plurals):
        yield "untranslated"
        return
    if message.fuzzy:
        yield "fuzzy"
    wanted = _names(english[-1])
    if any(_names(form) - wanted for form in translated) or _names(translated[-1]) != wanted:
        yield "placeholders differ"


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def _names(sentence: str) -> set[str]:
    try:
        return {name for _, name, _, _ in _PLACEHOLDERS.parse(sentence) if name is not None}
    except ValueError:
        return {"(malformed braces)"}


def _key(message: Message) -> str:
    return " | ".join(_forms(message.id))


def _sentences(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status."""
    if arguments == ["update"]:
        update()
        return 0
    if arguments == ["check"]:
        found = problems()
        for line in found:
            print(line, file=sys.stderr)  # noqa: T201  (a command for developers)
        return 1 if found else 0
    print("usage: python -m messages.catalogues check | update", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
