"""Who manages a cluster reads along in the private managers' channel of Slack, and nobody else."""

import pytest

from tests.fakes.slack import FakeSlack
from tests.journeys.stage import Stage

pytestmark = pytest.mark.parametrize("stage", ["slack"], indirect=True)

CHANNEL, MANAGER, COLLEAGUE = "G0MANAG", "U0MANAGER", "U0COLLEAGUE"


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
