"""The transcript of the story: who does what, and what each person concerned then sees."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from rich.console import Console
from rich.text import Text

from bot.story.driver import NotThere, Visitor
from bot.story.pages import Card, Form

WIDTH: Final = 100
_LINES: Final = 12
_LONG: Final = 400


class Transcript:
    """Print the story on a terminal in colour, elsewhere plain; count its steps."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self.steps = 0

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._print()
        self._print(f"── {title} {'─' * max(0, WIDTH - len(title) - 4)}", style="bold cyan")

    def step(self, who: Visitor, does: str) -> None:
        """Tell what a person does."""
        self.steps += 1
        self._print()
        self._print(f"{self.steps:>2}. {who.name} ({who.place})", style="bold")
        self._wrapped(does, "    ")

    def sees(self, who: Visitor, card: Card, *, where: str = "", lines: int = _LINES) -> None:
        """Show what a person now has before him or her."""
        private = ", only visible to this person" if card.private else ""
        place = f" in {where}" if where else ""
        self._print(f"    {who.name} sees{place}{private}:", style="green")
        for line in card_lines(card, most=lines):
            self._wrapped(line, "    │ ")

    def form(self, who: Visitor, form: Form, *, filled: Mapping[str, str | tuple[str, ...]] | None = None) -> None:
        """Show a form, with what is wrong and what was typed."""
        self._print(f"    {who.name} sees a form:", style="green")
        self._wrapped(form.title, "    │ ", style="bold")
        for name, one in form.questions.items():
            given = (filled or {}).get(name) or one.values
            typed = (given,) if isinstance(given, str) else given
            shown = shorten("; ".join(one.options.get(part, part) for part in typed), 80)
            if one.error:
                self._wrapped(f"{one.label}: {shown or '(empty)'}  <- {one.error}", "    │ ", style="red")
            elif shown:
                self._wrapped(f"{one.label}: {shown}", "    │ ")
        written = filled or {}
        empty = sum(
            not any(one.values) and not one.error and name not in written for name, one in form.questions.items()
        )
        if empty:
            self._wrapped(f"({empty} more, left empty)", "    │ ", style="dim")
        self._wrapped(f"[{form.submit}]", "    │ ")

    def note(self, text: str) -> None:
        """Say what was made sure of."""
        self._wrapped(text, "    ✓ ", style="dim")

    def failed(self, trouble: NotThere) -> None:
        """Tell what was expected and what was there."""
        self._print()
        self._print(f"This did not happen: {trouble.expected}", style="bold red")
        self._print("What was there instead:")
        for line in trouble.there.splitlines():
            self._wrapped(line, "    │ ")

    def end(self) -> None:
        """Close the story."""
        self._print()
        self._print(f"All {self.steps} steps happened.", style="bold green")

    def _wrapped(self, text: str, mark: str, *, style: str = "") -> None:
        room = WIDTH - len(mark)
        for line in textwrap.wrap(text, room, break_on_hyphens=False) or [""]:
            self._print(f"{mark}{line}", style=style)

    def _print(self, text: str = "", *, style: str = "") -> None:
        self._console.print(Text(text, style=style))


def card_lines(card: Card, *, most: int = _LINES) -> Iterator[str]:
    """Give the lines of a card with its buttons where they stand, the long ones shortened.

    Of a card of many lines those at the beginning and those beside a button are given.
    """
    if card.author and card.author != "Matchpoint":
        yield f"{card.author}:"
    if card.title:
        yield card.title
    left_out = 0
    for at, line in enumerate(card.lines):
        if at < most:
            yield shorten(line, _LONG)
        else:
            left_out += 1
        buttons = [button.label for button in card.buttons if button.below == at + 1]
        if buttons:
            if left_out:
                yield f"… ({left_out} more lines)"
                left_out = 0
            yield " ".join(f"[{label}]" for label in buttons)
    if left_out:
        yield f"… ({left_out} more lines)"
    if not card.lines and card.buttons:
        yield " ".join(f"[{label}]" for label in card.labels)


def shorten(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut at a word."""
    return textwrap.shorten(text, most, placeholder=" …") if len(text) > most else text
