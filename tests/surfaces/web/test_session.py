"""What a browser brings along is believed only if we made it, for this, and not too long ago."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from handlers.webroom.links import Account, make_personal_link, read_personal_link
from messages.card import Form
from surfaces.web.session import LASTS, OpenForm, Session, Sessions
from tests.surfaces.web.world import NOW, SECRET

FORM = OpenForm(Form("a.b", "Title", (), "Send", "Cancel"), "request", 3, None, 17)


def brought(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})


def kept(sessions: Sessions, session: Session) -> str:
    response = Response()
    sessions.write(response, session, now=NOW)
    return response.headers["set-cookie"].split(";")[0]


def link(**changed: object) -> str:
    given: dict[str, object] = {"public_url": "https://m.example", "workspace": "clean", "user": "buyer", "now": NOW}
    return make_personal_link(SECRET, **{**given, **changed})  # type: ignore[arg-type]


def token(url: str) -> str:
    return url.removeprefix("https://m.example/in/")


def test_a_session_comes_back_until_it_is_too_old():
    sessions = Sessions(SECRET, secure=False)
    session = sessions.begin("clean", "buyer")
    cookie = kept(sessions, session)
    assert sessions.read(brought(cookie), now=NOW) == session
    assert sessions.read(brought(cookie), now=NOW + LASTS + timedelta(seconds=1)) is None


def test_the_cookie_is_closed_to_scripts_other_sites_and_plain_http():
    response = Response()
    sessions = Sessions(SECRET, secure=True)
    sessions.write(response, sessions.begin(), now=NOW)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-matchpoint=")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))


def test_a_session_of_another_secret_is_nobodys():
    cookie = kept(Sessions("another secret of the tests", secure=False), Session("n", "clean", "buyer"))
    assert Sessions(SECRET, secure=False).read(brought(cookie), now=NOW) is None


@given(st.text(st.characters(codec="latin-1", exclude_characters=";\r\n\x00"), max_size=80))
def test_any_other_cookie_is_nobodys(value: str):
    request = Request({"type": "http", "headers": [(b"cookie", b"matchpoint=" + value.encode("latin-1"))]})
    assert Sessions(SECRET, secure=False).read(request, now=NOW) is None


def test_a_form_tells_for_which_session_it_was_made():
    sessions = Sessions(SECRET, secure=False)
    mine = sessions.begin("clean", "buyer")
    signed = sessions.sign_form(mine, FORM)
    assert sessions.read_form(signed) == (mine, FORM)
    assert sessions.read_form(signed[:-2]) is None
    assert Sessions("another secret of the tests", secure=False).read_form(signed) is None


def test_a_token_against_forgery_is_good_for_one_session():
    sessions = Sessions(SECRET, secure=False)
    mine, other = sessions.begin("clean", "buyer"), sessions.begin("clean", "buyer")
    assert sessions.is_genuine(mine, sessions.csrf(mine))
    assert not sessions.is_genuine(other, sessions.csrf(mine))
    assert not sessions.is_genuine(None, sessions.csrf(mine))
    assert not sessions.is_genuine(mine, "é")


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="16 characters"):
        Sessions("short", secure=False)


def test_a_personal_link_lets_one_person_in_until_it_expires():
    made = token(link(valid_for=timedelta(hours=1)))
    assert read_personal_link(SECRET, made, now=NOW) == Account("clean", "buyer")
    assert read_personal_link(SECRET, made, now=NOW + timedelta(hours=1)) is None


def test_a_personal_link_is_no_session_and_a_session_no_link():
    sessions = Sessions(SECRET, secure=False)
    cookie = kept(sessions, sessions.begin("clean", "buyer"))
    assert read_personal_link(SECRET, cookie.partition("=")[2], now=NOW) is None
    assert sessions.read(brought(f"matchpoint={token(link())}"), now=NOW) is None


@pytest.mark.parametrize("changed", [{"workspace": "a:b"}, {"user": ""}, {"user": "a b"}])
def test_no_link_is_made_for_what_cannot_be_an_account(changed: dict[str, str]):
    with pytest.raises(ValueError, match="personal link"):
        link(**changed)
