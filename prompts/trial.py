"""Whether a model answers at all, in the shape that is asked for: what an operator wants to know beforehand."""

from __future__ import annotations

from prompts.client import ModelClient
from prompts.schema import Schema
from prompts.template import load_template

_MOST_TOKENS = 400


class _Ready(Schema):
    ready: bool


async def try_model(client: ModelClient) -> None:
    """Ask for next to nothing, outside every budget.

    :raises ModelUnavailable: with the reason.
    """
    await client.parse(system=load_template("trial").text, user="{}", schema=_Ready, max_tokens=_MOST_TOKENS)
