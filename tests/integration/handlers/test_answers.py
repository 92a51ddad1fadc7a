"""Answers from a reply in a thread to the buyer's yes or no: drafts, consent, questions, and hidden names."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.introductions import IntroductionState, SuggestionState
from domain.organisations import MembershipState, Role
from handlers.answers.home import wait_for_deadline, wait_for_verdicts
from handlers.requests import Place, Profiled, Speaker, Submission
from handlers.work import Work
from messages import compose
from messages.i18n import Words
from messages.notices.nudges import Nudges
from store.queries.rows import add, key_of
from store.tables.challenges import Answer, AnswerPart, Challenge, Question
from store.tables.introductions import Consent, Introduction, Ranking, Suggestion
from store.tables.people import Membership, Person
from tests.world import (
    CLEAN_CHANNEL,
    DELTA_CHANNEL,
    NOW,
    World,
    buttons_of,
    find_button,
    has_button,
    text_of,
    text_of_home,
)

TEXT = "We at Waterlens make such a sensor, see waterlens.nl"


def answers(world: World) -> list[Answer]:
    with world.database.read() as session:
        return list(session.exec(select(Answer).order_by(col(Answer.id))))


def rows(world: World, table: Any) -> list[Any]:
    with world.database.read() as session:
        return list(session.exec(select(table)))


@pytest.fixture
def challenge(world: World) -> str:
    """Give a published challenge that the partner cluster took."""
    name = world.published()
    world.shared(name)
    return name


def introduce(world: World, challenge: str, *, made: bool) -> None:
    """Let an introduction have the SME's consent, and be made if so."""
    common: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "challenge_id": int(challenge.removeprefix("CH-"))}
    with world.database.write() as session:
        ranking = add(session, Ranking(edition=1, **common))
        suggestion = Suggestion(
            ranking_id=ranking.id or 0,
            organisation_id=world.sme_organisation,
            cluster_id=world.delta,
            state=SuggestionState.APPROVED,
            rank=1,
            score=1.0,
            **common,
        )
        add(session, suggestion)
        introduction = Introduction(
            suggestion_id=suggestion.id or 0,
            organisation_id=world.sme_organisation,
            buyer_id=world.buyer_organisation,
            buyer_person_id=world.people["buyer"],
            owner_cluster_id=world.clean,
            sme_cluster_id=world.delta,
            state=IntroductionState.MADE if made else IntroductionState.HALF,
            sme_consent_at=NOW,
            made_at=NOW if made else None,
            **common,
        )
        add(session, introduction)


# Typing, forms and buttons


def test_an_id_in_brackets_is_one_and_a_page_of_blanks_is_none(world: World, challenge: str):
    assert find_button(world.command(world.sme, "answer", f"({challenge}) {TEXT}").card, "answer.submit")
    assert answers(world)[0].text == TEXT
    assert "Say which" in text_of(world.command(world.sme, "answer", "CH" + " " * 200_000 + "x").card)


def test_a_typed_answer_becomes_a_draft_that_nobody_else_sees(world: World, challenge: str):
    shown = world.command(world.sme, "answer", f"{challenge.lower().replace('-', '')}  {TEXT}")
    assert [b.action for b in buttons_of(shown.card)] == [
        "answer.submit",
        "answer.edit",
        "answer.question",
        "answer.discard",
    ]
    assert answers(world)[0].state == "draft"
    assert "AN-1" in text_of_home(world.home(world.sme))
    for who in (world.buyer, world.manager_owner, world.manager_partner, world.neighbour):
        assert "that you can see" in text_of(world.command(who, "answer", "show AN-1").card)
    assert "No answers yet" in text_of(world.command(world.buyer, "challenge", f"answers {challenge}").card)


