"""A card as a page of its own, for a browser that is not in Slack: plain, without script, and kept nowhere."""

from __future__ import annotations

from html import escape
from typing import Final

from messages.card import Actions, Button, Card, Section

_STYLE: Final = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1.25rem;color:#16302b;"
    "background:#fff}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1rem;margin:1.5rem 0 .25rem}"
    "p{margin:.5rem 0;white-space:pre-line}a.button{display:inline-block;margin-top:1.25rem;padding:.75rem 1.25rem;"
    "border-radius:.4rem;background:#12503f;color:#fff;text-decoration:none;font-weight:600}"
    "a.button:focus-visible{outline:3px solid #e0a526;outline-offset:2px}"
)
#: The address carries a secret for some minutes: it is told to nobody and kept nowhere.
SECURITY: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def render_page(card: Card) -> str:
    """Return the HTML of a card with paragraphs and links; whatever else a card can hold is left out."""
    title = escape(card.title)
    body = "".join(_block(block) for block in card.blocks if isinstance(block, Section | Actions))
    return (
        f'<!doctype html><html lang="{escape(card.locale)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def _block(block: Section | Actions) -> str:
    if isinstance(block, Actions):
        return "".join(_link(button) for button in block.buttons if button.url)
    heading = f"<h2>{escape(block.heading)}</h2>" if block.heading else ""
    return f"{heading}<p>{escape(block.text)}</p>"


def _link(button: Button) -> str:
    return f'<a class="button" href="{escape(button.url or "", quote=True)}">{escape(button.label)}</a>'
