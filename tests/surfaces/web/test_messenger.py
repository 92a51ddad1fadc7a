"""The web messenger keeps the promises of every messenger, and two more: it never doubles and always finds."""

import asyncio

import pytest

from handlers.ports import Found, Lookup, Rejected
from surfaces.web.address import channel_address
from tests.surfaces.web.world import NOW, World, card


def general(world: World) -> str:
    return channel_address("clean", world.channels["clean", "general"])


async def test_a_card_posted_twice_under_one_key_stands_once(world: World):
    refs = {await world.messenger.post(general(world), card(), key="card:review:CH-12") for _ in range(2)}
    assert len(refs) == 1
    assert world.texts("buyer") == ["A card"]


async def test_workers_that_post_the_same_key_at_once_agree_on_one_message(world: World):
    refs = await asyncio.gather(*(world.messenger.post(general(world), card(), key="same") for _ in range(8)))
    assert len(set(refs)) == 1
    assert world.texts("buyer") == ["A card"]


async def test_first_cards_to_one_person_at_once_open_one_direct_channel(world: World):
    await asyncio.gather(*(world.messenger.post("web:clean:person:buyer", card(), key=f"k{n}") for n in range(6)))
    frame = world.webroom.frame("clean", "buyer")
    assert frame is not None
    assert [channel.kind for channel in frame.channels] == ["channel", "direct"]


async def test_an_update_takes_the_place_of_the_card_and_is_told_once(world: World):
    ref = await world.messenger.post(general(world), card("Before"), key="k")
    before = world.webroom.tail.newest()
    await world.messenger.update(ref, card("After"))
    await world.messenger.update(ref, card("After"))
    assert world.texts("buyer") == ["After"]
    assert world.webroom.tail.newest() == before + 1


async def test_a_message_is_found_by_its_key(world: World):
    ref = await world.messenger.post(general(world), card(), key="here")
    assert await world.messenger.find(general(world), key="here", since=NOW) == Lookup(Found.PRESENT, ref)
    assert await world.messenger.find(general(world), key="elsewhere", since=NOW) == Lookup(Found.ABSENT)


async def test_a_key_of_ours_is_not_taken_by_what_a_person_writes(world: World):
    world.say("buyer", "Hello", key="here")
    assert (await world.messenger.find(general(world), key="here", since=NOW)).found is Found.ABSENT


async def test_a_card_in_a_thread_stands_below_its_root(world: World):
    root = await world.messenger.post(general(world), card("Root"), key="a")
    reply = await world.messenger.post(general(world), card("Reply"), key="b", thread=root)
    await world.messenger.post(general(world), card("Below the reply"), key="c", thread=reply)
    assert world.texts("buyer") == ["Root"]
    number = int(root.rsplit(":", 1)[1])
    page = world.webroom.channel("clean", "buyer", world.channels["clean", "general"], thread=number)
    assert page.thread is not None
    assert [m.card and m.card.title for m in page.thread.replies] == ["Reply", "Below the reply"]


async def test_the_same_key_opens_the_same_conversation(world: World):
    people = ["web:clean:person:buyer", "web:clean:person:manager"]
    first = await world.messenger.open_conversation(people, title="IN-34", key="IN-34")
    assert await world.messenger.open_conversation(people, title="IN-34", key="IN-34") == first
    assert await world.messenger.open_conversation(people, title="IN-35", key="IN-35") != first


async def test_a_channel_of_a_name_that_exists_is_taken(world: World):
    assert await world.messenger.create_channel("clean", name="#General", private=False, key="k") == general(world)
    made = await world.messenger.create_channel("web:clean", name="Water & waste", private=False, key="k2")
    frame = world.webroom.frame("clean", "buyer")
    assert frame is not None
    assert (made, frame.channels[-1].title) == (channel_address("clean", frame.channels[-1].id), "water-waste")


async def test_a_new_home_is_told_to_its_person_alone(world: World):
    frames = {user: world.webroom.frame("clean", user) for user in ("buyer", "manager")}
    before = world.webroom.tail.newest()
    await world.messenger.publish_home("web:clean:person:buyer", home=None)  # type: ignore[arg-type]
    rows, places = world.webroom.tail.changes(after=before)
    told = {user: places.visible(frame.viewer, rows) for user, frame in frames.items() if frame}
    assert [change.message_id for change in told["buyer"]] == [0]
    assert told["manager"] == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "slack:T1:channel:C1",
        "web:clean:channel:99999",
        "web:clean:channel:99999999999999999999",
        "web:delta:person:buyer",
        "web:clean:person:nobody",
        "web:clean:message:1",
        "web:clean:channel:1; drop",
    ],
)
async def test_an_address_of_nobody_is_rejected_for_good(world: World, address: str):
    with pytest.raises(Rejected):
        await world.messenger.post(address, card(), key="k")


async def test_a_channel_is_not_reached_through_another_workspace(world: World):
    with pytest.raises(Rejected):
        await world.messenger.post(channel_address("delta", world.channels["clean", "general"]), card(), key="k")


async def test_a_message_that_is_not_there_cannot_be_updated(world: World):
    with pytest.raises(Rejected):
        await world.messenger.update("web:clean:message:4711", card())


async def test_people_of_two_workspaces_need_two_conversations(world: World):
    with pytest.raises(Rejected):
        await world.messenger.open_conversation(
            ["web:clean:person:buyer", "web:delta:person:sme"], title="IN-34", key="k"
        )
