"""How a model is asked, whatever it is asked: paid in advance, checked, once more at most, and over by the deadline."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from prompts.client import ModelClient
from prompts.ports import Ledger
from prompts.schema import SchemaT
from prompts.template import Template
from prompts.trouble import ENDPOINT_TROUBLES, RETRIED_TROUBLES, ModelUnavailable, Trouble

GRACE_SECONDS = 0.5
"""What the store may take beside the calls."""

_BYTES_PER_TOKEN = 3

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Question(Generic[SchemaT, ResultT]):
    """Hold what is asked: the template, the shape of the answer, and its longest length in tokens.

    `put` words one call, by its number (from 0), and returns with it the check of its answer, which raises
    `ModelUnavailable` with `INVALID` for one that breaks its contract.
    """

    template: Template
    schema: type[SchemaT]
    max_tokens: int
    put: Callable[[int], tuple[str, Callable[[SchemaT], ResultT]]]


@dataclass(slots=True)
class Together:
    """Bound what questions that are put together may take, such as those of challenges that are ranked together.

    Their deadline is that of the first one that is put. One call is made again, for whichever fails first; and once the
    endpoint has failed one of them, none is made for those that are still to be put.
    """

    monotonic: Callable[[], float] = time.monotonic
    _ends_at: float | None = None
    _again: bool = True
    _trouble: Trouble | None = None

    def begin(self, seconds: float) -> float:
        """Return when a question that is put now must be over, `seconds` being allowed from the first one.

        :raises ModelUnavailable: it must not be put (any more).
        """
        if self._ends_at is None:
            self._ends_at = self.monotonic() + seconds
        if self._trouble is not None:
            raise ModelUnavailable(self._trouble, "put together with one that failed")
        if self.monotonic() >= self._ends_at:
            raise ModelUnavailable(Trouble.TIMEOUT, "put after the time for all of them was over")
        return self._ends_at

    def take_again(self) -> bool:
        """Tell whether a call may be made again; once."""
        taken, self._again = self._again, False
        return taken

    def failed(self, trouble: Trouble) -> None:
        """Note how a question ended; only what speaks against the endpoint concerns the others."""
        if trouble in ENDPOINT_TROUBLES:
            self._trouble = trouble


@dataclass(frozen=True, slots=True)
class Answers(Generic[ResultT]):
    """Hold the usable answers (at least one), and what they took."""

    results: tuple[ResultT, ...]
    calls: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[ResultT]):
    result: ResultT | None
    trouble: ModelUnavailable | None
    tokens: int = 0


async def ask(
    client: ModelClient,
    question: Question[SchemaT, ResultT],
    *,
    cluster: str,
    ledger: Ledger,
    times: int = 1,
    deadline_seconds: float | None = None,
    together: Together | None = None,
) -> Answers[ResultT]:
    """Put a question `times` over at once, and one of those that failed a second time, if that may help.

    The deadline, the client's if none is given, is for all of it, and for all questions that are put `together`.

    :raises ModelUnavailable: not one usable answer within the deadline and the budget.
    """
    together = together or Together()
    ends_at = together.begin(deadline_seconds or client.deadline_seconds)
    asking = _Asking(client, question, cluster, ledger, ends_at, together)
    try:
        # The calls end by themselves; this is for a store that does not answer.
        async with asyncio.timeout(asking.left() + GRACE_SECONDS):
            return await asking.answers(times)
    except TimeoutError:
        raise ModelUnavailable(Trouble.TIMEOUT) from None


def digest(parts: object) -> str:
    """Return a hash of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Asking(Generic[SchemaT, ResultT]):
    client: ModelClient
    question: Question[SchemaT, ResultT]
    cluster: str
    ledger: Ledger
    ends_at: float
    together: Together

    def left(self) -> float:
        return max(self.ends_at - self.together.monotonic(), 0.001)

    async def answers(self, times: int) -> Answers[ResultT]:
        outcomes = await self._round(range(times))
        calls = times
        again = [
            number for number, one in enumerate(outcomes) if one.trouble and one.trouble.reason in RETRIED_TROUBLES
        ]
        if again and self.together.monotonic() < self.ends_at and self.together.take_again():
            calls += 1
            outcomes += await self._round([again[0]])
        results = tuple(one.result for one in outcomes if one.result is not None)
        if not results:
            trouble = next(one.trouble for one in reversed(outcomes) if one.trouble is not None)
            self.together.failed(trouble.reason)
            raise trouble
        return Answers(results, calls, sum(one.tokens for one in outcomes))

    async def _round(self, numbers: range | list[int]) -> list[_Outcome[ResultT]]:
        put = [self.question.put(number) for number in numbers]
        cost = sum(_cost(self.question.template.text, user) + self.question.max_tokens for user, _ in put)
        if not await asyncio.to_thread(self.ledger.reserve, self.cluster, cost):
            await self._note(Trouble.BUDGET.value, 0)
            return [_Outcome(None, ModelUnavailable(Trouble.BUDGET))]
        return list(await asyncio.gather(*(self._once(user, check) for user, check in put)))

    async def _once(self, user: str, check: Callable[[SchemaT], ResultT]) -> _Outcome[ResultT]:
        tokens = 0
        try:
            reply = await self.client.parse(
                system=self.question.template.text,
                user=user,
                schema=self.question.schema,
                max_tokens=self.question.max_tokens,
                deadline_seconds=self.left(),
            )
            tokens = reply.tokens
            result = check(reply.value)
        except ModelUnavailable as trouble:
            await self._note(trouble.reason.value, tokens)
            return _Outcome(None, trouble, tokens)
        await self._note("ok", tokens)
        return _Outcome(result, None, tokens)

    async def _note(self, outcome: str, tokens: int) -> None:
        await asyncio.to_thread(self.ledger.note, self.question.template.name, outcome, tokens)


def _cost(system: str, user: str) -> int:
    return (len(system.encode()) + len(user.encode(errors="replace"))) // _BYTES_PER_TOKEN + 1
