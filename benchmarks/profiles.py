"""Made-up profiles of about 90 words with natural word frequencies, as many as are wanted.

Stretches of the sample texts give the sentences, invented words of a long-tailed (Zipf) vocabulary their variety, and
two codes that hardly anybody else has let the vocabulary grow with the number of profiles. The same number and seed
give the same profiles.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
_SYLLABLES: Final = [
    "ba",
    "den",
    "kor",
    "lis",
    "mer",
    "tan",
    "vel",
    "sto",
    "rig",
    "fun",
    "hal",
    "per",
    "sund",
    "wat",
    "nor",
    "gel",
    "tra",
    "bin",
    "dok",
    "mas",
    "rel",
    "ven",
    "kar",
    "lum",
    "pod",
    "zer",
]
_INVENTED: Final = 150_000
_STRETCH: Final = 8


def profiles(number: int, *, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Yield (id, title, text) rows."""
    rng = random.Random(seed)  # noqa: S311 - made-up texts
    words = _words()
    for key in range(number):
        length = max(20, int(rng.gauss(90, 25)))
        text: list[str] = []
        while len(text) < length:
            at = rng.randrange(len(words) - _STRETCH)
            text += words[at : at + _STRETCH]
            text += [_invented(int(_INVENTED ** rng.random())) for _ in range(_STRETCH // 2)]
        codes = [f"{text[rng.randrange(len(text))][:5]}{rng.randrange(max(number, 10))}" for _ in range(2)]
        yield str(key), " ".join([*text[:6], codes[0]]), " ".join([*text[6:], codes[1]])


def queries(number: int, words: int) -> list[str]:
    """Return queries of so many words, cut out of other profiles: a small index does not know all of their words."""
    rng = random.Random(words)  # noqa: S311 - made-up texts
    texts = [f"{title} {text}".split() for _, title, text in profiles(500)]
    found: list[str] = []
    for _ in range(number):
        long = [word for _ in range(4) for word in rng.choice(texts)]
        at = rng.randrange(max(1, len(long) - words))
        found.append(" ".join(long[at : at + words]))
    return found


def _words() -> list[str]:
    with (EXAMPLES / "profiles.csv").open(encoding="utf-8", newline="") as file:
        return [
            word
            for row in csv.DictReader(file, strict=True)
            for text in (row["summary"], row["solutions"], row["skills"], row["evidence"])
            for word in text.replace("|", " ").split()
        ]


def _invented(rank: int) -> str:
    """Return the word of a rank of the invented vocabulary: more syllables the rarer it is."""
    parts: list[str] = []
    number = rank + len(_SYLLABLES)
    while number:
        number, at = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[at])
    return "".join(parts)
