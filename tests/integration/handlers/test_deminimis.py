"""De minimis aid: declared, granted, counted for a single undertaking by state over three years, and never too much."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from domain.deminimis import CEILINGS, LinkKind
from domain.organisations import OrganisationKind, Role
from domain.vouchers import ApplicationState, AwardSource
from handlers.desk import Desk
from handlers.requests import Shown, Speaker
from handlers.vouchers import register
from handlers.work import Work
from store.engine import Database
from store.queries.rows import add
from store.tables.ledger import AuditEvent
from store.tables.people import Organisation, OrganisationCluster
from store.tables.vouchers import Application, Award, Declaration, OrganisationLink
from tests.faults.test_at_once import at_once
from tests.integration.handlers.test_vouchers import (
    PLAN,
    active,
    add_receipt,
    application,
    apply,
    call,
    managers_card,
    pay,
    submit_claim,
    turn,
)
from tests.world import (
    DELTA_MANAGERS,
    World,
    add_membership,
    add_organisation,
    buttons_of,
    find_button,
    has_button,
    text_of,
)

CEILING = 300_000_00
TRUE = ("1",)


def declare(world: World, speaker: Speaker | None = None, value: str = "", **fields: str | tuple[str, ...]) -> Shown:
    """Declare: nothing, unless it is said."""
    speaker = speaker or world.sme
    form = world.command(speaker, "voucher", f"declare {value}").form
    return world.submit(speaker, form, **{"true": TRUE, **fields})


def open_call(world: World, **values: object) -> str:
    """Open a call of Clean Tech Delta whose vouchers are de minimis aid, of up to EUR 500."""
    return call(world, **{"de_minimis": True, **values})


def award(world: World, cents: int, **values: object) -> None:
    """Put an award of the Netherlands to Waterlens of a month ago into the register."""
    given: dict[str, object] = {
        "organisation_id": world.sme_organisation,
        "state": "NL",
        "awarded_on": date(2026, 4, 4),
        "source": AwardSource.DECLARED,
        "created_at": world.now,
        "updated_at": world.now,
    }
    with world.database.write() as session:
        add(session, Award(cents=cents, **{**given, **values}))  # type: ignore[arg-type]


def link(world: World, one: int, other: int) -> None:
    low, high = sorted((one, other))
    with world.database.write() as session:
        row = OrganisationLink(
            one_id=low, other_id=high, kind=LinkKind.VOTES, created_at=world.now, updated_at=world.now
        )
        add(session, row)


def awards(world: World) -> list[Award]:
    with world.database.read() as session:
        return list(session.exec(select(Award).order_by(col(Award.id))).all())


def counting(world: World) -> list[int]:
    return [one.cents for one in awards(world) if one.void_at is None]


def with_ceilings(world: World, **ceilings: int) -> None:
    """Let the deployment have other ceilings; 0 takes one away."""
    known = {**CEILINGS, **ceilings}
    world.kit = replace(world.kit, ceilings={state: cents for state, cents in known.items() if cents})
    world.desk = Desk(world.database, world.kit)


def decide(world: World, holding: str = "VO-1") -> Shown:
    return world.press(world.manager_partner, managers_card(world, holding), "voucher.approve")


def has_approved(world: World, key: int = 1) -> bool:
    return application(world, key).state is ApplicationState.APPROVED


def in_delta(world: World) -> None:
    """Let the neighbour's firm be a member of Clean Tech Delta too."""
    with world.database.write() as session:
        session.add(OrganisationCluster(organisation_id=world.neighbour_organisation, cluster_id=world.delta))


