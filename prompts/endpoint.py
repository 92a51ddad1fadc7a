"""One call to an endpoint that speaks the OpenAI protocol, and what its failures mean. Only home of openai."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence

import httpx2
import openai
from pydantic import ValidationError

from prompts.embedding import LARGEST_ANSWER, Embedded, read_vectors
from prompts.schema import Parsed, SchemaT
from prompts.trouble import ModelUnavailable, Trouble

OPENAI_URL = "https://api.openai.com/v1"
LARGEST_BODY = 1_000_000
"""Bytes of an answer that are read; the longest honest one has a few ten thousand."""


class Endpoint:
    """Ask one model at one endpoint; never a second time behind our back."""

    def __init__(self, *, model: str, api_key: str, base_url: str, timeout_seconds: float) -> None:
        self._model = model
        self._openai = openai.AsyncOpenAI(
            api_key=api_key or "none",  # an endpoint of one's own may need no key; the library insists on one
            base_url=base_url or OPENAI_URL,
            max_retries=0,
            timeout=timeout_seconds,
            # Packed bytes could unfold to any size, and a key belongs to the address that was configured.
            default_headers={"Accept-Encoding": "identity"},
            http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, event_hooks={"response": [_bound]}),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._openai.close()

    async def ask(self, *, system: str, user: str, schema: type[SchemaT], max_tokens: int) -> Parsed[SchemaT]:
        """Ask once and return what was answered, as `schema`.

        :raises ModelUnavailable: with the reason.
        """
        try:
            completion = await self._openai.chat.completions.parse(
                model=self._model,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                response_format=schema,
                max_completion_tokens=max_tokens,
            )
            message = completion.choices[0].message
            if message.refusal:
                raise ModelUnavailable(Trouble.REFUSED)
            if not isinstance(message.parsed, schema):
                raise ModelUnavailable(Trouble.INVALID, "no content")
            return Parsed(message.parsed, completion.usage.total_tokens if completion.usage else 0)
        except openai.OpenAIError as error:
            reason, detail = _trouble(error)
            raise ModelUnavailable(reason, detail, retry_after=_retry_after(error)) from error
        except _TooLarge:
            raise ModelUnavailable(Trouble.INVALID, "too large, or packed") from None
        except ValidationError as error:
            raise ModelUnavailable(Trouble.INVALID, _where(error)) from None  # the error quotes what was answered
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
            # The library takes a body of status 200 as it comes: one that is no completion fails where it is used.
            raise ModelUnavailable(Trouble.INVALID, type(error).__name__) from None

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """Ask once for the vectors of some texts.

        :raises ModelUnavailable: with the reason.
        """
        try:
            # Base64 is a quarter of the bytes; an endpoint that knows only numbers sends these.
            reply = await self._openai.embeddings.create(model=self._model, input=list(texts), encoding_format="base64")
            vectors = read_vectors(reply.data, len(texts))
            return Embedded(vectors, reply.usage.total_tokens if reply.usage else 0)
        except openai.OpenAIError as error:
            reason, detail = _trouble(error)
            raise ModelUnavailable(reason, detail, retry_after=_retry_after(error)) from error
        except _TooLarge:
            raise ModelUnavailable(Trouble.INVALID, "too large, or packed") from None
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise ModelUnavailable(Trouble.INVALID, type(error).__name__) from None


class _TooLarge(Exception):
    """An answer that nobody needs to read to its end."""


class _Bounded(httpx2.AsyncByteStream):
    """Pass on a body until it is too large."""

    def __init__(self, body: httpx2.AsyncByteStream, most: int) -> None:
        self._body, self._most = body, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for piece in self._body:
            seen += len(piece)
            if seen > self._most:
                raise _TooLarge
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


async def _bound(response: httpx2.Response) -> None:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _TooLarge
    if isinstance(response.stream, httpx2.AsyncByteStream):
        vectors = response.request.url.path.endswith("/embeddings")
        response.stream = _Bounded(response.stream, LARGEST_ANSWER if vectors else LARGEST_BODY)


def _retry_after(error: openai.OpenAIError) -> float:
    """Return the seconds for which the endpoint asks to be left alone; a date instead of seconds is not read."""
    told = error.response.headers.get("Retry-After", "") if isinstance(error, openai.APIStatusError) else ""
    try:
        seconds = float(told)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) else 0.0


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
