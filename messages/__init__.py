"""The words: notices in, cards and forms out, in the reader's language."""

from messages.compose import compose, lay_out

__all__ = ["compose", "lay_out"]