def test_an_application_waits_for_the_declaration_and_is_submitted_from_it(world: World):
    open_call(world)
    shown = apply(world)
    assert "First tell what de minimis aid" in text_of(shown.card)
    form = world.press(world.sme, shown.card, "voucher.declare").form
    assert form is not None
    assert form.value == "VO-1"
    assert "since 4 May 2023" in form.intro
    shown = world.submit(world.sme, form, true=TRUE, aid="2024-05-17; 12,000; NL; RVO; Innovation")
    text = text_of(shown.card)
    assert "Netherlands: €12,000.00 granted, of €300,000.00 at most; €288,000.00 can still be granted" in text
    world.press(world.sme, shown.card, "voucher.submit")
    assert "De minimis aid declared on 4 May 2026" in text_of(managers_card(world))
    decide(world)
    assert has_approved(world)
    granted = awards(world)[-1]
    assert (granted.source, granted.cents, granted.state) == (AwardSource.GRANTED, 450_00, "NL")
    assert (granted.awarded_on, granted.grantor, granted.measure) == (
        date(2026, 5, 4), "Clean Tech Delta", "Meet & Greet"
    )  # fmt: skip


@pytest.mark.parametrize(("cents", "passes"), [(1, True), (0, True), (-1, False)])
def test_the_ceiling_may_be_reached_and_not_exceeded(world: World, cents: int, passes: bool):
    open_call(world)
    declare(world)
    apply(world)
    award(world, CEILING - 450_00 - cents)
    shown = decide(world)
    assert has_approved(world) is passes
    if not passes:
        assert "more de minimis aid than the ceiling. Nothing is granted in part" in text_of(shown.card)
        assert counting(world) == [CEILING - 449_99]


@pytest.mark.parametrize(("day", "passes"), [(date(2023, 5, 4), False), (date(2023, 5, 3), True)])
def test_what_is_exactly_three_years_old_still_counts(world: World, day: date, passes: bool):
    open_call(world)
    declare(world)
    apply(world)
    award(world, CEILING, awarded_on=day)
    decide(world)
    assert has_approved(world) is passes


@pytest.mark.parametrize("values", [{"state": "DE"}, {"void_at": datetime(2026, 5, 1, tzinfo=UTC)}])
def test_what_another_state_granted_or_is_void_does_not_count(world: World, values: dict[str, object]):
    open_call(world)
    declare(world)
    apply(world)
    award(world, CEILING, **values)
    decide(world)
    assert has_approved(world)


def test_what_a_linked_firm_was_granted_counts_also_over_another_one(world: World):
    open_call(world)
    declare(world)
    apply(world)
    link(world, world.neighbour_organisation, world.sme_organisation)
    link(world, world.neighbour_organisation, world.buyer_organisation)
    award(world, CEILING, organisation_id=world.buyer_organisation)
    assert "more de minimis aid than the ceiling" in text_of(decide(world).card)
    assert not has_approved(world)


def test_a_state_without_a_ceiling_asks_for_nothing_and_is_counted_once_it_has_one(world: World):
    with_ceilings(world, NL=0)
    open_call(world)
    assert "Submitted" in text_of(apply(world).card)
    decide(world)
    assert has_approved(world)
    assert counting(world) == [450_00]
    with_ceilings(world, NL=600_00)
    assert "Netherlands: €450.00 granted, of €600.00 at most; €150.00 can" in text_of(declare(world).card)


def test_a_state_outside_of_the_union_has_a_ceiling_if_it_is_configured(world: World):
    aid = "2026-04-04; 1,000; NO; Innovasjon Norge"
    assert "Norway: €1,000.00 granted; no ceiling is set" in text_of(declare(world, aid=aid).card)
    with_ceilings(world, NO=1_500_00)
    assert "Norway: €1,000.00 granted, of €1,500.00 at most; €500.00 can" in text_of(declare(world, aid=aid).card)


def test_what_is_withdrawn_counts_no_more(world: World):
    open_call(world)
    declare(world)
    apply(world)
    decide(world)
    assert counting(world) == [450_00]
    shown = world.command(world.sme, "voucher", "withdraw VO-1")
    world.submit(world.sme, shown.form)
    assert counting(world) == []


