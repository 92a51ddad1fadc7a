"""Two sides agree on a meeting and have it in their own calendars, in the web workspace and in Slack."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar

from tests.journeys.scenes import introduce, publish
from tests.journeys.stage import Player, Seen, Stage

_FEED: Final = re.compile(r"http://matchpoint\.example\.org(/calendar/[\w-]+\.ics)")


async def begin(stage: Stage) -> Seen:
    """Bring both sides together; returns the first message of their conversation."""
    await introduce(stage)
    ((opening, *_),) = await stage.sme.conversations()
    return opening


async def newest(who: Player) -> Seen:
    """Return the newest message about the meeting."""
    (talk,) = await who.conversations()
    return [one for one in talk if "Your meeting" in one.text][-1]


async def calendar(stage: Stage, who: Player) -> dict[str, Any]:
    """Read a person's own calendar under the link that he or she is shown."""
    await who.command("matchpoint", "calendar")
    found = _FEED.search(who.answer.text)
    assert found is not None, who.answer.text
    return read(await stage.fetch(found[1]))


def read(body: bytes) -> dict[str, Any]:
    parsed: Any = Calendar.from_ical(body)
    return {str(one["UID"]).partition("@")[0]: one for one in parsed.walk("VEVENT")}


async def test_a_meeting_is_agreed_moved_and_called_off_and_stands_in_both_calendars(stage: Stage):
    buyer, sme = stage.buyer, stage.sme
    opening = await begin(stage)
    assert set(await calendar(stage, buyer)) == {"CH-1-deadline"}

    await sme.press(opening, "meeting.agree")
    assert {"date", "time", "zone", "minutes", "place", "note"} <= set(sme.fields)
    await sme.fill(date="2020-01-31")
    assert set(sme.errors) == {"date"}
    await sme.fill(date="2026-05-12", time="10:00", zone="Europe/Copenhagen", place="Quay 3")
    assert sme.errors == {}
    await stage.deliver()
    assert "proposes to meet" in (await newest(buyer)).text
    assert "IN-1-meeting" not in await calendar(stage, buyer)

    await buyer.press(await newest(buyer), "meeting.accept")
    await stage.deliver()
    for who in (buyer, sme, stage.colleague):
        agreed = (await calendar(stage, who))["IN-1-meeting"]
        assert agreed.decoded("DTSTART") == datetime(2026, 5, 12, 8, tzinfo=UTC)
        assert agreed.decoded("DTEND") - agreed.decoded("DTSTART") == timedelta(hours=1)
        assert str(agreed["LOCATION"]) == "Quay 3"
    assert "IN-1-meeting" not in await calendar(stage, stage.manager)
    assert "IN-1-meeting" not in await calendar(stage, stage.neighbour)

    await buyer.press(await newest(buyer), "meeting.agree")
    await buyer.fill(date="2026-05-13", time="14:30")
    await stage.deliver()
    await sme.press(await newest(sme), "meeting.accept")
    await stage.deliver()
    moved = (await calendar(stage, sme))["IN-1-meeting"]
    assert moved.decoded("DTSTART") == datetime(2026, 5, 13, 12, 30, tzinfo=UTC)
    assert moved.decoded("SEQUENCE") > agreed.decoded("SEQUENCE")

    await sme.press(await newest(sme), "meeting.call_off")
    await stage.deliver()
    assert "called off" in (await newest(buyer)).text
    gone = (await calendar(stage, buyer))["IN-1-meeting"]
    assert str(gone["STATUS"]) == "CANCELLED"


async def test_a_manager_who_sits_with_them_leaves_the_meeting_to_them(stage: Stage):
    await begin(stage)
    ((opening, *_),) = await stage.manager.conversations()
    await stage.manager.press(opening, "meeting.agree")
    assert stage.manager.fields == ()
    assert "Only the people of the two sides" in stage.manager.answer.text


async def test_a_calendar_link_ends_when_its_owner_says_so(stage: Stage):
    buyer = stage.buyer
    await publish(stage)
    await buyer.command("matchpoint", "calendar")
    shown = buyer.answer
    first = _FEED.search(shown.text)
    await buyer.press(shown, "calendar.renew")
    second = _FEED.search(buyer.answer.text)
    assert first is not None
    assert second is not None
    assert second[1] != first[1]
    assert set(read(await stage.fetch(second[1]))) == {"CH-1-deadline"}
    assert stage.parts.desk.calendar(first[1].split("/")[-1][:-4], now=stage.clock.now()) is None
    await buyer.press(buyer.answer, "calendar.off")
    assert "switched off" in buyer.answer.text
