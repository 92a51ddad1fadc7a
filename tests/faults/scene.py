"""A busy deployment to be abused: three clusters, two buyers, and something in every state that a button can meet.

Names and words that must stay hidden are planted in every text that people write, so that a leak shows wherever it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest
from sqlalchemy import URL, event, insert, null, text
from sqlmodel import col, select

from domain.introductions import SuggestionState
from domain.organisations import OrganisationKind, Role
from domain.rooms import WorkspaceState
from handlers import people
from handlers.desk import Desk
from handlers.requests import Profiled, Speaker
from handlers.work import Actor, Room
from store import queue
from store.engine import Database, Session
from store.queries.rows import add
from store.tables import metadata
from store.tables.challenges import Answer, Challenge, Question
from store.tables.guests import GuestPass
from store.tables.introductions import Introduction, Ranking, Suggestion
from store.tables.people import Cluster, Identity, Membership, Organisation, Workspace
from store.tables.queue import Outbox, OutboxStatus
from store.tables.vouchers import Application, Call, CallPart, Claim, ClaimReceipt, OrganisationLink, Scheme
from tests.faults.voucher_scene import add_vouchers
from tests.integration.handlers.jobs import run_jobs
from tests.world import (
    CHALLENGE_FIELDS,
    World,
    add_organisation,
    add_person,
    add_profile,
    address_of,
    build_world,
    buttons_of,
    has_button,
)

#: Only its own people and the managers of CLEAN may read this name of a teaser's buyer; it is in every text of it.
HIDDEN_BUYER: Final = "Havnkraft"
#: What only those may read who are invited to the challenge, its buyer and the managers of its cluster.
INVITED_ONLY: Final = "ultraviolet lantern"
#: What nobody but its author's organisation reads: a draft, and what is told under a non-disclosure agreement.
DRAFTED: Final = "unfinished thought"
UNDISCLOSED: Final = "patented membrane"
#: A draft of a challenge: its buyer's own.
UNSENT: Final = "quiet beginning"

OTHER_BUYER: Final = Speaker("web", "W-CLEAN", "other_buyer")
ELSEWHERE: Final = Speaker("web", "W-BALTIC", "manager_elsewhere")
FOREIGNER: Final = Speaker("web", "W-BALTIC", "foreigner")
NEWCOMER: Final = Speaker("web", "W-NEW", "admin")
#: The admin of a workspace that says it is CLEAN's, and waits for CLEAN's managers.
LATECOMER: Final = Speaker("web", "W-LATER", "admin")
#: The stranger's account in another workspace, linked with the first one.
STRANGER_ELSEWHERE: Final = Speaker("web", "W-BALTIC", "stranger")
#: An account that nobody ever met, in a workspace that nobody ever saw.
NOBODY: Final = Speaker("slack", "T0NOWHERE", "U0NOBODY")


class Rehearsal(Database):
    """A database whose writing transactions come to nothing once `rehearsing`; `effects` holds what they would do."""

    rehearsing = False

    def __init__(self, url: Any) -> None:
        super().__init__(url)
        self.effects: set[str] = set()
        self._written: set[str] = set()
        event.listen(self.engine, "after_cursor_execute", self._note)

    def _note(self, _connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        words = statement.split(None, 3)
        verb = words[0].upper()
        # What an INSERT returns is not fetched yet, so that some drivers do not know its number of rows.
        if verb == "INSERT" or (verb in ("UPDATE", "DELETE") and cursor.rowcount):
            self._written.add(words[1 if verb == "UPDATE" else 2].strip('"').partition("(")[0])

    @contextmanager
    def write(self) -> Iterator[Session]:
        self._written = set()
        with super().write() as session:
            yield session
            if self.rehearsing:
                session.flush()
                self.effects |= self._written
                session.rollback()


@dataclass
class Scene:
    """The world, who is in it, and every value that a button of it carries, by action."""

    world: World
    database: Rehearsal
    speakers: dict[str, Speaker] = field(default_factory=dict[str, Speaker])
    values: dict[str, set[str]] = field(default_factory=dict[str, set[str]])


def build_scene(rehearsal: Rehearsal) -> Scene:
    """Let everything happen once."""
    world = build_world(rehearsal)
    _strangers(world)
    _stories(world)
    _membership(world)
    add_vouchers(world)
    guest = _guest(world)
    _link(world)
    _refused_message(world)
    scene = Scene(world, rehearsal)
    for name in ("buyer", "manager_owner", "neighbour", "stranger", "sme", "colleague", "manager_partner"):
        scene.speakers[name] = getattr(world, name)
    scene.speakers |= {
        "other_buyer": OTHER_BUYER,
        "elsewhere": ELSEWHERE,
        "foreigner": FOREIGNER,
        "newcomer": NEWCOMER,
        "latecomer": LATECOMER,
        "guest": guest,
        "nobody": NOBODY,
    }
    run_jobs(world)
    return scene


@contextmanager
def rehearsed(url: str) -> Iterator[Scene]:
    """Build the scene in an empty SQLite file, and then let nothing happen any more: it can be shared between tests."""
    rehearsal = Rehearsal(url)
    metadata.create_all(rehearsal.engine)
    scene = build_scene(rehearsal)
    rehearsal.rehearsing = True
    with pytest.MonkeyPatch.context() as patch:
        # Nobody becomes another while nothing happens: who somebody is, is found once and not at every press.
        patch.setattr(people, "recognise", _remembering(people.recognise))
        _gather(scene)
        yield scene
    rehearsal.close()


@contextmanager
def copied(scene: Scene, url: URL) -> Iterator[Scene]:
    """Bring a scene row by row, with its numbers, into an empty PostgreSQL database; `scene` stays rehearsed."""
    rehearsal = Rehearsal(url)
    metadata.create_all(rehearsal.engine)
    with scene.database.read() as there, rehearsal.engine.begin() as here:
        for table in metadata.sorted_tables:
            for row in there.connection().execute(table.select()).mappings():
                # None as such would be the null of JSON.
                here.execute(insert(table).values({name: null() if one is None else one for name, one in row.items()}))
            if "id" in table.c:
                number = f"pg_get_serial_sequence('{table.name}', 'id')"
                here.execute(text(f"SELECT setval({number}, max(id)) FROM {table.name} HAVING max(id) > 0"))  # noqa: S608
    world = replace(scene.world, database=rehearsal, desk=Desk(rehearsal, scene.world.kit))
    rehearsal.rehearsing = True
    yield Scene(world, rehearsal, scene.speakers, scene.values)
    rehearsal.close()


_Recognised = tuple[Actor | None, Room | None]


def _remembering(recognise: Callable[[Session, Speaker], _Recognised]) -> Callable[[Session, Speaker], _Recognised]:
    found: dict[tuple[str, Speaker], _Recognised] = {}

    def remembered(session: Session, speaker: Speaker) -> _Recognised:
        key = session.get_bind().dialect.name, speaker
        if key not in found:
            found[key] = recognise(session, speaker)
        return found[key]

    return remembered


def _meet(world: World, speaker: Speaker, *, is_admin: bool = False, email: str = "") -> None:
    world.desk.meet(
        Profiled(speaker, name=speaker.user, address=address_of(speaker), email=email, is_admin=is_admin), now=world.now
    )


def _strangers(world: World) -> None:
    """Add a cluster that takes no part, another buyer in CLEAN, and a workspace that waits to be let in."""
    with world.database.write() as session:
        row = session.get_one(Cluster, world.clean)
        values: dict[str, Any] = row.model_dump(exclude={"id"}) | {
            "name": "Baltic",
            "name_key": "baltic",
            "country": "LT",
        }
        baltic = add(session, Cluster(**values)).id or 0
        channels = {"challenge_channel": "web:W-BALTIC:c", "managers_channel": "web:W-BALTIC:m"}
        values = {"created_at": world.now, "updated_at": world.now, "state": WorkspaceState.ACTIVE, **channels}
        add(session, Workspace(surface="web", native_id="W-BALTIC", name="Baltic", cluster_id=baltic, **values))
        for key in (world.sme_organisation, world.neighbour_organisation):
            session.get_one(Organisation, key).capacity = 20
        seagrass = add_organisation(session, "Seagrass", OrganisationKind.SME, baltic, country="LT")
        harbour = add_organisation(
            session, "Havnkraft", OrganisationKind.BUYER, world.clean, website="https://havnkraft.example.org"
        )
        mill = add_organisation(session, "Molenwater", OrganisationKind.SME, world.delta, country="NL")
        add_profile(session, mill, "We find E. coli bacteria in drinking-water pipes.", "E. coli sensors")
        add_profile(session, seagrass, "Seagrass meadows.", "Planting")
        add_person(session, "Buyer Two", Role.BUYER, world.clean, harbour)
        add_person(session, "Manager Baltic", Role.MANAGER, baltic, None)
        add_person(session, "Owner Seagrass", Role.SME, baltic, seagrass)
    _meet(world, OTHER_BUYER, email="buyer.two@example.org")
    _meet(world, ELSEWHERE, email="manager.baltic@example.org")
    _meet(world, FOREIGNER, email="owner.seagrass@example.org")
    _meet(world, NEWCOMER, email="admin@example.org", is_admin=True)
    form = world.command(NEWCOMER, "matchpoint", "setup").form
    fields = {"name": "New Cluster", "country": "SE", "managers": (address_of(NEWCOMER),), "zone": "Europe/Stockholm"}
    assert not world.submit(NEWCOMER, form, **fields).errors
    _meet(world, LATECOMER, email="later@example.org", is_admin=True)
    form = world.command(LATECOMER, "matchpoint", "setup").form
    assert not world.submit(LATECOMER, form, name="CLEAN", country="DK", zone="Europe/Stockholm").errors
    _meet(world, STRANGER_ELSEWHERE)


def _challenge(world: World, buyer: Speaker, *, share: bool = True, **fields: str | tuple[str, ...]) -> str:
    """Publish a challenge of a buyer and offer it to the partner, who takes it."""
    honest = World.buyer
    world.buyer = buyer  # type: ignore[misc]
    try:
        challenge = world.published(**fields)
    finally:
        world.buyer = honest  # type: ignore[misc]
    if share:
        form = world.act(world.manager_owner, "sharing.offer", challenge).form
        world.submit(world.manager_owner, form, clusters=(f"CL-{world.delta}",))
        world.act(world.manager_partner, "sharing.take", f"{challenge}:CL-{world.delta}")
    run_jobs(world)
    return challenge


def _stories(world: World) -> None:
    teaser: dict[str, Any] = {
        "title": f"{HIDDEN_BUYER} looks for bacteria",
        "background": f"{HIDDEN_BUYER} runs quays. Ask Buyer Two.",
        "problem": f"Sensors that find E. coli in the pipes of {HIDDEN_BUYER}, see havnkraft.example.org.",
        "must_haves": f"Fits the pipes of {HIDDEN_BUYER}",
        "criteria": f"Use to {HIDDEN_BUYER}: 100",
        "confidentiality": "teaser",
    }
    opened = _challenge(world, world.buyer)
    hidden = _challenge(world, OTHER_BUYER, **teaser)
    invited: dict[str, Any] = {"confidentiality": "invite", "invited": "Waterlens", "title": f"An {INVITED_ONLY}"}
    _challenge(world, world.buyer, share=False, **invited, problem=f"We seek E. coli sensors and an {INVITED_ONLY}.")
    _answers(world, opened, hidden)
    _introductions(world, hidden)
    teaser["title"] = f"{HIDDEN_BUYER} once more"
    closed = _challenge(world, OTHER_BUYER, **teaser)
    world.answered(closed)
    why = f"{HIDDEN_BUYER} has found its supplier; thank you, says {HIDDEN_BUYER}."
    world.submit(OTHER_BUYER, world.act(OTHER_BUYER, "challenge.close", closed).form, reason=why)
    teaser["title"] = f"{HIDDEN_BUYER} for the last time"
    gone = _challenge(world, OTHER_BUYER, **teaser)
    world.answered(gone)
    world.submit(OTHER_BUYER, world.act(OTHER_BUYER, "challenge.withdraw", gone).form, reason=why)
    world.command(world.buyer, "challenge", f"A {UNSENT}")
    world.submitted(title="Waits to be screened")
    form = world.command(world.buyer, "challenge").form
    world.submit(world.buyer, form, **{**CHALLENGE_FIELDS, "title": "Ready to be sent"}, keep=("keep",))
    offered = _challenge(world, world.buyer, share=False, title="Waits for the partner")
    form = world.act(world.manager_owner, "sharing.offer", offered).form
    world.submit(world.manager_owner, form, clusters=(f"CL-{world.delta}",))
    run_jobs(world)


def _answers(world: World, opened: str, hidden: str) -> None:
    form = world.act(world.sme, "answer.start", opened).form
    world.submit(world.sme, form, text="Waterlens finds them within one hour.", nda=f"With a {UNDISCLOSED}.")
    world.command(world.neighbour, "answer", f"{opened} An {DRAFTED}")
    answer = world.answered(hidden, text="We at Waterlens see bacteria.")
    asked = world.act(OTHER_BUYER, "question.ask", answer).form
    assert asked is not None
    world.submit(OTHER_BUYER, asked, text=f"Would it fit at {HIDDEN_BUYER}?")
    back = world.act(world.sme, "question.start", hidden).form
    assert back is not None
    world.submit(world.sme, back, text="Which pipes, asks Waterlens?")
    world.deliver()
    card = next(one.card for one in world.sent_to(OTHER_BUYER) if has_button(one.card, "question.reply"))
    world.submit(OTHER_BUYER, world.press(OTHER_BUYER, card, "question.reply").form, reply=f"Those of {HIDDEN_BUYER}.")
    declined = world.answered(hidden, world.neighbour, text="We test E. coli too.")
    form = world.press(OTHER_BUYER, world.act(OTHER_BUYER, "answer.show", declined).card, "answer.decline").form
    world.submit(OTHER_BUYER, form, reason="other", note=f"{HIDDEN_BUYER} wants lasers.")
    run_jobs(world)


def _introductions(world: World, hidden: str) -> None:
    """Bring introductions as far as they can come: one is made, two wait for a consent, one for an approval."""
    made = _approve(world, _challenge(world, world.buyer, title="Bacteria, one"), "Waterlens")
    world.act(world.manager_partner, "introduction.approve", f"{made}:{world.delta}")
    world.act(world.sme, "consent.give", made)
    world.act(world.buyer, "consent.give", made)
    # A meeting that is agreed, and is to be moved: everything can be done about it.
    world.submit(world.sme, world.act(world.sme, "meeting.agree", made).form)
    world.act(world.buyer, "meeting.accept", f"{made}:1")
    world.submit(world.sme, world.act(world.sme, "meeting.agree", made).form, time="14:00")
    world.act(world.manager_partner, "conversation.leave", made)
    half = _approve(world, hidden, "Waterlens")
    world.act(world.manager_partner, "introduction.approve", f"{half}:{world.delta}")
    _approve(world, _challenge(world, world.buyer, title="Bacteria, two"), "Fjordsensor")
    _approve(world, _challenge(world, world.buyer, title="Bacteria, three"), "Molenwater")
    run_jobs(world)


def _approve(world: World, challenge: str, name: str) -> str:
    """Let the owner's manager approve a candidate; returns the introduction."""
    with world.database.read() as session:
        found = session.exec(
            select(Suggestion)
            .join(Organisation, col(Organisation.id) == Suggestion.organisation_id)
            .where(
                Suggestion.challenge_id == int(challenge[3:]),
                Suggestion.state == SuggestionState.PROPOSED,
                Organisation.name == name,
            )
        ).one()
    world.act(world.manager_owner, "suggestion.approve", f"{found.id}:{found.ranking_id}:{world.clean}")
    with world.database.read() as session:
        row = session.exec(select(Introduction).where(Introduction.suggestion_id == found.id)).one()
    return f"IN-{row.id}"


