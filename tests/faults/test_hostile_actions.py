"""Every action of the table, pressed by everybody with everybody's ids and with rubbish.

Nobody gets "something went wrong", nobody changes what is not his or hers to change, and nobody reads a name or a text
that is hidden from him or her.

The real values of an action are pressed by everybody who comes as far as its handler. What looks alike for all of them
(values of other kinds, rubbish, being turned away at the door) is dealt out among them, so that each value meets each
action and each person meets each kind. `--faults-whole` lets everybody press everything.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pytest
import structlog
from sqlalchemy import URL
from sqlmodel import col, select

from domain.answers import AnswerState
from handlers.requests import Press, Shown, Speaker, Submission
from handlers.routes import ROUTES, Need
from messages.card import Actions, Card, Form
from store.tables.base import Row
from store.tables.challenges import Answer, Challenge, Question
from store.tables.guests import GuestPass
from store.tables.introductions import Introduction
from store.tables.people import Identity, Membership, Workspace
from store.tables.vouchers import Application, Call, CallPart, Scheme
from tests.databases import empty_postgres
from tests.faults.scene import (
    DRAFTED,
    HIDDEN_BUYER,
    INVITED_ONLY,
    UNDISCLOSED,
    UNSENT,
    Scene,
    copied,
    rehearsed,
)
from tests.faults.voucher_scene import GRANTOR, ISSUER, NEIGHBOURS_PURPOSE, PURPOSE
from tests.world import CLEAN_CHANNEL, CLEAN_MANAGERS, DELTA_CHANNEL, DELTA_MANAGERS, World, address_of, text_of

TROUBLE: Final = "went wrong"
Who = frozenset[str]

WATERLENS: Final = frozenset({"sme", "colleague"})
FJORDSENSOR: Final = frozenset({"neighbour"})
SMES: Final = WATERLENS | FJORDSENSOR
NORDKAJ: Final = frozenset({"buyer"})
HAVNKRAFT: Final = frozenset({"other_buyer"})
CLEAN: Final = frozenset({"manager_owner"})
DELTA: Final = frozenset({"manager_partner"})
GUEST: Final = frozenset({"guest"})
NOBODY: Final[Who] = frozenset()

#: Values that no button has: rubbish, tampered, huge, of other scripts, of other kinds, and dangerous elsewhere.
RUBBISH: Final = (
    "",
    " ",
    ":",
    "::",
    ":::",
    "0",
    "-1",
    "2147483647",
    "2147483648",
    "99999999999999999",
    "9" * 400,
    "9" * 5000,
    "CH",
    "CH-",
    "CH-0",
    "CH--1",
    "CH-2147483648",
    "CH-99",
    "CH-99:1",
    "CH-1:-1",
    "CH-1:\u00b2",
    "CH-1:\u0663",
    "CH-1:9999999999",
    "CH-1:0",
    "CH-\u0661",
    "CH-1 \u00b2",
    "CH-1:CL-\u00b2",
    "CH-1:1:1:\u00b2",
    "CH-1:1:1:999999999",
    "CH-1\x00",
    "\x00",
    "AN-99:1",
    "AN-2:\u00b9",
    "IN-99",
    "IN-1:\u00b2",
    "IN-1:x",
    "\u00b2:\u00b2:\u00b2",
    "2:\u00b2:1",
    "999999999:999999999:999999999",
    "OR-99",
    "OR-99 sme",
    "OR-\u00b2 sme",
    "MB-99",
    "CL-99",
    "VO-99",
    "VO-1:\u00b2",
    "VO-7:1:\u00b2",
    "VO-7:\u00b2:3",
    "VO-7:1:9999999999",
    "SC-99",
    "SC-1:\u00b2",
    "CA-99:CL-1",
    "CA-2:CL-\u00b2",
    "CA-1+CA-1/csv",
    "CA-1+SC-99/committed/EUR 9999999999",
    "OR-2:\u00b2",
    "CL-1 own",
    "P-1",
    "consent:",
    "consent:IN-99",
    "consent:\x00",
    "consent:" + "x" * 1900,
    "consent:IN-1:consent:P-1",
    "new\nsme\nsme\nDK\n\u00b2\n\n\x00",
    "new\nmanager\nsme\nDK\n1\n\nX",
    "'; DROP TABLE person; --",
    "1 OR 1=1",
    "<script>alert(1)</script>",
    "<!channel> @here",
    "*_~`|{}%s%(x)s{0}",
    "../../etc/passwd",
    "\ud83d",
    "\u202eCH-1",
    "CH\u201199",
    "\U0001f4a7" * 500,
    "x" * 2000,
)


def is_particular(text: str) -> bool:
    """Tell whether an engine may trip over a value: PostgreSQL takes no NUL, no half a character, no high number."""
    return any(part in text for part in ("\x00", "\ud83d", "9999", "2147", "xxxx"))


#: What forms carry: each of them in every field at once.
TYPED: Final = (
    "",
    "\x00",
    "\ud83d",
    "\u202e\u200b\u2066",
    "\U0001f4a7",
    "<!channel> <!here> <@U123> @everyone",
    "x" * 8_000,
    "x " * 20_000,
    "9" * 5_000,
    "\u00b2",
    "\u0663",
    "-1",
    "1e309",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "2026-W01-1",
    "'; DROP TABLE person; --",
    "<script>alert(1)</script> *b* _i_ `c` {0} %s",
    "a: 50\nb: \u00b2",
    "a\n" * 3_000,
    "http://[::1",
    "https://" + "a" * 3_000 + ".example",
    "Europe/../etc/passwd",
    "\u0130\u1e9e\u00df" * 200,
)

#: Forms that would be taken, so that nothing but authority stands in the way.
GOOD: Final[Mapping[str, str | tuple[str, ...]]] = {
    "text": "A text.",
    "reply": "A reply.",
    "note": "A note.",
    "reason": "Out of budget this year.",
    "outcome": "no_fit",
    "clusters": ("CL-2", "CL-3"),
    "summary": "What we can do.",
    "capacity": "3",
    "language": "en",
    "zone": "Europe/Copenhagen",
    "organisation": "Fjordsensor",
    "role": "sme",
    "country": "DK",
    "title": "Another title",
    "background": "Background enough for anybody.",
    "problem": "A problem that is told at length.",
    "must_haves": "One\nTwo",
    "criteria": "One: 100",
    "countries": "DK",
    "deadline_on": "2026-07-30",
    "confidentiality": "open",
    "rest": ("decline",),
    "managers": ("web:W-CLEAN:@manager_owner",),
    "date": "2026-06-30",
    "time": "10:00",
    "minutes": "60",
    "place": "A place",
    "partner": "A utility",
    "partner_country": "SE",
    "purpose": "To meet them.",
    "starts_on": "2026-06-01",
    "ends_on": "2026-06-03",
    "amount": "100",
    "sme": ("sme",),
    "agreed_on": "2026-05-04",
    "issuer": "Ferries",
    "number": "17",
    "dated_on": "2026-05-04",
    "link": "https://files.example.org/17.pdf",
    "paid_on": "2026-05-04",
    "name": "Travel",
    "cap": "400",
    "currency": "EUR",
    "claim_days": "30",
    "report_days": "30",
    "move_days": "90",
    "opens_on": "2026-06-01",
    "cutoff_on": "2026-07-30",
    "budget": "9,000.00",
    "hidden": "pipes",
    "places": ("1", "2", "3"),
}
SPECIAL: Final[Mapping[str, Mapping[str, str]]] = {
    "answer.decline.send": {"reason": "other"},
    "suggestion.reject_save": {"reason": "other"},
    "introduction.decline_save": {"reason": "other"},
    "challenge.resolve.send": {"outcome": "pilot"},
    "guest.invite.send": {"email": "a.guest@example.org", "challenge": "CH-1", "days": "30"},
    "challenge.save": {"keep": "keep"},
    "nudges.save": {"consent": "2, 5", "outcome": "9", "lapse": "12"},
    "voucher.save": {"call": "CA-1", "organisation": ""},
    "voucher.report.save": {"report": "We met.", "result": "A pilot."},
    "scheme.save": {"kinds": "sme"},
    "setup.save": {"name": ""},
    "voucher.reject.send": {"why": "other"},
    "voucher.declare.save": {"aid": "", "linked": "", "true": "1"},
    "register.link.save": {"firm": "Havnkraft", "kind": "votes"},
    "call.save": {"budget": "9,000.00", "partners": "Clean Tech Delta: 10,000.00"},
}

#: The kinds of ids that a family of actions takes.
FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "answer": ("AN-", "CH-"),
    "challenge": ("CH-",),
    "screening": ("CH-",),
    "sharing": ("CH-",),
    "question": ("CH-", "AN-"),
    "suggestion": ("1:", "2:", "3:", "7:", "8:", "10:", "CH-"),
    "introduction": ("IN-",),
    "opening": ("IN-",),
    "consent": ("IN-",),
    "meeting": ("IN-",),
    "membership": ("MB-", "CL-"),
    "cluster": ("CL-",),
    "profile": ("OR-",),
    "nudges": ("CL-",),
    "undelivered": ("2", "3"),
    "voucher": ("VO-", "CA-", "SC-2/", "CL-2/", "all/"),
    "claim": ("VO-",),
    "scheme": ("SC-", "CL-1 own", "own"),
    "call": ("SC-", "CA-"),
    "register": ("OR-", "VO-"),
}
STRANGE_KINDS: Final = (
    *("CH-1", "AN-1:2", "IN-1", "CL-1", "MB-1", "OR-1:1", "1:6:1", "consent:IN-2", "OR-1 sme", "1"),
    *("VO-2:3", "VO-7:1:3", "CA-1:CL-1", "SC-1:1"),
)
#: Claims as they are named where it does not matter how often they changed.
CLAIMS: Final = ("VO-6:1", "VO-7:1", "VO-8:1")

#: Actions by which people change what is their own; what they touch of others is nothing but the outbox.
ONES_OWN: Final = frozenset(
    {"first_use.read", "settings.save", "nudge.opt_out", "nudge.snooze_save", "nudge.not_me", "nudge.stop"}
    | {"join.request", "join.choose", "calendar.show", "calendar.renew", "calendar.off"}
    | {"link.start", "link.join"}
)
OWN_TABLES: Final = frozenset(
    {"person", "calendar_feed", "audit_event", "outbox", "post", "membership", "organisation", "link_code"}
)


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """Keep ten thousand refusals out of the output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def sqlite_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Give the scene on SQLite: what everybody may do does not depend on the engine."""
    with rehearsed(f"sqlite:///{tmp_path_factory.mktemp('scene') / 'store.db'}") as scene:
        yield scene


@pytest.fixture(scope="module")
def postgres_scene(sqlite_scene: Scene, postgres_server: URL) -> Iterator[Scene]:
    """Give the same scene on PostgreSQL, which is more particular about numbers and characters."""
    for url in empty_postgres(postgres_server):
        with copied(sqlite_scene, url) as scene:
            yield scene


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest) -> Scene:
    given: Scene = request.getfixturevalue("sqlite_scene" if request.param == "sqlite" else "postgres_scene")
    return given


def press(scene: Scene, speaker: Speaker, action: str, value: str) -> Shown:
    return scene.world.desk.press(Press(speaker, action, value), now=scene.world.now)


def send(scene: Scene, speaker: Speaker, action: str, value: str, fields: Mapping[str, str | tuple[str, ...]]) -> Shown:
    return scene.world.desk.submit(Submission(speaker, action, value, dict(fields)), now=scene.world.now)


def words(shown: Shown) -> str:
    """Return every word that a person reads of what is shown."""
    parts = [*shown.errors.values()]
    for card in [shown.card, *(shown.home.cards if shown.home else ())]:
        if card is not None:
            parts += [words_of_card(card)]
    if shown.form is not None:
        parts += words_of_form(shown.form)
    return "\n".join(parts)


def words_of_card(card: Card) -> str:
    labels = [button.label for block in card.blocks if isinstance(block, Actions) for button in block.buttons]
    return "\n".join([text_of(card), card.summary, *labels])


def words_of_form(form: Form) -> Iterator[str]:
    yield from (form.title, form.intro)
    for one in form.fields:
        yield from (one.label, one.hint, one.value if isinstance(one.value, str) else "\n".join(one.value))
        yield from (option.label for option in one.options)


def values_for(scene: Scene, action: str) -> list[str]:
    """Return the values of real things that an action could be pressed with, and some of other kinds."""
    family = action.partition(".")[0]
    kinds = FAMILIES.get(family, ())
    real = {value for value in scene.values[""] if value.startswith(kinds)} if kinds else set[str]()
    if family in ("voucher", "claim"):
        # What names a claim is no application, and the other way round; one of each other kind is below.
        real = {value for value in real if (value in CLAIMS or value.count(":") == 2) is (family == "claim")}
    return sorted({*real, *scene.values.get(action, ()), *STRANGE_KINDS, ""})


#: They are members of nothing.
OUTSIDERS: Final = ("stranger", "newcomer", "latecomer", "nobody")
#: How many people press what is the same for all of them.
_FEW: Final = 3


def pressed(scene: Scene, action: str, values: Iterable[str], *, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield each value of an action with each name of who presses it."""
    names = list(scene.speakers)
    if whole:
        yield from itertools.product(sorted(values), names)
        return
    outsiders = OUTSIDERS if ROUTES[action].need is Need.MEMBER else ()
    able = [name for name in names if name not in outsiders]
    known, kinds = scene.values.get(action, set[str]()), FAMILIES.get(action.partition(".")[0], ())
    for turn, value in enumerate(sorted(values), start=sorted(ROUTES).index(action)):
        strange = bool(kinds and value) and value not in known and not value.startswith(kinds)
        yield from ((value, name) for name in (dealt(names, turn, _FEW) if strange else able))
        if outsiders and not strange:
            yield value, outsiders[turn % len(outsiders)]


