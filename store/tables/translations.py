"""Translations by a language model: kept by what was translated, into which language, and with which words of ours."""

from sqlalchemy import UniqueConstraint

from store.tables.base import Row


class Translation(Row, table=True):
    """A text in another language; `source_hash` is that of the text as its readers may see it.

    `text` is empty where the model's translation was refused, and `refused` says by which rule.
    """

    __tablename__ = "translation"
    __table_args__ = (UniqueConstraint("source_hash", "language", "prompt_version"),)

    source_hash: str
    language: str
    prompt_version: str
    source_language: str = ""
    text: str = ""
    refused: str = ""
    model: str = ""