def test_what_expires_counts_no_more(world: World):
    declare(world)
    active(world, de_minimis=True)
    assert counting(world) == [450_00]
    turn(world, datetime(2026, 7, 13, 9, tzinfo=UTC))
    assert application(world).state is ApplicationState.EXPIRED
    assert counting(world) == []


def test_what_was_paid_counts_where_it_is_less(world: World):
    declare(world)
    active(world, de_minimis=True)
    add_receipt(world)
    submit_claim(world, last=("last",))
    pay(world)
    assert application(world).state is ApplicationState.PAID
    assert counting(world) == [189_50]


def test_a_new_declaration_takes_the_place_of_the_last_one(world: World):
    declare(world, aid="2024-05-17; 12,000; NL; RVO; Innovation\n2025-01-02; € 1 000.50; DK; Erhvervshuset")
    form = world.command(world.colleague, "voucher", "declare").form
    assert form is not None
    filled = {one.name: one.value for one in form.fields}
    lines = "2024-05-17; 12,000.00; NL; RVO; Innovation\n2025-01-02; 1,000.50; DK; Erhvervshuset"
    assert (filled["aid"], filled["linked"], filled["true"]) == (lines, "", "")
    declare(world, world.colleague, aid="2024-05-17; 13,000; NL; RVO", linked="Lens Holding\nFjordsensor")
    assert counting(world) == [13_000_00]
    assert [one.cents for one in awards(world)] == [12_000_00, 1_000_50, 13_000_00]
    with world.database.read() as session:
        older, newer = session.exec(select(Declaration).order_by(col(Declaration.id))).all()
        noted = session.exec(select(AuditEvent).where(AuditEvent.action == "aid.declare")).all()
    assert (older.person_id, newer.person_id) == (world.people["sme"], world.people["colleague"])
    assert (tuple(newer.linked), newer.declared_on, newer.text_version) == (
        ("Lens Holding", "Fjordsensor"), date(2026, 5, 4), 1
    )  # fmt: skip
    assert [one.subject for one in noted] == [f"OR-{world.sme_organisation}"] * 2


def test_what_is_too_old_is_not_filled_in_any_more(world: World):
    declare(world, aid="2023-05-04; 12,000; NL; RVO\n2025-01-02; 1,000; NL; RVO")
    world.now = datetime(2026, 5, 5, 9, tzinfo=UTC)
    form = world.command(world.sme, "voucher", "declare").form
    assert form is not None
    assert {one.name: one.value for one in form.fields}["aid"] == "2025-01-02; 1,000.00; NL; RVO"


def test_amounts_are_read_as_the_person_writes_them(world: World):
    form = world.command(world.sme, "matchpoint", "settings").form
    world.submit(world.sme, form, language="nl")
    shown = declare(world, aid="2024-05-17; 12.000; NL; RVO")
    assert not shown.errors
    assert counting(world) == [12_000_00]
    form = world.command(world.sme, "voucher", "declare").form
    assert form is not None
    assert "12.000,00" in str({one.name: one.value for one in form.fields}["aid"])


@pytest.mark.parametrize(
    ("aid", "told"),
    [
        ("12,000; NL; RVO", ["Line 1: Date, amount, country and who granted it are needed"]),
        ("2024-05-17; 12,000; NL; RVO; a; b", ["Line 1: Date, amount"]),
        ("20240517; 12,000; NL; RVO", ["Line 1: 20240517 is no date"]),
        ("2024-02-30; 12,000; NL; RVO", ["Line 1: 2024-02-30 is no date"]),
        ("2026-05-05; 12,000; NL; RVO", ["Line 1: This day is still to come"]),
        ("2023-05-03; 12,000; NL; RVO", ["Line 1: It was granted before 4 May 2023"]),
        ("2024-05-17; many; NL; RVO", ["Line 1: I cannot read this as an amount"]),
        ("2024-05-17; DKK 12,000; NL; RVO", ["Line 1: The amount is needed in EUR"]),
        ("2024-05-17; 12,000; Hollandia; RVO", ["Line 1:", "Hollandia"]),
        ("2024-05-17; 1; NL; RVO\n\n2024-05-17; 0; NL; RVO\nx", ["Line 3: The amount has to be above", "Line 4: Date"]),
        ("\n".join(["x"] * 9), ["Line 5: Date", "Other lines are wrong too"]),
        ("\n".join(["2024-05-17; 1; NL; RVO"] * 41), ["more than 40 awards"]),
    ],
)
def test_every_wrong_line_is_told_with_its_number_and_an_example(world: World, aid: str, told: list[str]):
    shown = declare(world, aid=aid)
    for one in told:
        assert one in shown.errors["aid"]
    if "more than 40" not in shown.errors["aid"]:
        assert "such as 2025-05-04; 12,000.00; NL; RVO" in shown.errors["aid"]
    assert awards(world) == []


