"""A load of signed requests over kept-alive connections, paced or as fast as the server answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import aiohttp

SECRET: Final = "bench-signing-secret"
USERS: Final = 16

#: Makes the form fields of the n-th request.
Fields = Callable[[int], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What one round showed: milliseconds at the median and at the 99th percentile, requests a second, failures."""

    p50: float
    p99: float
    rate: float
    failed: int = 0


def signed(fields: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """Encode a request as Slack does, and sign it."""
    body = urlencode(fields).encode()
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={mac}",
    }
    return body, headers


async def run(url: str, fields: Fields, *, requests: int, rate: float | None, first: int = 0) -> Result:
    """Send `requests` of them from 16 users: `rate` a second in all, or without pause where it is None.

    A paced request that had to wait for its user counts from the moment at which it should have been sent, so that a
    server that stalls cannot hide it.
    """
    latencies: list[float] = []
    failed = 0
    numbers = iter(range(first, first + requests))
    began = time.perf_counter()

    async def user(session: aiohttp.ClientSession) -> None:
        nonlocal failed
        for number in numbers:
            body, headers = signed(fields(number))
            due = time.perf_counter()
            if rate is not None:
                due = began + (number - first) / rate
                if due > time.perf_counter():
                    await asyncio.sleep(due - time.perf_counter())
                    due = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as response:
                await response.read()
                failed += response.status != 200
            latencies.append(time.perf_counter() - due)

    connector = aiohttp.TCPConnector(limit=USERS, force_close=False)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
        await asyncio.gather(*(user(session) for _ in range(USERS)))
    took = time.perf_counter() - began
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return Result(cuts[49] * 1000, cuts[98] * 1000, requests / took, failed)
