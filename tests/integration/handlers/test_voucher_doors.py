"""Why one cannot apply, what an old card does, and what a list says: a plain reason each time, and a way on."""

from datetime import UTC, date

import pytest
from sqlmodel import col, delete, select

from domain.nudges import NudgeKind
from domain.organisations import OrganisationKind, Role
from domain.schemes import CallState, PartState
from domain.vouchers import ApplicationState, RejectedWhy
from handlers.nudging.nudges import WAITING
from handlers.work import Work
from messages.card import Actions
from store.tables.people import Organisation, OrganisationCluster
from store.tables.vouchers import Application, Call, CallPart
from surfaces.slack.render import render_message
from tests.integration.handlers.test_vouchers import (
    PLAN,
    active,
    add_receipt,
    application,
    apply,
    call,
    claim,
    due,
    managers_card,
    submit_claim,
)
from tests.world import World, add_membership, has_button, text_of, text_of_home


def why(world: World, name: str) -> str:
    shown = world.command(world.sme, "voucher", f"apply {name}")
    assert shown.failed
    assert shown.form is None
    return text_of(shown.card)


def change_organisation(world: World, **values: object) -> None:
    with world.database.write() as session:
        row = session.get_one(Organisation, world.sme_organisation)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_planned_call_says_when_it_opens(world: World):
    name = call(world, state=CallState.PLANNED, opens_on=date(2026, 6, 1))
    assert "opens on 1 June 2026" in why(world, name)


@pytest.mark.parametrize("state", [CallState.CLOSED, CallState.OPEN])
def test_a_call_that_is_over_says_since_when(world: World, state: CallState):
    """Whether the clock has turned since or not."""
    name = call(world, state=state, opens_on=date(2026, 4, 1), cutoff_on=date(2026, 5, 3))
    told = why(world, name)
    assert "closed on 3 May 2026" in told
    assert "Clean Tech Delta" in told


def test_a_cancelled_call_says_so(world: World):
    assert "was cancelled" in why(world, call(world, state=CallState.CANCELLED))


def test_a_call_of_another_cluster_is_not_even_known(world: World):
    name = call(world, cluster=world.clean)
    assert why(world, name) == why(world, "CA-77").replace("CA-77", name)


def test_who_only_knows_of_it_reads_whose_members_it_is_for(world: World):
    """A manager of the cluster who also acts for an organisation elsewhere sees the call, and cannot apply in it."""
    name = call(world, cluster=world.clean)
    with world.database.write() as session:
        add_membership(session, world.people["sme"], Role.MANAGER, world.clean, None)
    assert "is for the members of CLEAN" in why(world, name)


def test_who_acts_for_no_organisation_is_told_whom_to_ask(world: World):
    name = call(world)
    shown = world.command(world.manager_partner, "voucher", f"apply {name}")
    assert "you act for none here" in text_of(shown.card)


def test_another_kind_country_or_size_is_each_its_own_reason(world: World):
    name = call(world)
    change_organisation(world, kind=OrganisationKind.RESEARCH)
    assert "only for small and medium-sized companies" in why(world, name)
    change_organisation(world, kind=OrganisationKind.SME, headcount=400)
    assert "too many people" in why(world, name)
    change_organisation(world, headcount=8)
    told = why(world, call(world, countries=("DK", "SE")))
    assert "only for organisations from Denmark and Sweden" in told
    assert "from Netherlands" in told


def test_the_list_names_what_closed_not_long_ago(world: World):
    call(world, state=CallState.CLOSED, opens_on=date(2026, 3, 1), cutoff_on=date(2026, 4, 20))
    old = call(world, state=CallState.CLOSED, opens_on=date(2026, 1, 1), cutoff_on=date(2026, 2, 20))
    told = text_of(world.command(world.sme, "voucher").card)
    assert "(CA-1): It closed on 20 April 2026" in told
    assert old not in told


def test_a_long_list_has_pages_that_fit(world: World):
    for _ in range(40):
        call(world)
    for _ in range(30):
        call(world, state=CallState.PLANNED, opens_on=date(2026, 6, 1))
    for number in range(1, 13):
        form = world.command(world.sme, "voucher", f"apply CA-{number}").form
        assert not world.submit(world.sme, form, **{**PLAN, "keep": ("keep",)}).errors
    seen: set[str] = set()
    card = world.command(world.sme, "voucher").card
    pages = 1
    while True:
        assert card is not None
        assert len(render_message(card).blocks) <= 50
        seen |= {one.value for block in card.blocks if isinstance(block, Actions) for one in block.buttons}
        following = [
            one
            for block in card.blocks
            if isinstance(block, Actions)
            for one in block.buttons
            if one.action == "voucher.list" and one.value == str(pages + 1)
        ]
        if not following:
            break
        pages += 1
        card = world.act(world.sme, "voucher.list", str(pages)).card
    assert {f"CA-{number}" for number in range(1, 41)} <= seen
    assert {f"VO-{number}" for number in range(1, 13)} <= seen
    assert pages == 7  # forty open calls, six a page


