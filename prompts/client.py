"""The one way to a language model: any endpoint that speaks the OpenAI protocol.

A call ends within its deadline whatever the endpoint does (also if it sends one byte a second), is never repeated
behind our back, and fails with one error, `ModelUnavailable`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from prompts.breaker import Breaker
from prompts.embedding import Embedded
from prompts.schema import Parsed, SchemaT
from prompts.trouble import ENDPOINT_TROUBLES, ModelUnavailable, Trouble

DEADLINE_SECONDS = 9.0
"""For all calls of one question together, so that with all that is around them a person has an answer in ten."""

MOST_AT_ONCE = 8
"""Calls at a time: as many challenges are ranked together, and none of them is to wait for another one's answer."""

LONGEST_HOLD = 600.0
"""Seconds for which an endpoint is left alone at most, whatever it asks for."""

ReplyT = TypeVar("ReplyT")


class ModelClient:
    """Ask one model at one endpoint.

    At most `concurrency` calls run at a time; waiting for a place counts towards the deadline. After `failures`
    failures of the endpoint in a row none is made for `open_seconds`. A client belongs to one event loop.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str = "",
        base_url: str = "",
        deadline_seconds: float = DEADLINE_SECONDS,
        concurrency: int = MOST_AT_ONCE,
        failures: int = 5,
        open_seconds: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.deadline_seconds = deadline_seconds
        self._places = asyncio.Semaphore(concurrency)
        self._breaker = Breaker(failures=failures, open_seconds=open_seconds, monotonic=monotonic)
        # Imported where a model is configured: most of the start of a process would go into its library.
        from prompts.endpoint import Endpoint

        self._endpoint = Endpoint(model=model, api_key=api_key, base_url=base_url, timeout_seconds=deadline_seconds)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def parse(
        self, *, system: str, user: str, schema: type[SchemaT], max_tokens: int, deadline_seconds: float | None = None
    ) -> Parsed[SchemaT]:
        """Ask once and return the answer as `schema`.

        :raises ModelUnavailable: with the reason; the only error of this method.
        """
        return await self._guarded(
            self._endpoint.ask(system=system, user=user, schema=schema, max_tokens=max_tokens), deadline_seconds
        )

    async def embed(self, texts: Sequence[str], *, deadline_seconds: float | None = None) -> Embedded:
        """Return one vector for each of at most `MOST_TEXTS` texts.

        :raises ModelUnavailable: with the reason; the only error of this method.
        """
        return await self._guarded(self._endpoint.embed(texts), deadline_seconds)

    async def _guarded(self, call: Coroutine[None, None, ReplyT], deadline_seconds: float | None) -> ReplyT:
        """Make one call within its deadline, unless the breaker is open, and note how the endpoint did."""
        admitted = False
        try:
            async with asyncio.timeout(deadline_seconds or self.deadline_seconds), self._places:
                # Asked here, since the endpoint may have failed, or asked for a pause, while this one waited.
                admitted = self._breaker.admits()
                if not admitted:
                    raise ModelUnavailable(Trouble.OPEN)
                reply = await call
        except TimeoutError:
            self._breaker.failed()
            raise ModelUnavailable(Trouble.TIMEOUT) from None
        except ModelUnavailable as trouble:
            if admitted:
                self._note(trouble)
            raise
        finally:
            call.close()  # for one that was never begun
        self._breaker.succeeded()
        return reply

    def _note(self, trouble: ModelUnavailable) -> None:
        if trouble.retry_after > 0:
            self._breaker.hold(min(trouble.retry_after, LONGEST_HOLD))
        if trouble.reason in ENDPOINT_TROUBLES:
            self._breaker.failed()
        else:
            self._breaker.succeeded()
