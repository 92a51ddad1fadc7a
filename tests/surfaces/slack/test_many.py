"""Many workspaces: installed by their own admins, each spoken to with its own token, silent once the app is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette

import handlers.journeys
from domain.rooms import WorkspaceState
from handlers import letters, outbox
from handlers.desk import Desk
from handlers.installations import Access, Installations
from handlers.letters import Deed, Drop, Letter, letter
from handlers.outbox import Deliverer
from handlers.ports import Gone, Rejected, Unavailable, Unreachable
from handlers.work import Kit, Work
from messages.card import Card, Section
from store import crypto, queue
from store.engine import Database
from store.queries import people
from store.tables.accounts import Installation
from store.tables.people import Workspace
from store.tables.queue import Outbox
from surfaces.slack.clients import FRESH, RENEW_BEFORE
from surfaces.slack.config import SlackConfig
from surfaces.slack.installing import COOKIE, VALID_FOR
from surfaces.slack.surface import SlackSurface
from tests.fakes.clock import StillClock
from tests.fakes.holidays import NoHolidays
from tests.fakes.slack import FakeSlack, Fault, Refused
from tests.fakes.slack_grants import CLIENT_ID, CLIENT_SECRET, TOKEN_LIFE
from tests.fakes.slack_user import text_of

assert handlers.journeys.LOADED
CARD = Card("Hello", (Section("there"),))
CLEAN, DELTA = "slack:T0CLEAN:C0CHALL", "slack:T0DELTA:C0DELTA"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    """Add a sort of message of our own to a copy of the table of all of them."""
    monkeypatch.setattr(letters, "KINDS", dict(letters.KINDS))
    monkeypatch.setattr(outbox, "KINDS", letters.KINDS)

    @letter("many.hello")
    def write_hello(_work: Work, row: queue.Claimed) -> Letter | Drop:  # pyright: ignore[reportUnusedFunction]
        return Letter(Deed.POST, to=row.destination, card=CARD)


@dataclass
class Many:
    """Two workspaces, and a deployment that any of them can install; `surface` is one process of it."""

    clean: FakeSlack
    delta: FakeSlack
    clock: StillClock
    database: Database
    installations: Installations
    surface: SlackSurface
    app: Starlette
    kit: Kit

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(base_url="https://matchpoint.example.org", transport=transport)

    async def install(self, slack: FakeSlack, user: str, *, whole: bool = False) -> httpx.Response:
        """Let somebody go through the pages."""
        async with self.browser() as browser:
            page = await browser.get("/slack/install")
            return await browser.get(slack.allow(link_of(page), user, whole=whole))

    def state(self, native: str) -> WorkspaceState | None:
        with self.database.read() as session:
            found = people.workspace_of(session, surface="slack", native_id=native)
            return found.state if found else None

    def row(self, native: str) -> Installation:
        with self.database.read() as session:
            return session.exec(select(Installation).where(Installation.native_id == native)).one()

    def enqueue(self, to: str, key: str) -> None:
        now = self.clock.now()
        with self.database.write() as session:
            intent = queue.Intent(kind="many.hello", key=key, destination=to, due_at=now, payload={})
            assert queue.enqueue(session, intent, now=now)

    def status(self, key: str) -> str:
        with self.database.read() as session:
            return str(session.exec(select(Outbox.status).where(Outbox.key == key)).one())

    @asynccontextmanager
    async def another_process(self) -> AsyncIterator[SlackSurface]:
        surface = make_surface(self.clean, self.clock, self.database, self.kit)
        async with surface.running():
            yield surface


def make_surface(slack: FakeSlack, clock: StillClock, database: Database, kit: Kit) -> SlackSurface:
    config = SlackConfig(
        signing_secret=slack.signing_secret,
        api_url=slack.api_url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        public_url="https://matchpoint.example.org",
        state_secret="not for others",
    )
    installations = Installations(database, kit, "slack")
    return SlackSurface(Desk(database, kit), config, clock=clock, observe=lambda *_: None, installations=installations)


def link_of(page: httpx.Response) -> str:
    """Return where the one button of a page leads."""
    assert page.status_code == 200
    return page.text.partition('class="button" href="')[2].partition('"')[0].replace("&amp;", "&")


@pytest.fixture
def keys() -> Iterator[str]:
    key = crypto.generate_key()
    crypto.configure(key)
    yield key
    crypto.configure("")


@pytest.fixture
async def many(sqlite_database: Database, keys: str) -> AsyncIterator[Many]:
    del keys
    clock, kit = StillClock(), Kit(holidays=NoHolidays())
    with FakeSlack(clock) as clean, FakeSlack(clock, team="T0DELTA", beside=clean) as delta:
        for slack, user, channel in ((clean, "U0ANNA", "C0CHALL"), (delta, "U0DAAN", "C0DELTA")):
            slack.tokens.clear()
            slack.add_user(user, name=user, email=f"{user.lower()}@example.org", admin=True)
            slack.add_channel(channel, "challenges", members=(user,))
        surface = make_surface(clean, clock, sqlite_database, kit)
        app = Starlette(routes=surface.routes())
        for slack in (clean, delta):
            slack.connect(app, settle=surface.settle)
        async with surface.running():
            installations = Installations(sqlite_database, kit, "slack")
            yield Many(clean, delta, clock, sqlite_database, installations, surface, app, kit)


# -- installing ------------------------------------------------------------------------------------------------


async def test_the_page_says_what_is_asked_and_asks_for_what_the_manifest_asks(many: Many):
    async with many.browser() as browser:
        page = await browser.get("/slack/install", headers={"accept-language": "xx, en;q=0.5"})
    assert "read replies below its own cards" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    cookie = page.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/slack", "Max-Age=600"))


async def test_whoever_installs_is_greeted_and_sets_up_from_there(many: Many):
    done = await many.install(many.clean, "U0ANNA")
    assert done.status_code == 200
    assert "Matchpoint is in CLEAN" in done.text
    assert many.state("T0CLEAN") is WorkspaceState.NEW
    deliverer = deliver_with(many)
    await deliverer.turn()
    (greeting,) = many.clean.posts("U0ANNA")
    assert "I am Matchpoint" in text_of(greeting)
    await many.clean.users["U0ANNA"].press(greeting, "setup.start")
    assert many.clean.users["U0ANNA"].views, "the form of the set-up is open"


async def test_tokens_are_encrypted_in_the_store(many: Many):
    await many.install(many.clean, "U0ANNA")
    raw = many.database.engine.raw_connection()
    try:
        (stored,) = raw.cursor().execute("SELECT bot_token FROM installation").fetchone()
    finally:
        raw.close()
    assert many.clean.bot_token.encode() not in stored
    assert crypto.decrypt(stored) == many.clean.bot_token
    assert many.clean.bot_token not in repr(many.row("T0CLEAN"))


@pytest.mark.parametrize("how", ["forged", "missing", "another browser", "late", "no cookie", "enormous"])
async def test_a_state_that_this_browser_did_not_get_a_moment_ago_installs_nothing(many: Many, how: str):
    async with many.browser() as browser, many.browser() as other:
        back = many.clean.allow(link_of(await browser.get("/slack/install")), "U0ANNA")
        code = back.partition("code=")[2].partition("&")[0]
        sender = browser
        if how == "forged":
            back = f"/slack/oauth_redirect?code={code}&state=guessed"
        elif how == "missing":
            back = f"/slack/oauth_redirect?code={code}"
        elif how == "another browser":
            await other.get("/slack/install")
            sender = other
        elif how == "late":
            many.clock.advance(VALID_FOR.total_seconds() + 1)
        elif how == "no cookie":
            browser.cookies.clear()
        else:
            back = f"/slack/oauth_redirect?code={code}&state={'s' * 5000}"
        answer = await sender.get(back)
    assert answer.status_code == 403
    assert "Begin anew" in answer.text
    assert many.clean.called("oauth.v2.access") == []
    assert many.state("T0CLEAN") is None


async def test_a_state_works_once(many: Many):
    async with many.browser() as browser:
        page = await browser.get("/slack/install")
        kept = browser.cookies[COOKIE]
        back = many.clean.allow(link_of(page), "U0ANNA")
        assert (await browser.get(back)).status_code == 200
        browser.cookies.set(COOKIE, kept, domain="matchpoint.example.org", path="/slack")
        again = await browser.get(many.clean.allow(link_of(page), "U0ANNA"))
    assert again.status_code == 403
    assert len(many.clean.called("oauth.v2.access")) == 1


async def test_who_does_not_consent_is_told_what_to_do(many: Many):
    async with many.browser() as browser:
        state = link_of(await browser.get("/slack/install")).partition("state=")[2].partition("&")[0]
        answer = await browser.get(f"/slack/oauth_redirect?error=access_denied&state={state}")
    assert "lets only admins install apps" in answer.text
    assert many.state("T0CLEAN") is None


@pytest.mark.parametrize(
    ("fault", "status"), [(None, 400), (Fault.ERROR_500, 503), (Fault.GARBAGE, 503), (Fault.DROP_BEFORE, 503)]
)
async def test_an_exchange_that_fails_installs_nothing(many: Many, fault: Fault | None, status: int):
    async with many.browser() as browser:
        back = many.clean.allow(link_of(await browser.get("/slack/install")), "U0ANNA")
        if fault is None:
            back = back.replace("code=code", "code=other")
        else:
            many.clean.fail("oauth.v2.access", fault)
        answer = await browser.get(back)
    assert answer.status_code == status
    assert "Begin anew" in answer.text
    assert many.state("T0CLEAN") is None


# -- each with its own token -----------------------------------------------------------------------------------


async def test_each_workspace_is_spoken_to_with_its_own_token(many: Many):
    await many.install(many.clean, "U0ANNA")
    await many.install(many.delta, "U0DAAN")
    await many.surface.messenger.post(CLEAN, CARD, key="a")
    await many.surface.messenger.post(DELTA, CARD, key="b")
    assert [len(one.posts(channel)) for one, channel in ((many.clean, "C0CHALL"), (many.delta, "C0DELTA"))] == [1, 1]
    with pytest.raises(Rejected, match="channel_not_found"):
        await many.surface.messenger.post("slack:T0CLEAN:C0DELTA", CARD, key="c")
    with pytest.raises(Gone):
        await many.surface.messenger.post("slack:T0OTHER:C0CHALL", CARD, key="d")


async def test_nobody_is_asked_whose_token_it_is_for_a_request(many: Many):
    await many.install(many.clean, "U0ANNA")
    asked = len(many.clean.called("auth.test"))
    anna = many.clean.users["U0ANNA"]
    for _ in range(5):
        assert (await anna.command("/matchpoint", "help")).status == 200
    assert len(many.clean.called("auth.test")) == asked


async def test_signed_but_from_a_workspace_that_is_not_ours_has_no_effect(many: Many):
    anna = many.clean.users["U0ANNA"]
    assert (await anna.command("/matchpoint", "help")).status == 200
    await anna.say("C0CHALL", "Hello")
    assert (await anna.open_home()).status == 200
    assert many.clean.calls == []
    assert many.state("T0CLEAN") is None


# -- tokens that end -------------------------------------------------------------------------------------------


async def test_a_token_is_renewed_before_it_ends(many: Many):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    first = many.row("T0CLEAN")
    many.clock.advance((TOKEN_LIFE - RENEW_BEFORE).total_seconds() + 1)
    await many.surface.messenger.post(CLEAN, CARD, key="a")
    await many.surface.clients.settle()
    second = many.row("T0CLEAN")
    assert second.bot_token != first.bot_token
    assert second.refresh_token != first.refresh_token
    assert second.expires_at is not None
    assert second.expires_at > many.clock.now() + timedelta(hours=11)
    await many.surface.messenger.post(CLEAN, CARD, key="b")
    assert many.clean.grants.exchanges == 2


async def test_a_token_that_has_ended_is_renewed_before_anything_is_sent(many: Many):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    many.clock.advance(TOKEN_LIFE.total_seconds() + 1)
    await many.surface.messenger.post(CLEAN, CARD, key="a")
    assert len(many.clean.posts("C0CHALL")) == 1


async def test_of_two_processes_one_renews_and_the_refresh_token_is_not_lost(many: Many):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    async with many.another_process() as other:
        many.clock.advance((TOKEN_LIFE - RENEW_BEFORE).total_seconds() + 1)
        both = (many.surface, other)
        await asyncio.gather(*(one.messenger.post(CLEAN, CARD, key=f"k{at}") for at, one in enumerate(both * 4)))
        await asyncio.gather(*(one.clients.settle() for one in both))
        assert many.clean.grants.exchanges == 2  # the installation, and one renewal
        many.clock.advance(TOKEN_LIFE.total_seconds() - 60)
        await other.messenger.post(CLEAN, CARD, key="later")
    assert [one.outcome for one in many.clean.called("oauth.v2.access")] == ["ok"] * 3


async def test_a_process_that_died_while_it_renewed_keeps_nobody_from_it(many: Many):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    many.clock.advance(TOKEN_LIFE.total_seconds() + 1)
    access = many.installations.find("T0CLEAN", now=many.clock.now())
    assert isinstance(access, Access)
    assert many.installations.take_turn(access, now=many.clock.now())  # and is never heard of again
    with pytest.raises(Unreachable):
        await many.surface.messenger.post(CLEAN, CARD, key="a")
    many.clock.advance(61)
    await many.surface.messenger.post(CLEAN, CARD, key="a")
    assert len(many.clean.posts("C0CHALL")) == 1


async def test_a_token_that_can_never_be_renewed_ends_the_installation(many: Many):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    many.clean.grants.forget()
    many.clock.advance((TOKEN_LIFE - RENEW_BEFORE).total_seconds() + 1)
    await many.surface.messenger.post(CLEAN, CARD, key="while it is good")
    await many.surface.clients.settle()
    assert many.row("T0CLEAN").removed_at is None
    many.clock.advance(RENEW_BEFORE.total_seconds())
    with pytest.raises(Unreachable):
        await many.surface.messenger.post(CLEAN, CARD, key="too late")
    assert many.row("T0CLEAN").removed_at is not None
    assert many.state("T0CLEAN") is WorkspaceState.REMOVED
    with pytest.raises(Gone):
        await many.surface.messenger.post(CLEAN, CARD, key="and again")


async def test_a_secret_of_ours_that_is_wrong_ends_nobodys_installation(many: Many, monkeypatch: pytest.MonkeyPatch):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    many.clock.advance(TOKEN_LIFE.total_seconds() + 1)

    def refuse(_given: str) -> None:
        raise Refused("bad_client_secret")

    monkeypatch.setattr(many.clean.grants, "admit", refuse)
    with pytest.raises(Unreachable):
        await many.surface.messenger.post(CLEAN, CARD, key="a")
    assert many.row("T0CLEAN").removed_at is None


async def test_a_renewed_token_is_written_down_though_the_store_was_away(many: Many, monkeypatch: pytest.MonkeyPatch):
    many.clean.grants.rotation = True
    await many.install(many.clean, "U0ANNA")
    first, renew, away = many.row("T0CLEAN"), Installations.renew, [True, True]

    def once_it_is_back(self: Installations, access: Access, **given: Any) -> bool:
        if away and away.pop():
            raise Unavailable("restarting")
        return renew(self, access, **given)

    monkeypatch.setattr(Installations, "renew", once_it_is_back)
    many.clock.advance(TOKEN_LIFE.total_seconds() + 1)
    await many.surface.messenger.post(CLEAN, CARD, key="a")
    assert many.row("T0CLEAN").refresh_token != first.refresh_token
    assert many.clean.grants.exchanges == 2


# -- the end ---------------------------------------------------------------------------------------------------


def deliver_with(many: Many) -> Deliverer:
    return Deliverer(many.database, many.kit, {"slack": many.surface.messenger}, many.clock, owner="test")


async def test_an_uninstalled_workspace_is_silent_at_once_and_comes_back_as_it_was(many: Many):
    await many.install(many.clean, "U0ANNA")
    await many.install(many.delta, "U0DAAN")
    deliverer = deliver_with(many)
    await deliverer.turn()
    for key in ("one", "two"):
        many.enqueue(CLEAN, key)
    many.enqueue(DELTA, "three")
    async with many.another_process() as other:
        await other.messenger.post(CLEAN, CARD, key="before")
        many.clock.advance(1)
        await many.clean.uninstall()
        assert many.state("T0CLEAN") is WorkspaceState.REMOVED
        assert [many.status(one) for one in ("one", "two", "three")] == ["dead", "dead", "pending"]
        assert many.row("T0CLEAN").bot_token is None
        with pytest.raises(Gone):
            await many.surface.messenger.post(CLEAN, CARD, key="after")
        many.clock.advance(FRESH.total_seconds())
        with pytest.raises(Gone):
            await other.messenger.post(CLEAN, CARD, key="after")
    await deliverer.turn()
    assert many.status("three") == "sent"
    many.clock.advance(60)
    await many.install(many.clean, "U0ANNA")
    assert many.state("T0CLEAN") is WorkspaceState.NEW
    await many.surface.messenger.post(CLEAN, CARD, key="again")
    assert len(many.delta.posts("C0DELTA")) == 1


async def test_an_event_that_comes_after_a_new_installation_changes_nothing(many: Many):
    await many.install(many.clean, "U0ANNA")
    late = many.clean.users["U0ANNA"].event({"type": "app_uninstalled"})
    many.clock.advance(5)
    await many.install(many.clean, "U0ANNA")
    assert (await many.clean.users["U0ANNA"].deliver(late)).status == 200
    assert many.row("T0CLEAN").removed_at is None


async def test_tokens_of_people_that_are_revoked_change_nothing(many: Many):
    await many.install(many.clean, "U0ANNA")
    await many.clean.users["U0ANNA"].happens({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANNA"]}})
    assert many.row("T0CLEAN").removed_at is None


async def test_a_workspace_that_does_not_answer_keeps_nobody_else_waiting(many: Many):
    await many.install(many.clean, "U0ANNA")
    await many.install(many.delta, "U0DAAN")
    many.clean.fail("chat.postMessage", Fault.SLOW, times=50)
    rooms = [many.delta.add_channel(f"C0DELTA{number}", f"room-{number}") for number in range(20)]
    for number, room in enumerate(rooms):
        many.enqueue(f"slack:T0CLEAN:C0ROOM{number}", f"clean-{number}")
        many.enqueue(f"slack:T0DELTA:{room}", f"delta-{number}")
    deliverer, stop = deliver_with(many), asyncio.Event()
    running = asyncio.create_task(deliverer.run(stop, idle_seconds=0.01))
    async with asyncio.timeout(20):
        while not all(many.delta.posts(room) for room in rooms):
            await asyncio.sleep(0.02)
    assert "sent" not in {many.status(f"clean-{number}") for number in range(20)}
    many.clean.released.set()
    stop.set()
    await running


async def test_managers_of_the_cluster_elsewhere_are_told_once(many: Many):
    await many.install(many.clean, "U0ANNA")
    await many.install(many.delta, "U0DAAN")
    bind_both(many)
    many.clock.advance(1)
    await many.clean.uninstall()
    with many.database.read() as session:
        told = [row for row in session.exec(select(Outbox)).all() if "workspace.removed" in row.key]
    assert [row.destination for row in told] == ["slack:T0DELTA:G0MANAG"]


def bind_both(many: Many) -> None:
    """Let both workspaces be of one active cluster."""
    from domain.organisations import ClusterState
    from store.queries.rows import add
    from store.tables.people import Cluster

    now = many.clock.now()
    stamps: dict[str, Any] = {"created_at": now, "updated_at": now}
    with many.database.write() as session:
        cluster = add(
            session, Cluster(name="CLEAN", name_key="clean", country="DK", state=ClusterState.ACTIVE, **stamps)
        )
        for workspace in session.exec(select(Workspace)).all():
            workspace.cluster_id, workspace.state = cluster.id, WorkspaceState.ACTIVE
            workspace.managers_channel = f"slack:{workspace.native_id}:G0MANAG"
            session.add(workspace)


# -- an organisation of workspaces -----------------------------------------------------------------------------


async def test_an_organisation_installs_for_all_its_workspaces(many: Many):
    many.clean.enterprise = many.delta.enterprise = "E0GROUP"
    done = await many.install(many.clean, "U0ANNA", whole=True)
    assert "Matchpoint is in Group" in done.text
    with pytest.raises(Gone):
        await many.surface.messenger.post(DELTA, CARD, key="too early")
    assert (await many.delta.users["U0DAAN"].open_home()).status == 200
    assert many.delta.users["U0DAAN"].home is not None
    async with many.another_process() as other:
        await other.messenger.post(DELTA, CARD, key="a")
        made = await other.messenger.create_channel("slack:T0DELTA", name="fresh", private=False, key="k")
    assert len(many.delta.posts("C0DELTA")) == 1
    assert made.rpartition(":")[2] in many.delta.channels
    daan = many.delta.users["U0DAAN"]
    late = daan.event({"type": "app_home_opened", "user": "U0DAAN", "tab": "home"})
    button = {"type": "button", "action_id": "home.show", "value": "", "text": {"type": "plain_text", "text": "Page"}}
    pressed = daan.press_payload(many.delta.posts("C0DELTA")[0], button)
    whole = {"is_enterprise_install": True, "enterprise": {"id": "E0GROUP", "name": "Group"}}
    click = urlencode({"payload": json.dumps(pressed | whole)}).encode()
    typed = daan.command_fields("/matchpoint", "home") | {"is_enterprise_install": "true", "enterprise_id": "E0GROUP"}
    command = urlencode(typed).encode()
    form = "application/x-www-form-urlencoded"
    before = {body: many.delta.sign(body, content_type=form) for body in (click, command)}
    assert many.delta.send is not None
    many.clock.advance(1)
    await many.delta.users["U0DAAN"].happens({"type": "team_access_revoked", "team_ids": ["T0DELTA"]})
    assert many.state("T0DELTA") is WorkspaceState.REMOVED
    with pytest.raises(Gone):
        await many.surface.messenger.post(DELTA, CARD, key="b")
    await many.delta.users["U0DAAN"].deliver(late)
    assert many.state("T0DELTA") is WorkspaceState.REMOVED
    many.clock.advance(3)
    for body in (click, command):
        # Slack had signed it before the removal, and it comes through only now; or it is told of by its own instant.
        assert (await many.delta.send(body, before[body])).status_code == 200
        assert many.state("T0DELTA") is WorkspaceState.REMOVED
    headers = many.delta.sign(click, content_type=form)
    assert (await many.delta.send(click, headers)).status_code == 200
    assert many.state("T0DELTA") is WorkspaceState.REMOVED
    await many.delta.users["U0DAAN"].open_home()
    assert many.state("T0DELTA") is not WorkspaceState.REMOVED