def test_a_declaration_has_to_be_ticked_and_names_other_firms(world: World):
    shown = declare(world, true=(), linked="Fjordsensor\nWATERLENS")
    assert shown.errors.keys() == {"true", "linked"}
    assert "Line 2 is your own firm" in shown.errors["linked"]
    assert "more than 30 firms" in declare(world, linked="\n".join(f"Firm {at}" for at in range(31))).errors["linked"]
    assert "Line 2 is no name" in declare(world, linked="Firm\n" + "x" * 201).errors["linked"]
    assert not declare(world, linked="\n".join(f"Firm {at}" for at in range(30))).errors


def test_what_was_granted_here_is_shown_and_not_taken_once_more(world: World):
    open_call(world)
    declare(world)
    apply(world)
    decide(world)
    form = world.command(world.sme, "voucher", "declare").form
    assert form is not None
    assert "4 May 2026: €450.00, Clean Tech Delta, Netherlands" in form.intro
    shown = world.submit(world.sme, form, true=TRUE, aid="2026-05-04; 450; NL; Clean Tech Delta")
    assert "Line 1: This award is known already: it was granted here (VO-1)" in shown.errors["aid"]
    assert not declare(world, aid="2026-05-04; 450; DK; CLEAN\n2026-05-04; 449.99; NL; RVO").errors
    assert counting(world) == [450_00, 450_00, 449_99]


def test_what_a_linked_firm_declared_is_not_taken_once_more(world: World):
    link(world, world.sme_organisation, world.neighbour_organisation)
    declare(world, world.neighbour, aid="2024-05-17; 12,000; NL; RVO")
    shown = declare(world, aid="2024-05-17; 12,000; NL; RVO")
    assert "Line 1: Fjordsensor has declared this award itself" in shown.errors["aid"]


def test_only_the_people_of_a_firm_declare_for_it(world: World):
    firm = f"OR-{world.sme_organisation}"
    assert "You act for no organisation" in text_of(world.command(world.neighbour, "voucher", f"declare {firm}").card)
    assert "You act for none here" in text_of(world.command(world.manager_partner, "voucher", "declare").card)
    open_call(world)
    apply(world)
    assert world.command(world.manager_partner, "voucher", "declare VO-1").form is None
    assert "Write it like this" in text_of(world.command(world.sme, "voucher", "declare CA-1").card)
    form = world.command(world.sme, "voucher", "declare").form
    assert form is not None
    shown = world.submit(world.neighbour, form, true=TRUE)
    assert "You act for no organisation" in text_of(shown.card)
    with world.database.read() as session:
        assert session.exec(select(Declaration)).all() == []


def test_who_acts_for_several_firms_chooses_one(world: World):
    with world.database.write() as session:
        holding = add_organisation(session, "Lens Holding", OrganisationKind.SME, world.delta, country="NL")
        add_membership(session, world.people["sme"], Role.SME, world.delta, holding)
    shown = world.command(world.sme, "voucher", "declare")
    assert [one.value for one in buttons_of(shown.card)] == [f"OR-{world.sme_organisation}", f"OR-{holding}"]
    form = world.act(world.sme, "voucher.declare", f"OR-{holding}").form
    assert "Lens Holding" in text_of(world.submit(world.sme, form, true=TRUE).card)


