"""De minimis aid: what one single undertaking may be granted."""

from __future__ import annotations

from enum import StrEnum


class LinkKind(StrEnum):
    """Say why two firms are one single undertaking (Regulation (EU) 2023/2831, article 2 (2)); `group`: same name."""

    VOTES = "votes"
    BOARD = "board"
    INFLUENCE = "influence"
    AGREEMENT = "agreement"
    MERGED = "merged"
