"""The pages without script: what each person sees, types, presses and fills."""

import re
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from handlers import threads
from handlers.requests import Said
from handlers.webroom.links import make_personal_link
from handlers.work import Reply, Work
from store.engine import Database
from store.queries.people import identity_of
from store.tables.people import Person
from surfaces.web.address import channel_address, message_ref
from tests.surfaces.web.routes import BOARD, Routes, Told
from tests.surfaces.web.visitor import Fields, Visitor, open_app
from tests.surfaces.web.world import SECRET, World, build_world, card


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> Routes:
    made = Routes()
    made.install(monkeypatch)
    return made


@pytest.fixture
def app(small_world: World, routes: Routes) -> Starlette:
    return open_app(small_world)


@pytest.fixture
async def buyer(app: Starlette) -> Visitor:
    visitor = Visitor(app)
    await visitor.become("clean:buyer")
    return visitor


def path(world: World, name: str = "general") -> str:
    return f"/c/{world.channels['clean', name]}"


async def board(world: World) -> int:
    ref = await world.messenger.post(channel_address("clean", world.channels["clean", "general"]), BOARD, key="board")
    return int(ref.rsplit(":", 1)[1])


async def test_the_demonstration_asks_who_one_would_like_to_be(app: Starlette):
    visitor = Visitor(app)
    page = await visitor.go("/")
    assert page.status_code == 200
    assert visitor.shows("Innovation lead, Øresund Water")
    assert visitor.shows("Buyer · Firm of clean · Denmark")


async def test_the_bar_says_who_one_is_and_switches(buyer: Visitor):
    assert buyer.shows('You are: <strong dir="auto">Innovation lead, Øresund Water</strong>')
    await buyer.become("delta:sme")
    assert buyer.shows('You are: <strong dir="auto">Founder, AquaSense (sample)</strong>')
    assert buyer.shows("Clean Tech Delta")


async def test_the_menu_lists_only_what_is_open_to_the_person(app: Starlette, buyer: Visitor, small_world: World):
    assert buyer.shows(f'href="{path(small_world)}"')
    assert not buyer.shows(f'href="{path(small_world, "managers")}"')
    assert (await buyer.go(path(small_world, "managers"))).status_code == 404


