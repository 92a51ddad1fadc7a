"""Addresses of the web workspace: `web:<workspace>:channel:<id>`, `…:message:<id>`, `…:person:<user>`.

The grammar lives beside the rooms themselves, because the built-in workspace is its own platform.
"""

from handlers.webroom.places import (
    SURFACE,
    PlaceKind,
    WebPlace,
    channel_address,
    is_native,
    message_ref,
    parse,
    person_address,
)

__all__ = [
    "SURFACE",
    "PlaceKind",
    "WebPlace",
    "channel_address",
    "is_native",
    "message_ref",
    "parse",
    "person_address",
]
