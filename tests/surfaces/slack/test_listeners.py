"""What people do in Slack reaches the desk, and what the desk shows reaches them, where it suits."""

import asyncio
from typing import Any

import pytest

from handlers.requests import Command, Place, Press, Said, Shown, Speaker, Submission
from messages.card import Actions, Button, Card, Field, FieldKind, Form, Home, Option, Section
from surfaces.slack.listeners import ears
from surfaces.slack.messenger import EveryMessenger
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack_user import SlackUser, text_of
from tests.surfaces.slack.conftest import Setting

ANNA = Speaker("slack", "T0CLEAN", "U0ANNA")
CARD = Card("CH-12", (Section("A challenge"), Actions((Button("Edit", "challenge.edit", "CH-12"),))))
FORM = Form(
    "challenge.submit",
    "State a challenge",
    (
        Field("title", "Title", max_length=120),
        Field(
            "countries", "Countries", FieldKind.CHECK, options=(Option("DK", "Denmark"), Option("NL", "Netherlands"))
        ),
        Field("managers", "Managers", FieldKind.PEOPLE, required=False),
    ),
    "Send",
    "Cancel",
    value="CH-12",
)
PLACE = Place("slack:T0CLEAN:C0CHALL")


def post(slack: FakeSlack, channel: str = "C0CHALL", thread: str = "") -> Any:
    """Put a card where the bot would have put it."""
    from surfaces.slack.render import render_message

    message = render_message(CARD)
    arguments = {"channel": channel, "text": message.text, "blocks": message.blocks, "thread_ts": thread}
    answer = slack.do_chat_postmessage(arguments)
    return next(one for one in slack.channels[answer["channel"]].messages if one.ts == answer["ts"])


# -- commands -----------------------------------------------------------------------------------------------------


async def test_a_command_reaches_the_desk_as_it_was_typed(setting: Setting, anna: SlackUser):
    await anna.command("/challenge", "Sensors for <E. coli> & more")
    (command,) = setting.desk.heard
    assert isinstance(command, Command)
    assert (command.speaker, command.name, command.text) == (ANNA, "challenge", "Sensors for <E. coli> & more")
    assert command.place == PLACE
    assert command.request
    assert setting.observed == ["command"]


