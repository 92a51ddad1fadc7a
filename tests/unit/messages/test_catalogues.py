"""A new sentence starts untranslated in every language but its own, and the check says so."""

from pathlib import Path

import pytest

from messages import catalogues
from messages.i18n import LOCALES


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALES_DIR", tmp_path)


@pytest.mark.usefixtures("empty")
def test_a_new_sentence_is_said_in_english_and_untranslated_elsewhere():
    catalogues.update()
    said = {locale: [message.string for message in catalogues.load(locale) if message.id] for locale in LOCALES}
    assert all(text for text in said["en"])
    assert not any(any(text or ()) for locale in LOCALES[1:] for text in said[locale])
    troubled = {line.split(":")[0] for line in catalogues.problems()}
    assert troubled == set(LOCALES) - {"en"}


def test_every_catalogue_is_complete():
    assert catalogues.problems() == []