def test_whom_a_firm_names_counts_against_itself_and_not_against_the_other(world: World):
    in_delta(world)
    open_call(world)
    declare(world, linked="FJORDSENSOR\nLens Holding")
    declare(world, world.neighbour)
    apply(world)
    apply(world, world.neighbour, partner_country="NL")
    award(world, CEILING, organisation_id=world.neighbour_organisation, state="NL")
    assert "more de minimis aid than the ceiling" in text_of(decide(world).card)
    with world.database.write() as session:
        row = session.exec(select(Award)).one()
        row.organisation_id = world.sme_organisation
        session.add(row)
    decide(world, "VO-2")
    assert (has_approved(world, 1), has_approved(world, 2)) == (False, True)


def test_managers_see_the_register_and_link_what_was_named(world: World):
    open_call(world)
    declare(world, aid="2024-05-17; 12,000; NL; RVO; Innovation", linked="Fjordsensor\nLens Holding")
    apply(world)
    shown = world.press(world.manager_partner, managers_card(world), "register.show")
    text = text_of(shown.card)
    assert "Three years, from 4 May 2023 to 4 May 2026. Declared by the firm on 4 May 2026." in text
    assert "17 May 2024: €12,000.00 by RVO (Innovation), declared by Waterlens" in text
    assert "of €300,000.00 at most; €288,000.00 can still be granted" in text
    assert "Fjordsensor: its aid counts against the firm that named it" in text
    assert "Lens Holding: not in the directory" in text
    button = next(one for one in buttons_of(shown.card) if one.label == "Link Fjordsensor")
    form = world.act(world.manager_partner, button.action, button.value).form
    assert form is not None
    assert {one.name: one.value for one in form.fields}["firm"] == "Fjordsensor"
    shown = world.submit(world.manager_partner, form, kind="board")
    assert "Waterlens and Fjordsensor: One appoints the majority of the other's board" in text_of(shown.card)
    assert "Fjordsensor: its aid" not in text_of(shown.card)
    award(world, CEILING, organisation_id=world.neighbour_organisation)
    assert "Netherlands: €312,000.00 granted, of €300,000.00 at most; €0.00 can" in text_of(
        world.act(world.manager_partner, "register.show", f"OR-{world.sme_organisation}").card
    )
    assert "more de minimis aid than the ceiling" in text_of(decide(world).card)
    unlink = find_button(shown.card, "register.unlink")
    assert unlink.confirm is not None
    shown = world.act(world.manager_partner, unlink.action, unlink.value)
    assert not has_button(shown.card, "register.unlink")
    assert "gone already" in text_of(world.act(world.manager_partner, unlink.action, unlink.value).card)
    with world.database.read() as session:
        noted = session.exec(select(AuditEvent).where(col(AuditEvent.action).in_(["aid.link", "aid.unlink"]))).all()
    assert [(one.action, one.cluster_id) for one in noted] == [("aid.link", world.delta), ("aid.unlink", world.delta)]


def test_the_managers_card_follows_what_is_declared(world: World):
    open_call(world)
    declare(world)
    apply(world)
    assert "Netherlands may still grant €300,000.00" in text_of(managers_card(world))
    declare(world, aid="2024-05-17; 12,000; NL; RVO")
    assert "Netherlands may still grant €288,000.00" in text_of(managers_card(world))


@pytest.mark.parametrize(
    ("firm", "kind", "field", "says"),
    [
        ("Waterlens", "votes", "firm", "cannot be linked to itself"),
        ("Nobody", "votes", "firm", "has no firm Nobody"),
        ("OR-9999", "votes", "firm", "has no firm OR-9999"),
        ("", "votes", "firm", "has no firm"),
        ("Fjordsensor", "friends", "kind", "choose why"),
    ],
)
def test_every_mistake_of_a_link_is_told_at_its_field(world: World, firm: str, kind: str, field: str, says: str):
    form = world.act(world.manager_partner, "register.link", f"OR-{world.sme_organisation}").form
    shown = world.submit(world.manager_partner, form, firm=firm, kind=kind)
    assert says in shown.errors[field]


