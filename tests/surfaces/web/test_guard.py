"""Nothing that comes in, however malformed, has an effect or an answer of 500."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from surfaces.web.guard import BODY_MAX, POLICY
from tests.surfaces.web.routes import Routes
from tests.surfaces.web.visitor import Visitor, open_app
from tests.surfaces.web.world import World

POSTS = ("/c/1", "/press", "/form", "/persona", "/out", "/in/x")
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def app(small_world: World, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    Routes().install(monkeypatch)
    return open_app(small_world)


@pytest.fixture
async def buyer(app: Starlette) -> Visitor:
    visitor = Visitor(app)
    await visitor.become("clean:buyer")
    return visitor


@pytest.mark.parametrize("path", ["/", "/help", "/c/1", "/c/99", "/nowhere", "/static/workspace.js", "/in/x", "/press"])
async def test_every_answer_carries_the_headers_of_security(buyer: Visitor, path: str):
    page = await buyer.client.get(path)
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert "script-src 'self';" in POLICY
    assert "unsafe" not in POLICY


async def test_no_page_has_a_script_or_a_style_of_its_own(buyer: Visitor):
    for path in ("/", "/c/1", "/help"):
        page = await buyer.go(path)
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert page.text.count("<script") == page.text.count('<script src="/static/workspace.js?v=') == 1


@pytest.mark.parametrize(
    "path",
    [
        "/c/0",
        "/c/-1",
        "/c/abc",
        "/c/1e3",
        "/c/٣",
        "/c/99999999999999999999999",
        "/c/2147483648",
        "/c/1/t/99",
        "/c/1/m/abc",
        "/c/1?before=abc",
        "/c/1?before=99999999999999999999",
        "/?reply=abc",
        "/c/1%00",
        "/c/%ff%fe",
        "/static/../app.py",
        "/static/%2e%2e%2fapp.py",
        "/static/nothing.js",
    ],
)
async def test_what_names_nothing_is_not_found(buyer: Visitor, path: str):
    page = await buyer.client.get(path)
    assert page.status_code == 404
    assert buyer.shows("Home")


@pytest.mark.parametrize("path", POSTS)
async def test_a_request_without_our_token_has_no_effect(buyer: Visitor, small_world: World, path: str):
    for csrf in ("", "0" * 64, "é", "\x00"):
        page = await buyer.send(
            path, {"csrf": csrf, "text": "x", "request": "a" * 12, "do": "test.done", "who": "clean:manager"}
        )
        assert page.status_code in (401, 403)
    assert small_world.texts("buyer") == []


@pytest.mark.parametrize("path", POSTS)
async def test_a_request_without_a_session_has_no_effect(app: Starlette, path: str):
    page = await Visitor(app).send(path, {"csrf": "0" * 64})
    assert page.status_code in (401, 403)


@pytest.mark.parametrize("path", ["/c/1", "/c/1/t/1", "/help", "/form"])
async def test_a_page_without_a_session_leads_to_the_door(app: Starlette, path: str):
    answer = await Visitor(app).client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_pieces_and_events_without_a_session_are_refused(app: Starlette):
    client = Visitor(app).client
    assert (await client.get("/c/1/m/1")).status_code == 401
    assert (await client.get("/events")).status_code == 401


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(buyer: Visitor, method: str):
    assert (await buyer.client.request(method, "/c/1")).status_code == 405


@pytest.mark.parametrize(("method", "path"), [("GET", "/press"), ("POST", "/"), ("POST", "/events"), ("POST", "/help")])
async def test_the_other_method_is_refused(buyer: Visitor, method: str, path: str):
    assert (await buyer.client.request(method, path)).status_code == 405


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("sender", ["cross-site", "same-site"])
async def test_a_form_of_another_site_is_refused_and_signs_nobody_out(app: Starlette, path: str, sender: str):
    # The cookie stays at home (SameSite), so a session made for the answer would take its place.
    answer = await Visitor(app).client.post(path, content=b"text=x", headers={**URLENCODED, "sec-fetch-site": sender})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("sender", ["same-origin", "none"])
async def test_a_form_of_our_own_page_is_let_in(buyer: Visitor, sender: str):
    given = await buyer.client.post("/out", content=b"", headers={**URLENCODED, "sec-fetch-site": sender})
    assert "<html" in given.text  # which has its own opinion of a form without the token


@pytest.mark.parametrize("path", POSTS)
async def test_too_much_is_refused_before_it_is_read(buyer: Visitor, path: str):
    async def endless() -> AsyncIterator[bytes]:
        yield b"text="
        for _ in range(20):
            yield b"x" * 100_000

    assert (await buyer.client.post(path, content=b"x" * (BODY_MAX + 1), headers=URLENCODED)).status_code == 413
    # A link that is no good is refused without reading on.
    stopped = 401 if path == "/in/x" else 413
    assert (await buyer.client.post(path, content=endless(), headers=URLENCODED)).status_code == stopped


async def test_a_long_address_is_refused(buyer: Visitor):
    assert (await buyer.client.get("/c/" + "1" * 5_000)).status_code == 414


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 40, "٣"])
async def test_a_length_that_is_none_is_refused(buyer: Visitor, length: str):
    headers: dict[str, Any] = {**URLENCODED, "content-length": length.encode()}
    assert (await buyer.client.post("/press", content=b"x", headers=headers)).status_code in (400, 413)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&csrf=%zz"),
        ("application/x-www-form-urlencoded", b"&&&===;;;"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="csrf"; filename="f"\r\n\r\nx\r\n--x--',
        ),
        ("multipart/form-data; boundary=\xff", b"--"),
        ("application/json", b"[" * 5_000),
        ("text/plain; charset=utf-16", b"\xff\xfe"),
        ("", b"\x00" * 100),
    ],
)
async def test_a_malformed_body_is_refused(buyer: Visitor, kind: str, body: bytes):
    for path in POSTS:
        headers: dict[str, Any] = {"content-type": kind.encode("latin-1")}
        page = await buyer.client.post(path, content=body, headers=headers)
        assert 400 <= page.status_code < 500


@pytest.mark.parametrize(
    "changed",
    [
        {"do": ""},
        {"do": "nothing"},
        {"do": "x" * 200 + ".y z"},
        {"do": "test.done " + "v" * 3_000},
        {"do": "test.done \x00"},
        {"channel": "abc"},
        {"channel": "99999999999"},
        {"message": "4711"},
        {"thread": "4711"},
    ],
)
async def test_a_press_of_no_button_of_ours_has_no_effect(buyer: Visitor, small_world: World, changed: dict[str, str]):
    page = await buyer.send("/press", {"csrf": buyer.csrf, "do": "test.done 1", **changed})
    assert page.status_code in (400, 404)
    assert small_world.texts("buyer") == []


async def test_a_press_of_an_unknown_action_is_answered_in_words(buyer: Visitor):
    page = await buyer.send("/press", {"csrf": buyer.csrf, "do": "no.such"})
    assert page.status_code == 200
    assert buyer.shows("I do not know no.such.")


@pytest.mark.parametrize("token", ["", "x", "é", "eyJuIjoxfQ.x"])
async def test_a_form_that_we_did_not_show_is_refused(buyer: Visitor, token: str):
    assert (await buyer.send("/form", {"csrf": buyer.csrf, "form": token})).status_code == 400


@pytest.mark.parametrize("request_id", ["", "short", "x" * 200, "\x00" * 12, "ééééééééé"])
async def test_a_line_without_its_mark_is_refused(buyer: Visitor, small_world: World, request_id: str):
    page = await buyer.send("/c/1", {"csrf": buyer.csrf, "request": request_id, "text": "x"})
    assert page.status_code == 400
    assert small_world.texts("buyer") == []


@pytest.mark.parametrize("who", ["", "clean", "clean:stranger", "delta:buyer", "x" * 5_000, "a:b:c", "\x00:\x00"])
async def test_one_can_only_become_somebody_who_is_there(buyer: Visitor, who: str):
    assert (await buyer.send("/persona", {"csrf": buyer.csrf, "who": who})).status_code == 404


async def test_characters_that_are_none_are_cleaned_away(buyer: Visitor, small_world: World):
    await buyer.go("/c/1")
    await buyer.write("a\x00b\u202ec\ud7ff\u200bd")
    assert small_world.texts("buyer") == ["abc\ud7ffd"]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_request_at_all_is_answered_with_a_failure(data: st.DataObject, anyway: "Anyway"):
    path = data.draw(st.sampled_from(POSTS))
    names = st.sampled_from(["text", "request", "thread", "channel", "message", "do", "form", "who", "f.title"])
    values = st.text(max_size=40) | st.sampled_from(
        ["1", "2", "test.done 1", "test.ask", "/challenge", "/answer x", "a" * 20]
    )
    fields = data.draw(
        st.dictionaries(names, values.map(lambda text: text.encode("utf-8", "replace").decode()), max_size=6)
    )
    assert anyway.status(path, fields) < 500


class Anyway:
    """Sends requests as the buyer, from tests that are no coroutines."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def status(self, path: str, fields: dict[str, str]) -> int:
        return anyio.run(self._status, path, fields)

    async def _status(self, path: str, fields: dict[str, str]) -> int:
        visitor = Visitor(self.app)
        await visitor.become("clean:buyer")
        self.app.state.parts._limiter = None  # the limiter belongs to one event loop
        page = await visitor.send(path, {"csrf": visitor.csrf, **fields}, follow=False)
        return page.status_code


@pytest.fixture
def anyway(app: Starlette) -> Anyway:
    return Anyway(app)