def _membership(world: World) -> None:
    form = world.command(world.stranger, "matchpoint", "join").form
    shown = world.submit(world.stranger, form, organisation="Fjordsensor", role="sme", country="DK")
    assert not shown.errors, shown.errors
    run_jobs(world)


def _guest(world: World) -> Speaker:
    """Invite somebody of Molenwater to the first challenge; return the account of the personal link."""
    form = world.command(world.manager_partner, "matchpoint", "invite guest@example.org Molenwater CH-1").form
    shown = world.submit(world.manager_partner, form)
    assert not shown.errors, shown.errors
    with world.database.read() as session:
        one = session.exec(select(GuestPass)).one()
        return Speaker("web", one.workspace, one.account)


def _link(world: World) -> None:
    """Let the stranger have two accounts."""
    card = world.command(world.stranger, "matchpoint", "link").card
    found = re.search(r"/matchpoint link ([A-Z0-9]{8})", repr(card))
    assert found is not None
    offer = world.command(STRANGER_ELSEWHERE, "matchpoint", f"link {found[1]}").card
    shown = world.press(STRANGER_ELSEWHERE, offer, "link.join")
    assert not shown.failed, shown


def _refused_message(world: World) -> None:
    with world.database.write() as session:
        intent = queue.Intent(
            kind="card.post",
            key="refused:once",
            subject="CH-1",
            destination="web:W-CLEAN:gone",
            payload={"post": 1},
            due_at=world.now,
            cluster_id=world.clean,
        )
        queue.enqueue(session, intent, now=world.now)
        row = session.exec(select(Outbox).where(Outbox.key == "refused:once")).one()
        row.status = OutboxStatus.DEAD
        session.add(row)