def test_two_firms_are_linked_once_whoever_is_named_first(world: World):
    for one, other in (
        (world.sme_organisation, "Nordkaj Utility"),
        (world.sme_organisation, f"OR-{world.buyer_organisation}"),
    ):
        form = world.act(world.manager_partner, "register.link", f"OR-{one}").form
        shown = world.submit(world.manager_partner, form, firm=other, kind="votes")
    assert "linked already" in shown.errors["firm"]
    form = world.act(world.manager_owner, "register.link", f"OR-{world.buyer_organisation}").form
    assert "linked already" in world.submit(world.manager_owner, form, firm="Waterlens", kind="merged").errors["firm"]
    with world.database.read() as session:
        row = session.exec(select(OrganisationLink)).one()
    assert (row.one_id, row.other_id) == tuple(sorted((world.buyer_organisation, world.sme_organisation)))


def test_of_several_firms_of_one_name_the_id_says_which(world: World):
    with world.database.write() as session:
        twin = add_organisation(session, "Zwilling", OrganisationKind.SME, world.delta, country="SE")
        session.get_one(Organisation, twin).name_key = "fjordsensor"
    declare(world, linked="Fjordsensor")
    shown = world.act(world.manager_partner, "register.show", f"OR-{world.sme_organisation}")
    assert "the directory has several firms of this name" in text_of(shown.card)
    form = world.act(world.manager_partner, "register.link", f"OR-{world.sme_organisation}").form
    shown = world.submit(world.manager_partner, form, firm="Fjordsensor", kind="votes")
    assert f"OR-{world.neighbour_organisation} (DK), OR-{twin} (SE)" in shown.errors["firm"]
    assert not world.submit(world.manager_partner, form, firm=f"OR-{twin}", kind="votes").errors


def test_only_managers_who_decide_see_the_register(world: World):
    firm = f"OR-{world.sme_organisation}"
    for who in (world.sme, world.neighbour, world.manager_owner, world.buyer):
        for action in ("register.show", "register.link", "register.link.save", "register.unlink"):
            shown = world.act(who, action, firm)
            assert shown.failed
            assert shown.form is None
    with world.database.write() as session:
        add_membership(session, world.people["manager_partner"], Role.SME, world.delta, world.sme_organisation)
    assert "another manager" in text_of(world.act(world.manager_partner, "register.show", firm).card)


def test_two_approvals_for_one_undertaking_at_once_do_not_exceed_the_ceiling(world: World):
    in_delta(world)
    open_call(world)
    open_call(world)
    link(world, world.sme_organisation, world.neighbour_organisation)
    for key, (who, home) in enumerate(((world.sme, "DK"), (world.neighbour, "NL")), start=1):
        declare(world, who)
        form = world.act(who, "voucher.apply", f"CA-{key}").form
        world.submit(who, form, **{**PLAN, "partner_country": home})
    award(world, CEILING - 450_00)
    values = [find_button(managers_card(world, f"VO-{key}"), "voucher.approve").value for key in (1, 2)]
    shown = at_once(
        *(lambda value=value: world.act(world.manager_partner, "voucher.approve", value) for value in values * 3)
    )
    assert not [one for one in shown if "went wrong" in text_of(one.card)]
    with world.database.read() as session:
        states = {row.state for row in session.exec(select(Application)).all()}
    assert states == {ApplicationState.APPROVED, ApplicationState.SUBMITTED}
    assert sum(counting(world)) == CEILING
    assert len(world.sent_to(DELTA_MANAGERS)) == 2


