"""From cards, forms and pages to HTML; everything that a person or a model wrote is escaped here, and nowhere else.

Addresses that are not http, https, mailto or a path of our own are never made into links.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from domain.calendars import zone_or_utc
from messages.card import Block, Card, Form
from messages.chrome import Chrome

HERE: Final = Path(__file__).parent
_URL: Final = re.compile(r"https?://[^\s<>\"'`\\]{3,500}")
_HUES: Final = 8
_CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def _read_assets() -> dict[str, tuple[bytes, str, str]]:
    """Read every static file once: its bytes, its type, and a mark that changes with its content."""
    assets: dict[str, tuple[bytes, str, str]] = {}
    for path in sorted((HERE / "static").iterdir()):
        if path.suffix in _CONTENT_TYPES:
            content = path.read_bytes()
            assets[path.name] = (content, _CONTENT_TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:12])
    return assets


ASSETS: Final = _read_assets()
ASSET_URLS: Final = {name: f"/static/{name}?v={mark}" for name, (_, _, mark) in ASSETS.items()}


def kind_of(block: Block) -> str:
    """Name the kind of a block for the templates."""
    return type(block).__name__.lower()


def safe_url(url: str) -> str:
    """Return an address that a link may have, or nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if any(ord(ch) <= 32 for ch in url) or "\\" in url:
        return ""
    if parts.scheme.lower() in ("http", "https"):
        return url if parts.netloc else ""
    if parts.scheme.lower() == "mailto":
        return url
    return url if url.startswith("/") and not url.startswith("//") else ""


def linked(text: str) -> Markup:
    """Escape a text, with the web addresses in it made into links."""
    if "http" not in text:
        return escape(text)
    pieces: list[Markup] = []
    end = 0
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?)]}»”’")
        pieces.append(escape(text[end : match.start()]))
        shown = safe_url(url)
        link = Markup('<a href="{0}" rel="noopener noreferrer nofollow">{1}</a>').format(shown, url)
        pieces.append(link if shown else escape(url))
        end = match.start() + len(url)
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)


def data_url(png: bytes) -> str:
    """Return a picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in re.split(r"[\s,.]+", name) if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def hue(user: str) -> int:
    """Return one of eight colours, always the same for the same user."""
    return zlib.crc32(user.encode()) % _HUES


def day_in(at: datetime, zone: str) -> date:
    """Return the day of an instant in a zone."""
    return at.astimezone(zone_or_utc(zone)).date()


def many(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return what is chosen as a tuple."""
    if isinstance(value, str):
        return (value,) if value else ()
    return value


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters = cast("dict[str, object]", environment.filters)
    filters |= {
        "kind": kind_of,
        "safe_url": safe_url,
        "data_url": data_url,
        "linked": linked,
        "initials": initials,
        "hue": hue,
        "day_in": day_in,
        "many": many,
    }
    cast("dict[str, object]", environment.globals)["assets"] = ASSET_URLS
    return environment


_TEMPLATES: Final = _environment()


def render(template: str, /, **context: object) -> str:
    """Render a template of this surface."""
    return _TEMPLATES.get_template(template).render(**context)


def render_card(card: Card, *, csrf: str = "", channel: int | None = None, message: int | None = None) -> str:
    """Return a card as HTML."""
    at = {"csrf": csrf, "channel": channel, "thread": None, "message": message, "prefix": f"m{message or 0}"}
    module = _TEMPLATES.get_template("_card.html").module
    return str(module.card(card, 3, at))  # type: ignore[attr-defined]


def render_form(
    form: Form,
    chrome: Chrome,
    *,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str | tuple[str, ...]] | None = None,
) -> str:
    """Return a form as HTML."""
    module = _TEMPLATES.get_template("_form.html").module
    return str(module.form(form, "token", "csrf", chrome, errors or {}, values or {}, "/", 2))  # type: ignore[attr-defined]
