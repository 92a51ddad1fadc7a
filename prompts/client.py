"""The one way to a language model: any endpoint that speaks the OpenAI protocol. Only home of openai.

A call ends within its deadline whatever the endpoint does (also if it sends one byte a second), is never repeated
behind our back, and fails with one error, `ModelUnavailable`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import openai
from pydantic import BaseModel, ConfigDict, ValidationError

from prompts.breaker import Breaker
from prompts.trouble import ENDPOINT_TROUBLES, ModelUnavailable, Trouble

OPENAI_URL = "https://api.openai.com/v1"


class Answer(BaseModel):
    """Be the base of every response schema: nothing but the fields named, and their very types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


AnswerT = TypeVar("AnswerT", bound=Answer)


@dataclass(frozen=True, slots=True)
class Reply(Generic[AnswerT]):
    """Hold a parsed answer and the tokens it cost (0 where the endpoint does not tell)."""

    value: AnswerT
    tokens: int


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
        deadline_seconds: float = 9.0,
        concurrency: int = 4,
        failures: int = 5,
        open_seconds: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.deadline_seconds = deadline_seconds
        self._places = asyncio.Semaphore(concurrency)
        self._breaker = Breaker(failures=failures, open_seconds=open_seconds, monotonic=monotonic)
        self._openai = openai.AsyncOpenAI(
            api_key=api_key or "none",  # an endpoint of one's own may need no key; the library insists on one
            base_url=base_url or OPENAI_URL,
            max_retries=0,
            timeout=deadline_seconds,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._openai.close()

    async def parse(
        self, *, system: str, user: str, schema: type[AnswerT], max_tokens: int, deadline_seconds: float | None = None
    ) -> Reply[AnswerT]:
        """Ask once and return the answer as `schema`.

        :raises ModelUnavailable: with the reason; the only error of this method.
        """
        if not self._breaker.admits():
            raise ModelUnavailable(Trouble.OPEN)
        try:
            async with asyncio.timeout(deadline_seconds or self.deadline_seconds), self._places:
                reply = await self._ask(system, user, schema, max_tokens)
        except TimeoutError:
            self._breaker.failed()
            raise ModelUnavailable(Trouble.TIMEOUT) from None
        except ModelUnavailable as trouble:
            if trouble.reason in ENDPOINT_TROUBLES:
                self._breaker.failed()
            else:
                self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return reply

    async def _ask(self, system: str, user: str, schema: type[AnswerT], max_tokens: int) -> Reply[AnswerT]:
        try:
            completion = await self._openai.chat.completions.parse(
                model=self.model,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                response_format=schema,
                max_completion_tokens=max_tokens,
            )
            message = completion.choices[0].message
            if message.refusal:
                raise ModelUnavailable(Trouble.REFUSED)
            if not isinstance(message.parsed, schema):
                raise ModelUnavailable(Trouble.INVALID, "no content")
            return Reply(message.parsed, completion.usage.total_tokens if completion.usage else 0)
        except openai.OpenAIError as error:
            raise ModelUnavailable(*_trouble(error)) from error
        except ValidationError as error:
            raise ModelUnavailable(Trouble.INVALID, _where(error)) from None  # the error quotes what was answered
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # The library takes a body of status 200 as it comes: one that is no completion fails where it is used.
            raise ModelUnavailable(Trouble.INVALID, type(error).__name__) from None


def _trouble(error: openai.OpenAIError) -> tuple[Trouble, str]:
    match error:
        case openai.APITimeoutError():
            return Trouble.TIMEOUT, ""
        case openai.APIConnectionError():
            return Trouble.CONNECTION, type(error.__cause__).__name__
        case openai.LengthFinishReasonError():
            return Trouble.TRUNCATED, ""
        case openai.ContentFilterFinishReasonError():
            return Trouble.REFUSED, "content filter"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return Trouble.UNAUTHORISED, f"HTTP {error.status_code}"
        case openai.RateLimitError():
            return Trouble.RATE_LIMITED, f"HTTP {error.status_code}"
        case openai.APIStatusError():
            kind = Trouble.SERVER if error.status_code >= 500 else Trouble.REJECTED
            return kind, f"HTTP {error.status_code}"
        case _:
            return Trouble.INVALID, type(error).__name__


def _where(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['type']}"[:200]
