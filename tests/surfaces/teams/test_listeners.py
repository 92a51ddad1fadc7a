"""What people do in Teams reaches the desk, and what the desk shows reaches them, where it suits."""

from typing import Any

import pytest

from handlers.requests import (
    Command,
    Deleted,
    Edited,
    Installed,
    Place,
    Press,
    Removed,
    Said,
    Shown,
    Speaker,
    Submission,
)
from messages import compose
from messages.card import Actions, Button, Card, Field, FieldKind, Form, Home, Option, Section
from messages.i18n import Words
from messages.notices.trouble import Refused
from surfaces.teams.address import address_of, ref_of
from surfaces.teams.listeners.extensions import ACTIONS
from surfaces.teams.package import manifest
from surfaces.teams.render import render_message
from tests.fakes.teams import FakeTeams, Message, read
from tests.fakes.teams_cards import actions_of, dialog_problems, elements_of
from tests.fakes.teams_user import TeamsUser, fill, named
from tests.surfaces.teams.conftest import Tenant

CARD = Card(
    "CH-12",
    (
        Section("A challenge"),
        Actions((Button("Publish", "screening.publish", "CH-12"), Button("Edit", "challenge.edit", "CH-12"))),
    ),
)
FORM = Form(
    "challenge.save",
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
CHALLENGES = "19:challenges@thread.tacv2"


def post(teams: FakeTeams, where: str = CHALLENGES, card: Card = CARD, root: str = "") -> Message:
    """Put a card where the bot would have put it."""
    message = Message(where, teams.new_id(), root, card=render_message(card).card)
    teams.rooms[where].messages.append(message)
    return message


def own(teams: FakeTeams, user: TeamsUser) -> str:
    return address_of(teams.tenant, user.id)


# -- commands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["challenge list", "/challenge list", "Challenge  list", "challenge\nlist"])
async def test_a_command_in_ones_own_chat_is_answered_there(tenant: Tenant, anna: TeamsUser, typed: str):
    tenant.desk.answer = Shown(card=CARD)
    await anna.type(typed)
    (command,) = tenant.desk.heard
    assert isinstance(command, Command)
    assert command.speaker == Speaker("teams", tenant.teams.tenant, anna.id)
    assert (command.name, command.text) == ("challenge", "list")
    assert command.place == Place(own(tenant.teams, anna))
    (answer,) = tenant.teams.posts(anna.chat)
    assert "A challenge" in answer.read()


async def test_a_command_after_a_mention_in_a_channel_is_answered_privately(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    tenant.desk.answer = Shown(card=CARD)
    await anna.mention("challenge Sensors for <E. coli> & more", channel=CHALLENGES)
    (command,) = tenant.desk.heard
    assert command.place.channel == address_of(teams.tenant, CHALLENGES)
    assert teams.posts(CHALLENGES) == []
    assert "A challenge" in teams.posts(anna.chat)[0].read()


async def test_where_the_tenant_takes_targeted_messages_the_answer_stands_in_the_channel_for_one(
    teams: FakeTeams, tenant: Tenant, anna: TeamsUser
):
    tenant.surface._ears.showing._targets = True
    tenant.desk.answer, teams.targets = Shown(card=CARD), True
    await anna.mention("challenge list", channel=CHALLENGES)
    assert [one.only_for for one in teams.posts(CHALLENGES)] == [anna.id]
    teams.targets = False
    await anna.mention("challenge list", channel=CHALLENGES)
    assert len(teams.posts(CHALLENGES)) == 1
    assert len(teams.posts(anna.chat)) == 1


async def test_a_command_that_teams_delivers_again_is_answered_once(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.answer = Shown(card=CARD)
    await anna.type("challenge list")
    assert (await anna.deliver(anna.last)).status == 200
    assert len(teams.posts(anna.chat)) == 1
    await anna.type("challenge list")
    assert len(teams.posts(anna.chat)) == 2


async def test_words_of_matchpoint_alone_need_no_command_before_them(tenant: Tenant, anna: TeamsUser):
    await anna.type("setup")
    await anna.mention("", channel=CHALLENGES)
    assert [(one.name, one.text) for one in tenant.desk.heard] == [("matchpoint", "setup"), ("matchpoint", "")]


async def test_what_is_not_understood_in_ones_own_chat_gets_help_and_in_a_channel_silence(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    tenant.desk.takes = False
    await anna.type("good morning")
    said, command = tenant.desk.heard
    assert isinstance(said, Said)
    assert (command.name, command.text) == ("matchpoint", "help")
    tenant.desk.heard.clear()
    await anna.say(CHALLENGES, "good morning")
    await anna.say(CHALLENGES, "challenge list")
    assert tenant.desk.heard == []


async def test_a_form_after_a_command_stands_in_a_card_and_is_filled_there(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    tenant.desk.answer = Shown(form=FORM)
    await anna.type("challenge")
    (form,) = teams.posts(anna.chat)
    tenant.desk.answer = Shown(errors={"title": "A title is needed."})
    await anna.fill(form, title="x", countries=("DK", "NL"))
    shown = anna.seen(form)
    assert "A title is needed." in read(shown)
    tenant.desk.answer = Shown(card=Card("CH-12 is saved"))
    await anna.fill(form, title="Sensors")
    first, second = (one for one in tenant.desk.heard if isinstance(one, Submission))
    assert first.fields == {"title": "x", "countries": ("DK", "NL"), "managers": ()}
    assert second.fields["countries"] == ("DK", "NL")
    assert (second.action, second.value) == ("challenge.save", "CH-12")
    assert "CH-12 is saved" in form.read()
    assert form.edits == 2


async def test_a_form_in_a_card_can_be_closed(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.answer = Shown(form=FORM)
    await anna.type("challenge")
    (form,) = teams.posts(anna.chat)
    await anna.press(form, label="Cancel")
    assert teams.posts(anna.chat) == []


async def test_the_own_page_is_shown_in_ones_own_chat(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.answer = Shown(home=tenant.desk.page)
    await anna.mention("matchpoint", channel=CHALLENGES)
    assert "Nothing waits" in teams.posts(anna.chat)[0].read()


async def test_trouble_at_the_desk_is_told_with_a_reference(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.broken = RuntimeError("the disk is full")
    assert (await anna.type("challenge list")).status == 200
    (told,) = teams.posts(anna.chat)
    assert "reference" in told.read()
    assert "disk" not in told.read()


async def test_where_teams_does_not_say_who_it_is_nothing_is_done(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    teams.fail("GET members", 502)
    await anna.type("challenge list")
    assert tenant.desk.heard == []
    assert "does not tell me" in teams.posts(anna.chat)[0].read()


# -- people ---------------------------------------------------------------------------------------------------------


async def test_an_account_is_met_once_and_known_by_the_directory(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    await anna.type("help")
    await anna.mention("help", channel=CHALLENGES)
    (met,) = tenant.desk.met.values()
    assert (met.name, met.email, met.locale, met.zone) == ("Anna", "anna@example.org", "da-DK", "Europe/Copenhagen")
    assert met.address == own(teams, anna)
    assert not met.is_admin
    assert len(teams.called("GET members")) == 1


@pytest.mark.parametrize("told", [{"userRole": "guest"}, {"email": None}])
async def test_of_a_guest_and_of_who_has_none_no_email_is_taken(
    tenant: Tenant, anna: TeamsUser, monkeypatch: pytest.MonkeyPatch, told: dict[str, object]
):
    known = anna.as_member()
    monkeypatch.setattr(type(anna), "as_member", lambda _self: known | told)
    await anna.type("help")
    (met,) = tenant.desk.met.values()
    assert met.email == ""


async def test_people_who_are_chosen_in_a_form_are_met_too(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser, bert: TeamsUser
):
    await anna.install(team=teams.channel("clean"))
    tenant.desk.answer = Shown(form=FORM)
    await anna.type("setup")
    await anna.fill(teams.posts(anna.chat)[-1], title="x", managers=(bert.id,))
    assert tenant.desk.heard[-1].fields["managers"] == (own(teams, bert),)
    assert bert.id in [one.user for one in tenant.desk.met]


# -- buttons --------------------------------------------------------------------------------------------------------


async def test_a_button_acts_and_the_answer_is_private(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    card = post(teams)
    tenant.desk.answer = Shown(card=Card("CH-12 is published"))
    await anna.press(card, "screening.publish")
    (press,) = tenant.desk.heard
    assert isinstance(press, Press)
    assert (press.action, press.value) == ("screening.publish", "CH-12")
    assert press.message == ref_of(teams.tenant, CHALLENGES, card.id)
    assert press.place.channel == address_of(teams.tenant, CHALLENGES)
    assert anna.toasts == ["I have answered you in our own chat."]
    assert "is published" in teams.posts(anna.chat)[0].read()
    assert anna.seen(card) == card.card


async def test_a_button_that_only_shows_or_asks_opens_a_dialog(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    card = post(teams)
    tenant.desk.answer = Shown(form=FORM)
    await anna.press(card, "challenge.edit")
    assert tenant.desk.heard[-1].message == ref_of(teams.tenant, CHALLENGES, card.id)
    assert anna.dialogs[-1]["title"] == "State a challenge"

    tenant.desk.answer = Shown(errors={"title": "A title is needed.", "other": "Something else."})
    await anna.submit(title="x", countries=("NL",))
    shown = anna.dialogs[-1]["card"]["content"]
    assert "A title is needed." in read(shown)
    assert "Something else." in read(shown)

    tenant.desk.answer = Shown(card=Card("Not now", (Section("It is closed."),)), failed=True)
    await anna.submit()
    assert "It is closed." in read(anna.dialogs[-1]["card"]["content"])

    tenant.desk.answer = Shown(card=CARD)
    await anna.submit(title="Sensors")
    assert tenant.desk.heard[-1].fields == {"title": "Sensors", "countries": ("NL",), "managers": ()}
    assert anna.dialogs[-1]["title"] == "CH-12"

    tenant.desk.answer = Shown()
    await anna.press_in_dialog("screening.publish")
    assert anna.dialogs == []
    assert tenant.desk.heard[-1].action == "screening.publish"


CHANGED = Shown(card=compose(Refused("CH-12 is closed.", about="CH-12"), Words("en")), failed=True)


async def test_a_refused_dialog_shows_what_has_changed_beside_what_was_typed(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    tenant.desk.answer = Shown(form=FORM)
    await anna.press(post(teams), "challenge.edit")
    tenant.desk.answer = CHANGED
    await anna.submit(title="Sensors", countries=("NL",))
    dialog = anna.dialogs[-1]
    assert dialog_problems(dialog) == []
    assert "CH-12 is closed." in read(dialog["card"]["content"])
    assert "another look" not in read(dialog["card"]["content"])

    tenant.desk.answer = Shown(card=CARD)
    card = dialog["card"]["content"]
    (look,) = (one for one in actions_of(card) if "look" in one["data"])
    await anna.send_dialog(look, fill(card, {}, named(card)))
    heard = tenant.desk.heard[-1]
    assert isinstance(heard, Press)
    assert (heard.action, heard.value) == ("challenge.show", "CH-12")
    assert "CH-12" in teams.posts(anna.chat)[-1].read()
    again = anna.dialogs[-1]["card"]["content"]
    assert "I have answered you in our own chat." in read(again)
    (title,) = (one for one in elements_of(again) if one.get("id") == "f.title")
    assert title["value"] == "Sensors"

    tenant.desk.answer = Shown()
    await anna.submit(title="Sensors")
    assert tenant.desk.heard[-1].fields["title"] == "Sensors"


async def test_what_replaces_a_card_in_ones_own_chat_stays_there(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    card = post(teams, anna.chat)
    tenant.desk.answer = Shown(card=Card("Done"), replaces=True)
    await anna.press(card, "screening.publish")
    assert "Done" in card.read()
    assert teams.posts(anna.chat) == [card]
    assert tenant.desk.heard[0].message == ref_of(teams.tenant, anna.chat, card.id)


async def test_the_outcome_of_a_form_takes_the_place_of_the_card_in_ones_own_chat_that_asked(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    card, public = post(teams, anna.chat), post(teams)
    tenant.desk.answer = Shown(form=FORM)
    await anna.press(card, "challenge.edit")
    tenant.desk.answer = Shown(errors={"title": "A title is needed."})
    await anna.submit(title="x")
    tenant.desk.answer = Shown(card=Card("Not now"), failed=True)
    await anna.submit(title="x")
    assert "Not now" not in card.read()
    tenant.desk.answer = Shown(card=Card("CH-12 is closed"), replaces=True)
    await anna.submit(title="x")
    assert "is closed" in card.read()

    before = public.read()
    tenant.desk.answer = Shown(form=FORM)
    await anna.press(public, "challenge.edit")
    tenant.desk.answer = Shown(card=Card("CH-12 is closed"), replaces=True)
    await anna.submit(title="x")
    assert public.read() == before
    assert teams.posts(anna.chat) == [card]


async def test_a_form_that_a_button_asks_for_late_comes_into_ones_own_chat(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    card = post(teams)
    tenant.desk.answer = Shown(form=FORM)
    await anna.press(card, "screening.publish")
    assert "Title" in teams.posts(anna.chat)[0].read()
    assert anna.toasts


async def test_the_same_click_again_has_no_second_effect(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    await anna.press(post(teams), "screening.publish")
    assert (await anna.deliver(anna.last)).status == 200
    assert len(tenant.desk.heard) == 1


async def test_a_channel_is_chosen_among_those_that_the_app_was_added_to(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    await anna.install(team=teams.channel("clean"))
    fields = (Field("channel", "Channel", FieldKind.CHANNEL, required=False),)
    tenant.desk.answer = Shown(form=Form("setup.save", "Set up", fields, "Save", "Cancel"))
    await anna.type("setup")
    chosen = address_of(teams.tenant, CHALLENGES)
    await anna.fill(teams.posts(anna.chat)[-1], channel=chosen)
    assert tenant.desk.heard[-1].fields == {"channel": chosen}


# -- the message extension --------------------------------------------------------------------------------------------


async def test_the_extension_states_a_challenge_from_where_one_writes(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    tenant.desk.answer = Shown(form=FORM)
    await anna.extension("challenge.new", channel=CHALLENGES)
    assert tenant.desk.heard[-1].action == "challenge.new"
    tenant.desk.answer = Shown()
    await anna.submit_extension("challenge.new", channel=CHALLENGES, title="Sensors")
    assert tenant.desk.heard[-1].fields["title"] == "Sensors"
    assert anna.dialogs == []


async def test_the_extension_answers_with_ones_own_words_only(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser, bert: TeamsUser
):
    root = post(teams)
    for author in (anna, bert):
        text = "<p>We can do <b>that</b> &amp; more</p>"
        message = Message(CHALLENGES, teams.new_id(), root.id, text=text, author=author.id)
        teams.rooms[CHALLENGES].messages.append(message)
        await anna.extension("answer.from_message", on=message)
    mine, theirs = tenant.desk.heard
    assert (mine.action, mine.value) == ("answer.from_message", "We can do that & more")
    assert theirs.value == ""
    assert mine.place.thread == ref_of(teams.tenant, CHALLENGES, root.id)


async def test_every_action_of_the_manifest_is_served_and_an_unknown_one_has_no_effect(tenant: Tenant, anna: TeamsUser):
    asked = manifest("bot", "https://matchpoint.example.org")["composeExtensions"][0]["commands"]
    assert {one["id"] for one in asked} == set(ACTIONS)
    assert (await anna.extension("challenge.withdraw")).status == 200
    assert tenant.desk.heard == []


# -- threads and conversations ----------------------------------------------------------------------------------------


async def test_a_reply_below_a_card_of_ours_is_heard_without_a_mention(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    card = post(teams)
    thread = ref_of(teams.tenant, CHALLENGES, card.id)
    tenant.desk.threads.add(thread)
    await anna.say(CHALLENGES, "We do that & more", root=card.id)
    (said,) = tenant.desk.heard
    assert isinstance(said, Said)
    assert said.place == Place(address_of(teams.tenant, CHALLENGES), thread)
    assert said.text == "We do that & more"
    assert said.message == ref_of(teams.tenant, f"{CHALLENGES};messageid={card.id}", anna.last["id"])
    await anna.mention("and this too", channel=CHALLENGES, root=card.id)
    assert tenant.desk.heard[-1].text == "and this too"


async def test_of_threads_that_are_not_ours_nothing_is_kept_and_nobody_is_met(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    await anna.say(CHALLENGES, "Who comes to lunch?")
    await anna.say(CHALLENGES, "I do.", root=anna.last["id"])
    assert tenant.desk.heard == []
    assert tenant.desk.met == {}
    assert tenant.teams.called("GET members") == []


async def test_without_consent_to_read_channels_a_mention_is_what_is_heard(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    teams.reads_channels = False
    card = post(teams)
    tenant.desk.threads.add(ref_of(teams.tenant, CHALLENGES, card.id))
    await anna.say(CHALLENGES, "We do that", root=card.id)
    assert tenant.desk.heard == []
    await anna.mention("We do that", channel=CHALLENGES, root=card.id)
    assert tenant.desk.heard[0].text == "We do that"


async def test_a_quoted_reply_in_ones_own_chat_names_the_card_it_answers(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    card = post(teams, anna.chat)
    await anna.type("x")
    kind = 'itemscope="" itemtype="http://schema.skype.com/Reply"'
    quote = f'<blockquote {kind} itemid="{card.id}"><p>CH-12</p></blockquote>'
    rich = [{"contentType": "text/html", "content": f"{quote}<p>Yes &amp; no</p>"}]
    await anna.deliver({**anna.last, "id": teams.new_id(), "attachments": rich, "text": "CH-12 Yes & no"})
    said = tenant.desk.heard[-1]
    assert said.place.thread == ref_of(teams.tenant, anna.chat, card.id)
    assert said.text == "Yes & no"


async def test_edits_and_deletions_follow_their_message(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    card = post(teams)
    tenant.desk.threads.add(ref_of(teams.tenant, CHALLENGES, card.id))
    await anna.say(CHALLENGES, "We do that", root=card.id)
    written = anna.last
    await anna.edit(written, "We do that well")
    await anna.take_away(written)
    said, edited, deleted = tenant.desk.heard
    assert isinstance(edited, Edited)
    assert isinstance(deleted, Deleted)
    assert edited.text == "We do that well"
    assert said.message == edited.message == deleted.message
    assert edited.at > edited.written_at
    await anna.edit(written, "We do that well")
    assert len(tenant.desk.heard) == 3


async def test_attached_files_are_told_by_name_and_address(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    await anna.type("see the file")
    file = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": "plan.pdf",
        "contentUrl": "https://clean.sharepoint.com/plan.pdf",
    }
    await anna.deliver({**anna.last, "id": teams.new_id(), "attachments": [*anna.last["attachments"], file]})
    assert tenant.desk.heard[-1].files == (("plan.pdf", "https://clean.sharepoint.com/plan.pdf"),)


async def test_a_message_that_was_not_taken_in_comes_again(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    tenant.desk.broken = RuntimeError("away")
    assert (await anna.type("good morning")).status == 503
    tenant.desk.broken = None
    assert (await anna.deliver(anna.last)).status == 200
    assert len(tenant.desk.heard) == 1


# -- where the app is -------------------------------------------------------------------------------------------------


async def test_a_team_that_the_app_is_added_to_is_noted_with_its_channels_and_greeted(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    team = teams.channel("clean")
    await anna.install(team=team)
    noted = tenant.desk.installations[-1]
    assert isinstance(noted, Installed)
    assert noted.place == team
    assert noted.channels == {
        address_of(teams.tenant, team): "CLEAN",
        address_of(teams.tenant, CHALLENGES): "CLEAN › Challenges",
    }
    assert noted.greet == address_of(teams.tenant, team)
    assert noted.by == Speaker("teams", teams.tenant, anna.id)
    assert tenant.desk.served == {teams.tenant: teams.service_url}


async def test_ones_own_chat_is_greeted_when_the_app_is_added_there(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    await anna.install()
    noted = tenant.desk.installations[-1]
    assert isinstance(noted, Installed)
    assert (noted.place, noted.greet, noted.by) == ("", own(teams, anna), None)
    await anna.install(action="remove")
    assert tenant.desk.installations[-1] == noted


async def test_a_team_that_removes_the_app_is_told_to_the_desk(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    team = teams.channel("clean")
    await anna.install(team=team, action="remove")
    assert tenant.desk.installations[-1] == Removed("teams", teams.tenant, place=team)
    gone = [{"id": teams.bot}]
    await anna.happen("teamMemberRemoved", team=team, membersRemoved=gone)
    assert tenant.desk.installations[-1] == Removed("teams", teams.tenant, place=team)


async def test_who_comes_into_a_team_is_met(tenant: Tenant, teams: FakeTeams, anna: TeamsUser, bert: TeamsUser):
    added = [{"id": bert.account, "aadObjectId": bert.id}, {"id": "29:guest"}]
    await anna.happen("teamMemberAdded", team=teams.channel("clean"), membersAdded=added)
    assert [one.user for one in tenant.desk.met] == [bert.id]


async def test_a_new_channel_of_a_team_is_noted(tenant: Tenant, teams: FakeTeams, anna: TeamsUser):
    from tests.fakes.teams import Room

    team = teams.channel("clean")
    new = teams.channel("managers")
    teams.rooms[new] = Room(new, "Managers", "channel", set(), team=team)
    await anna.happen("channelCreated", team=team)
    noted: Any = tenant.desk.installations[-1]
    assert address_of(teams.tenant, new) in noted.channels
    assert noted.greet == ""


async def test_the_page_is_brought_up_to_date_after_an_act_in_a_dialog(
    tenant: Tenant, teams: FakeTeams, anna: TeamsUser
):
    card = post(teams, anna.chat)
    tenant.desk.answer = Shown(form=FORM)
    await anna.press(card, "challenge.edit")
    tenant.desk.answer = Shown(home=Home("Matchpoint", (Card("One thing waits"),)))
    await anna.submit(title="x")
    assert "One thing waits" in read(anna.dialogs[-1]["card"]["content"])
    assert "One thing waits" in teams.posts(anna.chat)[-1].read()
