"""Who manages a cluster reads along in the private managers' channel of Slack, and nobody else."""

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_user import text_of
from tests.journeys.scenes import introduce
from tests.journeys.stage import Stage

pytestmark = pytest.mark.parametrize("stage", ["slack"], indirect=True)

CHANNEL, MANAGER, COLLEAGUE, STRANGER = "G0MANAG", "U0MANAGER", "U0COLLEAGUE", "U0STRANGER"


async def appoint(stage: Stage, *users: str) -> str:
    """Let the manager say who manages the cluster; returns what is answered."""
    await stage.manager.command("matchpoint", "setup")
    await stage.manager.press(stage.manager.answer, "setup.change")
    await stage.manager.fill(managers=users)
    assert not stage.manager.errors
    text = stage.manager.answer.text
    await stage.deliver()
    return text


def invitations(slack: FakeSlack, user: str) -> list[str]:
    return [one.outcome for one in slack.called("conversations.invite") if user in str(one.arguments["users"])]


async def test_a_manager_who_is_appointed_later_is_invited_once(stage: Stage, slack: FakeSlack):
    assert COLLEAGUE not in slack.channels[CHANNEL].members
    await appoint(stage, MANAGER, COLLEAGUE)
    await appoint(stage, MANAGER, COLLEAGUE)
    assert invitations(slack, COLLEAGUE) == ["ok"]
    assert COLLEAGUE in slack.channels[CHANNEL].members
    assert invitations(slack, MANAGER) in ([], ["already_in_channel"])


async def test_who_is_let_go_is_taken_out_and_comes_in_again_when_appointed_again(stage: Stage, slack: FakeSlack):
    await appoint(stage, MANAGER, COLLEAGUE)
    assert "No longer a manager: colleague" in await appoint(stage, MANAGER)
    assert COLLEAGUE not in slack.channels[CHANNEL].members
    assert "No longer" not in await appoint(stage, MANAGER, COLLEAGUE)
    assert COLLEAGUE in slack.channels[CHANNEL].members


async def test_where_slack_keeps_members_in_the_other_managers_are_told(stage: Stage, slack: FakeSlack):
    await appoint(stage, MANAGER, COLLEAGUE)
    slack.keeps_members = True
    await appoint(stage, MANAGER)
    assert COLLEAGUE in slack.channels[CHANNEL].members
    told = await stage.manager.find("inbox", "colleague is no longer a manager")
    assert "please remove colleague from the channel yourself" in told.text
    assert not [one for one in await stage.colleague.inbox() if "no longer a manager" in one.text]

    slack.keeps_members = False
    await stage.manager.press(await stage.manager.find("home", "does not let apps do this"), "undelivered.resend")
    await stage.deliver()
    assert COLLEAGUE not in slack.channels[CHANNEL].members
    told = await stage.manager.find("inbox", "colleague is no longer a manager")
    assert "no longer reads the managers' channel" in told.text


async def introduced(stage: Stage) -> None:
    """Let everybody agree to an introduction, with two managers of the cluster in its conversation."""
    await appoint(stage, MANAGER, STRANGER)
    await introduce(stage)


def still_reads(slack: FakeSlack, user: str) -> int:
    return sum("can still read" in text_of(one) for one in slack.posts(user))


async def test_who_is_let_go_is_taken_out_of_a_conversation_that_is_a_channel(
    stage: Stage, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("surfaces.slack.messenger.GROUP_MOST", 2)
    await introduced(stage)
    (room,) = [one for one in slack.channels.values() if one.kind == "private" and one.id != CHANNEL]
    assert {MANAGER, STRANGER, "U0BUYER", "U0SME"} <= room.members
    await appoint(stage, MANAGER)
    assert STRANGER not in room.members
    assert {MANAGER, "U0BUYER", "U0SME"} <= room.members
    assert still_reads(slack, MANAGER) == 0


async def test_of_a_group_message_that_nobody_can_be_taken_out_of_the_managers_who_are_left_learn_it(
    stage: Stage, slack: FakeSlack
):
    await introduced(stage)
    ((opening, *_),) = await stage.manager.conversations()
    assert STRANGER in slack.channels[opening.handle.channel].members
    await appoint(stage, MANAGER)
    assert still_reads(slack, MANAGER) == 1
    assert still_reads(slack, STRANGER) == 0
    outcomes = {one.outcome for one in slack.called("conversations.kick")}
    assert outcomes == {"ok", "method_not_supported_for_channel_type"}


async def test_a_buyer_who_manages_no_more_stays_in_the_conversation(stage: Stage, slack: FakeSlack):
    await introduced(stage)
    await appoint(stage, MANAGER, STRANGER, "U0BUYER")
    kicks = len(slack.called("conversations.kick"))
    await appoint(stage, MANAGER, STRANGER)
    (kicked,) = slack.called("conversations.kick")[kicks:]
    assert kicked.arguments["channel"] == CHANNEL
    assert still_reads(slack, MANAGER) == 0
