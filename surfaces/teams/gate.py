"""The gate of Teams: what is unproven, too large or malformed ends here with 4xx and has no effect.

Every activity carries a token of Microsoft's that names this bot and the service which the activity claims to come from
("Authenticate requests from the Bot Connector service to your bot", learn.microsoft.com). What is proven and merely
unknown is answered with 200, so that Teams is content.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from surfaces.bodies import Json, Malformed
from surfaces.door import JSON, Answer, Refused, check_size, content_type_of, headers_of, read_body, send_answer
from surfaces.teams.payloads import Activity, Kind, classify, parse
from surfaces.teams.proof import KeysUnavailable, NotProven, Proof

_log: Final = structlog.get_logger("matchpoint.teams")
_BEARER: Final = b"bearer "

#: What an activity is answered with: a status and, for an invoke, a body.
Reply = tuple[int, Json | None]
Dispatch = Callable[[Activity], Awaitable[Reply]]


class Gate:
    """An ASGI app that lets through what Microsoft vouches for, parsed and told apart.

    Without a `proof` everybody is let in; `may_serve` tells which addresses an activity may name as its service. With a
    `tenant` no other one is heard.
    """

    def __init__(
        self,
        dispatch: Dispatch,
        *,
        proof: Proof | None,
        may_serve: Callable[[str], bool],
        observe: Callable[[str, float], None],
        tenant: str = "",
    ) -> None:
        self._dispatch, self._proof, self._may_serve, self._observe = dispatch, proof, may_serve, observe
        self._tenant = tenant.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.monotonic()
        kind = Kind.FOREIGN
        try:
            headers = headers_of(scope, once=b"authorization")
            check_size(scope, headers)
            token = self._token(headers)
            body = self._parse(headers, await read_body(receive))
            await self._prove(token, body)
            kind, answer = await self._admit(body)
        except Refused as refusal:
            _log.info("refused at the gate", status=refusal.status, reason=refusal.why)
            answer = Answer(refusal.status, refusal.why.encode())
        await send_answer(send, answer)
        if kind is not Kind.FOREIGN:
            self._observe(kind.value, time.monotonic() - started)

    def _token(self, headers: dict[bytes, bytes]) -> str:
        given = headers.get(b"authorization", b"")
        if self._proof is not None and not given.lower().startswith(_BEARER):
            raise Refused(401, "not signed")
        return given[len(_BEARER) :].strip().decode("latin-1")

    def _parse(self, headers: dict[bytes, bytes], raw: bytes) -> Json:
        if content_type_of(headers) != "application/json":
            raise Refused(415, "not JSON")
        try:
            return parse(raw)
        except Malformed as error:
            raise Refused(400, f"malformed: {error}") from error

    async def _prove(self, token: str, body: Json) -> None:
        service_url = str(body["serviceUrl"])
        if not self._may_serve(service_url):
            raise Refused(401, "foreign service")
        if self._proof is None:
            return
        try:
            await self._proof.check(token, service_url)
        except NotProven:
            raise Refused(401, "not signed") from None
        except KeysUnavailable:
            raise Refused(503, "no keys") from None

    async def _admit(self, body: Json) -> tuple[Kind, Answer]:
        try:
            activity = classify(body)
        except Malformed as error:
            raise Refused(400, f"malformed: {error}") from error
        if activity.kind is Kind.FOREIGN:
            return activity.kind, Answer()
        if self._tenant and activity.tenant.lower() != self._tenant:
            raise Refused(403, "another tenant")
        status, said = await self._dispatch(activity)
        if said is None:
            return activity.kind, Answer(status)
        return activity.kind, Answer(status, json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"), JSON)
