"""What calendar programs fetch over HTTP, read back with the library that a program would use."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

import httpx
import pytest
import structlog
from icalendar import Calendar

from handlers.webroom.room import Webroom
from messages.calendar import CalendarFile, Event
from messages.notices.introductions import Contact
from store.engine import Database
from surfaces.web.app import make_web_app
from surfaces.web.ical import write_feed, write_invitation
from tests.fakes.clock import StillClock
from tests.integration.handlers.test_calendar import link, token_of
from tests.integration.handlers.test_introductions import made
from tests.integration.handlers.test_meetings import meeting, newest, press, propose
from tests.world import NOW, World, build_world, buttons_of

AT: Final = datetime(2026, 5, 20, 8, tzinfo=UTC)
EVENT: Final = Event("CH-12-deadline", date(2026, 6, 30), "Deadline", "Text", "Deadline", NOW, 3)
MEETING: Final = replace(
    EVENT,
    name="IN-34-meeting",
    starts=AT,
    ends=AT + timedelta(hours=1),
    zone="Europe/Copenhagen",
    host=Contact("Owner, Waterlens", "", "owner@waterlens.example"),
)
FILE: Final = CalendarFile("My dates", (EVENT, MEETING), "matchpoint.example", NOW, "https://matchpoint.example/")


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return build_world(sqlite_database)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def ask(world: World, path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
    """Fetch something through the whole web app."""
    app = make_web_app(
        world.desk, Webroom(world.database, world.kit), secret="s" * 32, kit=world.kit, clock=StillClock(world.now)
    )

    async def fetch() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://localhost:8000"
        ) as client:
            return await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return asyncio.run(fetch())


def feed(world: World, **headers: str) -> httpx.Response:
    return ask(world, f"/calendar/{link(world, world.buyer)}.ics", **headers)


def read(body: bytes) -> dict[str, Any]:
    """Read a calendar and return its events by UID, as a program does; every line is as the format wants it."""
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    assert not any(line.strip(b"\t") != line.strip(b"\t\r\n\x00\x0b\x1b") for line in lines)
    calendar: Any = Calendar.from_ical(body)
    assert not calendar.errors
    assert all(not one.errors for one in calendar.walk("VEVENT"))
    return {str(one["UID"]): one for one in calendar.walk("VEVENT")}


class TestFile:
    def test_a_day_is_a_whole_day_and_a_meeting_an_hour_in_utc(self):
        found = read(write_feed(FILE))
        day, hour = found["CH-12-deadline@matchpoint.example"], found["IN-34-meeting@matchpoint.example"]
        assert (day.decoded("DTSTART"), day.decoded("DTEND")) == (date(2026, 6, 30), date(2026, 7, 1))
        assert (hour.decoded("DTSTART"), hour.decoded("DTEND")) == (AT, AT + timedelta(hours=1))
        assert (str(day["TRANSP"]), str(hour["TRANSP"])) == ("TRANSPARENT", "OPAQUE")
        assert day.decoded("SEQUENCE") == 3
        assert day.decoded("DTSTAMP") == NOW
        assert str(day["URL"]) == "https://matchpoint.example/"
        assert [str(one) for one in day["CATEGORIES"].cats] == ["Matchpoint", "Deadline"]
        assert str(hour["STATUS"]) == "CONFIRMED"

    def test_a_feed_names_itself_and_says_when_to_come_again(self):
        calendar: Any = Calendar.from_ical(write_feed(FILE))
        assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"]) == "My dates"
        assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=4)
        assert str(calendar["X-PUBLISHED-TTL"]) == "PT4H"
        assert "METHOD" not in calendar

    def test_an_invitation_is_published_and_asks_nobody_to_answer(self):
        body = write_invitation(replace(FILE, events=(MEETING,)))
        calendar: Any = Calendar.from_ical(body)
        (event,) = read(body).values()
        assert str(calendar["METHOD"]) == "PUBLISH"
        assert "ATTENDEE" not in event
        assert str(event["ORGANIZER"]) == "mailto:owner@waterlens.example"
        assert event["ORGANIZER"].params["CN"] == "Owner, Waterlens"

    def test_one_that_is_called_off_cancels_the_same_event(self):
        gone = replace(MEETING, called_off=True, sequence=9)
        body = write_invitation(replace(FILE, events=(gone,)))
        calendar: Any = Calendar.from_ical(body)
        (uid, event), *_ = read(body).items()
        assert str(calendar["METHOD"]) == "CANCEL"
        assert uid == "IN-34-meeting@matchpoint.example"
        assert (str(event["STATUS"]), event.decoded("SEQUENCE")) == ("CANCELLED", 9)

    def test_who_has_no_address_is_organised_by_nobody(self):
        (event,) = read(write_invitation(replace(FILE, events=(replace(MEETING, host=Contact("A")),)))).values()
        assert str(event["ORGANIZER"]) == "invalid:nomail"

    @pytest.mark.parametrize(
        "text",
        [
            "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged",
            "a\nATTENDEE:mailto:x@y.example",
            "a\rb\u2028c\u2029d\x85e\x0bf\x0cg\x1ch",
            "a\x00b\x1b[31mc",
            'back\\slash; semi, colon: "quotes"',
            "x" * 5000,
            "é" * 3000,
            "👩🏽‍🔬" * 500,
            "אבגד \u202eהו" * 50,
            "مرحبا بالعالم " * 80,
            "\ud83d broken",
            "",
        ],
        ids=lambda text: ascii(text)[:20],
    )
    def test_whatever_people_write_stays_text(self, text: str):
        wild = replace(MEETING, summary=text, description=text, location=text, host=Contact(text, "", text))
        body = write_invitation(replace(FILE, events=(wild,), url=""))
        found = read(body)
        assert list(found) == ["IN-34-meeting@matchpoint.example"]
        assert body.count(b"\r\nBEGIN:VEVENT\r\n") == 1
        assert not re.search(rb"^(ATTENDEE|END:VEVENT.*forged)", body, re.MULTILINE)
        if text.isprintable():
            assert str(found["IN-34-meeting@matchpoint.example"]["SUMMARY"]) == text
        assert list(read(write_feed(replace(FILE, title=text))))

    def test_the_same_state_gives_the_same_bytes(self):
        assert write_feed(FILE) == write_feed(replace(FILE, changed_at=AT))


class TestFeed:
    def test_a_program_reads_it_without_any_cookie(self, world: World):
        challenge = world.published()
        response = feed(world)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/calendar; charset=utf-8"
        assert response.headers["cache-control"] == "private, no-cache"
        assert "set-cookie" not in response.headers
        assert list(read(response.content)) == [f"{challenge}-deadline@localhost"]

    def test_a_head_says_the_same_and_gives_nothing(self, world: World):
        world.published()
        told, whole = feed(world, method="HEAD"), feed(world)
        assert told.status_code == 200
        assert told.content == b""
        for name in ("etag", "last-modified", "content-type", "content-length"):
            assert told.headers[name] == whole.headers[name]

    def test_what_is_known_already_is_not_sent_again(self, world: World):
        challenge = world.published()
        first = feed(world)
        mark, since = first.headers["etag"], first.headers["last-modified"]
        assert since == format_datetime(NOW, usegmt=True)
        world.now += timedelta(hours=5)
        for headers in ({"If_None_Match": mark}, {"If_None_Match": f'"x", W/{mark}'}, {"If_Modified_Since": since}):
            again = feed(world, **headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == mark
        assert feed(world, If_None_Match='"other"', If_Modified_Since=since).status_code == 200
        assert feed(world, If_Modified_Since="rubbish").status_code == 200
        # What has gone is a change too, although nothing that is left has changed.
        world.submit(world.buyer, world.act(world.buyer, "challenge.withdraw", challenge).form, reason="No budget.")
        assert feed(world, If_Modified_Since=since).status_code == 200
        assert feed(world, If_None_Match=mark).status_code == 200

    def test_what_opens_nothing_is_not_found_whatever_the_reason(self, world: World):
        old = link(world, world.buyer)
        new = token_of(world.act(world.buyer, "calendar.renew"))
        world.act(world.buyer, "calendar.off")
        answers = [ask(world, f"/calendar/{token}.ics") for token in (old, new, "x" * 43, "x", "%00", "a%2Fb", "..")]
        assert {(one.status_code, one.text) for one in answers[:4]} == {(404, "404")}
        assert {one.status_code for one in answers} == {404}
        assert len({tuple(sorted(one.headers.items())) for one in answers[:4]}) == 1

    def test_nothing_but_looking_is_done_with_it(self, world: World):
        assert feed(world, method="POST").status_code == 405
        assert feed(world, method="PROPFIND").status_code == 405

    def test_its_token_is_in_no_log(self, world: World, logged: list[Any], monkeypatch: pytest.MonkeyPatch):
        token = link(world, world.buyer)
        ask(world, f"/calendar/{token}.ics")

        def fail(*_args: object, **_values: object) -> None:
            raise RuntimeError("broken")

        monkeypatch.setattr("handlers.desk.reading.read_feed", fail)
        with pytest.raises(RuntimeError):
            ask(world, f"/calendar/{token}.ics")
        assert any(line["event"] == "page_failed" for line in logged)
        assert token not in repr(logged)


class TestInvitation:
    def test_the_link_on_the_card_opens_that_meeting_and_nothing_else(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro, place="Quay 3")
        press(world, world.buyer, "meeting.accept")
        url = next(button.url for button in buttons_of(newest(world).card) if button.url)
        response = ask(world, url or "")
        assert response.status_code == 200
        assert response.headers["content-disposition"] == 'inline; filename="meeting.ics"'
        (uid, event), *rest = read(response.content).items()
        assert (uid, rest) == (f"{intro}-meeting@localhost", [])
        assert uid in read(feed(world).content)
        assert event.decoded("DTSTART") == datetime(2026, 5, 5, 8, tzinfo=UTC)
        assert "buyer.nordkaj@example.org" in str(event["DESCRIPTION"])
        assert ask(world, f"/calendar/{meeting(world).token}.ics").status_code == 404
        assert ask(world, f"/meetings/{link(world, world.buyer)}.ics").status_code == 404

    def test_moved_it_has_a_higher_sequence_and_called_off_it_cancels(self, world: World):
        intro = made(world)
        propose(world, world.sme, intro)
        path = f"/meetings/{meeting(world).token}.ics"
        assert ask(world, path).status_code == 404
        press(world, world.buyer, "meeting.accept")
        (first,) = read(ask(world, path).content).values()
        world.submit(world.buyer, press(world, world.buyer, "meeting.agree").form, date="2026-05-20")
        press(world, world.sme, "meeting.accept")
        (moved,) = read(ask(world, path).content).values()
        assert moved.decoded("DTSTART") == datetime(2026, 5, 20, 8, tzinfo=UTC)
        assert moved.decoded("SEQUENCE") > first.decoded("SEQUENCE")
        press(world, world.sme, "meeting.call_off")
        body = ask(world, path).content
        (gone,) = read(body).values()
        assert b"METHOD:CANCEL" in body
        assert (str(gone["UID"]), gone.decoded("SEQUENCE") > moved.decoded("SEQUENCE")) == (str(first["UID"]), True)