def dealt(names: Sequence[str], turn: int, each: int) -> Iterator[str]:
    """Yield whose turn it is: so many names, others at every turn."""
    return (names[(turn + one) % len(names)] for one in range(each))


class Authority:
    """Who may change what, told once more and independently of the handlers."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        world: World = scene.world
        self._smes = {world.sme_organisation: WATERLENS, world.neighbour_organisation: FJORDSENSOR}
        self._managers = {world.clean: CLEAN, world.delta: DELTA}
        self._buyers = {world.buyer_organisation: NORDKAJ}
        self._organisations = {**self._smes, **self._buyers}

    def _row(self, table: type, value: str) -> object | None:
        # A bare number is as good as an id where only one kind is taken.
        number = value.lstrip("CHANIMB-").partition(":")[0].partition(" ")[0]
        if not (number.isascii() and number.isdigit()):
            return None
        with self._scene.database.read() as session:
            return session.get(table, int(number))

    def author(self, value: str) -> Who:
        row = self._row(Answer, value) if value[:2] == "AN" or value[:1].isdigit() else None
        return self._smes.get(row.organisation_id, NOBODY) if isinstance(row, Answer) else NOBODY

    def asker_of_answer(self, value: str) -> Who:
        row = self._row(Answer, value) if value[:2] == "AN" or value[:1].isdigit() else None
        if not isinstance(row, Answer) or row.state is AnswerState.DRAFT:
            return NOBODY
        return self.asker(f"CH-{row.challenge_id}")

    def asker(self, value: str) -> Who:
        row = self._row(Challenge, value) if value[:2] == "CH" or value.isdigit() else None
        return self._buyers.get(row.organisation_id, HAVNKRAFT) if isinstance(row, Challenge) else NOBODY

    def answering(self, value: str) -> Who:
        if value.startswith("AN"):
            return self.author(value)
        row = self._row(Challenge, value if value.startswith("CH") else f"CH-{value}")
        if not isinstance(row, Challenge):
            return NOBODY
        if row.confidentiality == "invite":
            return WATERLENS
        return SMES | GUEST if row.id in (1, 6) else SMES  # invited to the one, and to be introduced for the other

    def stating(self, value: str) -> Who:
        return self.asker(value) if value else NORDKAJ | HAVNKRAFT

    def owner(self, value: str) -> Who:
        return CLEAN if value.startswith("CH") or value == "1" else NOBODY

    def partner(self, value: str) -> Who:
        return DELTA if value.startswith("CH") or value == "1" else NOBODY

    def managing(self, value: str) -> Who:
        if not value:
            return CLEAN | DELTA | {"elsewhere"}  # of the own cluster
        number = value.upper().removeprefix("CL-")
        managers = {**self._managers, 3: frozenset({"elsewhere"})}
        return managers.get(int(number), NOBODY) if number.isdigit() else NOBODY

    def named(self, value: str) -> Who:
        cluster = value.rpartition(":")[2]
        return self._managers.get(int(cluster), NOBODY) if cluster.isdigit() else NOBODY

    def party(self, value: str) -> Who:
        row = self._row(Introduction, value if value.startswith("IN") else f"IN-{value}")
        if not isinstance(row, Introduction):
            return NOBODY
        return self._smes.get(row.organisation_id, NOBODY) | self._buyers.get(row.buyer_id, HAVNKRAFT)

    def concerned(self, value: str) -> Who:
        row = self._row(Introduction, value if value.startswith("IN") else f"IN-{value}")
        if not isinstance(row, Introduction):
            return NOBODY
        return self.party(value) | self._managers[row.owner_cluster_id] | self._managers[row.sme_cluster_id]

    def closing(self, value: str) -> Who:
        row = self._row(Introduction, value if value.startswith("IN") else f"IN-{value}")
        if not isinstance(row, Introduction):
            return NOBODY
        return self._managers[row.owner_cluster_id] | self._managers[row.sme_cluster_id]

    def opening(self, value: str) -> Who:
        row = self._row(Introduction, value if value.startswith("IN") else f"IN-{value}")
        return self._managers[row.owner_cluster_id] if isinstance(row, Introduction) else NOBODY

    def asked(self, value: str) -> Who:
        number = value.rpartition(":")[2]
        with self._scene.database.read() as session:
            row = session.get(Question, int(number)) if number.isdigit() and len(number) < 9 else None
        if row is None:
            return NOBODY
        if row.from_buyer:
            return self._smes.get(row.organisation_id, NOBODY)
        return self.asker(f"CH-{row.challenge_id}")

    def letting_in(self, value: str) -> Who:
        row = self._row(Membership, value if value.startswith("MB") else f"MB-{value}")
        return self._managers.get(row.cluster_id, NOBODY) if isinstance(row, Membership) else NOBODY

    def applicant(self, value: str) -> Who:
        row = self._row(Membership, value if value.startswith("MB") else f"MB-{value}")
        mine = isinstance(row, Membership) and row.person_id == self._scene.world.people["stranger"]
        return frozenset({"stranger"}) if mine else NOBODY

    def other_managers(self, value: str) -> Who:
        return CLEAN | DELTA | {"elsewhere"} if value.startswith("CL") else NOBODY

    def member(self, value: str) -> Who:
        everybody = NORDKAJ | HAVNKRAFT | SMES | {"foreigner"}
        if not value:
            return everybody
        number = value.partition("-")[2].partition(":")[0]
        known = self._organisations.get(int(number)) if value.startswith("OR") else None
        return known if known is not None else {4: frozenset({"foreigner"})}.get(int(number or 0), HAVNKRAFT)

    def _of_firm(self, organisation_id: int | None) -> Who:
        """Return who acts for an organisation."""
        return self._organisations.get(
            organisation_id or 0, {4: frozenset({"foreigner"}), 5: HAVNKRAFT}.get(organisation_id or 0, NOBODY)
        )

    def _numbered(self, table: type[Row], kind: str, value: str) -> Row | None:
        found = re.match(rf"({kind}-)?(\d{{1,9}})(?!\d)", value)
        if found is None:
            return None
        with self._scene.database.read() as session:
            return session.get(table, int(found[2]))

    def _application(self, value: str) -> Application | None:
        row = self._numbered(Application, "VO", value)
        return row if isinstance(row, Application) else None

    def applied(self, value: str) -> Who:
        row = self._application(value)
        return NOBODY if row is None else self._of_firm(row.organisation_id)

    def funding(self, value: str) -> Who:
        row = self._application(value)
        return NOBODY if row is None else self._managers[row.cluster_id]

    def applying(self, value: str) -> Who:
        if value.startswith("VO"):
            return self.applied(value)
        if value.startswith("IN"):
            return self.party(value.partition(":")[0]) & SMES
        return SMES if not value or value.startswith("CA") else NOBODY

    def declaring(self, value: str) -> Who:
        if not value:
            return NORDKAJ | HAVNKRAFT | SMES | {"foreigner"}
        if value.startswith("VO"):
            return self.applied(value)
        found = re.fullmatch(r"OR-(\d+)(:.*)?", value)
        return self._of_firm(int(found[1])) if found else NOBODY

    def overseeing(self, value: str) -> Who:
        if value.startswith("VO"):
            return self.funding(value)
        found = re.fullmatch(r"OR-(\d+)(:.*)?", value)
        clusters = {1: CLEAN, 2: DELTA, 3: CLEAN, 4: frozenset({"elsewhere"}), 5: CLEAN, 6: DELTA}
        return clusters.get(int(found[1]), NOBODY) if found else NOBODY

    def _owner_of(self, table: type[Row], kind: str, value: str) -> Who:
        row = self._numbered(table, kind, value)
        if isinstance(row, Call):
            row = self._numbered(Scheme, "SC", str(row.scheme_id))
        return self._managers[row.owner_cluster_id] if isinstance(row, Scheme) else NOBODY

    def scheme_owner(self, value: str) -> Who:
        return self._owner_of(Scheme, "SC", value)

    def call_owner(self, value: str) -> Who:
        return self._owner_of(Call, "CA", value)

    def making_scheme(self, value: str) -> Who:
        if value.startswith("SC"):
            return self.scheme_owner(value)
        cluster, _, preset = value.rpartition(" ")
        return self.managing(cluster) if preset == "own" else NOBODY

    def making_call(self, value: str) -> Who:
        return self.call_owner(value) if value.startswith("CA") else self.scheme_owner(value)

    def funding_part(self, value: str) -> Who:
        call, _, cluster = value.partition(":")
        if self._numbered(Call, "CA", call) is None:
            return NOBODY
        return self.managing(cluster) if cluster else CLEAN | DELTA

    def looking(self, value: str) -> Who:
        """Return who runs or funds what is looked at."""
        what = value.partition("/")[0]
        if what in ("", "all"):
            return CLEAN | DELTA | {"elsewhere"}
        if what.startswith("CL"):
            return CLEAN | DELTA
        number = int(what[3:]) if re.fullmatch(r"(CA|SC)-\d+", what) else 0
        query = select(CallPart.cluster_id).join(Call, col(Call.id) == CallPart.call_id)
        query = query.where(Call.id == number) if what.startswith("CA") else query.where(Call.scheme_id == number)
        with self._scene.database.read() as session:
            funders = session.exec(query).all()
        owner = self.call_owner(what) if what.startswith("CA") else self.scheme_owner(what)
        return owner.union(*(self._managers[one] for one in funders)) if number else NOBODY

    def setting_up(self, _value: str) -> Who:
        return CLEAN | DELTA | {"elsewhere", "newcomer", "latecomer"}

    def having_guest(self, value: str) -> Who:
        row = self._numbered(GuestPass, "", value)
        return self._managers[row.cluster_id] if isinstance(row, GuestPass) and value.isdigit() else NOBODY

    def asked_by_workspace(self, value: str) -> Who:
        row = self._numbered(Workspace, "", value)
        waits = isinstance(row, Workspace) and row.native_id == "W-LATER" and value.isdigit()
        return CLEAN if waits else NOBODY

    def linked(self, value: str) -> Who:
        row = self._numbered(Identity, "", value)
        mine = isinstance(row, Identity) and (row.workspace, row.native_user) == ("W-BALTIC", "stranger")
        return frozenset({"stranger"}) if mine and value.isdigit() else NOBODY

    def nobody(self, _value: str) -> Who:
        return NOBODY

    def rules(self) -> dict[str, Callable[[str], Who]]:
        """Return, for each action that writes, who may change something with a value."""
        return {
            "answer.decline.send": self.asker_of_answer,
            "answer.discard": self.author,
            "answer.from_message": self.nobody,
            "answer.question": self.author,
            "answer.save": self.answering,
            "answer.shortlist": self.asker_of_answer,
            "answer.submit": self.author,
            "answer.withdraw": self.author,
            "answer.write": self.answering,
            "challenge.close.send": self.asker,
            "challenge.discard": self.asker,
            "challenge.resolve.send": self.asker,
            "challenge.save": self.stating,
            "challenge.structure": self.asker,
            "challenge.submit": self.asker,
            "challenge.title": lambda _value: NORDKAJ | HAVNKRAFT,
            "challenge.withdraw.send": self.asker,
            "cluster.activate": self.other_managers,
            "cluster.decline": self.other_managers,
            "consent.give": self.party,
            "consent.refuse_save": self.party,
            "conversation.back": self.concerned,
            "conversation.close": self.closing,
            "conversation.leave": self.concerned,
            "conversation.reopen": self.closing,
            "conversation.send": self.concerned,
            "guest.invite.send": lambda _value: CLEAN,  # whose company the form names
            "guest.renew": self.having_guest,
            "guest.revoke": self.having_guest,
            "introduction.approve": self.named,
            "introduction.decline_save": self.named,
            "link.unlink": self.linked,
            "meeting.accept": self.party,
            "meeting.call_off": self.party,
            "meeting.decline": self.party,
            "meeting.met": self.concerned,
            "meeting.outcome_save": self.concerned,
            "meeting.propose": self.party,
            "membership.approve": self.letting_in,
            "membership.refuse.send": self.letting_in,
            "membership.withdraw": self.applicant,
            "nudges.reset": self.managing,
            "nudges.save": self.managing,
            "opening.save": self.opening,
            "profile.pause": self.member,
            "profile.resume": self.member,
            "profile.save": self.member,
            "question.ask.send": self.asker_of_answer,
            "question.reply.send": self.asked,
            "question.start.send": self.answering,
            "screening.publish": self.owner,
            "screening.return.send": self.owner,
            "setup.save": self.setting_up,
            "sharing.hide.send": self.owner,
            "sharing.offer.send": self.owner,
            "sharing.places.send": self.partner,
            "sharing.refuse": self.partner,
            "sharing.return": self.partner,
            "sharing.take": self.partner,
            "suggestion.approve": self.named,
            "suggestion.reject_save": self.named,
            "undelivered.drop": lambda _value: CLEAN,
            "undelivered.resend": lambda _value: CLEAN,
            "web.link": self.nobody,
            "call.cancel.send": self.call_owner,
            "call.part.refuse": self.funding_part,
            "call.part.save": self.funding_part,
            "call.part.take": self.funding_part,
            "call.save": self.making_call,
            "claim.approve": self.funding,
            "claim.pay.save": self.funding,
            "claim.receipt.add": self.applied,
            "claim.receipt.remove": self.applied,
            "claim.reject.send": self.funding,
            "claim.return.send": self.funding,
            "claim.submit.send": self.applied,
            "claim.withdraw": self.applied,
            "register.link.save": self.overseeing,
            "register.unlink": self.overseeing,
            "scheme.archive": self.scheme_owner,
            "scheme.save": self.making_scheme,
            "voucher.agree.save": self.funding,
            "voucher.approve": self.funding,
            "voucher.claim": self.applied,
            "voucher.declare.confirm": self.declaring,
            "voucher.declare.save": self.declaring,
            "voucher.discard": self.applied,
            "voucher.export": self.looking,
            "voucher.keep.send": self.funding,
            "voucher.moving.agree": self.funding,
            "voucher.picture": self.looking,
            "voucher.reject.send": self.funding,
            "voucher.report.save": self.applied,
            "voucher.return.send": self.funding,
            "voucher.save": self.applying,
            "voucher.submit": self.applied,
            "voucher.withdraw.send": self.applied,
            "workspace.keep_out": self.asked_by_workspace,
            "workspace.let_in": self.asked_by_workspace,
        }


#: With the things of the scene, these have nothing to change for anybody; nobody is paused in it,
#: every cluster keeps to the defaults, no declaration of aid is old, and no conversation is closed.
IDLE: Final = frozenset(
    {
        "answer.from_message",
        "challenge.structure",
        "conversation.reopen",
        "nudges.reset",
        "profile.resume",
        "voucher.declare.confirm",
        "web.link",
    }
)


def test_only_who_has_the_authority_changes_anything(sqlite_scene: Scene, whole: bool) -> None:
    scene, rules = sqlite_scene, Authority(sqlite_scene).rules()
    writing = {action for action, route in ROUTES.items() if route.writes}
    assert writing == rules.keys() | ONES_OWN, "each action that writes has a rule about who may"
    wrong: list[str] = []
    effective: set[str] = set()
    for action in sorted(rules):
        fields = {**GOOD, **SPECIAL.get(action, {})}
        for value, name in pressed(scene, action, values_for(scene, action), whole=whole):
            scene.database.effects.clear()
            shown = send(scene, scene.speakers[name], action, value, fields)
            if TROUBLE in words(shown):
                wrong.append(f"{action} {value!r} by {name}: trouble")
            if scene.database.effects:
                effective.add(action)
                if name not in rules[action](value):
                    wrong.append(f"{action} {value!r} by {name} changed {sorted(scene.database.effects)}")
    assert not wrong, "\n".join(wrong[:80])
    assert effective == rules.keys() - IDLE


def test_what_is_ones_own_reaches_nothing_else(sqlite_scene: Scene) -> None:
    wrong: list[str] = []
    for action in sorted(ONES_OWN):
        fields = {**GOOD, **SPECIAL.get(action, {})}
        for value in values_for(sqlite_scene, action):
            for name, speaker in sqlite_scene.speakers.items():
                sqlite_scene.database.effects.clear()
                send(sqlite_scene, speaker, action, value, fields)
                if more := sqlite_scene.database.effects - OWN_TABLES:
                    wrong.append(f"{action} {value!r} by {name} changed {sorted(more)}")
    assert not wrong, "\n".join(wrong[:80])


def test_what_is_hidden_is_shown_to_nobody_else(sqlite_scene: Scene, whole: bool) -> None:
    scene = sqlite_scene
    wrong: list[str] = []
    for action, route in sorted(ROUTES.items()):
        # What a form answers is looked at too; but which version a card was of makes no difference to what is read.
        values = {value for value in values_for(scene, action) if route.writes or not _VERSIONED.fullmatch(value)}
        values |= scene.values.get(action, set())
        for value, name in pressed(scene, action, values, whole=whole):
            text = words(press(scene, scene.speakers[name], action, value)) if name != "colleague" else ""
            wrong += [f"{action} {value!r} shows {name} {leak!r}" for leak in leaks(name, action, value, text)]
    for name, speaker in scene.speakers.items():
        text = "\n".join(words_of_card(card) for card in scene.world.home(speaker).cards)
        wrong += [f"home shows {name} {leak!r}" for leak in leaks(name, "home", "", text)]
    assert not wrong, "\n".join(wrong[:80])


_VERSIONED: Final = re.compile(r"(CH|AN)-\d+:(\d+|CL-\d+)")

#: Who may ever read a text; everybody else never.
READERS: Final[Mapping[str, Who]] = {
    HIDDEN_BUYER: HAVNKRAFT | CLEAN,
    INVITED_ONLY: NORDKAJ | WATERLENS | CLEAN,
    DRAFTED: FJORDSENSOR,
    UNDISCLOSED: WATERLENS,
    UNSENT: NORDKAJ,
    "Fjordsensor": FJORDSENSOR | CLEAN | {"stranger"},
    "Molenwater": CLEAN | DELTA | GUEST,
    "owner.waterlens@": WATERLENS | NORDKAJ | DELTA,
    "buyer.nordkaj@": WATERLENS | NORDKAJ | CLEAN,
    "visitor@": CLEAN | {"stranger"},
    "guest@": DELTA | GUEST,
    PURPOSE: WATERLENS | CLEAN | DELTA,
    NEIGHBOURS_PURPOSE: FJORDSENSOR | CLEAN,
    ISSUER: WATERLENS | CLEAN | DELTA,
    GRANTOR: WATERLENS | DELTA,
}


def leaks(name: str, action: str, value: str, text: str) -> Iterator[str]:
    """Yield what this person should not have read."""
    if action.startswith("profile"):
        return  # who is a member of one's own cluster is no secret; what it asks for is
    for secret, readers in READERS.items():
        if name not in readers and secret.lower() in text.lower() and secret not in value:
            yield secret
    # Submitting was a consent to be introduced; until the managers approve, the buyer reads no name.
    if (
        name == "buyer"
        and action.startswith(("answer", "question"))
        and value.startswith("AN-1")
        and "Waterlens" in text
    ):
        yield "Waterlens"


def test_no_message_carries_what_its_readers_may_not_know(sqlite_scene: Scene) -> None:
    readers = {address_of(speaker): {name} for name, speaker in sqlite_scene.speakers.items()}
    readers |= {CLEAN_CHANNEL: {"neighbour"}, DELTA_CHANNEL: {"sme"}}
    readers |= {CLEAN_MANAGERS: {"manager_owner"}, DELTA_MANAGERS: {"manager_partner"}}
    wrong = [
        f"{message.to}: {leak!r} in {words_of_card(message.card)!r}"
        for message in sqlite_scene.world.messages.values()
        for name in readers.get(message.to, ())
        for leak in leaks(name, "message", "", words_of_card(message.card))
    ]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("typed", [False, True], ids=["buttons", "forms"])
def test_rubbish_is_refused_and_changes_nothing(scene: Scene, typed: bool, whole: bool) -> None:
    wrong: list[str] = []
    for number, (action, route) in enumerate(sorted(ROUTES.items())):
        if typed and not route.writes:
            continue
        names = ("manager_owner", "sme", "buyer") if route.need is Need.MEMBER else ("sme", "stranger", "nobody")
        rubbish = RUBBISH if scene.database.dialect == "sqlite" else filter(is_particular, RUBBISH)
        for turn, value in enumerate(rubbish, start=number):
            for name in names if whole else dealt(names, turn, 1):
                scene.database.effects.clear()
                shown = send(scene, scene.speakers[name], action, value, GOOD if typed else {})
                if TROUBLE in words(shown):
                    wrong.append(f"{action} {value[:60]!r} by {name}: trouble")
                if action not in MAY_TAKE_TEXT and scene.database.effects:
                    wrong.append(f"{action} {value[:60]!r} by {name} changed {sorted(scene.database.effects)}")
    assert not wrong, "\n".join(wrong[:80])


#: Their value is free text, or they have none.
MAY_TAKE_TEXT: Final = {
    *("challenge.title", "challenge.save", "setup.save", "profile.save", "profile.pause", "answer.write"),
    *(ONES_OWN - {"nudge.snooze_save", "nudge.not_me", "nudge.stop"}),
}


#: Fields of forms that are not among the good ones.
MORE_FIELDS: Final = (
    *("nda", "links", "website", "headcount", "trl", "quiet_hours", "snooze", "solutions", "budget", "ip_terms"),
    *("aid", "linked", "true", "firm", "kind", "kinds", "rules", "documents", "document_0", "second_above", "per_euro"),
    *("partners", "call", "agreement", "original", "payment", "last", "why", "report", "result", "keep"),
    *("sector", "invited", "name", "cluster", "challenge_channel", "managers_channel"),
)


def test_whatever_is_typed_into_a_form_is_taken_or_refused_in_words(scene: Scene, whole: bool) -> None:
    wrong: list[str] = []
    rules = Authority(scene).rules()
    for action in sorted(rules.keys() | ONES_OWN):
        for value in sorted(scene.values.get(action, {""}))[:2]:
            able = sorted(rules[action](value) if action in rules else {"sme", "stranger"})[:2]
            for turn, text in enumerate(_typed(scene) if able else ()):
                both = (text, (text, text))
                turns = itertools.product(able, both) if whole else zip(dealt(able, turn, 2), both, strict=True)
                for name, typed in turns:
                    fields = dict.fromkeys((*GOOD, *MORE_FIELDS), typed)
                    if TROUBLE in words(send(scene, scene.speakers[name], action, value, fields)):
                        wrong.append(f"{action} {value!r} {text[:40]!r} by {name}: trouble")
    assert not wrong, "\n".join(wrong[:80])


def _typed(scene: Scene) -> tuple[str, ...]:
    return TYPED if scene.database.dialect == "sqlite" else tuple(one for one in TYPED if is_particular(one))
