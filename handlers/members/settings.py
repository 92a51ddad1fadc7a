"""A person's own settings: language, zone, quiet hours, and what he or she wants to be reminded of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from domain.calendars import local
from domain.errors import Invalid, InvalidForm
from domain.nudges import NudgeKind
from domain.organisations import Role
from domain.people import REGION_MAX, check_zone, first_language, parse_quiet_hours, snooze_until
from handlers import audit
from handlers.home import home_part
from handlers.members.pausing import pausable
from handlers.nudging.nudges import calendar_of, wishes_of
from handlers.nudging.plans import kinds_in_use
from handlers.routes import Need, route
from handlers.webroom.personal import web_account
from handlers.work import Ask, Reply, Work
from messages.countries import read_country
from messages.notices.settings import EditSettings, OwnDoors, SettingsSaved, Wanted
from store.queries.rows import change, lock
from store.tables.people import Person


@route("settings.edit", need=Need.ANYONE, writes=False)
def edit_settings(work: Work, _ask: Ask) -> Reply:
    """Ask for the settings, with those that hold now filled in."""
    return Reply(question=EditSettings(wanted_by(work, _person(work))))


@route("settings.save", need=Need.ANYONE)
def save_settings(work: Work, ask: Ask) -> Reply:
    """Take the settings down."""
    person = _person(work)
    lock(work.session, person)
    errors: list[Invalid] = []
    zone, country, quiet = person.zone, "", ""
    try:
        zone = check_zone(ask.text("zone"))
    except Invalid as error:
        errors.append(error)
    try:
        country = read_country(ask.text("country")) if ask.text("country") else ""
    except Invalid as error:
        errors.append(error)
    try:
        hours = parse_quiet_hours(ask.text("quiet_hours"))
        quiet = f"{hours.start:%H:%M}-{hours.end:%H:%M}" if hours else ""
    except Invalid as error:
        errors.append(error)
    region = ask.text("region")[:REGION_MAX]
    if region and country and work.kit.holidays.knows(country) and not work.kit.holidays.knows(country, region):
        errors.append(Invalid("settings.region.unknown", field="region", region=region))
    until = None
    try:
        until = _snooze(work, person, ask.text("snooze"))
    except Invalid as error:
        errors.append(Invalid(error.key, field="snooze", **error.params))
    if errors:
        raise InvalidForm(errors)
    settings = _settings(work, person, ask, quiet)
    change(
        work.session,
        person,
        now=work.now,
        locale=first_language([ask.text("language")], default=person.locale),
        zone=zone,
        country=country,
        region=region if country else "",
        settings=settings,
        snoozed_until=until,
    )
    audit.record(work, "settings.save", f"P-{person.id}", after=settings)
    # The reply is the first thing that is said in the language just chosen.
    work.actor = replace(work.who, locale=person.locale, zone=person.zone, country=person.country)
    return Reply(notice=SettingsSaved(wanted_by(work, person), web=web_account(work) is not None))


def _settings(work: Work, person: Person, ask: Ask, quiet: str) -> dict[str, int | str | bool]:
    """Return a person's settings with what the form says; what it does not ask about stays."""
    welcome = set(ask.many("nudges"))
    opt_outs = sorted({kind for kind in _offered(work) if kind not in welcome})
    return {
        **{name: value for name, value in person.settings.items() if name not in ("quiet_hours", "opt_outs", "paused")},
        **({"quiet_hours": quiet} if quiet else {}),
        **({"opt_outs": ",".join(opt_outs)} if opt_outs else {}),
        **({"paused": True} if "yes" in ask.many("pause") else {}),
    }


def _offered(work: Work) -> tuple[NudgeKind, ...]:
    """Return the kinds that concern who acts: of the digests those of the own roles."""
    roles = {belonging.role for belonging in work.who.memberships}
    needed = {NudgeKind.MANAGERS_DIGEST: Role.MANAGER, NudgeKind.SMES_DIGEST: Role.SME}
    return tuple(kind for kind in kinds_in_use() if needed.get(kind) is None or needed[kind] in roles)


def wanted_by(work: Work, person: Person) -> Wanted:
    """Tell a person's settings."""
    wishes = wishes_of(person)
    until = wishes.snoozed_until
    on = local(until, calendar_of(work.kit, person).zone).date() if until and until > work.now else None
    return Wanted(
        language=person.locale,
        zone=person.zone,
        country=person.country,
        region=person.region,
        holidays_unknown=bool(person.country) and not work.kit.holidays.knows(person.country),
        quiet=str(person.settings.get("quiet_hours", "")),
        kinds=tuple(kind for kind in _offered(work) if kind not in wishes.opt_outs),
        offered=_offered(work),
        paused=wishes.paused,
        snoozed_on=on,
    )


def _snooze(work: Work, person: Person, typed: str) -> datetime | None:
    """Return the end of the snooze; the date that is filled in already changes nothing."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise Invalid("settings.date.invalid", value=typed[:40], example="2026-12-24") from None
    if day == wanted_by(work, person).snoozed_on:
        return person.snoozed_until
    return snooze_until(day, now=work.now, calendar=calendar_of(work.kit, person))


def _person(work: Work) -> Person:
    return work.session.get_one(Person, work.who.person_id)


@home_part(950, counts=False)
def show_own_doors(work: Work) -> Sequence[OwnDoors]:
    """Show the buttons that are always there."""
    actor = work.who
    return (
        OwnDoors(
            member=bool(actor.memberships),
            profile=bool(actor.organisations()),
            pause=bool(pausable(work)),
            web=web_account(work) is not None,
        ),
    )