def test_who_waited_for_an_undertaking_locks_it_as_it_has_become(world: World, database: Database):
    """Meanwhile a manager links another firm: the one that waited must not decide without it."""
    held, linked = threading.Event(), threading.Event()

    def link_meanwhile() -> None:
        with database.write() as session:
            work = Work(session, world.now, world.kit)
            register.lock_undertaking(work, world.sme_organisation)
            held.set()
            if database.dialect == "postgresql":
                wait_for_a_lock(database)
            low, high = sorted((world.sme_organisation, world.neighbour_organisation))
            stamps = {"created_at": world.now, "updated_at": world.now}
            add(session, OrganisationLink(one_id=low, other_id=high, kind=LinkKind.MERGED, **stamps))  # type: ignore[arg-type]
        linked.set()

    def decide_afterwards() -> frozenset[int]:
        held.wait(timeout=30)
        with database.write() as session:
            locked = register.lock_undertaking(Work(session, world.now, world.kit), world.sme_organisation)
            assert linked.wait(timeout=30)
            return locked

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(link_meanwhile), pool.submit(decide_afterwards)
        first.result(timeout=60)
        assert second.result(timeout=60) == {world.sme_organisation, world.neighbour_organisation}


def wait_for_a_lock(database: Database) -> None:
    """Wait until somebody waits for a row that another transaction holds (PostgreSQL)."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with database.engine.connect() as connection:
            if connection.execute(query).scalar_one():
                return
    raise AssertionError("nobody waited")


def days_later(world: World, days: int) -> None:
    world.now += timedelta(days=days)


@pytest.mark.parametrize(("days", "asks"), [(90, False), (91, True)])
def test_a_declaration_holds_for_ninety_days(world: World, days: int, asks: bool):
    open_call(world, opens_on=date(2026, 5, 1), cutoff_on=date(2026, 12, 1))
    declare(world)
    days_later(world, days)
    shown = apply(world, starts_on="2026-10-10", ends_on="2026-10-12")
    assert has_button(shown.card, "voucher.declare.confirm") is asks
    assert application(world).state is (ApplicationState.DRAFT if asks else ApplicationState.SUBMITTED)


def test_an_old_declaration_is_confirmed_with_one_click(world: World):
    open_call(world, opens_on=date(2026, 5, 1), cutoff_on=date(2026, 12, 1))
    declare(world, linked="Molenwater", aid="2026-01-05; 1,000; NL; RVO; Water")
    days_later(world, 100)
    shown = apply(world, starts_on="2026-10-10", ends_on="2026-10-12")
    assert "€1,000.00, RVO, Netherlands" in text_of(shown.card)
    assert "Molenwater" in text_of(shown.card)
    shown = world.press(world.sme, shown.card, "voucher.declare.confirm")
    assert counting(world) == [1_000_00]
    world.press(world.sme, shown.card, "voucher.submit")
    assert application(world).state is ApplicationState.SUBMITTED
    days_later(world, 100)  # what was submitted in time is decided as it came in
    with world.database.write() as session:
        row = session.get_one(Application, 1)
        row.starts_on, row.ends_on = date(2026, 12, 10), date(2026, 12, 12)
    decide(world)
    assert has_approved(world)


def test_what_was_declared_meanwhile_is_not_confirmed_unseen(world: World):
    open_call(world, opens_on=date(2026, 5, 1), cutoff_on=date(2026, 12, 1))
    declare(world)
    days_later(world, 100)
    old = apply(world, starts_on="2026-10-10", ends_on="2026-10-12").card
    declare(world, world.colleague, aid="2026-01-05; 1,000; NL; RVO")
    assert "something else was declared" in text_of(world.press(world.sme, old, "voucher.declare.confirm").card)
    assert counting(world) == [1_000_00]


def test_two_lines_that_say_the_same_are_refused(world: World):
    line = "2026-01-05; 1,000; NL; RVO"
    shown = declare(world, aid=f"{line}; Water\n\n{line} ; water")
    assert "Line 3: It says the same as line 1" in shown.errors["aid"]
    assert not declare(world, aid=f"{line}; Water\n{line}; Sand").errors
    assert counting(world) == [1_000_00, 1_000_00]