def _gather(scene: Scene) -> None:
    """Collect the values of every button and form that anybody is shown anywhere."""
    world = scene.world
    with scene.database.read() as session:
        newest = {one.challenge_id: one.id for one in session.exec(select(Ranking)).all()}
        made = [
            *_versions(session, Challenge, "CH"),
            *_versions(session, Answer, "AN"),
            *_versions(session, Introduction, "IN"),
            *(f"MB-{one}" for one in session.exec(select(Membership.id)).all()),
            *(f"CH-{one.challenge_id}:{one.id}" for one in session.exec(select(Question)).all()),
            *(f"CL-{one}" for one in session.exec(select(Cluster.id)).all()),
            *(
                f"{one.id}:{newest[one.challenge_id]}:{cluster}"
                for one in session.exec(select(Suggestion)).all()
                for cluster in (world.clean, world.delta)
            ),
            *_vouchers(session),
            *(str(one) for one in session.exec(select(Outbox.id).where(Outbox.status == OutboxStatus.DEAD)).all()),
        ]
        numbers: dict[str, Any] = {"guest": GuestPass, "workspace": Workspace, "link": Identity}
        for action in ("guest.renew", "guest.revoke", "workspace.let_in", "workspace.keep_out", "link.unlink"):
            rows = session.exec(select(numbers[action.partition(".")[0]])).all()
            scene.values[action] = {str(one.id) for one in rows}
    scene.values[""] = set(made)
    shown = [one.card for one in world.messages.values()]
    shown += [card for who in scene.speakers.values() for card in world.home(who).cards]
    for card in shown:
        for button in buttons_of(card):
            known = scene.values.setdefault(button.action, set())
            if button.action and button.value not in known:
                known.add(button.value)
                _open(scene, button.action, button.value)


