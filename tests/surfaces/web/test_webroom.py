"""Who sees what in the web workspace, and what is kept of what is written."""

import pytest

from domain.errors import Invalid, NotFound
from handlers.webroom.room import MESSAGE_MAX, PAGE
from store.queries.people import workspace_of
from surfaces.web.address import channel_address
from tests.surfaces.web.world import World, card


def titles(world: World, workspace: str, user: str) -> list[str]:
    frame = world.webroom.frame(workspace, user)
    assert frame is not None
    return [channel.title for channel in frame.channels]


def test_the_managers_channel_is_listed_and_open_for_managers_only(world: World):
    assert titles(world, "clean", "manager") == ["general", "managers"]
    assert titles(world, "clean", "buyer") == ["general"]
    with pytest.raises(NotFound):
        world.webroom.channel("clean", "buyer", world.channels["clean", "managers"])


def test_a_manager_of_another_cluster_stays_outside(world: World):
    for name in ("general", "managers"):
        with pytest.raises(NotFound):
            world.webroom.channel("delta", "manager", world.channels["clean", name])


def test_a_channel_that_the_settings_give_to_managers_closes_for_others(world: World):
    general = world.channels["clean", "general"]
    with world.database.write() as session:
        workspace = workspace_of(session, surface="web", native_id="clean")
        assert workspace is not None
        workspace.managers_channel = channel_address("clean", general)
        session.add(workspace)
    assert titles(world, "clean", "buyer") == []
    with pytest.raises(NotFound):
        world.say("buyer", "Is anybody here?")
    assert world.say("manager", "Only us.")


async def test_a_conversation_is_open_to_its_members_only(world: World):
    people = [f"web:clean:person:{user}" for user in ("buyer", "manager")]
    address = await world.messenger.open_conversation(people, title="IN-34", key="IN-34")
    number = int(address.rsplit(":", 1)[1])
    assert titles(world, "clean", "buyer") == ["general", "IN-34"]
    assert titles(world, "clean", "colleague") == ["general"]
    assert world.webroom.channel("clean", "buyer", number).channel.title == "IN-34"
    with pytest.raises(NotFound):
        world.webroom.channel("clean", "colleague", number)


async def test_a_direct_card_is_read_by_its_person_only(world: World):
    ref = await world.messenger.post("web:clean:person:buyer", card("For you"), key="k")
    number = int(ref.rsplit(":", 1)[1])
    assert world.webroom.message("clean", "buyer", number).card == card("For you")
    with pytest.raises(NotFound):
        world.webroom.message("clean", "manager", number)


def test_a_private_reply_survives_a_reload_and_nobody_else_reads_it(world: World):
    general = world.channels["clean", "general"]
    _, number = world.webroom.whisper(
        "clean", "buyer", card("Yours"), channel=general, thread=None, answers="/challenge list", now=world.clock.now()
    )
    mine = world.webroom.channel("clean", "buyer", general).messages[-1]
    assert (mine.private, mine.text, mine.card) == (True, "/challenge list", card("Yours"))
    assert world.texts("manager") == []
    with pytest.raises(NotFound):
        world.webroom.message("clean", "manager", number)


def test_a_private_reply_takes_the_place_of_the_one_that_was_clicked(world: World):
    general = world.channels["clean", "general"]
    _, first = world.webroom.whisper(
        "clean", "buyer", card("Draft"), channel=general, thread=None, now=world.clock.now()
    )
    _, second = world.webroom.whisper(
        "clean", "buyer", card("Sent"), channel=general, thread=None, replaces=first, now=world.clock.now()
    )
    assert second == first
    assert world.texts("buyer") == ["Sent"]


async def test_a_card_for_everybody_is_never_replaced_by_a_private_reply(world: World):
    general = world.channels["clean", "general"]
    ref = await world.messenger.post(channel_address("clean", general), card("For all"), key="k")
    number = int(ref.rsplit(":", 1)[1])
    world.webroom.whisper(
        "clean", "buyer", card("Yours"), channel=general, thread=None, replaces=number, now=world.clock.now()
    )
    assert world.texts("buyer") == ["For all", "Yours"]
    assert world.texts("manager") == ["For all"]


def test_the_same_line_sent_twice_is_recorded_once(world: World):
    assert world.say("buyer", "Hello", key="once") == world.say("buyer", "Hello", key="once")
    assert world.texts("buyer") == ["Hello"]


def test_replies_stand_in_their_thread_and_are_counted_for_each_reader(world: World):
    general = world.channels["clean", "general"]
    root = world.say("buyer", "A question")
    world.say("manager", "An answer", thread=root)
    world.webroom.whisper("clean", "buyer", card(), channel=general, thread=root, now=world.clock.now())
    mine = world.webroom.channel("clean", "buyer", general, thread=root)
    assert [m.text for m in mine.messages] == ["A question"]
    assert mine.thread is not None
    assert (mine.thread.root.replies, len(mine.thread.replies)) == (2, 2)
    theirs = world.webroom.channel("clean", "manager", general, thread=root)
    assert theirs.messages[0].replies == 1


def test_there_is_no_thread_below_a_reply(world: World):
    root = world.say("buyer", "A question")
    reply = world.say("manager", "An answer", thread=root)
    with pytest.raises(NotFound):
        world.say("buyer", "Below", thread=reply)
    with pytest.raises(NotFound):
        world.webroom.channel("clean", "buyer", world.channels["clean", "general"], thread=reply)


def test_long_channels_come_in_pages(world: World):
    numbers = [world.say("buyer", f"Line {n}") for n in range(PAGE + 5)]
    general = world.channels["clean", "general"]
    newest = world.webroom.channel("clean", "buyer", general)
    assert [m.id for m in newest.messages] == numbers[5:]
    assert newest.earlier
    oldest = world.webroom.channel("clean", "buyer", general, before=newest.messages[0].id)
    assert [m.id for m in oldest.messages] == numbers[:5]
    assert not oldest.earlier
    assert oldest.later


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u202e"])
def test_nothing_is_not_recorded(world: World, text: str):
    with pytest.raises(Invalid, match=r"web\.text\.empty"):
        world.say("buyer", text)


def test_a_text_of_eight_thousand_characters_is_kept_whole_and_a_longer_one_refused(world: World):
    world.say("buyer", "å" * 8_000)
    assert world.texts("buyer") == ["å" * 8_000]
    with pytest.raises(Invalid, match=r"text\.too_long"):
        world.say("buyer", "å" * (MESSAGE_MAX + 1))


def test_people_to_become_are_named_in_a_demonstration_only(world: World):
    assert [(p.user, p.workspace_name) for p in world.webroom.personas()][:2] == [
        ("manager", "CLEAN"),
        ("manager", "Clean Tech Delta"),
    ]
    assert len(world.webroom.personas()) == 5


def test_an_unknown_account_sees_nothing(world: World):
    assert world.webroom.frame("clean", "stranger") is None
    assert world.webroom.frame("nowhere", "buyer") is None
    with pytest.raises(NotFound):
        world.webroom.channel("clean", "stranger", world.channels["clean", "general"])


def test_a_form_offers_the_channels_one_may_enter_and_the_people_of_the_workspace(world: World):
    channels, people = world.webroom.options("clean", "buyer")
    assert [one.name for one in channels] == ["general"]
    assert {one.address for one in people} == {f"web:clean:person:{u}" for u in ("buyer", "manager", "colleague")}
