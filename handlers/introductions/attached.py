"""What is attached to a message: passed on as links, never the file itself."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from domain.text import clean_line, shorten
from handlers.requests import Files

_MOST: Final = 10
_NAME_MAX: Final = 120
_URL_MAX: Final = 1_500
#: What ends an address in the text of one platform or another.
_NOT_IN_URLS: Final = frozenset(" \t\r\n<>\"'`|\\^{}")


def read_files(files: Files) -> Files:
    """Return the first ten files that have an https address, each with a name of one line."""
    found = ((_name(name, url), url) for name, url in files if _is_safe(url))
    return tuple(found)[:_MOST]


def _name(name: str, url: str) -> str:
    line = clean_line(shorten(name, _NAME_MAX), limit=_NAME_MAX)
    return line or (urlsplit(url).hostname or "")


def _is_safe(url: str) -> bool:
    if len(url) > _URL_MAX or not url.isascii() or not url.isprintable() or _NOT_IN_URLS & set(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
