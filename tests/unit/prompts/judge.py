"""A model endpoint on the loopback that behaves as it is told, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Item = dict[str, Any]
Behaviour = Callable[["Call"], None]


class Call:
    """One request, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], over: threading.Event) -> None:
        self._handler = handler
        self._over = over
        self.body = body
        self.key = handler.headers.get("Authorization", "")

    @property
    def said(self) -> dict[str, Any]:
        return json.loads(self.body["messages"][1]["content"])

    def send(
        self, status: int, payload: bytes, *, length: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", str(len(payload) if length is None else length))
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()
        try:
            self._handler.wfile.write(payload)
            self._handler.wfile.flush()
        except OSError:
            pass  # the client has seen enough

    def complete(self, content: str | None, *, finish: str = "stop", refusal: str | None = None) -> None:
        message = {"role": "assistant", "content": content, "refusal": refusal}
        body = {
            "id": "c1",
            "object": "chat.completion",
            "created": 1,
            "model": "played",
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
            "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000},
        }
        self.send(200, json.dumps(body).encode())

    def judge(self, items: list[Item]) -> None:
        self.complete(json.dumps({"judgements": items}))

    def drip(self, payload: bytes) -> None:
        """Send a byte now and then, for ever, or until the test is over."""
        self.send(200, b"", length=1_000_000)
        try:
            while not self._over.wait(0.02):
                self._handler.wfile.write(payload)
                self._handler.wfile.flush()
        except OSError:
            pass  # the client hung up

    def flood(self, piece: bytes, *, most: int) -> int:
        """Send a piece again and again until the client hangs up; return how often it took one."""
        self.send(200, b"", length=len(piece) * most)
        for taken in range(most):
            try:
                self._handler.wfile.write(piece)
            except OSError:
                return taken
        return most

    def stay_silent(self) -> None:
        """Answer nothing until the test is over."""
        self._over.wait(30)


def honest(call: Call) -> list[Item]:
    """Judge each candidate by how often its texts say "membrane", with its first words as evidence."""
    items: list[Item] = []
    for candidate in call.said["candidates"]:
        text = next(iter(candidate["fields"].values()), "")
        score = min(100, 50 * " ".join(candidate["fields"].values()).lower().count("membrane"))
        quote = " ".join(text.split()[:6]) if score else ""
        items.append(
            {"id": candidate["id"], "score": score, "reason": "Says so.", "evidence": quote, "gaps": ["certificate"]}
        )
    return items


def good(call: Call) -> None:
    call.judge(honest(call))


def changed(change: Callable[[list[Item]], Any]) -> Behaviour:
    """Judge honestly, but for one change."""

    def behave(call: Call) -> None:
        items = honest(call)
        change(items)
        call.judge(items)

    return behave


class Judge:
    """Serve `behaviours` one call after the other, the last one for all further calls."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = [good]
        self.calls: list[Call] = []
        over = self._over = threading.Event()
        judge = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                call = Call(self, body, over)
                judge.calls.append(call)
                judge.behaviours[min(len(judge.calls), len(judge.behaviours)) - 1](call)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
