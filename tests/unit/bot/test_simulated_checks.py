"""The checks of a simulation have teeth: each one is shown a record that breaks its rule, and one that keeps it."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.simulation.cast import Cast, Organisation, Person, Temper, make_cast
from bot.simulation.checks import Check, Facts, all_checks
from bot.simulation.checks.courtesy import Caps, NotAfterSettled, WorkingHours
from bot.simulation.checks.delivery import NothingLost, NothingTwice, NoTrouble
from bot.simulation.checks.promises import Capacity, NobodyUnanswered, PairsApart
from bot.simulation.checks.secrecy import Secrecy
from bot.simulation.checks.vouchers import Budgets, NotAfterEnd
from bot.simulation.record import Acted, Arrived, Ended, Entry
from domain.organisations import Role
from messages import compose
from messages.card import Actions, Button, Card, Section
from messages.i18n import Words
from messages.notices.trouble import Trouble

#: A Monday, 10:00 in Copenhagen.
NOON = datetime(2027, 1, 11, 9, tzinfo=UTC)
_RNG = Random("checks")  # noqa: S311
END = NOON + timedelta(days=400)


class Record:
    """Tells the facts and one check what happened, as a programme would."""

    def __init__(self, kind: type[Check]) -> None:
        self.cast: Cast = make_cast(_RNG, clusters=2, smes=6, begin=NOON, days=100)
        for person in self.cast.people:
            person.zone, person.country, person.region, person.temper = "Europe/Copenhagen", "DK", "", Temper.PROMPT
        for one in self.cast.organisations:
            home = self.cast.clusters[0]
            one.clusters, one.secretive, one.capacity = (home,), False, 1
        self.facts, checks = all_checks(self.cast)
        self.check = next(one for one in checks if isinstance(one, kind))
        self.buyer, self.sme, self.other_sme = self.cast.buyers[0], self.cast.smes[0], self.cast.smes[1]

    def tell(self, *entries: Entry) -> None:
        for entry in entries:
            self.facts.see(entry)
            self.check.see(entry)

    def act(
        self,
        at: datetime,
        who: Person,
        action: str,
        value: str = "",
        *,
        said: str = "",
        opens: str = "",
        **more: object,
    ) -> None:
        button = (Actions((Button("Open", "voucher.status", opens),)),) if opens else ()
        card = Card(said, (Section(said), *button)) if said else None
        self.tell(Acted(at, who, action, value, done=True, card=card, **more))  # pyright: ignore[reportArgumentType]

    def post(self, at: datetime, to: str, key: str, *, text: str = "", stops: str = "") -> None:
        stop = (Actions((Button("Stop", "nudge.stop", stops),)),) if stops else ()
        self.tell(Arrived(at, to, f"{to}/{at}", key, Card("A card", (Section(text), *stop))))

    def nudge(self, at: datetime, person: Person, *, about: str = "consent:IN-1", card: str = "nudges") -> None:
        self.post(at, person.address, f"card:{card}:P-1:{at.date()}:{person.address}", stops=about)

    def challenge(self, subject: str = "CH-1", *, at: datetime = NOON, buyer: Organisation | None = None) -> None:
        person = (buyer or self.buyer).people[0]
        fields = {"deadline_on": (at + timedelta(days=30)).date().isoformat()}
        self.act(at, person, "challenge.save", said=f"{subject} is submitted", fields=fields)

    def introduction(self, subject: str, sme: Organisation, *, at: datetime, challenge: str = "CH-1") -> None:
        said, on = f"{sme.name} is asked now ({subject})", f"card:review:{challenge}:somewhere"
        self.act(at, manager(self), "suggestion.approve", "1:1:1", said=said, on=on)

    def answer(self, subject: str, sme: Organisation, *, at: datetime, challenge: str = "CH-1") -> None:
        self.act(at, sme.people[0], "answer.submit", f"{subject}:1", said=f"{challenge} · {subject} is submitted")

    def broken(self) -> list[str]:
        self.check.close(END)
        assert self.check.cases, "the check was never asked"
        return [one.what for one in self.check.violations]


def manager(record: Record) -> Person:
    return record.cast.clusters[0].managers[0]


def row(status: str, *, why: str = "", key: str = "card:consent:IN-1:x", due_at: datetime = NOON) -> Ended:
    return Ended(NOON, 7, key, "card.post", status, why, due_at)


def test_sent_rows_must_have_arrived() -> None:
    record = Record(NothingLost)
    record.post(NOON, "x", "card:consent:IN-1:x")
    record.tell(row("sent"), row("cancelled", why="acted on"))
    assert not record.broken()
    record.tell(row("sent", key="card:consent:IN-2:x"))
    assert "never arrived" in record.broken()[0]


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (row("cancelled"), "without a reason"),
        (row("pending", due_at=NOON - timedelta(days=15)), "has been pending"),
        (row("pending", why="KeyError"), "fails again and again"),
        (row("dead", why="channel_not_found"), "no manager could see"),
    ],
)
def test_no_row_is_lost(found: Ended, what: str) -> None:
    record = Record(NothingLost)
    record.tell(found)
    assert what in record.broken()[0]


def test_what_was_refused_and_shown_to_a_manager_is_not_lost() -> None:
    record = Record(NothingLost)
    record.tell(row("dead", why="channel_not_found"))
    record.act(NOON, manager(record), "undelivered.drop", "7")
    assert not record.broken()


def test_a_key_arrives_once_in_a_place() -> None:
    record = Record(NothingTwice)
    record.post(NOON, "x", "card:consent:IN-1:x")
    record.post(NOON, "y", "card:consent:IN-1:x")
    assert not record.broken()
    record.post(NOON, "x", "card:consent:IN-1:x")
    assert "posted again" in record.broken()[0]


@pytest.mark.parametrize(
    ("after", "what"),
    [
        (timedelta(hours=-2), "arrived at 08:00"),
        (timedelta(hours=7, minutes=3), "arrived at 17:03"),
        (timedelta(days=-1), "closed day"),  # a Sunday
        (timedelta(days=74), "closed day"),  # Good Friday
        (timedelta(hours=3, minutes=30), "quiet hours"),
    ],
)
@pytest.mark.parametrize("card", ["nudges", "reminders"])
def test_nudges_keep_to_working_hours(after: timedelta, what: str, card: str) -> None:
    record = Record(WorkingHours)
    person = record.sme.people[0]
    record.act(NOON, person, "settings.save", fields={"zone": person.zone, "quiet_hours": "13:00-14:00"})
    record.nudge(NOON, person, card=card)
    assert not record.broken()
    record.nudge(NOON + after, person, card=card)
    assert what in record.broken()[0]


def test_the_hours_are_those_of_the_zone_that_somebody_chose() -> None:
    record = Record(WorkingHours)
    person = record.sme.people[0]
    record.act(NOON, person, "settings.save", fields={"zone": "America/Nuuk"})
    record.nudge(NOON, person)
    assert "of the person's time" in record.broken()[0]


def test_a_reply_may_come_at_any_time() -> None:
    record = Record(WorkingHours)
    person = record.sme.people[0]
    record.nudge(NOON, person)
    record.post(NOON - timedelta(hours=9), person.address, "card:verdict:AN-1:declined")
    assert not record.broken()


def test_one_bundle_a_day() -> None:
    record = Record(Caps)
    record.nudge(NOON, record.sme.people[0])
    record.nudge(NOON, record.other_sme.people[0])
    record.nudge(NOON, record.sme.people[0], card="reminders")
    assert not record.broken()
    record.nudge(NOON + timedelta(hours=3), record.sme.people[0], about="meeting:IN-2")
    assert "number 2 of 2027-01-11" in record.broken()[0]


def test_three_bundles_a_week() -> None:
    record = Record(Caps)
    for day in range(3):
        record.nudge(NOON + timedelta(days=day), record.sme.people[0], about=f"meeting:IN-{day}")
    assert not record.broken()
    record.nudge(NOON + timedelta(days=3), record.sme.people[0], about="meeting:IN-9")
    assert "number 4 of week 2027-02" in record.broken()[0]


def test_three_nudges_a_subject() -> None:
    record = Record(Caps)
    for week in range(3):
        record.nudge(NOON + timedelta(weeks=week), record.sme.people[0])
    assert not record.broken()
    record.act(NOON, record.sme.people[0], "nudge.snooze_save", "consent:IN-1")
    record.nudge(NOON + timedelta(weeks=3), record.sme.people[0])
    assert not record.broken()
    record.nudge(NOON + timedelta(weeks=4), record.sme.people[0])
    assert "nudge 5 of consent:IN-1" in record.broken()[0]
    record = Record(Caps)
    for week in range(4):
        record.nudge(NOON + timedelta(weeks=week), record.sme.people[0])
    assert "nudge 4 of consent:IN-1" in record.broken()[0]


@pytest.mark.parametrize(
    ("action", "about"),
    [
        ("consent.give", "consent:IN-1"),
        ("consent.refuse_save", "consent:IN-1"),
        ("meeting.met", "meeting:IN-1"),
        ("meeting.outcome_save", "outcome:IN-1"),
    ],
)
def test_no_nudge_after_an_answer(action: str, about: str) -> None:
    record = Record(NotAfterSettled)
    person = record.sme.people[0]
    record.challenge()
    record.introduction("IN-1", record.sme, at=NOON)
    record.nudge(NOON + timedelta(days=3), person, about=about)
    assert not record.broken()
    record.act(NOON + timedelta(days=4), person, action, "IN-1")
    record.nudge(NOON + timedelta(days=7), person, about=about)
    assert "was settled at" in record.broken()[0]


@pytest.mark.parametrize(
    ("action", "value", "fields"),
    [
        ("nudge.stop", "meeting:IN-1", {}),
        ("nudge.not_me", "meeting:IN-1", {}),
        ("nudge.opt_out", "meeting", {}),
        ("settings.save", "", {"nudges": ("consent",)}),
        ("settings.save", "", {"nudges": ("consent", "meeting"), "pause": ("yes",)}),
    ],
)
def test_no_nudge_to_who_wants_no_more(action: str, value: str, fields: dict[str, tuple[str, ...]]) -> None:
    record = Record(NotAfterSettled)
    person = record.sme.people[0]
    record.nudge(NOON, person, about="meeting:IN-1")
    assert not record.broken()
    record.act(NOON, person, action, value, fields=fields)
    record.nudge(NOON + timedelta(days=1), person, about="meeting:IN-1")
    assert "wants no more of it" in record.broken()[0]


def test_nudges_may_be_switched_on_again() -> None:
    record = Record(NotAfterSettled)
    person = record.sme.people[0]
    record.act(NOON, person, "nudge.opt_out", "meeting")
    record.act(NOON, person, "settings.save", fields={"nudges": ("meeting",)})
    record.nudge(NOON + timedelta(days=1), person, about="meeting:IN-1")
    assert not record.broken()


def test_no_nudge_about_a_draft_that_was_submitted_or_a_verdict_that_was_given() -> None:
    record = Record(NotAfterSettled)
    record.challenge()
    record.nudge(NOON, record.sme.people[0], about="deadline:CH-1", card="reminders")
    record.answer("AN-1", record.sme, at=NOON)
    record.nudge(NOON + timedelta(days=1), record.buyer.people[0], about="verdict:CH-1")
    assert not record.broken()
    record.nudge(NOON + timedelta(days=1), record.sme.people[0], about="deadline:CH-1", card="reminders")
    record.act(NOON + timedelta(days=2), record.buyer.people[0], "answer.decline.send", "AN-1:2")
    record.nudge(NOON + timedelta(days=3), record.buyer.people[0], about="verdict:CH-1")
    assert [what.partition(" ")[0] for what in record.broken()] == ["deadline:CH-1", "verdict:CH-1"]


def test_a_draft_that_an_sme_discards_settles_no_deadline_of_the_buyer() -> None:
    record = Record(NotAfterSettled)
    assert record.sme.number == record.buyer.number
    record.challenge()
    record.act(NOON, record.sme.people[0], "answer.discard", "AN-1:1", said="CH-1: the draft is discarded")
    record.nudge(NOON + timedelta(days=1), record.buyer.people[0], about="deadline:CH-1", card="reminders")
    assert record.broken() == []
    record.nudge(NOON + timedelta(days=1), record.sme.people[0], about="deadline:CH-1", card="reminders")
    assert len(record.broken()) == 1


def test_nobody_stays_unanswered() -> None:
    record = Record(NobodyUnanswered)
    record.challenge()
    record.answer("AN-1", record.sme, at=NOON)
    assert "AN-1 was due on 2027-02-24" in record.broken()[0]


@pytest.mark.parametrize("days", [10, 44])
def test_a_verdict_in_time_is_an_answer(days: int) -> None:
    record = Record(NobodyUnanswered)
    record.challenge()
    record.answer("AN-1", record.sme, at=NOON)
    record.act(NOON + timedelta(days=days), record.buyer.people[0], "answer.decline.send", "AN-1:2")
    assert not record.broken()


@pytest.mark.parametrize(("reader", "kept"), [("manager", True), ("sme", False)])
def test_a_late_answer_must_stand_in_a_managers_digest(reader: str, kept: bool) -> None:
    record = Record(NobodyUnanswered)
    record.challenge()
    record.answer("AN-1", record.sme, at=NOON)
    person = manager(record) if reader == "manager" else record.sme.people[0]
    record.post(
        NOON + timedelta(days=49), person.address, f"card:nudges:P-1:day:{person.address}", text="AN-1: 20 days"
    )
    assert (not record.broken()) is kept


def test_an_sme_is_named_to_the_buyer_only_after_its_yes() -> None:
    record = Record(Secrecy)
    to, text = record.buyer.people[0].address, f"{record.sme.name} wants to talk with you"
    record.challenge()
    record.introduction("IN-1", record.sme, at=NOON)
    record.act(NOON, record.sme.people[0], "consent.give", "IN-1")
    record.post(NOON, to, "card:consent:IN-1:x", text=text)
    assert not record.broken()
    record.post(NOON, to, "card:consent:IN-2:x", text=f"{record.other_sme.name} wants to talk with you")
    assert record.broken() == ["card:consent:IN-2:x names sme 2"]


def test_a_hidden_buyer_is_named_to_an_sme_only_after_both_have_said_yes() -> None:
    record = Record(Secrecy)
    record.buyer.secretive = True
    to, text = record.sme.people[0].address, f"Written by {record.buyer.people[0].name}."
    record.challenge()
    record.introduction("IN-1", record.sme, at=NOON)
    record.act(NOON, record.sme.people[0], "consent.give", "IN-1")
    record.post(NOON, to, "card:challenge:CH-1:x", text=text)
    assert record.broken() == ["card:challenge:CH-1:x names buyer 1"]
    record.act(NOON, record.buyer.people[0], "consent.give", "IN-1")
    record.post(NOON, to, "card:introduced:IN-1:x", text=text)
    assert len(record.broken()) == 1


def test_what_a_click_shows_is_looked_through_too() -> None:
    record = Record(Secrecy)
    record.act(NOON, record.other_sme.people[0], "challenge.show", "CH-1", said=f"Answered by {record.sme.name}")
    assert record.broken() == ["the reply to challenge.show CH-1 names sme 1"]


def test_room_is_kept() -> None:
    record = Record(Capacity)
    record.challenge()
    record.challenge("CH-2")
    record.introduction("IN-1", record.sme, at=NOON)
    record.act(NOON, record.buyer.people[0], "consent.refuse_save", "IN-1")
    record.introduction("IN-2", record.sme, at=NOON, challenge="CH-2")
    assert not record.broken()
    record.challenge("CH-3")
    record.introduction("IN-3", record.sme, at=NOON + timedelta(days=1), challenge="CH-3")
    assert record.broken() == ["IN-3 is open introduction 2 of 1"]


@pytest.mark.parametrize(("days", "answers", "kept"), [(89, False, False), (91, False, True), (89, True, True)])
def test_a_pair_is_not_brought_together_again_so_soon(days: int, answers: bool, kept: bool) -> None:
    record = Record(PairsApart)
    record.challenge()
    record.challenge("CH-2")
    record.introduction("IN-1", record.sme, at=NOON)
    if answers:
        record.answer("AN-1", record.sme, at=NOON, challenge="CH-2")
    record.introduction("IN-2", record.sme, at=NOON + timedelta(days=days), challenge="CH-2")
    assert (not record.broken()) is kept


def test_trouble_is_noticed_in_every_language() -> None:
    record = Record(NoTrouble)
    record.act(NOON, record.sme.people[0], "answer.show", "AN-1", said="AN-1 · CH-1")
    assert not record.broken()
    card = compose(Trouble(reference="4f1d2c9a"), Words("da"))
    record.tell(Acted(NOON, record.sme.people[0], "answer.show", "AN-1", done=False, card=card))
    assert "ended in trouble" in record.broken()[0]


def test_facts_know_the_roles() -> None:
    facts = Record(NothingTwice).facts
    assert isinstance(facts, Facts)
    assert {one.role for one in facts.people.values()} == set(Role)


def test_no_more_is_approved_than_the_budget() -> None:
    record = Record(Budgets)
    _applied(record)
    record.act(NOON, manager(record), "voucher.approve", "VO-1:2", said="VO-1", opens="VO-1")
    assert not record.broken()
    _applied(record, "VO-2")
    record.act(NOON + timedelta(hours=1), manager(record), "voucher.approve", "VO-2:2", said="VO-2", opens="VO-2")
    assert "VO-2 makes 900 of 500" in record.broken()[0]


def test_what_was_withdrawn_leaves_room_in_the_budget() -> None:
    record = Record(Budgets)
    _applied(record)
    record.act(NOON, manager(record), "voucher.approve", "VO-1:2", said="VO-1", opens="VO-1")
    record.act(NOON, record.sme.people[0], "voucher.withdraw.send", "VO-1:3")
    _applied(record, "VO-2")
    record.act(NOON + timedelta(hours=1), manager(record), "voucher.approve", "VO-2:2", said="VO-2", opens="VO-2")
    assert not record.broken()


def test_nobody_is_reminded_of_what_has_ended() -> None:
    record = Record(NotAfterEnd)
    _applied(record)
    owner = record.sme.people[0]
    record.nudge(NOON + timedelta(days=2), owner, about="claim:VO-1", card="reminders")
    assert not record.broken()
    record.nudge(NOON + timedelta(days=3), owner, about="cutoff:VO-1", card="reminders")
    assert "cutoff:VO-1 was over" in record.broken()[0]
    record.act(NOON + timedelta(days=4), owner, "voucher.withdraw.send", "VO-1:3")
    record.nudge(NOON + timedelta(days=5), owner, about="claim:VO-1", card="reminders")
    assert "claim:VO-1 was over" in record.broken()[1]


def _applied(record: Record, subject: str = "VO-1") -> None:
    record.act(NOON, manager(record), "call.save", "SC-1", said="CA-1 is open", fields={"budget": "500"})
    plan = {"call": "CA-1", "amount": "450", "ends_on": (NOON + timedelta(days=20)).date().isoformat()}
    record.act(NOON, record.sme.people[0], "voucher.save", said=f"Submitted ({subject})", fields=plan)
