"""A voucher from the scheme to the report, in the web workspace and in Slack, and each way out of it."""

from datetime import UTC, date, datetime, time, timedelta

from handlers.vouchers.announcing import turn_calls
from handlers.vouchers.turning import turn_vouchers
from tests.journeys.stage import CHALLENGES, MANAGERS, SME, Player, Seen, Stage
from tests.journeys.test_meeting import calendar, introduce

RECEIPT = {"issuer": "Northern Trains", "number": "2026-0042", "link": "https://files.example.org/ticket.pdf"}


def today(stage: Stage) -> date:
    return stage.clock.now().date()


def day(stage: Stage, days: int) -> str:
    return (today(stage) + timedelta(days=days)).isoformat()


async def go_to(stage: Stage, on: str) -> None:
    """Let the time pass until the afternoon of a day, and do what it brings."""
    wanted = datetime.combine(date.fromisoformat(on), time(14), tzinfo=UTC)
    stage.clock.advance((wanted - stage.clock.now()).total_seconds())
    turn_calls(stage.parts.database, stage.parts.kit, stage.clock.now())
    turn_vouchers(stage.parts.database, stage.parts.kit, stage.clock.now())
    await stage.deliver()
    stage.come_in_again()


async def fund(stage: Stage, **fields: str | tuple[str, ...]) -> None:
    """Let the manager make a scheme and open a call of it."""
    manager = stage.manager
    await manager.command("voucher", "schemes")
    await manager.press(manager.answer, "scheme.new", below="")
    rules: dict[str, str | tuple[str, ...]] = {"rules": ("approve_first",), "documents": "Boarding pass"}
    await manager.fill(**{**rules, **fields})
    assert manager.errors == {}
    await manager.command("voucher", "schemes")
    await manager.press(manager.answer, "call.new")
    await manager.fill(title="Spring", opens_on=day(stage, 0), cutoff_on=day(stage, 40), budget="1,000.00")
    assert manager.errors == {}
    await stage.deliver()


async def offered(stage: Stage) -> Seen:
    """Bring both sides together; returns the SME's card that offers the voucher."""
    await introduce(stage)
    await stage.deliver()
    return await stage.sme.find("inbox", "IN-1", "voucher.for")


async def apply(stage: Stage, card: Seen) -> None:
    sme = stage.sme
    await sme.press(card, "voucher.for")
    await sme.press(sme.answer, "voucher.apply")
    await sme.fill(starts_on=day(stage, 10), ends_on=day(stage, 12), amount="450", sme=("sme",))
    assert sme.errors == {}
    await stage.deliver()


async def decide(stage: Stage, action: str, **fields: str) -> None:
    manager = stage.manager
    await manager.press(await manager.find(MANAGERS, "VO-1", action), action)
    if manager.fields:
        await manager.fill(**fields)
        assert manager.errors == {}
    await stage.deliver()


async def told(stage: Stage, who: Player, text: str) -> None:
    assert any(text in one.text for one in await who.inbox()), [one.text for one in await who.inbox()]


