"""The weekly digest: on its day, only with something in it, in the message of the day; nobody unanswered unnamed."""

from datetime import UTC, datetime

from sqlmodel import select

from handlers.challenges.ending import close_due_challenges
from handlers.letters import JOBS
from handlers.nudging import nudges
from handlers.nudging.digests import plan_digests
from handlers.requests import Speaker
from handlers.work import Work
from store import queue
from store.tables.people import Person
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.handlers.asked import asked
from tests.integration.handlers.jobs import do_job, run_jobs
from tests.world import DEADLINE, Message, World, buttons_of, has_button, text_of


def at(world: World, month: int, day: int, hour: int, minute: int = 0) -> None:
    """Move the clock (UTC; Copenhagen and Rotterdam are two hours ahead in summer), turn it, and do what is due."""
    world.now = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    plan_digests(world.database, world.kit, world.now)
    run_jobs(world)


def digests(world: World, speaker: Speaker) -> list[Message]:
    return [one for one in world.sent_to(speaker) if any("digest" in b.value for b in buttons_of(one.card))]


def change_person(world: World, name: str, **values: object) -> None:
    with world.database.write() as session:
        row = session.get_one(Person, world.people[name])
        for key, value in values.items():
            setattr(row, key, value)


def test_an_sme_reads_of_new_challenges_on_tuesday_at_nine(world: World):
    at(world, 5, 4, 9)  # a Monday: from now on the clock knows when whose week begins
    challenge = world.published(title="Sensors for E. coli")
    at(world, 5, 5, 6, 59)
    assert digests(world, world.neighbour) == []
    at(world, 5, 5, 7)
    (message,) = digests(world, world.neighbour)
    assert "New challenges this week" in text_of(message.card)
    assert challenge in text_of(message.card)
    assert has_button(message.card, "challenge.list")
    at(world, 5, 5, 7, 1)
    assert len(digests(world, world.neighbour)) == 1


def test_nothing_in_it_means_no_message_and_old_news_are_none(world: World):
    at(world, 5, 4, 9)
    world.published(title="Sensors for E. coli")
    at(world, 5, 5, 7)
    at(world, 5, 12, 7)
    assert len(digests(world, world.neighbour)) == 1
    with world.database.read() as session:
        rows = session.exec(select(Outbox).where(Outbox.kind == "digest")).all()
    assert [row.key for row in rows] == [f"digest:2026-05-05:P-{world.people['neighbour']}"]


def test_what_is_settled_before_it_goes_out_empties_it(world: World):
    at(world, 5, 4, 9)
    challenge = world.published(title="Sensors for E. coli")
    world.now = datetime(2026, 5, 5, 7, tzinfo=UTC)
    plan_digests(world.database, world.kit, world.now)
    world.submit(world.buyer, world.act(world.buyer, "challenge.withdraw", challenge).form, reason="Solved")
    run_jobs(world)
    assert digests(world, world.neighbour) == []
    with world.database.read() as session:
        row = session.exec(select(Outbox).where(Outbox.kind == "digest")).one()
        assert (row.status, row.last_error) == (OutboxStatus.CANCELLED, "empty")


def test_a_message_that_is_late_waits_for_working_hours_and_counts_for_the_day_on_which_it_comes(world: World):
    """The workspace was away on Tuesday: what was made for it comes on Wednesday, and nothing else comes that day."""
    at(world, 5, 4, 9)
    (intro,) = asked(world, "E. coli sensors in pipes")
    world.published(title="Lamps for harbours")
    world.now = datetime(2026, 5, 5, 7, tzinfo=UTC)
    plan_digests(world.database, world.kit, world.now)
    with world.database.write() as session:
        work = Work(session, datetime(2026, 5, 1, 9, tzinfo=UTC), world.kit)
        nudges.schedule(work, "consent", intro, world.people["neighbour"], start=work.now, version=2)
    gather(world)  # composed, but nothing is delivered
    world.now = datetime(2026, 5, 5, 17, tzinfo=UTC)
    world.deliver()
    assert digests(world, world.neighbour) == []
    # On Wednesday at nine it comes; the consent that is due at eleven waits for the day after.
    for hour in (7, 9, 10):
        at(world, 5, 6, hour)
    assert len(digests(world, world.neighbour)) == 1
    assert bundled(world) == 1
    at(world, 5, 7, 9)
    assert bundled(world) == 2