async def test_a_command_is_answered_privately_in_its_own_response(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(card=CARD)
    reply = await anna.command("/challenge", "show CH-12")
    assert reply.message is not None
    assert "A challenge" in text_of(reply.message)
    assert setting.slack.called("response_url") == []


async def test_a_form_opens_after_a_command(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(form=FORM)
    reply = await anna.command("/challenge")
    assert (reply.status, reply.body) == (200, {})
    assert anna.views[-1]["title"]["text"] == "State a challenge"


async def test_a_form_that_opens_too_late_can_be_opened_again(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(form=FORM)
    setting.desk.page = Home("slow")
    take = setting.desk.command

    def late(command: Command, **given: Any) -> Shown:
        setting.clock.advance(4)
        return take(command, **given)

    setting.desk.command = late  # type: ignore[method-assign]
    await anna.command("/challenge", "edit CH-12")
    assert anna.views == []
    assert "did not open in time" in text_of(anna.private[-1])
    setting.desk.answer = Shown(form=FORM)
    await anna.press(anna.private[-1], "challenge.edit", value="CH-12")
    assert anna.views
    assert (setting.desk.heard[-1].action, setting.desk.heard[-1].value) == ("challenge.edit", "CH-12")


async def test_the_own_page_is_shown_and_published(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(home=setting.desk.page)
    reply = await anna.command("/matchpoint")
    assert reply.message is not None
    assert "Nothing waits" in text_of(reply.message)
    assert anna.home is not None


async def test_an_unknown_command_is_the_desks_to_answer(setting: Setting, anna: SlackUser):
    assert (await anna.command("/chalenge", "x")).status == 200
    assert setting.desk.heard[0].name == "chalenge"


async def test_words_about_a_field_become_a_message_where_there_is_no_form(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(errors={"title": "A title has at most 120 characters."})
    reply = await anna.command("/challenge", "x" * 200)
    assert reply.message is not None
    assert "at most 120" in text_of(reply.message)


async def test_trouble_at_the_desk_is_told_with_a_reference(setting: Setting, anna: SlackUser):
    setting.desk.broken = RuntimeError("the disk is full")
    reply = await anna.command("/challenge", "list")
    assert reply.status == 200
    assert reply.message is not None
    assert "reference" in text_of(reply.message)
    assert "disk" not in text_of(reply.message)


# -- people ---------------------------------------------------------------------------------------------------------


async def test_an_account_is_met_once_with_what_slack_knows(setting: Setting, anna: SlackUser):
    await anna.command("/challenge", "list")
    await anna.command("/challenge", "mine")
    (met,) = setting.desk.met.values()
    assert (met.name, met.email, met.locale, met.zone) == ("Anna", "anna@example.org", "da-DK", "Europe/Copenhagen")
    assert (met.address, met.is_admin) == ("slack:T0CLEAN:U0ANNA", True)
    assert len(setting.slack.called("users.info")) == 1


async def test_setting_up_asks_slack_for_the_persons_rights_again(setting: Setting, bert: SlackUser):
    await bert.command("/matchpoint", "help")
    bert.owner = True
    await bert.command("/matchpoint", "Setup")
    assert [one.is_admin for one in setting.desk.met.values()] == [True]


async def test_ten_acts_at_once_meet_a_person_once(setting: Setting, anna: SlackUser):
    await asyncio.gather(*(anna.command("/challenge", "list") for _ in range(10)))
    assert (setting.desk.meetings, len(setting.desk.heard)) == (1, 10)


async def test_when_slack_does_not_say_who_it_is_nothing_is_done(setting: Setting, anna: SlackUser):
    setting.slack.fail("users.info", Fault.ERROR_500)
    reply = await anna.command("/challenge", "A title")
    assert (setting.desk.heard, setting.desk.met) == ([], {})
    assert reply.message is not None
    assert "does not tell me at the moment who you are" in text_of(reply.message)
    await anna.command("/challenge", "A title")
    assert len(setting.desk.heard) == 1


async def test_who_waits_is_answered_before_slack_loses_patience(
    setting: Setting, anna: SlackUser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ears, "_PATIENCE_SECONDS", 0.05)
    setting.slack.fail("users.info", Fault.SLOW)
    reply = await anna.command("/challenge", "A title")
    assert reply.message is not None
    assert "does not tell me at the moment who you are" in text_of(reply.message)
    assert setting.desk.heard == []


# -- buttons --------------------------------------------------------------------------------------------------------


async def test_a_button_reaches_the_desk_with_its_card(setting: Setting, slack: FakeSlack, anna: SlackUser):
    message = post(slack)
    await anna.press(message, "challenge.edit")
    (press,) = setting.desk.heard
    assert isinstance(press, Press)
    assert (press.action, press.value, press.place) == ("challenge.edit", "CH-12", PLACE)
    assert press.message == f"slack:T0CLEAN:C0CHALL:{message.ts}"
    assert setting.observed == ["press"]


async def test_what_a_button_shows_is_private_and_leaves_the_card_alone(
    setting: Setting, slack: FakeSlack, anna: SlackUser
):
    setting.desk.answer = Shown(card=Card("", (Section("You approved it."),)), replaces=True)
    message = post(slack)
    await anna.press(message, "challenge.edit")
    assert text_of(anna.private[-1]) == "You approved it."
    assert message.edits == 0


async def test_a_private_card_is_replaced_where_the_desk_says_so(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(card=CARD)
    private = (await anna.command("/challenge", "show CH-12")).message
    assert private is not None
    setting.desk.answer = Shown(card=Card("", (Section("Done."),)), replaces=True)
    await anna.press(private, "challenge.edit")
    assert (text_of(private), private.edits, len(anna.private)) == ("Done.", 1, 1)


async def test_in_a_thread_the_answer_stays_in_the_thread(setting: Setting, slack: FakeSlack, anna: SlackUser):
    setting.desk.answer = Shown(card=CARD)
    root = post(slack)
    await anna.press(post(slack, thread=root.ts), "challenge.edit")
    assert anna.private[-1].thread_ts == root.ts
    assert setting.desk.heard[0].place.thread == f"slack:T0CLEAN:C0CHALL:{root.ts}"


async def test_a_button_opens_a_form(setting: Setting, slack: FakeSlack, anna: SlackUser):
    setting.desk.answer = Shown(form=FORM)
    await anna.press(post(slack), "challenge.edit")
    assert anna.views[-1]["blocks"][0]["block_id"] == "title"


async def test_a_link_button_has_no_effect(setting: Setting, slack: FakeSlack, anna: SlackUser):
    message = post(slack)
    message.blocks[-1]["elements"].append(
        {"type": "button", "action_id": "url#9", "text": {"type": "plain_text", "text": "Open"}, "url": "https://x"}
    )
    assert (await anna.press(message, label="Open")).status == 200
    assert setting.desk.heard == []


async def test_a_button_on_home_answers_in_a_dialog_and_brings_home_up_to_date(setting: Setting, anna: SlackUser):
    setting.desk.page = Home("Matchpoint for Anna", (CARD,))
    await anna.open_home()
    setting.desk.answer = Shown(card=Card("Noted", (Section("Snoozed."),)))
    assert anna.home is not None
    await anna.press(anna.home, "challenge.edit")
    assert "Snoozed." in text_of(anna.views[-1])
    assert anna.home_published == 2


@pytest.mark.parametrize("fault", [Fault.THROTTLE, Fault.ERROR_500, Fault.DROP_AFTER])
async def test_a_page_that_slack_does_not_take_is_published_as_it_is_a_little_later(
    setting: Setting, anna: SlackUser, fault: Fault
):
    setting.desk.page = Home("Matchpoint for Anna", (CARD,))
    setting.slack.fail("views.publish", fault, seconds=0.3)
    await anna.open_home()
    assert anna.home is not None
    setting.slack.fail("views.publish", fault, times=3, seconds=0.3)
    setting.desk.answer = Shown(home=Home("Done", ()))
    assert (await anna.press(anna.home, "challenge.edit")).status == 200
    tried = sum(call.method == "views.publish" for call in setting.slack.calls)
    assert tried == 5  # given up after three


async def test_nobody_waits_long_for_a_page(setting: Setting, anna: SlackUser):
    setting.slack.fail("views.publish", Fault.THROTTLE, seconds=600)
    await anna.open_home()
    assert sum(call.method == "views.publish" for call in setting.slack.calls) == 1


async def test_an_account_that_is_switched_off_is_told_to_the_desk_and_asked_about_again(
    setting: Setting, anna: SlackUser
):
    await anna.open_home()
    assert setting.desk.meetings == 1
    await anna.change(real_name="Anna K.")
    assert setting.desk.heard == []
    assert (await anna.change(deleted=True)).status == 200
    assert [one.user for one in setting.desk.heard] == [anna.id]
    await anna.open_home()
    assert setting.desk.meetings == 2


async def test_when_the_dialog_cannot_open_the_answer_comes_as_a_message(setting: Setting, anna: SlackUser):
    setting.desk.page = Home("Matchpoint for Anna", (CARD,))
    await anna.open_home()
    setting.slack.fail("views.open", Fault.ERROR_500)
    setting.desk.answer = Shown(card=Card("Noted", (Section("Snoozed."),)))
    assert anna.home is not None
    await anna.press(anna.home, "challenge.edit")
    assert "Snoozed." in text_of(setting.slack.posts("U0ANNA")[-1])


async def test_a_failed_private_answer_costs_nothing_but_itself(setting: Setting, slack: FakeSlack, anna: SlackUser):
    setting.desk.answer = Shown(card=CARD)
    slack.fail("response_url", Fault.ERROR_500)
    assert (await anna.press(post(slack), "challenge.edit")).status == 200
    assert len(setting.desk.heard) == 1


# -- forms ----------------------------------------------------------------------------------------------------------


async def open_form(setting: Setting, anna: SlackUser) -> None:
    setting.desk.answer = Shown(form=FORM)
    await anna.command("/challenge")
    setting.desk.heard.clear()


async def test_a_form_comes_back_with_its_fields_and_place(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    setting.desk.answer = Shown()
    await anna.submit(title="Bacteria & <pipes>", countries=("DK", "NL"), managers=("U0BERT",))
    (submission,) = setting.desk.heard
    assert isinstance(submission, Submission)
    assert (submission.action, submission.value, submission.place) == ("challenge.submit", "CH-12", PLACE)
    assert submission.fields == {
        "title": "Bacteria & <pipes>",
        "countries": ("DK", "NL"),
        "managers": ("slack:T0CLEAN:U0BERT",),
    }
    assert anna.views == []


async def test_people_chosen_in_a_form_are_met_before_it_is_taken(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    await anna.submit(title="x", managers=("U0BERT",))
    assert {one.user for one in setting.desk.met} == {"U0ANNA", "U0BERT"}


async def test_mistakes_stand_at_their_fields_and_the_form_stays(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    setting.desk.answer = Shown(errors={"title": "Too short.", "": "And think again."})
    await anna.submit(title="x")
    assert anna.errors == {"title": "Too short. And think again."}
    assert len(anna.views) == 1


async def test_success_is_shown_where_the_form_was(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    setting.desk.answer = Shown(card=CARD)
    await anna.submit(title="x")
    assert len(anna.views) == 1
    assert "A challenge" in text_of(anna.views[-1])
    setting.desk.answer = Shown(form=FORM)
    await anna.press(anna.views[-1], "challenge.edit")
    assert anna.views[-1]["callback_id"] == "form"


async def test_a_refusal_stands_on_top_of_what_was_typed(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    setting.desk.answer = Shown(card=Card("", (Section("CH-12 was closed."),)), failed=True)
    await anna.submit(title="x")
    assert [view["callback_id"] for view in anna.views] == ["form", "card"]


async def test_the_outcome_takes_the_place_of_the_private_card_that_asked(setting: Setting, anna: SlackUser):
    setting.desk.answer = Shown(card=CARD)
    private = (await anna.command("/challenge", "show CH-12")).message
    assert private is not None
    setting.desk.answer = Shown(form=FORM)
    await anna.press(private, "challenge.edit")
    setting.desk.answer = Shown(card=Card("", (Section("Not now."),)), failed=True)
    await anna.submit(title="x")
    anna.views.clear()
    assert private.edits == 0
    setting.desk.answer = Shown(form=FORM)
    await anna.press(private, "challenge.edit")
    await anna.submit(title="x")
    setting.desk.answer = Shown(card=Card("", (Section("Closed."),)), replaces=True)
    await anna.submit(title="x")
    assert (text_of(private), private.edits, len(anna.private)) == ("Closed.", 1, 1)
    assert "Closed." in text_of(anna.views[-1])


async def test_a_form_from_a_card_for_everybody_replaces_nothing(setting: Setting, slack: FakeSlack, anna: SlackUser):
    message = post(slack)
    setting.desk.answer = Shown(form=FORM)
    await anna.press(message, "challenge.edit")
    setting.desk.answer = Shown(card=Card("", (Section("Closed."),)), replaces=True)
    await anna.submit(title="x")
    assert message.edits == 0
    assert anna.private == []


async def test_trouble_keeps_the_form(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    setting.desk.broken = RuntimeError("gone")
    reply = await anna.submit(title="x")
    assert reply.status == 200
    assert [view["callback_id"] for view in anna.views] == ["form", "card"]
    assert "reference" in text_of(anna.views[-1])


async def test_a_form_that_is_sent_again_because_the_answer_was_lost_counts_once(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    view = anna.views[-1]
    setting.desk.broken = RuntimeError("gone")
    await anna.submit(title="x")
    anna.views.pop()
    setting.desk.broken, setting.desk.answer = None, Shown()
    await anna.submit(title="long enough")
    assert len(setting.desk.heard) == 1
    anna.views.append(view)
    await anna.submit(title="long enough")
    assert len(setting.desk.heard) == 1
    assert anna.views == []


async def test_a_form_may_lead_to_the_next(setting: Setting, anna: SlackUser):
    await open_form(setting, anna)
    setting.desk.answer = Shown(form=Form("step.two", "Next step", (Field("more", "More"),), "Send", "Cancel"))
    await anna.submit(title="x")
    assert anna.views[-1]["title"]["text"] == "Next step"


async def test_a_form_from_home_brings_home_up_to_date(setting: Setting, anna: SlackUser):
    setting.desk.page = Home("Matchpoint for Anna", (CARD,))
    await anna.open_home()
    setting.desk.answer = Shown(form=FORM)
    assert anna.home is not None
    await anna.press(anna.home, "challenge.edit")
    published = anna.home_published
    setting.desk.answer = Shown()
    await anna.submit(title="x")
    assert anna.home_published == published + 1


# -- events ---------------------------------------------------------------------------------------------------------


async def test_a_reply_in_a_thread_of_ours_is_heard(setting: Setting, slack: FakeSlack, bert: SlackUser):
    root = post(slack)
    event = await bert.say("C0CHALL", "We make <that> & more", thread=root.ts)
    (said,) = setting.desk.heard
    assert isinstance(said, Said)
    assert said.text == "We make <that> & more"
    assert said.place == Place("slack:T0CLEAN:C0CHALL", f"slack:T0CLEAN:C0CHALL:{root.ts}")
    assert said.message == f"slack:T0CLEAN:C0CHALL:{event['event']['ts']}"
    assert said.event == event["event_id"]
    assert {one.user for one in setting.desk.met} == {"U0BERT"}


async def test_a_reply_is_heard_although_slack_has_not_said_yet_who_we_are(
    setting: Setting, slack: FakeSlack, bert: SlackUser
):
    own = setting.surface.clients.own
    assert own is not None
    own.installation.bot_user = ""
    await bert.say("C0CHALL", "We make that", thread=post(slack).ts)
    assert len(setting.desk.heard) == 1


async def test_an_event_that_comes_twice_counts_once(setting: Setting, slack: FakeSlack, bert: SlackUser):
    event = await bert.say("C0CHALL", "We make that", thread=post(slack).ts)
    assert [(await bert.deliver(event)).status for _ in range(2)] == [200, 200]
    assert len(setting.desk.heard) == 1


async def test_an_event_that_could_not_be_taken_in_is_delivered_again(
    setting: Setting, slack: FakeSlack, bert: SlackUser
):
    setting.desk.broken = RuntimeError("the store is down")
    event = await bert.say("C0CHALL", "We make that", thread=post(slack).ts)
    assert (await bert.deliver(event)).status == 503
    setting.desk.broken = None
    assert (await bert.deliver(event)).status == 200
    assert len(setting.desk.heard) == 1


@pytest.mark.parametrize(
    "extra",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"user": None},
        {"user": "U0MATCH"},
    ],
)
async def test_what_no_person_wrote_anew_is_not_heard(
    setting: Setting, slack: FakeSlack, bert: SlackUser, extra: dict[str, Any]
):
    await bert.say("C0CHALL", "text", thread=post(slack).ts, **extra)
    assert (setting.desk.heard, setting.desk.met) == ([], {})


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_a_reply_with_a_file_or_shown_to_the_channel_is_heard(
    setting: Setting, slack: FakeSlack, bert: SlackUser, subtype: str
):
    await bert.say("C0CHALL", "see the sheet", thread=post(slack).ts, subtype=subtype)
    assert len(setting.desk.heard) == 1


async def test_what_people_say_among_themselves_in_a_channel_is_left_alone(
    setting: Setting, slack: FakeSlack, anna: SlackUser, bert: SlackUser
):
    event = await bert.say("C0CHALL", "lunch?")
    await anna.say("C0CHALL", "sure", thread=event["event"]["ts"])
    assert (setting.desk.heard, setting.desk.met) == ([], {})


async def test_in_a_conversation_everything_is_heard(setting: Setting, slack: FakeSlack, bert: SlackUser):
    room = slack.do_conversations_open({"users": "U0ANNA,U0BERT"})["channel"]["id"]
    await bert.say(room, "shall we meet?")
    (said,) = setting.desk.heard
    assert said.place == Place(f"slack:T0CLEAN:{room}", "")


async def test_an_edit_by_its_author_is_heard_and_a_preview_or_somebody_elses_is_not(
    setting: Setting, slack: FakeSlack, anna: SlackUser, bert: SlackUser
):
    room = slack.do_conversations_open({"users": "U0ANNA,U0BERT"})["channel"]["id"]
    event = await bert.say(room, "at tne")
    await bert.edit(event, "at ten & not later")
    await bert.edit(event, "with a preview", edited=None)
    await anna.edit(event, "not mine")
    said, edited = setting.desk.heard
    assert (edited.text, edited.message, edited.place) == ("at ten & not later", said.message, said.place)
    assert edited.speaker == said.speaker == Speaker("slack", "T0CLEAN", "U0BERT")
    assert edited.written_at < edited.at
    assert edited.event != said.event


async def test_a_deletion_is_heard_as_its_authors_also_of_a_message_with_replies(
    setting: Setting, slack: FakeSlack, bert: SlackUser
):
    room = slack.do_conversations_open({"users": "U0ANNA,U0BERT"})["channel"]["id"]
    event = await bert.say(room, "too much")
    await bert.delete(event)
    await bert.edit(event, "This message was deleted.", subtype="tombstone", user="USLACKBOT")
    said, *deleted = setting.desk.heard
    assert [(one.message, one.speaker) for one in deleted] == [
        (said.message, Speaker("slack", "T0CLEAN", "U0BERT"))
    ] * 2


async def test_files_are_told_as_links_and_nothing_else_of_them(setting: Setting, slack: FakeSlack, bert: SlackUser):
    room = slack.do_conversations_open({"users": "U0ANNA,U0BERT"})["channel"]["id"]
    files = [
        {"id": "F1", "name": "plan.pdf", "permalink": "https://x.slack.com/files/F1", "url_private": "https://secret"},
        {"id": "F2", "mode": "tombstone"},
        "no file",
    ]
    await bert.say(room, "", subtype="file_share", files=files)
    (said,) = setting.desk.heard
    assert said.files == (("plan.pdf", "https://x.slack.com/files/F1"),)


async def test_the_talk_with_the_bot_is_known_by_whom_it_is_with(setting: Setting, slack: FakeSlack, bert: SlackUser):
    room = slack.do_conversations_open({"users": "U0BERT"})["channel"]["id"]
    await bert.say(room, "IN-34: hello")
    assert setting.desk.heard[0].place == Place("slack:T0CLEAN:U0BERT", "")


async def test_opening_home_publishes_it(setting: Setting, anna: SlackUser):
    await anna.open_home()
    assert anna.home is not None
    assert "Nothing waits" in text_of(anna.home)


async def test_the_shortcut_carries_ones_own_words_and_nobody_elses(
    setting: Setting, slack: FakeSlack, anna: SlackUser, bert: SlackUser
):
    root = post(slack)
    await bert.say("C0CHALL", "We make & sell that", thread=root.ts)
    message = slack.channels["C0CHALL"].messages[-1]
    await bert.shortcut(message, "answer_from_message")
    await anna.shortcut(message, "answer_from_message")
    own, others = setting.desk.heard[1:]
    assert (own.action, own.value, others.value) == ("answer.from_message", "We make & sell that", "")
    assert own.place.thread == f"slack:T0CLEAN:C0CHALL:{root.ts}"


async def test_the_messenger_of_a_running_surface_knows_its_workspace(setting: Setting):
    assert isinstance(setting.surface.messenger, EveryMessenger)
    assert len(setting.slack.called("auth.test")) == 1