def _vouchers(session: Session) -> Iterator[str]:
    """Yield what buttons about vouchers carry: claims are `VO-5:1:3`, receipts of them `VO-5:1:17`."""
    for table, kind in ((Application, "VO"), (Scheme, "SC"), (Call, "CA")):
        yield from _versions(session, table, kind)
    for part in session.exec(select(CallPart)).all():
        yield f"CA-{part.call_id}:CL-{part.cluster_id}"
    yield from ("CA-1/csv", "SC-2/xlsx", "CA-2+CL-1/csv", "CL-2/csv", "all/csv")
    yield from ("CL-1 own", "own")
    for claim in session.exec(select(Claim)).all():
        name = f"VO-{claim.application_id}:{claim.number}"
        yield from (name, f"{name}:{claim.version}")
        for receipt in session.exec(select(ClaimReceipt.id).where(ClaimReceipt.claim_id == claim.id)).all():
            yield f"{name}:{receipt}"
    for organisation in session.exec(select(Organisation.id)).all():
        yield f"OR-{organisation}"
    for link in session.exec(select(OrganisationLink)).all():
        yield f"OR-{link.one_id}:{link.id}"


def _open(scene: Scene, action: str, value: str) -> None:
    """Press a button as everybody, for the sake of the form that somebody gets to see."""
    for speaker in scene.speakers.values():
        form = scene.world.act(speaker, action, value).form
        if form is not None:
            scene.values.setdefault(form.action, set()).add(form.value)


def _versions(session: Session, table: Any, kind: str) -> Iterator[str]:
    for row in session.exec(select(table)).all():
        yield f"{kind}-{row.id}"
        yield f"{kind}-{row.id}:{row.version}"
        if kind == "IN":
            yield from (f"{kind}-{row.id}:{cluster}" for cluster in {row.owner_cluster_id, row.sme_cluster_id})
        if kind == "CH":
            yield f"{kind}-{row.id}:CL-2"