def test_an_old_card_submits_nothing_unseen(world: World):
    call(world)
    apply(world, keep=("keep",))
    old = world.command(world.sme, "voucher", "status VO-1").card
    form = world.command(world.colleague, "voucher", "edit VO-1").form
    world.submit(world.colleague, form, amount="17", keep=("keep",))
    assert "has changed" in text_of(world.press(world.sme, old, "voucher.submit").card)
    assert "has changed" in text_of(world.press(world.sme, old, "voucher.discard").card)
    assert application(world).state is ApplicationState.DRAFT
    fresh = world.command(world.sme, "voucher", "status VO-1").card
    world.press(world.sme, fresh, "voucher.submit")
    assert application(world).state is ApplicationState.SUBMITTED
    assert world.press(world.sme, fresh, "voucher.submit").failed


def test_between_the_cut_off_and_the_clock_no_draft_is_kept(world: World):
    name = call(world)
    form = world.command(world.sme, "voucher", f"apply {name}").form
    apply(world, keep=("keep",))
    edited = world.command(world.sme, "voucher", "edit VO-1").form
    with world.database.read() as session:
        cutoff = session.exec(select(Call.cutoff_at)).one()
    world.now = cutoff.replace(tzinfo=UTC) if cutoff.tzinfo is None else cutoff
    shown = world.submit(world.sme, form, **{**PLAN, "keep": ("keep",)})
    assert "takes no applications any more" in shown.errors["call"]
    shown = world.submit(world.sme, edited, amount="17", keep=("keep",))
    assert "takes no applications any more" in text_of(shown.card)
    assert application(world).amount_cents == 450_00
    with world.database.read() as session:
        assert len(session.exec(select(Application)).all()) == 1


def test_after_a_rejection_the_card_of_the_call_lets_one_apply_again(world: World):
    name = call(world)
    apply(world)
    assert not has_button(world.act(world.sme, "call.show", name).card, "voucher.apply")
    form = world.press(world.manager_partner, managers_card(world), "voucher.reject").form
    world.submit(world.manager_partner, form, why=RejectedWhy.OTHER.value, reason="Please say more.")
    card = world.act(world.sme, "call.show", name).card
    assert world.press(world.sme, card, "voucher.apply").form is not None
    with world.database.write() as session:
        session.exec(select(Call)).one().state = CallState.CLOSED
    assert not has_button(world.act(world.sme, "call.show", name).card, "voucher.apply")


def test_who_has_left_the_cluster_is_not_approved(world: World):
    call(world)
    apply(world)
    with world.database.write() as session:
        session.exec(  # type: ignore[call-overload]
            delete(OrganisationCluster).where(col(OrganisationCluster.organisation_id) == world.sme_organisation)
        )
    card = world.command(world.manager_partner, "voucher", "status VO-1").card
    assert "Not a member of Clean Tech Delta, which would pay" in text_of(card)
    shown = world.press(world.manager_partner, card, "voucher.approve")
    assert "no member of the cluster that pays any more" in text_of(shown.card)
    assert application(world).state is ApplicationState.SUBMITTED


def test_a_member_of_another_funding_cluster_is_not_approved_on_this_ones_part(world: World):
    call(world, partners={world.clean: 1_000_00})
    apply(world)
    with world.database.write() as session:
        row = session.exec(
            select(OrganisationCluster).where(OrganisationCluster.organisation_id == world.sme_organisation)
        ).one()
        session.delete(row)
        session.add(OrganisationCluster(organisation_id=world.sme_organisation, cluster_id=world.clean))
        parts = session.exec(select(CallPart)).all()
        assert {one.state for one in parts} == {PartState.TAKEN}
    shown = world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert "no member of the cluster that pays any more" in text_of(shown.card)


@pytest.mark.parametrize(
    ("values", "says"),
    [({"headcount": 300}, "is no SME"), ({"kind": OrganisationKind.BUYER}, "not for this kind of organisation")],
)
def test_who_is_no_sme_any_more_is_not_approved(world: World, values: dict[str, object], says: str):
    call(world)
    apply(world)
    change_organisation(world, **values)
    shown = world.press(world.manager_partner, managers_card(world), "voucher.approve")
    assert says in text_of(shown.card)
    assert application(world).state is ApplicationState.SUBMITTED


def test_a_returned_claim_of_everything_is_reminded_of_until_it_is_submitted_again(world: World):
    active(world)
    add_receipt(world, amount="450")
    submit_claim(world)
    assert "Claim your money" not in text_of_home(world.home(world.sme))
    card = world.act(world.manager_partner, "claim.show", "VO-1:1").card
    form = world.press(world.manager_partner, card, "claim.return").form
    world.submit(world.manager_partner, form, reason="The ticket cannot be read.")
    assert "Claim your money" in text_of_home(world.home(world.sme))
    assert reminded(world, date(2026, 7, 9))
    submit_claim(world)
    assert claim(world).state.value == "submitted"
    assert not reminded(world, date(2026, 7, 9))


def reminded(world: World, on: date) -> bool:
    """Tell whether the reminder to claim of a day still has something to say."""
    assert due(world, "claim")[-1] == on
    with world.database.read() as session:
        work = Work(session, world.now, world.kit)
        return WAITING[NudgeKind.CLAIM](work, "VO-1", world.people["sme"]) is not None
