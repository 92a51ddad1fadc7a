"""What lets a surface into its workspaces: granted by their admins, renewed, and ended. One transaction each.

A surface asks here whose token is whose; nothing else in the house ever sees one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from handlers import audit, cards
from handlers.again import again
from handlers.members import installing
from handlers.members.binding import take_workspace
from handlers.requests import Installed, Removed
from handlers.signing import hashed
from handlers.work import Kit, Work
from store import inbox
from store.engine import Database, Session, StoreContended
from store.queries import installations as query
from store.queries.rows import add, change, key_of
from store.tables.accounts import Installation

#: Within this time a renewal is done, or the process that began it is not there any more.
RENEWAL: Final = timedelta(seconds=60)
_NAME_MAX: Final = 80
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform granted: a token for a `workspace`, or (without one) for all that an `enterprise` opens to us.

    `by` is the account that did it.
    """

    workspace: str
    token: str = field(repr=False)
    enterprise: str = ""
    name: str = ""
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    bot_user: str = ""
    bot: str = ""
    scopes: str = ""
    by: str = ""
    greet: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """What lets us into a workspace now. `owner` is whose token it is: the workspace, or its enterprise."""

    workspace: str
    owner: str
    version: int
    token: str = field(repr=False)
    enterprise: str = ""
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    bot_user: str = ""
    bot: str = ""


