"""The two icons of the app, drawn with the standard library: two rings that meet in a point."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from math import hypot
from typing import Final

COLOR_SIZE: Final = 192
OUTLINE_SIZE: Final = 32
ACCENT: Final = "#12503F"
_GREEN: Final = (0x12, 0x50, 0x3F, 255)
_LIGHT: Final = (0xB7, 0xE4, 0xC7, 255)
_WHITE: Final = (255, 255, 255, 255)
_NOTHING: Final = (255, 255, 255, 0)
#: Each pixel is looked at in so many places a side, so that edges are smooth.
_LOOKS: Final = 4

Pixel = tuple[int, int, int, int]


def color_icon() -> bytes:
    """Return the full-colour icon: 192 × 192, without transparency."""

    def paint(x: float, y: float) -> Pixel:
        if hypot(x - 0.5, y - 0.5) < 0.075:
            return _WHITE
        return _LIGHT if _in_rings(x, y, reach=0.185, width=0.05, apart=0.135) else _GREEN

    return _png(COLOR_SIZE, paint)


def outline_icon() -> bytes:
    """Return the outline icon: 32 × 32, white on nothing, as Teams asks."""

    def paint(x: float, y: float) -> Pixel:
        seen = _in_rings(x, y, reach=0.25, width=0.08, apart=0.19) or hypot(x - 0.5, y - 0.5) < 0.09
        return _WHITE if seen else _NOTHING

    return _png(OUTLINE_SIZE, paint)


def _in_rings(x: float, y: float, *, reach: float, width: float, apart: float) -> bool:
    return any(abs(hypot(x - 0.5 - side, y - 0.5) - reach) < width / 2 for side in (-apart, apart))


def _png(size: int, paint: Callable[[float, float], Pixel]) -> bytes:
    """Return a picture as PNG: eight bits a channel, with alpha (ISO/IEC 15948)."""
    rows = b"".join(b"\0" + b"".join(_pixel(paint, x, y, size) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _pixel(paint: Callable[[float, float], Pixel], x: int, y: int, size: int) -> bytes:
    steps = [(one + 0.5) / _LOOKS for one in range(_LOOKS)]
    seen = [paint((x + dx) / size, (y + dy) / size) for dx in steps for dy in steps]
    alpha = sum(one[3] for one in seen)
    shade = [sum(one[part] * one[3] for one in seen) // alpha if alpha else 255 for part in range(3)]
    return bytes([*shade, alpha // len(seen)])


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