async def test_a_line_is_read_by_the_others(app: Starlette, buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    await buyer.write("Hello <b>everybody</b>")
    manager = Visitor(app)
    await manager.become("clean:manager")
    page = await manager.go(path(small_world))
    assert "Hello &lt;b&gt;everybody&lt;/b&gt;" in page.text


async def test_the_same_page_sent_twice_writes_once(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    form = buyer.forms(path(small_world))[0]
    for _ in range(2):
        await buyer.send(path(small_world), [*form.hidden, ("text", "Once")])
    assert small_world.texts("buyer") == ["Once"]


async def test_an_empty_line_comes_back_with_words(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    page = await buyer.write("   ")
    assert page.status_code == 422
    assert buyer.shows("Please write something first.")


async def test_a_line_that_is_too_long_comes_back_whole(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    page = await buyer.write("x" * 20_000)
    assert page.status_code == 422
    assert "x" * 20_000 in page.text


async def test_a_command_is_answered_privately_and_the_answer_survives_a_reload(
    app: Starlette, buyer: Visitor, small_world: World
):
    await buyer.go(path(small_world))
    await buyer.write("/challenge list")
    for _ in range(2):
        assert buyer.shows("The list")
        assert buyer.shows("Only visible to you")
        assert buyer.shows("/challenge list")
        await buyer.go(path(small_world))
    assert small_world.texts("manager") == []


async def test_an_unknown_command_is_refused_in_words(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    await buyer.write("/nonsense at all")
    assert buyer.shows("I do not know nonsense. Try /matchpoint help.")


@pytest.mark.parametrize("typed", ["/", " / "])
async def test_a_slash_alone_opens_the_help_and_says_nothing(buyer: Visitor, small_world: World, typed: str):
    await buyer.go(path(small_world))
    await buyer.write(typed)
    assert buyer.page.url.path == "/help"
    assert buyer.shows("What you can type")
    assert small_world.texts("buyer") == []


async def test_a_slash_alone_leads_the_pages_script_to_the_help(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    form = buyer.forms(path(small_world))[0]
    buyer.client.headers["x-matchpoint"] = "script"
    answer = await buyer.send(path(small_world), [*form.hidden, ("text", "/")])
    assert (answer.status_code, answer.headers["X-Go"]) == (204, "/help")


async def test_a_command_with_a_wrong_argument_is_refused_in_words(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    await buyer.write("/challenge show CH-12")
    assert buyer.shows("Please write something first.")


async def test_a_command_that_opens_a_form_shows_it(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    page = await buyer.write("/challenge")
    assert page.status_code == 200
    assert buyer.shows("A question")
    await buyer.fill([("f.title", "Sensor"), ("f.kind", "new")])
    assert str(buyer.page.url).endswith(path(small_world))
    assert buyer.shows("Saved Sensor")


async def test_a_button_answers_privately_where_it_stands(buyer: Visitor, routes: Routes, small_world: World):
    number = await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.done IN-34")
    assert buyer.shows("Done IN-34")
    action, ask = routes.asked[-1]
    assert (action, ask.value, ask.message) == ("test.done", "IN-34", message_ref("clean", number))
    assert ask.place.channel == channel_address("clean", small_world.channels["clean", "general"])


async def test_a_private_card_is_replaced_by_what_its_button_answers(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.done IN-34")
    await buyer.press("test.replace ")
    assert small_world.texts("buyer") == ["Board", "Replaced"]


async def test_a_refusal_is_private(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.refused ")
    assert buyer.shows("I do not know yet who you work for.")
    assert small_world.texts("manager") == ["Board"]


async def test_a_failure_is_owned_up_to_with_a_reference(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    page = await buyer.press("test.trouble ")
    assert page.status_code == 200
    assert re.search(r"tell your cluster manager this reference: [0-9a-f]{8}", page.text)


async def test_a_question_stands_before_a_button_that_asks(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    assert re.search(r'popovertarget="(ask-[^"]+)">Done</button>\s*<div popover id="\1"', buyer.page.text)
    assert buyer.shows("It cannot be undone.")


async def test_a_button_on_home_answers_on_home(buyer: Visitor, small_world: World):
    hidden = [("csrf", buyer.csrf), ("do", "test.done CH-1")]
    await buyer.send("/press", hidden)
    assert buyer.page.url.path == "/"
    assert buyer.shows("Done CH-1")
    # So does what the answer's own buttons do.
    (answer,) = (form for form in buyer.forms("/press") if ("do", "test.replace ") in form.buttons)
    assert "channel" not in dict(answer.hidden)
    await buyer.press("test.replace ")
    assert buyer.page.url.path == "/"
    assert buyer.shows("Replaced")
    await buyer.go("/")
    assert not buyer.shows("Done CH-1")


async def test_a_filled_form_with_mistakes_comes_back_as_it_was_typed(
    buyer: Visitor, routes: Routes, small_world: World
):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    page = await buyer.fill(
        [
            ("f.title", "Far too <long>"),
            ("f.kind", "neither"),
            ("f.countries", "NL"),
            ("f.until", "soon"),
            ("f.size", "-1"),
        ]
    )
    assert page.status_code == 422
    assert buyer.shows("At most 10 characters; this has 14.")
    assert page.text.count("Please choose one of the options.") == 2
    assert 'value="Far too &lt;long&gt;"' in page.text
    assert 'value="NL" checked' in page.text
    assert 'value="-1"' in page.text
    assert small_world.texts("buyer") == ["Board"]
    await buyer.fill([("f.title", "taken"), ("f.kind", "old")])
    assert buyer.page.status_code == 422
    assert buyer.shows('<a href="#f-title">Title</a>: Please write something first.')
    await buyer.fill([("f.title", "Short"), ("f.kind", "old"), ("f.countries", "NL"), ("f.until", "2027-03-31")])
    assert buyer.shows("Saved Short")
    _, ask = routes.asked[-1]
    assert (ask.value, ask.many("countries"), ask.text("until")) == ("CH-12", ("NL",), "2027-03-31")


async def test_mistakes_of_a_form_are_told_all_at_once_and_in_its_order(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    # What only the handler knows (the title), and what the page itself sees (the kind).
    page = await buyer.fill([("f.title", "taken")])
    assert page.status_code == 422
    assert re.findall(r'<li><a href="#f-(\w+)">', page.text) == ["title", "kind"]
    assert small_world.texts("buyer") == ["Board"]
    # The rehearsal was no receipt: the same form can still be sent.
    await buyer.fill([("f.title", "Short"), ("f.kind", "old")])
    assert buyer.shows("Saved Short")


async def test_a_form_that_no_answer_can_mend_says_why_and_asks_for_no_other_answers(
    buyer: Visitor, small_world: World
):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    page = await buyer.fill([("f.title", "late"), ("f.kind", "old")])
    assert page.status_code == 422
    told = page.text.partition('role="alert"')[2].partition("</div>")[0]
    assert "/matchpoint join" in told
    assert "another look" not in told
    assert "<li>" not in told
    assert buyer.shows('value="late"')


async def test_a_form_refused_for_what_has_changed_shows_that_in_a_tab_of_its_own(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    page = await buyer.fill([("f.title", "changed"), ("f.kind", "old")])
    assert page.status_code == 422
    assert buyer.shows("CH-12 is closed")
    assert re.search(r'<button form="looks" name="do" value="challenge.show CH-12">Show CH-12 as it is now', page.text)
    assert re.search(r'<form id="looks" method="post" action="/press" target="_blank"', page.text)
    assert buyer.shows('value="changed"')
    look = buyer.forms("/press")[-1]
    await buyer.send("/press", [*look.hidden, ("do", "challenge.show CH-12")])
    assert str(buyer.page.url).endswith(path(small_world))
    # What is wrong with an answer is no change of anything.
    await buyer.press("test.ask CH-12")
    page = await buyer.fill([("f.title", "taken"), ("f.kind", "old")])
    assert "looks" not in page.text


async def test_a_form_sent_twice_has_one_effect(buyer: Visitor, routes: Routes, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    hidden = buyer.forms("/form")[0].hidden
    for _ in range(2):
        await buyer.send("/form", [*hidden, ("f.title", "Short"), ("f.kind", "old")])
    assert [action for action, _ in routes.asked] == ["test.ask", "test.answer"]
    assert small_world.texts("buyer") == ["Board", "Saved Short"]


async def test_a_form_offers_channels_and_people_of_the_workspace(buyer: Visitor, small_world: World):
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    assert buyer.shows(f'<option value="{channel_address("clean", small_world.channels["clean", "general"])}">general')
    assert buyer.shows('value="web:clean:person:colleague"')
    assert not buyer.shows("web:delta")


async def test_a_reply_in_a_thread_is_offered_to_the_journeys(
    buyer: Visitor, small_world: World, monkeypatch: pytest.MonkeyPatch
):
    heard: list[Said] = []

    def listen(_work: Work, said: Said) -> Reply:
        heard.append(said)
        return Reply()

    monkeypatch.setattr(threads, "_LISTENERS", [(1, listen)])
    number = await board(small_world)
    await buyer.go(f"{path(small_world)}/t/{number}")
    await buyer.write("Our answer", thread=True)
    await buyer.go(path(small_world))
    await buyer.write("Just talk")
    assert [(said.text, said.place.thread) for said in heard] == [("Our answer", message_ref("clean", number))]
    assert heard[0].event == heard[0].message


async def test_what_follows_from_a_reply_is_told_beside_it_to_its_author_alone(
    app: Starlette, buyer: Visitor, small_world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(threads, "_LISTENERS", [(1, lambda _work, _said: Reply(notice=Told("It is a draft")))])
    number = await board(small_world)
    thread = f"{path(small_world)}/t/{number}"
    await buyer.go(thread)
    await buyer.write("Our answer", thread=True)
    assert buyer.shows("It is a draft")
    colleague = Visitor(app)
    await colleague.become("clean:colleague")
    await colleague.go(thread)
    assert colleague.shows("Our answer")
    assert not colleague.shows("It is a draft")
    form = next(one for one in buyer.forms(path(small_world)) if "thread" in dict(one.hidden))
    script: dict[str, Any] = {"x-matchpoint": "script"}
    page = await buyer.send(path(small_world), [*form.hidden, ("text", "More")], **script)
    channel = small_world.channels["clean", "general"]
    told = [one.split() for one in page.headers["x-message"].split(",")]
    assert [(int(at), int(below)) for at, _, below in told] == [(channel, number)] * 2


async def test_a_reply_that_cannot_be_heard_is_kept_and_said_so(
    buyer: Visitor, small_world: World, monkeypatch: pytest.MonkeyPatch
):
    def fail(_work: Work, _said: Said) -> Reply:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(threads, "_LISTENERS", [(1, fail)])
    number = await board(small_world)
    await buyer.go(f"{path(small_world)}/t/{number}")
    await buyer.write("Our answer", thread=True)
    assert buyer.shows("Our answer")
    assert buyer.shows("Something went wrong on our side")


async def test_old_pages_of_another_person_can_do_nothing(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    form = buyer.forms(path(small_world))[0]
    await buyer.become("clean:colleague")
    page = await buyer.send(path(small_world), [*form.hidden, ("text", "As whom?")])
    assert page.status_code == 403
    assert small_world.texts("buyer") == []


async def test_what_was_typed_on_an_old_page_is_shown_again_to_be_copied(buyer: Visitor, small_world: World):
    await buyer.go(path(small_world))
    form = buyer.forms(path(small_world))[0]
    await buyer.become("clean:colleague")
    await buyer.send(path(small_world), [*form.hidden, ("text", "A long <thought>")])
    assert buyer.shows("somebody else has signed in since")
    assert re.search(r"<textarea[^>]* readonly>\nA long &lt;thought&gt;</textarea>", buyer.page.text)
    stranger = Visitor(open_app(small_world))
    await stranger.send(path(small_world), [*form.hidden, ("text", "A long thought")])
    assert not stranger.shows("A long thought")


@pytest.fixture
async def half_filled(buyer: Visitor, small_world: World) -> Fields:
    """What a tab of the buyer holds that was left open: a form of which half is filled in."""
    await board(small_world)
    await buyer.go(path(small_world))
    await buyer.press("test.ask CH-12")
    return [*buyer.forms("/form")[0].hidden, ("f.title", "Short"), ("f.kind", "old"), ("f.countries", "NL")]


@pytest.mark.parametrize("scripted", [False, True])
async def test_a_form_of_somebody_else_keeps_what_was_typed_and_has_no_effect(
    buyer: Visitor, routes: Routes, small_world: World, half_filled: Fields, scripted: bool
):
    await buyer.become("clean:colleague")
    headers: dict[str, Any] = {"x-matchpoint": "script"} if scripted else {}
    page = await buyer.send("/form", half_filled, **headers)
    assert page.status_code == 403
    assert ("x-show" in page.headers) is scripted
    told = page.text.partition('role="alert"')[2].partition("</div>")[0]
    assert "is signed in now." in told
    assert "another look" not in told
    assert 'value="Short"' in page.text
    assert 'value="old" checked' in page.text
    assert 'value="NL" checked' in page.text
    assert [action for action, _ in routes.asked] == ["test.ask"]
    assert small_world.texts("buyer") == small_world.texts("colleague") == ["Board"]


async def test_a_form_is_sent_once_more_when_its_own_person_is_back(
    buyer: Visitor, small_world: World, half_filled: Fields
):
    await buyer.become("clean:colleague")
    await buyer.send("/form", half_filled)
    again = [*buyer.forms("/form")[0].hidden, *half_filled[-3:]]
    await buyer.become("clean:buyer")
    await buyer.send("/form", again)
    assert buyer.shows("Saved Short")
    assert small_world.texts("buyer") == ["Board", "Saved Short"]


async def test_who_is_signed_out_keeps_what_was_typed(buyer: Visitor, small_world: World, half_filled: Fields):
    await buyer.send("/out", half_filled[:1])
    page = await buyer.send("/form", half_filled)
    assert page.status_code == 403
    assert buyer.shows("You were signed out in this browser.")
    assert buyer.shows('value="Short"')
    assert small_world.texts("buyer") == ["Board"]


async def test_a_form_is_nobodys_without_its_own_token_or_without_a_session(
    app: Starlette, buyer: Visitor, small_world: World, half_filled: Fields
):
    await buyer.become("clean:colleague")
    borrowed = [("csrf", buyer.csrf), *half_filled[1:]]
    page = await buyer.send("/form", borrowed)
    assert page.status_code == 403
    assert not buyer.shows("Short")
    stranger = Visitor(app)
    assert (await stranger.send("/form", half_filled)).status_code == 403
    assert not stranger.shows("Short")
    assert small_world.texts("buyer") == ["Board"]


async def test_help_shows_every_command(buyer: Visitor):
    page = await buyer.go("/help")
    assert page.status_code == 200
    assert page.text.count('class="tile"') >= 3


async def test_a_piece_of_a_page_is_given_to_its_readers_only(buyer: Visitor, small_world: World):
    number = small_world.say("manager", "Listen")
    assert (await buyer.go(f"{path(small_world)}/m/{number}")).text.lstrip().startswith(f'<article id="m{number}"')
    assert (await buyer.go(f"{path(small_world, 'managers')}/m/{number}")).status_code == 404
    _, secret = small_world.webroom.whisper(
        "clean", "manager", card(), channel=None, thread=None, now=small_world.clock.now()
    )
    assert (await buyer.go(f"{path(small_world)}/m/{secret}")).status_code == 404


async def test_outside_the_demonstration_nobody_is_named(sqlite_database: Database):
    app = open_app(build_world(sqlite_database, demo=False))
    visitor = Visitor(app)
    page = await visitor.go("/")
    assert page.status_code == 401
    assert not visitor.shows("Innovation lead")
    assert visitor.shows("personal link")
    page = await visitor.send("/persona", {"csrf": "", "who": "clean:buyer"})
    assert page.status_code == 403


async def test_a_personal_link_lets_in_after_a_word(sqlite_database: Database):
    world = build_world(sqlite_database, demo=False)
    visitor = Visitor(open_app(world))
    link = make_personal_link(SECRET, public_url="", workspace="clean", user="buyer", now=world.clock.at)
    await visitor.go(link)
    assert visitor.shows("This link is for Innovation lead, Øresund Water.")
    await visitor.send(link, visitor.forms(link)[0].hidden)
    assert visitor.page.url.path == "/"
    assert visitor.shows("general")
    assert visitor.shows("Sign out")
    await visitor.send("/out", visitor.forms("/out")[0].hidden)
    assert visitor.page.status_code == 401


async def test_an_old_link_lets_nobody_in(sqlite_database: Database):
    world = build_world(sqlite_database, demo=False)
    visitor = Visitor(open_app(world))
    link = make_personal_link(SECRET, public_url="", workspace="clean", user="buyer", now=world.clock.at)
    world.clock.at += timedelta(days=8)
    assert (await visitor.go(link)).status_code == 401
    assert visitor.shows("too old or incomplete")
    assert (await visitor.go("/in/nonsense")).status_code == 401


async def test_a_link_cannot_be_followed_for_somebody_from_elsewhere(sqlite_database: Database):
    world = build_world(sqlite_database, demo=False)
    visitor = Visitor(open_app(world))
    link = make_personal_link(SECRET, public_url="", workspace="clean", user="buyer", now=world.clock.at)
    assert (await visitor.send(link, {})).status_code == 403
    assert (await visitor.go("/")).status_code == 401


async def test_who_is_gone_is_signed_out(buyer: Visitor, small_world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("handlers.webroom.views.see", lambda *_asked: None)
    page = await buyer.go(path(small_world))
    assert page.url.path == "/"
    assert buyer.shows("Who would you like to be?")


async def test_the_page_speaks_the_persons_language(buyer: Visitor, small_world: World):
    with small_world.database.write() as session:
        identity = identity_of(session, surface="web", workspace="clean", user="buyer")
        assert identity is not None
        person = session.get_one(Person, identity.person_id)
        person.locale = "da"
        session.add(person)
    assert '<html lang="da">' in (await buyer.go("/")).text


async def test_a_stranger_is_greeted_in_the_browsers_language(app: Starlette):
    page = await Visitor(app).go("/", **{"accept-language": "fr;q=0.9, no-NO, de;q=0.3"})
    assert '<html lang="nb">' in page.text