class Installations:
    """The installations of one surface. Safe to share between threads; all methods are synchronous."""

    def __init__(self, database: Database, kit: Kit, surface: str) -> None:
        self._database, self._kit, self._surface = database, kit, surface

    def everywhere(self) -> tuple[Access, ...]:
        """Return what lets us in, with a token of its own, wherever it does."""
        with self._database.read() as session:
            return tuple(
                _access(one.native_id, one) for one in query.installed(session, self._surface) if one.bot_token
            )

    def find(self, workspace: str, *, enterprise: str = "", now: datetime, at: datetime | None = None) -> Access | None:
        """Return what lets us into a workspace; None where nothing does.

        `enterprise` is the organisation whose token serves the workspace, where the platform just said so: that is
        written down, for messages that have to find the way by themselves. `at` is when the platform said so, where
        that may be earlier than now: what was said before a removal brings nothing back.
        """
        with self._database.read() as session:
            own = self._row(session, workspace)
            if own is not None and own.removed_at is None and own.bot_token:
                return _access(workspace, own)
            organisation = self._row(session, enterprise or (own.enterprise if own is not None else ""))
        if organisation is None or organisation.removed_at is not None or not organisation.bot_token:
            return None
        known = own is not None and own.removed_at is None
        if not known and not (enterprise and self._cover(workspace, enterprise, now, at or now)):
            return None
        return _access(workspace, organisation)

    def grant(self, grant: Grant, *, now: datetime) -> None:
        """Take what was granted; a workspace that was removed is back as it was, and who did it is greeted."""

        def step(session: Session) -> None:
            work = Work(session, now, self._kit)
            self._put(work, grant)
            if not grant.workspace:
                return
            workspace = take_workspace(work, surface=self._surface, native_id=grant.workspace)
            name = grant.name.strip()[:_NAME_MAX]
            if name and workspace.name != name:
                change(session, workspace, now=now, name=name)
            installing.install(work, Installed(self._surface, grant.workspace, whole=True))
            if grant.greet:
                # Anew after each installation: whoever did it is waiting for it.
                subject = f"W-{key_of(workspace)}:{int(now.timestamp())}"
                cards.publish(work, installing.GREETING, subject, destination=grant.greet)

        again(self._database.write, step)

    def end(self, native: str, *, at: datetime, now: datetime, event: str = "") -> None:
        """End what was granted for a workspace or an organisation; all is silent there from now on, and kept.

        `at` is when it ended: what was granted after that is another matter. An `event` counts once.
        """

        def step(session: Session) -> None:
            if event and not inbox.receive(session, self._surface, event, now):
                return
            work = Work(session, now, self._kit)
            row = self._row(session, native)
            if row is not None and (row.removed_at is not None or row.installed_at > at):
                return
            served = (
                ()
                if row is None or not row.bot_token
                else query.within(session, surface=self._surface, enterprise=native)
            )
            for one in (row, *served):
                if one is not None:
                    change(session, one, now=now, bot_token=None, refresh_token=None, expires_at=None, removed_at=now)
            for place in (native, *(one.native_id for one in served)):
                installing.remove(work, Removed(self._surface, place))
            audit.record(work, "workspace.removed", f"{self._surface}:{native}")

        again(self._database.write, step)

    def take_turn(self, access: Access, *, now: datetime) -> int:
        """Take the right to renew a token, which only one process may; return the row's version then, 0 without it."""

        def step(session: Session) -> int:
            row = self._row(session, access.owner)
            if row is None or row.version != access.version or (row.renewing_until and row.renewing_until > now):
                return 0
            return row.version if change(session, row, now=now, renewing_until=now + RENEWAL) else 0

        return again(self._database.write, step)

    def renew(
        self, access: Access, *, turn: int, token: str, refresh_token: str, expires_at: datetime | None, now: datetime
    ) -> bool:
        """Keep a renewed token, unless something else was granted or ended meanwhile; tell whether it was kept."""
        values: dict[str, Any] = {
            "bot_token": token,
            "refresh_token": refresh_token,
            "expires_at": expires_at,
            "renewing_until": None,
        }

        def step(session: Session) -> bool:
            row = self._row(session, access.owner)
            return row is not None and row.version == turn and change(session, row, now=now, **values)

        return again(self._database.write, step)

    def spend(self, state: str, *, now: datetime) -> bool:
        """Use the state of an installation up; False if it was used before."""
        spent = hashed(state)
        return again(self._database.write, lambda session: inbox.receive(session, f"{self._surface}.oauth", spent, now))

    def _row(self, session: Session, native: str) -> Installation | None:
        return query.installation_of(session, surface=self._surface, native_id=native)

    def _put(self, work: Work, grant: Grant) -> None:
        native = grant.workspace or grant.enterprise
        values: dict[str, Any] = {
            "enterprise": grant.enterprise,
            "bot_token": grant.token,
            "refresh_token": grant.refresh_token or None,
            "expires_at": grant.expires_at,
            "renewing_until": None,
            "bot_user": grant.bot_user,
            "bot": grant.bot,
            "scopes": grant.scopes,
            "installed_by": grant.by,
            "installed_at": work.now,
            "removed_at": None,
        }
        row = self._row(work.session, native)
        if row is None:
            base = {"surface": self._surface, "native_id": native, "created_at": work.now, "updated_at": work.now}
            add(work.session, Installation(**base, **values))
        elif not change(work.session, row, now=work.now, **values):
            raise StoreContended("The installation was changed meanwhile.")
        audit.record(work, "workspace.installed", f"{self._surface}:{native}", after={"scopes": grant.scopes})

    def _cover(self, workspace: str, enterprise: str, now: datetime, at: datetime) -> bool:
        """Write down that an organisation's token serves a workspace; False where it was told that it does not."""

        def step(session: Session) -> bool:
            row = self._row(session, workspace)
            if row is not None and row.removed_at is None:
                return True
            if row is not None and row.removed_at is not None and at <= row.removed_at:
                return False
            work = Work(session, now, self._kit)
            if row is None:
                row = Installation(
                    surface=self._surface,
                    native_id=workspace,
                    enterprise=enterprise,
                    installed_at=now,
                    created_at=now,
                    updated_at=now,
                )
                add(session, row)
            else:
                change(session, row, now=now, enterprise=enterprise, installed_at=now, removed_at=None)
            installing.install(work, Installed(self._surface, workspace, whole=True))
            return True

        return again(self._database.write, step)


def _access(workspace: str, row: Installation) -> Access:
    return Access(
        workspace=workspace,
        owner=row.native_id,
        version=row.version,
        token=row.bot_token or "",
        enterprise=row.enterprise,
        refresh_token=row.refresh_token or "",
        expires_at=row.expires_at,
        bot_user=row.bot_user,
        bot=row.bot,
    )
