"""The main job told as a story: from a challenge in Copenhagen to an introduction to Rotterdam, over HTTP alone."""

from __future__ import annotations

import httpx

from bot.story.beginning import CHAPTERS as BEGINNING
from bot.story.cast import gathered
from bot.story.driver import NotThere
from bot.story.ending import CHAPTERS as ENDING
from bot.story.transcript import Transcript


def play(base_url: str, *, tell: Transcript | None = None) -> int:
    """Play the whole journey against a demonstration and print it; return 0 if every step happened."""
    tell = tell or Transcript()
    try:
        with gathered(base_url, tell) as story:
            for title, chapter in (*BEGINNING, *ENDING):
                tell.chapter(title)
                chapter(story)
    except NotThere as trouble:
        tell.failed(trouble)
        return 1
    except httpx.HTTPError as error:
        tell.failed(NotThere("an answer from the workspace", f"{type(error).__name__}: {error}"))
        return 1
    tell.end()
    return 0