def gather(world: World) -> None:
    """Do the jobs that are due, and deliver nothing."""
    with world.database.write() as session:
        rows = queue.claim(session, owner="test", now=world.now, limit=200, per_destination=200, kinds=tuple(JOBS))
        for row in rows:
            queue.mark_sending(session, row, now=world.now)
    for row in rows:
        do_job(world.database, world.kit, row, world.now)
        with world.database.write() as session:
            queue.finish(session, row, status="sent", now=world.now)


def bundled(world: World) -> int:
    return len(
        [
            one
            for one in world.sent_to(world.neighbour)
            if has_button(one.card, "nudge.opt_out") or has_button(one.card, "nudge.snooze")
        ]
    )


def test_a_manager_reads_by_name_and_age_who_was_promised_an_answer(world: World):
    challenge = world.published()
    answer = world.answered(challenge, world.neighbour)
    at(world, 7, 1, 9)
    close_due_challenges(world.database, world.kit, world.now)
    assert world.now.date() > DEADLINE
    # Closed on Wednesday 1 July: ten working days end on Wednesday 15 July.
    at(world, 7, 13, 7)
    assert not any("should have had" in text_of(one.card) for one in digests(world, world.manager_owner))
    at(world, 7, 20, 7)
    message = digests(world, world.manager_owner)[-1]
    assert f"{answer} by" in text_of(message.card)
    assert "closed 18 days ago" in text_of(message.card)
    # It stays named until there is a verdict, and then no more.
    at(world, 7, 27, 7)
    assert answer in text_of(digests(world, world.manager_owner)[-1].card)
    form = world.act(world.buyer, "answer.decline", f"{answer}:2").form
    world.submit(world.buyer, form, reason="not_relevant")
    count = len(digests(world, world.manager_owner))
    at(world, 8, 3, 7)
    assert not any(answer in text_of(one.card) for one in digests(world, world.manager_owner)[count:])


def test_what_is_on_the_shortlist_is_named_as_such_to_managers_and_to_its_author(world: World):
    challenge = world.published()
    answer = world.answered(challenge, world.neighbour)
    world.press(world.buyer, world.command(world.buyer, "answer", f"show {answer}").card, "answer.shortlist")
    at(world, 7, 1, 9)
    close_due_challenges(world.database, world.kit, world.now)
    at(world, 7, 20, 7)
    assert "closed 18 days ago · Shortlisted" in text_of(digests(world, world.manager_owner)[-1].card)
    at(world, 7, 21, 7)
    assert "was promised by 15 Jul 2026 · Shortlisted" in text_of(digests(world, world.neighbour)[-1].card)


def test_the_partner_cluster_reads_nothing_of_what_is_not_its_own(world: World):
    challenge = world.published()
    answer = world.answered(challenge, world.neighbour)
    at(world, 7, 1, 9)
    close_due_challenges(world.database, world.kit, world.now)
    at(world, 7, 13, 7)
    at(world, 7, 20, 7)
    assert not any(answer in text_of(one.card) for one in digests(world, world.manager_partner))


def test_who_opted_out_or_paused_gets_none_and_another_one_does(world: World):
    at(world, 5, 4, 9)
    challenge = world.published(title="Sensors for E. coli")
    change_person(world, "neighbour", settings={"opt_outs": "smes_digest"})
    change_person(world, "sme", settings={"paused": True})
    world.shared(challenge)
    at(world, 5, 5, 7)
    assert digests(world, world.neighbour) == digests(world, world.sme) == []
    assert digests(world, world.colleague) != []


def test_one_button_stops_it(world: World):
    at(world, 5, 4, 9)
    world.published(title="Sensors for E. coli")
    at(world, 5, 5, 7)
    (message,) = digests(world, world.neighbour)
    shown = world.press(world.neighbour, message.card, "nudge.opt_out")
    assert "weekly summary" in text_of(shown.card)
    world.now = datetime(2026, 5, 6, 9, tzinfo=UTC)
    world.published(title="Sensors for legionella")
    at(world, 5, 12, 7)
    assert len(digests(world, world.neighbour)) == 1


