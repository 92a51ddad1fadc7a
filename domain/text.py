"""Text from people and models: cleaned and bounded on the way in."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import Invalid

ELLIPSIS = "…"

_ZWJ, _VARIATION_16 = "\u200d", "\ufe0f"
_KEYCAP = "\u20e3"
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{4,}")
_SPACES = re.compile(r"\s+")
# Nothing in here is ever hidden (the soft hyphen is left out): most texts need no closer look.
_PLAIN = re.compile("[\t\n -~\u00a0-\u00ac\u00ae-\u024f]*")
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ĸ": "k", "ŋ": "n"}
)
# What platforms make of a mention: <@U123>, <!here>, <!channel>, <#C123|name>, <at>Name</at>, @name.
_MENTION = re.compile(r"<[@!#][^<>]{0,300}>|<at\b[^<>]{0,100}>[^<>]{0,200}</at>|(?<!\S)@[\w.-]+")
_MARKS_DROPPED = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f")


def clean_text(raw: str, *, limit: int) -> str:
    """Return text of several lines without what is invisible, misleading or superfluous.

    Unicode NFC; control characters, bidirectional overrides and isolates and zero-width characters go, except newline,
    tab and the joiner inside an emoji; at most two blank lines in a row; no space at either end. `limit` counts
    characters of the result.

    :raises Invalid: key "text.too_long" with `limit` and `length`.
    """
    text = unicodedata.normalize("NFC", _visible(_LINE_ENDS.sub("\n", raw)))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _bounded(_BLANK_LINES.sub("\n\n\n", text).strip(), limit)


def clean_line(raw: str, *, limit: int) -> str:
    """Return text of one line, cleaned like `clean_text`, every run of white space one blank.

    :raises Invalid: key "text.too_long" with `limit` and `length`.
    """
    text = unicodedata.normalize("NFC", _visible(_LINE_ENDS.sub("\n", raw)))
    return _bounded(_SPACES.sub(" ", text).strip(), limit)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, cut at the end of a word and marked with an ellipsis."""
    if limit < 1:
        raise ValueError("a limit is at least 1")
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    cut = text[:room]
    if not text[room].isspace() and not cut[-1:].isspace():
        at_word = "".join(cut.rsplit(maxsplit=1)[:-1])
        # A single long word, or one long word at the end, is better cut than lost.
        cut = at_word if len(at_word) >= room * 0.6 else _whole_clusters(cut, text[room])
    return cut.rstrip(" \t\n,;:.-–—") + ELLIPSIS


def clean_start(raw: str, *, limit: int) -> str:
    """Clean a text as `clean_text` does and shorten what is too long, for where it can be changed before it is sent."""
    return shorten(clean_text(raw, limit=max(limit, len(raw))), limit)


def is_wordless(text: str) -> bool:
    """Tell whether nothing is left of a text but mentions, pictures, white space and punctuation."""
    rest = _MENTION.sub(" ", text)
    return not any(unicodedata.category(ch)[0] in "LN" for ch in rest)


def fold(text: str) -> str:
    """Return text without case and accents, for comparing; may be longer or shorter than the original."""
    lowered = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(ch for ch in lowered if not unicodedata.combining(ch))


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Invalid("text.too_long", limit=limit, length=len(text))
    return text


def _visible(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    kept: list[str] = []
    for at, ch in enumerate(text):
        if ch == _ZWJ:
            if kept and _is_pictograph(kept[-1]) and at + 1 < len(text) and _is_pictograph(text[at + 1]):
                kept.append(ch)
        elif ch in "\n\t" or not _is_hidden(ch):
            kept.append(ch)
    return "".join(kept)


def _is_hidden(ch: str) -> bool:
    # Cc control, Cf format (bidi, zero-width, tags), Cs lone surrogates, Co private use; U+FDD0… and U+…FFFE/F are no
    # characters at all. What is merely unassigned stays: it may be an emoji younger than this Python.
    if unicodedata.category(ch) in ("Cc", "Cf", "Cs", "Co") or ch in _MARKS_DROPPED:
        return True
    return "\ufdd0" <= ch <= "\ufdef" or ord(ch) & 0xFFFE == 0xFFFE


def _is_pictograph(ch: str) -> bool:
    # So and the emoji planes (with skin tones, and those younger than this Python), and the variation selector.
    return unicodedata.category(ch) == "So" or "\U0001f000" <= ch <= "\U0001faff" or ch == _VARIATION_16


def _whole_clusters(cut: str, following: str) -> str:
    """Take back the last cluster where the cut would fall inside it (an accent, a joined emoji)."""
    glued = unicodedata.combining(following) or following in (_ZWJ, _VARIATION_16, _KEYCAP)
    if not glued and not cut.endswith(_ZWJ):
        return cut
    end = len(cut) - 1
    while end > 0 and (unicodedata.combining(cut[end]) or cut[end] in (_ZWJ, _VARIATION_16) or cut[end - 1] == _ZWJ):
        end -= 1
    return cut[:end]