def test_only_submitting_counts_as_consent_and_tells_the_buyer_once(world: World, challenge: str):
    overview = world.only(world.buyer)
    draft = world.command(world.sme, "answer", f"{challenge} {TEXT}").card
    assert not rows(world, Consent)
    world.press(world.sme, draft, "answer.submit")
    world.answered(challenge, world.neighbour)
    assert len(rows(world, Consent)) == 2
    told = world.only(world.buyer)
    assert told.ref == overview.ref
    assert "To read: 2" in text_of(told.card)
    assert f"rank:{challenge}:e1:AN-1:v2" in world.waiting("rank")
    again = world.press(world.sme, draft, "answer.submit")
    assert "submitted already" in text_of(again.card)
    assert len(rows(world, Consent)) == 2


def test_a_card_that_shows_an_older_draft_submits_nothing(world: World, challenge: str):
    draft = world.command(world.sme, "answer", f"{challenge} {TEXT}").card
    world.command(world.colleague, "answer", f"{challenge} And it is cheap.")
    shown = world.press(world.sme, draft, "answer.submit")
    assert "changed a moment ago" in text_of(shown.card)
    assert answers(world)[0].state == "draft"
    assert len(answers(world)) == 1


def test_the_form_asks_for_each_criterion_and_submits(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    form = world.press(world.sme, post.card, "answer.start").form
    assert form is not None
    assert [f.label for f in form.fields if f.name.startswith("criterion_")] == ["Accuracy", "Cost of running"]
    wrong = world.submit(world.sme, form, text=" ", links="not a link", criterion_0="x" * 1001)
    assert set(wrong.errors) == {"text", "links", "criterion_0"}
    world.submit(
        world.sme,
        form,
        kind="existing",
        text="An optical probe.",
        criterion_0="One cell",
        nda="Patent 1",
        links="https://waterlens.example.org/p",
    )
    answer = answers(world)[0]
    assert (answer.state, answer.kind, answer.criteria) == ("submitted", "existing", (("Accuracy", "One cell"),))


def test_the_form_can_be_kept_as_a_draft_and_completed_later(world: World, challenge: str):
    form = world.command(world.sme, "answer", challenge).form
    world.submit(world.sme, form, text="First words.", keep=("keep",))
    assert answers(world)[0].state == "draft"
    again = world.command(world.colleague, "answer", challenge).form
    world.submit(world.colleague, again, text="All the words.", keep=())
    assert (answers(world)[0].state, answers(world)[0].text) == ("submitted", "All the words.")


def test_a_submitted_answer_is_changed_in_a_form_and_ranked_again(world: World, challenge: str):
    name = world.answered(challenge)
    form = world.command(world.sme, "answer", f"edit {name}").form
    world.submit(world.sme, form, text="Better words.")
    shown = world.command(world.buyer, "answer", f"show {name}")
    assert "Better words." in text_of(shown.card)
    assert f"rank:{challenge}:e1:{name}:v3" in world.waiting("rank")
    typed = world.command(world.sme, "answer", f"{challenge} More.")
    assert "/answer edit AN-1" in text_of(typed.card)


def test_what_was_decided_takes_the_place_of_the_private_card(world: World, challenge: str):
    name = world.answered(challenge)
    card = world.command(world.buyer, "answer", f"show {name}").card
    shortlisted = world.press(world.buyer, card, "answer.shortlist")
    assert shortlisted.replaces
    assert [(b.action, b.value) for b in buttons_of(shortlisted.card)] == [
        ("answer.show", name),
        ("challenge.answers", challenge),
    ]
    form = world.press(
        world.buyer, world.press(world.buyer, shortlisted.card, "answer.show").card, "answer.decline"
    ).form
    assert world.submit(world.buyer, form, reason="other", note="Too big.").replaces


@pytest.mark.parametrize("living", [True, False])
def test_a_form_replaces_no_card_that_is_kept_true_in_place(world: World, challenge: str, living: bool):
    world.say(world.sme, world.only(DELTA_CHANNEL), TEXT)
    world.deliver()
    draft = world.only(world.sme)
    form = world.press(world.sme, draft.card, "answer.edit").form
    assert form is not None
    values = {one.name: one.value for one in form.fields}
    ref = draft.ref if living else "web:W-DELTA:@sme/m9999"
    sent = Submission(world.sme, form.action, form.value, values, message=ref)
    assert world.desk.submit(sent, now=world.now).replaces is not living


def test_a_stale_click_offers_the_answer_as_it_is_now(world: World, challenge: str):
    name = world.answered(challenge)
    card = world.command(world.buyer, "answer", f"show {name}").card
    world.press(world.buyer, card, "answer.shortlist")
    for action in ("answer.shortlist", "answer.decline"):
        refused = world.press(world.buyer, card, action)
        assert refused.failed
        assert not refused.replaces
        now = world.press(world.buyer, refused.card, "answer.show").card
        assert not has_button(now, "answer.shortlist")
        assert has_button(now, "answer.decline")
    withdrawn = world.act(world.sme, "answer.withdraw", name)
    assert withdrawn.replaces
    assert find_button(world.act(world.sme, "answer.withdraw", name).card, "answer.show").value == name


DANISH = "Vi har en sensor, der måler bakterier i vandrør, og den er ikke dyr i drift."
DUTCH = "Wij maken een sensor die bacteriën in waterleidingen meet en die niet duur is."


def test_an_answer_is_kept_with_the_language_that_it_is_written_in(world: World, challenge: str):
    world.command(world.sme, "answer", f"{challenge} {DANISH}")
    assert answers(world)[0].language == "da"
    form = world.command(world.sme, "answer", challenge).form
    world.submit(world.sme, form, text=DUTCH)
    assert answers(world)[0].language == "nl"
    edit = world.command(world.sme, "answer", "edit AN-1").form
    world.submit(world.sme, edit, text="OK: 12 mm.")
    assert answers(world)[0].language == "nl"  # too short to tell another


def test_replies_and_short_texts_have_a_language_too(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    world.say(world.sme, post, "Yes!")
    assert answers(world)[0].language == "en"  # the person's own
    world.say(world.colleague, post, DANISH)
    assert answers(world)[0].language == "da"


def test_a_withdrawn_answer_ends_its_consent_and_makes_room_for_another(world: World, challenge: str):
    name = world.answered(challenge)
    world.command(world.sme, "answer", f"withdraw {name}")
    assert rows(world, Consent)[0].withdrawn_at is not None
    assert "that you can see" in text_of(world.command(world.buyer, "answer", f"show {name}").card)
    assert world.answered(challenge) != name


def test_a_discarded_draft_is_gone(world: World, challenge: str):
    draft = world.command(world.sme, "answer", f"{challenge} {TEXT}").card
    world.press(world.sme, draft, "answer.discard")
    assert "discarded" in text_of(world.press(world.sme, draft, "answer.submit").card)
    assert "AN-1" not in text_of_home(world.home(world.sme))


def test_bare_answer_lists_open_challenges_with_buttons(world: World, challenge: str):
    shown = world.command(world.sme, "answer")
    assert find_button(shown.card, "answer.start").value == challenge


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        ("sme", "CH-99 Here is ours", "no CH-99 that you can see"),
        ("sme", "our idea is good", "/answer CH-12"),
        ("sme", "hello", "/answer CH-12"),
        ("sme", "CH-1 @here", "what you offer"),
        ("buyer", "CH-1 We could do it", "own organisation's challenge"),
        ("manager_owner", "CH-1 We could do it", "smaller company"),
    ],
)
def test_bad_answers_get_a_clear_private_reply(world: World, challenge: str, who: str, text: str, said: str):
    assert said in text_of(world.command(getattr(world, who), "answer", text).card)
    assert not answers(world)


