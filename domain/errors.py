"""Anticipated refusals.

A refusal carries a message key and parameters, never words: `messages.refusals` holds the words in every language.
"""

from __future__ import annotations

from datetime import date, datetime

Param = str | int | date | datetime


class Refusal(Exception):
    """Say no for a reason that was foreseen; the person is told privately, the log gets one line at info.

    `key` names the sentence in `messages.refusals`; `params` fill its named placeholders; `field` names the form field
    at fault, if there is one.
    """

    def __init__(self, key: str, /, *, field: str | None = None, **params: Param) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.params = params


class NotFound(Refusal):
    """The thing named does not exist, or the person may not know that it does."""


class NotAllowed(Refusal):
    """The person has no authority for this; the words say who has."""


class OutOfDate(Refusal):
    """Somebody was faster, or the card is an old one; nothing was changed."""


class Invalid(Refusal):
    """What was typed cannot be taken as it is; the words give an example."""


class InvalidForm(Refusal):
    """Several fields at once cannot be taken; `errors` lists a refusal with its `field` for each."""

    def __init__(self, errors: list[Invalid]) -> None:
        super().__init__("form.invalid")
        self.errors = errors
