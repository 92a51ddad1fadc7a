"""A person's own settings and the link into the web workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlmodel import select

from bot.calendar import PublicHolidays
from handlers.desk import Desk
from handlers.nudging.nudges import calendar_of, wishes_of
from handlers.requests import Profiled, Speaker
from store.tables.people import Identity, Person
from tests.world import NOW, World, has_button, text_of


def person_of(world: World, name: str = "sme") -> Person:
    with world.database.read() as session:
        return session.get_one(Person, world.people[name])


def test_settings_are_saved_and_filled_in_again(world: World):
    form = world.command(world.sme, "matchpoint", "settings").form
    shown = world.submit(
        world.sme,
        form,
        language="nl",
        zone="Europe/Brussels",
        country="be",
        quiet_hours="21.30 - 8",
        nudges=("consent", "meeting"),
        snooze="2026-05-11",
    )
    assert "Brussels" in text_of(shown.card)
    assert shown.card is not None
    assert shown.card.locale == "nl"
    person = person_of(world)
    assert (person.locale, person.zone, person.country) == ("nl", "Europe/Brussels", "BE")
    assert person.settings == {
        "quiet_hours": "21:30-08:00",
        "opt_outs": "activity,call,claim,cutoff,deadline,outcome,report,smes_digest,verdict",
    }
    assert person.snoozed_until == datetime(2026, 5, 11, 7, tzinfo=UTC)
    form = world.command(world.sme, "matchpoint", "settings").form
    assert form is not None
    assert form.locale == "nl"
    filled = {one.name: one.value for one in form.fields}
    assert filled["snooze"] == "2026-05-11"
    assert set(filled["nudges"]) == {"consent", "meeting"}
    world.submit(world.sme, form)
    assert person_of(world).snoozed_until == datetime(2026, 5, 11, 7, tzinfo=UTC)


def test_everything_can_be_paused_and_taken_up_again(world: World):
    form = world.command(world.sme, "matchpoint", "settings").form
    world.submit(world.sme, form, pause=("yes",))
    assert wishes_of(person_of(world)).paused
    form = world.command(world.sme, "matchpoint", "settings").form
    world.submit(world.sme, form, pause=())
    assert not wishes_of(person_of(world)).paused


def test_every_mistake_is_told_at_its_field_and_nothing_is_changed(world: World):
    form = world.command(world.sme, "matchpoint", "settings").form
    shown = world.submit(world.sme, form, zone="Mars/Base", country="Atlantis", quiet_hours="late", snooze="2026-05-04")
    assert set(shown.errors) == {"zone", "country", "quiet_hours", "snooze"}
    assert "snooze" in world.submit(world.sme, form, snooze="tomorrow").errors
    assert person_of(world).zone == "Europe/Amsterdam"


class _Lost(PublicHolidays):
    def knows(self, country: str, region: str = "") -> bool:
        return country != "KP" and super().knows(country, region)


def test_holidays_of_a_region_count_and_where_none_are_known_it_is_said(world: World):
    world.desk = Desk(world.database, replace(world.kit, holidays=PublicHolidays()))
    form = world.command(world.sme, "matchpoint", "settings").form
    shown = world.submit(world.sme, form, country="de", region="Bayern")
    assert "Bayern" in text_of(shown.card)
    assert "no calendar" not in text_of(shown.card)
    calendar = calendar_of(replace(world.kit, holidays=PublicHolidays()), person_of(world))
    assert not calendar.is_working_day(date(2026, 6, 4))  # Corpus Christi, which Berlin works on
    shown = world.submit(world.sme, form, country="de", region="Atlantis")
    assert set(shown.errors) == {"region"}
    # The library knows every country today; one that it has lost is played.
    world.desk = Desk(world.database, replace(world.kit, holidays=_Lost()))
    shown = world.submit(world.sme, form, country="kp", region="")
    assert "Monday to Friday" in text_of(shown.card)


def test_somebody_met_elsewhere_gets_a_link_into_the_web_workspace(world: World):
    made: list[tuple[str, str]] = []

    def make(workspace: str, user: str, now: datetime) -> str:
        made.append((workspace, user))
        return f"https://matchpoint.example/in/{workspace}/{user}/{now:%Y}"

    world.kit = replace(world.kit, web_link=make)
    world.desk = Desk(world.database, world.kit)
    chat = Speaker("slack", "T0CLEAN", "U1")
    with world.database.write() as session:
        name = session.get_one(Person, world.people["buyer"]).email or ""
    world.desk.meet(Profiled(chat, name="Buyer", address="slack:T0CLEAN:U1", email=name, given=True), now=NOW)
    with world.database.write() as session:
        old = session.exec(select(Identity).where(Identity.person_id == world.people["buyer"])).all()
        for identity in old:
            if identity.surface == "web":
                session.delete(identity)
        workspace = _bind_slack(world)
        session.add(workspace)
    form = world.command(chat, "matchpoint", "settings").form
    card = world.submit(chat, form).card
    assert has_button(card, "web.link")
    link = world.press(chat, card, "web.link").card
    assert "yours alone" in text_of(link)
    assert made == [("W-CLEAN", f"p{world.people['buyer']}")]
    with world.database.read() as session:
        rows = session.exec(select(Identity).where(Identity.person_id == world.people["buyer"])).all()
    newest = max(rows, key=lambda row: row.seen_at)
    assert newest.surface == "slack"
    assert {row.surface for row in rows} == {"slack", "web"}


def test_an_account_in_an_unknown_zone_is_served_in_utc_and_can_set_it_right(world: World):
    lost = Speaker("web", "W-CLEAN", "lost")
    world.desk.meet(Profiled(lost, name="Lost", address="web:W-CLEAN:lost", zone="Mars/Olympus"), now=NOW)
    assert world.home(lost).title
    assert text_of(world.command(lost, "challenge", "list").card)
    form = world.command(lost, "matchpoint", "settings").form
    refused = world.submit(lost, form)
    assert "Mars/Olympus" in refused.errors["zone"]
    assert "Copenhagen" in text_of(world.submit(lost, form, zone="Europe/Copenhagen").card)


def _bind_slack(world: World):
    from domain.rooms import WorkspaceState
    from store.tables.people import Workspace

    return Workspace(
        surface="slack",
        native_id="T0CLEAN",
        cluster_id=world.clean,
        state=WorkspaceState.ACTIVE,
        created_at=NOW,
        updated_at=NOW,
    )
