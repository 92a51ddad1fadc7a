"""An index at one moment, on which searches work."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from matching.letters import Letters
from matching.lexicon import Lexicon
from matching.segment import Bools, Segment
from matching.typos import NearWords


@dataclass(frozen=True, slots=True)
class Picture:
    """Show an index at one moment; any number of threads may read it."""

    segments: tuple[Segment, ...]
    profiles: int
    lexicon: Lexicon
    letters: Letters
    near: NearWords
    codes: tuple[str | None, ...]
    common_languages: tuple[str, ...]

    def allowed(
        self, allow: Callable[[str], bool] | Collection[str] | None, exclude: Collection[str]
    ) -> list[Bools] | None:
        """Return the rows of every segment that pass the rules, or `None` where all do."""
        if allow is None and not exclude:
            return None
        excluded = frozenset(exclude)
        test: Callable[[str], bool]
        if allow is None:
            test = _anything
        elif callable(allow):
            test = allow
        else:
            test = frozenset(allow).__contains__
        return [
            np.fromiter((key not in excluded and test(key) for key in segment.entries.ids), np.bool_, len(segment))
            for segment in self.segments
        ]


def _anything(_: str) -> bool:
    return True