def test_an_answer_of_8000_characters_comes_back(world: World, challenge: str):
    shown = world.command(world.sme, "answer", f"{challenge} " + "water " * 1333)
    assert "too long" in text_of(shown.card)
    assert text_of(shown.card).replace("\n", "").count("water") == 1333


def test_after_the_deadline_it_is_too_late(world: World, challenge: str):
    draft = world.command(world.sme, "answer", f"{challenge} {TEXT}").card
    world.now = NOW + timedelta(days=70)
    for shown in (
        world.command(world.sme, "answer", f"{challenge} More"),
        world.press(world.sme, draft, "answer.submit"),
        world.act(world.neighbour, "answer.start", challenge),
    ):
        assert "the last day was 30 June 2026" in text_of(shown.card)
    assert answers(world)[0].state == "draft"


# Threads


def test_a_reply_becomes_a_draft_confirmed_privately(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    world.say(world.sme, post, TEXT)
    draft = world.only(world.sme)
    assert TEXT in text_of(draft.card)
    assert [b.action for b in buttons_of(draft.card)] == [
        "answer.submit",
        "answer.edit",
        "answer.question",
        "answer.discard",
    ]
    world.press(world.sme, draft.card, "answer.submit")
    assert answers(world)[0].state == "submitted"
    assert not has_button(world.only(world.sme).card, "answer.submit")


@pytest.mark.parametrize("typed", ["CH-1: {}", "CH-1 {}", "ch 1 {}", "CH-1:{}", "1: {}", "(ch1) – {}"])
def test_a_typed_answer_begins_with_its_challenge_however_it_is_written(world: World, challenge: str, typed: str):
    assert has_button(world.command(world.sme, "answer", typed.format(TEXT)).card, "answer.submit")
    assert [one.text for one in answers(world)] == [TEXT]


@pytest.mark.parametrize("typed", ["CH-1We have one", "1.5 km of pipe", "CH-99999999999 We", "AN-1 We have one"])
def test_a_typed_answer_to_no_challenge_says_what_is_missing(world: World, challenge: str, typed: str):
    assert "/answer CH-12 We make" in text_of(world.command(world.sme, "answer", typed).card)
    assert not answers(world)


def test_a_second_reply_and_a_colleagues_are_added(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    world.say(world.sme, post, "We make sensors.", event="e1")
    world.say(world.sme, post, "We make sensors.", event="e1")
    world.say(world.sme, post, "They are small.")
    world.say(world.colleague, post, "And cheap.")
    assert [a.text for a in answers(world)] == ["We make sensors.\n\nThey are small.\n\nAnd cheap."]
    assert len(rows(world, AnswerPart)) == 3
    assert "And cheap." in text_of(world.only(world.sme).card)
    assert "And cheap." in text_of(world.only(world.colleague).card)


def test_a_reply_longer_than_an_answer_loses_nothing(world: World, challenge: str):
    world.say(world.sme, world.only(DELTA_CHANNEL), "water " * 1333)
    assert len(answers(world)[0].text) <= 3000
    assert len(rows(world, AnswerPart)[0].text) > 7000
    assert "too long to fit" in text_of(world.only(world.sme).card)


def test_the_thread_is_called_public_once(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    world.say(world.sme, post, "We make sensors.")
    world.say(world.sme, post, "They are small.")
    in_thread = [one for one in world.sent_to(DELTA_CHANNEL) if one.thread == post.ref]
    assert len(in_thread) == 1
    assert "Everybody in this channel" in text_of(in_thread[0].card)
    assert not [one for one in world.sent_to(CLEAN_CHANNEL) if one.thread]


def test_a_reply_to_a_private_invitation_is_not_called_public(world: World):
    name = world.published(confidentiality="invite", invited="Waterlens")
    world.say(world.sme, world.only(world.sme, holding=name), TEXT)
    assert answers(world)[0].state == "draft"
    assert not [one for one in world.sent_to(world.sme) if one.thread]


@pytest.mark.parametrize("who", ["buyer", "manager_owner"])
def test_buyer_and_managers_simply_talk(world: World, challenge: str, who: str):
    before = len(world.sent_to(getattr(world, who)))
    world.say(getattr(world, who), world.only(CLEAN_CHANNEL), "The pipes are 300 mm wide.")
    assert not answers(world)
    assert len(world.sent_to(getattr(world, who))) == before


def test_a_member_of_another_cluster_only_is_invited_to_join_where_he_replies(world: World):
    world.published()
    world.say(world.sme, world.only(CLEAN_CHANNEL), "We can do that.")
    assert has_button(world.only(world.sme).card, "join.start")
    assert not answers(world)


def test_a_stranger_is_invited_to_join_once(world: World, challenge: str):
    post = world.only(CLEAN_CHANNEL)
    world.say(world.stranger, post, "We can do that.")
    world.say(world.stranger, post, "Really.")
    invitation = world.only(world.stranger)
    assert has_button(invitation.card, "join.start")
    assert invitation.updates == 0
    assert not answers(world)


def test_other_threads_and_empty_words_are_met_with_silence(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    before = len(world.messages)
    world.say(world.sme, type(post)("web:elsewhere", post.to, post.card), "Just talking.")
    world.say(world.sme, post, "<!channel> @all")
    world.deliver()
    assert len(world.messages) == before
    assert not answers(world)


def test_a_reply_after_the_deadline_is_told_privately(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    world.now = NOW + timedelta(days=70)
    world.say(world.sme, post, TEXT)
    assert "takes no answers any more" in text_of(world.only(world.sme).card)
    assert not answers(world)


def test_a_thread_never_changes_what_was_submitted(world: World, challenge: str):
    world.answered(challenge)
    world.say(world.sme, world.only(DELTA_CHANNEL), "One more thing.")
    assert answers(world)[0].text == "We make such a sensor."
    assert "Submitted" in text_of(world.only(world.sme).card)


def test_who_replies_is_told_on_the_spot_where_the_reply_went(world: World, challenge: str):
    def told() -> str:
        return text_of(world.heard.card) if world.heard and world.heard.card else ""

    post, at_home = world.only(DELTA_CHANNEL), world.only(CLEAN_CHANNEL)
    world.say(world.sme, post, TEXT, event="first")
    assert "only once you submit it" in told()
    assert world.heard is not None
    shown = world.press(world.sme, world.heard.card, "answer.draft")
    assert shown.replaces
    assert find_button(shown.card, "answer.submit")
    assert world.act(world.neighbour, "answer.draft", "AN-1").failed
    world.say(world.sme, post, TEXT, event="first")
    assert told() == ""
    world.say(world.stranger, at_home, "We can do that.")
    assert has_button(world.heard.card, "join.start")
    world.say(world.buyer, at_home, "The pipes are 300 mm wide.")
    assert told() == ""
    world.press(world.sme, shown.card, "answer.submit")
    world.say(world.sme, post, "One more thing.")
    assert "does not change it" in told()
    world.now = NOW + timedelta(days=70)
    world.say(world.colleague, post, TEXT)
    assert "takes no answers any more" in told()


def test_the_message_shortcut_makes_a_draft_once(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    place = Place(channel=post.to, thread=post.ref)
    for _ in range(2):
        shown = world.act(world.sme, "answer.from_message", TEXT, message=f"{post.to}/own", place=place)
        assert find_button(shown.card, "answer.submit")
    assert [a.text for a in answers(world)] == [TEXT]
    elsewhere = world.act(world.sme, "answer.from_message", TEXT, message="web:x/1", place=Place(post.to, "web:x/0"))
    assert "not a reply in the thread" in text_of(elsewhere.card)


def test_the_message_shortcut_on_a_challenge_opens_the_form(world: World, challenge: str):
    post = world.only(DELTA_CHANNEL)
    place = Place(channel=post.to, thread=post.ref)
    form = world.act(world.sme, "answer.from_message", message=post.ref, place=place).form
    world.submit(world.sme, form, text=TEXT)
    assert [(a.text, a.state) for a in answers(world)] == [(TEXT, "submitted")]
    assert "others answer it" in text_of(
        world.act(world.buyer, "answer.from_message", message=post.ref, place=place).card
    )


# Questions


def test_a_draft_that_is_a_question_goes_to_the_buyer_without_a_name(world: World, challenge: str):
    draft = world.command(world.sme, "answer", f"{challenge} Waterlens asks: how wide are the pipes?").card
    world.press(world.sme, draft, "answer.question")
    assert answers(world)[0].state == "withdrawn"
    card = world.only(world.buyer, holding="how wide").card
    assert "Waterlens" not in text_of(card)
    assert "Netherlands" in text_of(card)
    assert "how wide" in text_of_home(world.home(world.buyer))
    form = world.press(world.buyer, card, "question.reply").form
    assert world.submit(world.buyer, form, reply="").errors["reply"]
    world.submit(world.buyer, form, reply="300 mm.")
    assert "300 mm." in text_of(world.only(world.sme, holding="The buyer replied").card)
    assert "has replied" in text_of(world.press(world.buyer, card, "question.reply").card)
    assert not has_button(world.only(world.buyer, holding="how wide").card, "question.reply")


def test_the_buyer_asks_and_the_author_replies(world: World, challenge: str):
    name = world.answered(challenge)
    shown = world.command(world.buyer, "answer", f"show {name}").card
    form = world.press(world.buyer, shown, "question.ask").form
    world.submit(world.buyer, form, text="How often is it serviced?")
    card = world.only(world.sme, holding="How often").card
    assert "How often" in text_of_home(world.home(world.sme))
    assert "no such question" in text_of(world.press(world.neighbour, card, "question.reply").card)
    reply = world.press(world.colleague, card, "question.reply").form
    world.submit(world.colleague, reply, reply="Waterlens does it twice a year.")
    told = text_of(world.only(world.buyer, holding="twice a year").card)
    assert "Waterlens" not in told
    assert "twice a year" in text_of(world.command(world.buyer, "answer", f"show {name}").card)


def test_a_question_to_a_hidden_buyer_keeps_it_hidden(world: World):
    challenge = world.published(confidentiality="teaser", title="Find leaks")
    form = world.act(world.neighbour, "question.start", challenge).form
    world.submit(world.neighbour, form, text="How wide?")
    card = world.only(world.buyer, holding="How wide?").card
    reply = world.press(world.buyer, card, "question.reply").form
    world.submit(world.buyer, reply, reply="Ask Nordkaj Utility about it.")
    assert "Nordkaj" not in text_of(world.only(world.neighbour, holding="about it").card)
    assert rows(world, Question)[0].reply == "Ask Nordkaj Utility about it."


# The buyer


def test_the_buyer_reads_without_the_name_until_consent_and_without_secrets_until_the_reveal(
    world: World, challenge: str
):
    form = world.command(world.sme, "answer", challenge).form
    world.submit(world.sme, form, text=TEXT, nda="Patent 7", links="https://waterlens.nl/p")
    name = "AN-1"

    def read() -> str:
        listed = text_of(world.command(world.buyer, "challenge", f"answers {challenge}").card)
        return listed + text_of(world.command(world.buyer, "answer", f"show {name}").card)

    assert "waterlens" not in read().lower()
    assert "Patent 7" not in read()
    for manager in (world.manager_owner, world.manager_partner):
        seen = text_of(world.command(manager, "answer", f"show {name}").card)
        assert "Waterlens" in seen
        assert "Patent 7" not in seen
    introduce(world, challenge, made=False)
    assert "Waterlens" in read()
    assert "Patent 7" not in read()


def test_the_reveal_shows_what_was_kept_secret(world: World, challenge: str):
    form = world.command(world.sme, "answer", challenge).form
    world.submit(world.sme, form, text=TEXT, nda="Patent 7")
    introduce(world, challenge, made=True)
    assert "Patent 7" in text_of(world.command(world.buyer, "answer", "show AN-1").card)


def test_an_sme_that_ticked_so_is_named_at_once(world: World, challenge: str):
    form = world.command(world.sme, "answer", challenge).form
    world.submit(world.sme, form, text=TEXT, show_name=("show",))
    assert TEXT in text_of(world.command(world.buyer, "answer", "show AN-1").card)
    assert "Waterlens" in text_of(world.command(world.buyer, "challenge", f"answers {challenge}").card)


def test_a_shortlisted_author_hears_the_good_news(world: World, challenge: str):
    name = world.answered(challenge)
    shown = world.command(world.buyer, "answer", f"show {name}").card
    world.press(world.buyer, shown, "answer.shortlist")
    assert world.only(world.sme, holding="Good news")
    assert "changed a moment ago" in text_of(world.press(world.buyer, shown, "answer.shortlist").card)
    assert "Shortlisted: 1" in text_of(world.only(world.buyer).card)


def test_a_no_has_a_reason_and_reaches_the_author_privately(world: World, challenge: str):
    name = world.answered(challenge)
    shown = world.command(world.buyer, "answer", f"show {name}").card
    form = world.press(world.buyer, shown, "answer.decline").form
    assert world.submit(world.buyer, form, reason="").errors["reason"]
    assert world.submit(world.buyer, form, reason="other", note="").errors["note"]
    world.submit(world.buyer, form, reason="too_early", note="Come back with a pilot.")
    verdict = text_of(world.only(world.sme, holding="decided against").card)
    assert "not ready enough" in verdict
    assert "Come back with a pilot." in verdict
    assert all("decided against" not in text_of(one.card) for one in world.sent_to(DELTA_CHANNEL))
    assert answers(world)[0].state == "declined"


def test_a_verdict_after_closing_ends_the_waiting(world: World, challenge: str):
    name = world.answered(challenge)
    form = world.command(world.buyer, "challenge", f"close {challenge}").form
    world.submit(world.buyer, form, reason="Enough.")
    shown = world.command(world.buyer, "answer", f"show {name}").card
    decline = world.press(world.buyer, shown, "answer.decline").form
    world.submit(world.buyer, decline, reason="capacity")
    assert "yes or a no" not in text_of_home(world.home(world.buyer))
    assert "being read" in text_of(world.command(world.buyer, "challenge", f"show {challenge}").card)


def test_managers_see_where_a_buyer_owes_a_yes_or_a_no(world: World, challenge: str):
    name = world.answered(challenge)
    assert "owes" not in text_of_home(world.home(world.manager_owner))
    form = world.command(world.buyer, "challenge", f"close {challenge}").form
    world.submit(world.buyer, form, reason="Enough.")
    due = next(one for one in world.home(world.manager_owner).cards if "owes one answer" in text_of(one))
    assert "18 May 2026" in text_of(due)
    assert name in text_of(world.press(world.manager_owner, due, "challenge.answers").card)
    shown = world.command(world.manager_owner, "matchpoint", "cluster").card
    assert "One closed challenge has answers that are neither introduced" in text_of(shown)
    assert has_button(shown, "home.show")
    assert "owes" not in text_of_home(world.home(world.manager_partner))
    form = world.act(world.buyer, "answer.decline", f"{name}:2").form
    world.submit(world.buyer, form, reason="capacity")
    assert "owes" not in text_of_home(world.home(world.manager_owner))
    assert "without a yes" not in text_of(world.command(world.manager_owner, "matchpoint", "cluster").card)


@pytest.mark.parametrize("action", ["answer.shortlist", "answer.decline", "question.ask"])
def test_only_the_buyer_decides(world: World, challenge: str, action: str):
    name = world.answered(challenge)
    for who in (world.sme, world.manager_owner):
        assert "the buyer's organisation" in text_of(world.act(who, action, f"{name}:2").card)
    assert "that you can see" in text_of(world.act(world.neighbour, action, f"{name}:2").card)
    assert answers(world)[0].state == "submitted"


def test_only_buyer_and_owners_managers_list_the_answers(world: World, challenge: str):
    world.answered(challenge)
    assert "AN-1" in text_of(world.command(world.manager_owner, "challenge", f"answers {challenge}").card)
    for who in (world.neighbour, world.manager_partner, world.sme):
        assert "read by its buyer" in text_of(world.command(who, "challenge", f"answers {challenge}").card)


def test_ones_own_answers_are_listed(world: World, challenge: str):
    world.answered(challenge)
    assert "AN-1" in text_of(world.command(world.colleague, "answer", "mine").card)
    assert "answered nothing" in text_of(world.command(world.neighbour, "answer", "mine").card)


def test_a_colleague_in_a_cluster_that_the_challenge_never_came_to_is_told_of_nothing(world: World):
    answer = world.answered(world.published(), world.neighbour)
    colleague = Speaker("web", "W-DELTA", "colleague-elsewhere")
    world.desk.meet(Profiled(colleague, name="Colleague", address="web:W-DELTA:@elsewhere"), now=world.now)
    with world.database.write() as session:
        person = session.exec(select(Person).where(Person.name == "Colleague")).one()
        row = Membership(
            person_id=key_of(person),
            cluster_id=world.delta,
            organisation_id=world.neighbour_organisation,
            role=Role.SME,
            state=MembershipState.ACTIVE,
            created_at=world.now,
            updated_at=world.now,
        )
        session.add(row)
    assert "went wrong" not in text_of(world.act(colleague, "answer.show", answer).card)
    assert world.act(colleague, "answer.show", answer).failed


def test_what_is_shortlisted_is_not_told_to_wait_for_a_yes(world: World, challenge: str):
    liked, unread = world.answered(challenge), world.answered(challenge, world.neighbour, TEXT)
    world.press(world.buyer, world.command(world.buyer, "answer", f"show {liked}").card, "answer.shortlist")
    form = world.command(world.buyer, "challenge", f"close {challenge}").form
    world.submit(world.buyer, form, reason="Enough.")

    def told() -> tuple[str, str, str]:
        """Return what the reminder, the buyer's page and the manager's say of it."""
        with world.database.read() as session:
            item = wait_for_verdicts(Work(session, world.now, world.kit), challenge, 1)
        assert item is not None
        pages = (text_of_home(world.home(one)) for one in (world.buyer, world.manager_owner))
        nudge = compose(Nudges((item,)), Words("en"))
        labels = "\n".join(button.label for button in buttons_of(nudge))
        found = (f"{text_of(nudge)}\n{labels}", *pages)
        assert all("One answer on the shortlist is neither introduced nor declined yet." in one for one in found)
        return found[0], found[1], found[2]

    nudge, page, managers = told()
    assert "One answer still waits for a yes or a no. One answer on the shortlist" in nudge
    assert "One answer still waits for a yes or a no. One answer on the shortlist" in page
    assert "owes one answer a yes or a no" in managers
    assert "Give a yes or a no" in nudge
    shown = world.command(world.buyer, "answer", f"show {unread}").card
    world.submit(world.buyer, world.press(world.buyer, shown, "answer.decline").form, reason="capacity")
    nudge, page, managers = told()
    assert "waits for a yes" not in nudge + page
    assert "owes" not in managers
    assert "See the answers" in nudge
    assert "Give a yes or a no" not in nudge


def test_who_shortlisted_an_answer_is_warned_before_everybody_left_gets_a_no(world: World, challenge: str):
    liked = world.answered(challenge)
    world.press(world.buyer, world.command(world.buyer, "answer", f"show {liked}").card, "answer.shortlist")
    form = world.command(world.buyer, "challenge", f"close {challenge}").form
    world.submit(world.buyer, form, reason="Enough.")
    form = world.act(world.buyer, "challenge.resolve", challenge).form
    refused = world.submit(world.buyer, form, outcome="pilot")
    assert "neither introduced nor declined (1)" in refused.errors["rest"]


def test_the_buyer_hears_before_the_deadline_how_many_answers_came(world: World, challenge: str):
    world.answered(challenge)
    world.command(world.neighbour, "answer", f"{challenge} {TEXT}")
    with world.database.read() as session:
        work = Work(session, world.now, world.kit)
        row = session.get_one(Challenge, 1)
        item = wait_for_deadline(work, challenge, row.person_id)
    assert item is not None
    assert "It has one answer so far." in text_of(compose(Nudges((item,)), Words("en")))