async def test_from_the_introduction_to_the_report(stage: Stage):
    sme, manager = stage.sme, stage.manager
    await fund(stage)
    assert "Spring" in (await sme.find(CHALLENGES, "Spring", "voucher.apply")).text
    card = await offered(stage)
    await sme.press(card, "voucher.for")
    await sme.press(sme.answer, "voucher.apply")
    await sme.fill(starts_on=day(stage, 10), ends_on=day(stage, 9), amount="450,001", sme=("sme",))
    assert {"ends_on", "amount"} <= set(sme.errors)
    await sme.fill(starts_on=day(stage, 10), ends_on=day(stage, 12), amount="450", sme=("sme",))
    assert sme.errors == {}
    await stage.deliver()
    assert SME in (await manager.find(MANAGERS, "VO-1", "voucher.approve")).text

    await decide(stage, "voucher.approve")
    await told(stage, sme, "Approved: €450.00")
    await decide(stage, "voucher.agree", agreed_on=day(stage, 0), agreement="2026-17")
    starts, due = day(stage, 10), day(stage, 42)
    for who in (sme, stage.colleague):
        dates = await calendar(stage, who)
        assert dates["VO-1-starts"].decoded("DTSTART").isoformat() == starts
        assert dates["VO-1-claim"].decoded("DTSTART").isoformat() == due
    assert "VO-1-claim" not in await calendar(stage, stage.neighbour)

    await go_to(stage, day(stage, 13))
    assert any("Claim your money" in one.text for one in await sme.home())
    await sme.command("voucher", "claim VO-1")
    await sme.press(sme.answer, "claim.receipt")
    await sme.fill(**RECEIPT, dated_on=starts, amount="189.50")
    assert sme.errors == {}
    assert "€189.50" in sme.answer.text
    await sme.command("voucher", "claim VO-1")
    await sme.press(sme.answer, "claim.submit")
    await sme.fill(document_0="no link")
    assert set(sme.errors) == {"document_0"}
    await sme.fill(document_0="https://files.example.org/pass.pdf", last=("last",))
    assert sme.errors == {}
    await stage.deliver()

    await manager.press(await manager.find(MANAGERS, "Claim 1", "claim.approve"), "claim.approve")
    await stage.deliver()
    await manager.press(await manager.find(MANAGERS, "Claim 1", "claim.pay"), "claim.pay")
    await manager.fill(paid_on=day(stage, 0), payment="T-88")
    assert manager.errors == {}
    await stage.deliver()
    await sme.press(await sme.find("inbox", "Paid: €189.50", "voucher.report"), "voucher.report")
    await sme.fill(report="We showed our sensor.", result="A pilot.")
    await stage.deliver()
    assert "this voucher is done" in sme.answer.text
    assert "Done" in (await manager.find(MANAGERS, "A pilot.")).text
    await manager.command("voucher", "board")
    assert "€189.50" in manager.answer.text


async def test_returned_changed_and_rejected(stage: Stage):
    await fund(stage)
    await apply(stage, await offered(stage))
    await decide(stage, "voucher.return", reason="Whom do you meet?")
    await told(stage, stage.sme, "Whom do you meet?")
    await stage.sme.press(await stage.sme.find("inbox", "Whom do you meet?", "voucher.edit"), "voucher.edit")
    await stage.sme.fill(purpose="The head of the laboratory.")
    await stage.deliver()
    await decide(stage, "voucher.reject", why="not_convincing", reason="Please write to them first.")
    await told(stage, stage.sme, "Please write to them first.")


async def test_withdrawn_after_it_was_approved(stage: Stage):
    await fund(stage)
    await apply(stage, await offered(stage))
    await decide(stage, "voucher.approve")
    await stage.sme.press(await stage.sme.find("inbox", "Approved", "voucher.withdraw"), "voucher.withdraw")
    await stage.sme.fill(reason="We meet by video.")
    await stage.deliver()
    assert "Withdrawn" in (await stage.manager.find(MANAGERS, "VO-1")).text
    await stage.manager.command("voucher", "board")
    assert "€1,000.00" in stage.manager.answer.text


async def test_a_draft_ends_with_its_call(stage: Stage):
    await fund(stage)
    await stage.sme.command("voucher", "apply")
    plan = {"partner": "Nordkaj Utility", "partner_country": "DK", "purpose": "To meet.", "amount": "450"}
    await stage.sme.fill(**plan, starts_on=day(stage, 50), ends_on=day(stage, 51), keep=("keep",))
    assert "Saved as a draft" in stage.sme.answer.text
    assert any("Submit it by" in one.text for one in await stage.sme.home())
    await go_to(stage, day(stage, 41))
    await told(stage, stage.sme, "Expired")


async def test_what_is_not_claimed_expires(stage: Stage):
    await fund(stage)
    await apply(stage, await offered(stage))
    await decide(stage, "voucher.approve")
    await decide(stage, "voucher.agree", agreed_on=day(stage, 0))
    await go_to(stage, day(stage, 43))
    await go_to(stage, day(stage, 1))
    await told(stage, stage.sme, "Expired")
    assert "Expired" in (await stage.manager.find(MANAGERS, "VO-1")).text