def test_a_clock_that_did_not_run_all_day_sends_none_the_day_after(world: World):
    at(world, 5, 4, 9)
    world.published(title="Sensors for E. coli")
    at(world, 5, 6, 9)
    assert digests(world, world.neighbour) == []
    at(world, 5, 12, 7)
    assert len(digests(world, world.neighbour)) <= 1


def test_a_late_turn_of_the_same_day_still_sends_it(world: World):
    at(world, 5, 4, 9)
    world.published(title="Sensors for E. coli")
    at(world, 5, 5, 12)
    assert len(digests(world, world.neighbour)) == 1


def test_a_worker_that_comes_after_hours_leaves_the_people_in_peace(world: World):
    at(world, 5, 4, 9)
    world.published(title="Sensors for E. coli")
    at(world, 5, 5, 17)  # 19:00 there
    assert digests(world, world.neighbour) == []
    at(world, 5, 6, 9)
    assert digests(world, world.neighbour) == []


def test_the_digest_and_the_nudges_of_a_day_are_one_message(world: World):
    at(world, 5, 7, 6)  # Thursday, eight o'clock: the third working day after it is Tuesday
    (intro,) = asked(world, "E. coli sensors in pipes")
    world.published(title="Sensors for legionella")
    at(world, 5, 12, 7)
    (message,) = digests(world, world.neighbour)
    assert has_button(message.card, "introduction.show")
    assert "Sensors for legionella" in text_of(message.card)
    private = [one for one in world.sent_to(world.neighbour) if has_button(one.card, "nudge.snooze")]
    assert private == [message]
    # What is settled leaves the message, the rest stays.
    world.act(world.neighbour, "consent.give", intro)
    (message,) = digests(world, world.neighbour)
    assert not has_button(message.card, "nudge.snooze")
    assert "Sensors for legionella" in text_of(message.card)


def test_two_clocks_plan_it_once(world: World):
    at(world, 5, 4, 9)
    world.published(title="Sensors for E. coli")
    world.now = datetime(2026, 5, 5, 7, tzinfo=UTC)
    for _ in range(2):
        plan_digests(world.database, world.kit, world.now)
        change_person(world, "neighbour", digest_at=world.now)
    run_jobs(world)
    assert len(digests(world, world.neighbour)) == 1


def test_a_chain_without_an_answer_ends_in_the_managers_digest(world: World):
    at(world, 5, 4, 9)
    (intro,) = asked(world, "E. coli sensors in pipes")
    world.act(world.neighbour, "consent.give", intro)
    world.act(world.buyer, "consent.give", intro)
    for day in (6, 11, 18):
        at(world, 5, day, 9)
    at(world, 5, 25, 7)
    text = text_of(digests(world, world.manager_owner)[-1].card)
    assert "Reminded for the last time" in text
    assert f"about {intro} (Asking what came of an introduction): reminded once" in text
    form = world.act(world.buyer, "meeting.outcome", f"{intro} no_fit").form
    world.submit(world.buyer, form)
    count = len(digests(world, world.manager_owner))
    at(world, 6, 1, 7)
    assert not any(f"about {intro}" in text_of(one.card) for one in digests(world, world.manager_owner)[count:])


def test_a_manager_reads_how_many_messages_were_refused(world: World):
    at(world, 5, 4, 9)
    with world.database.write() as session:
        for number in range(2):
            intent = queue.Intent(
                kind="card.post",
                key=f"card:refused:{number}",
                destination="web:W-CLEAN:gone",
                due_at=world.now,
                subject="CH-1",
                cluster_id=world.clean,
            )
            queue.enqueue(session, intent, now=world.now)
        for row in queue.claim(session, owner="test", now=world.now, per_destination=2):
            queue.finish(session, row, status="dead", now=world.now, error="channel_not_found")
    at(world, 5, 11, 7)
    (message,) = digests(world, world.manager_owner)
    assert "2 messages: see your own page" in text_of(message.card)
