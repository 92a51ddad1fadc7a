"""The register of de minimis aid for managers, and the links by which firms are one single undertaking."""

from __future__ import annotations

from domain.deminimis import LinkKind, window_starts
from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id, read_number
from domain.organisations import NAME_MAX, name_key
from domain.schemes import today_in
from domain.text import clean_line
from handlers import audit
from handlers.routes import route
from handlers.vouchers import register
from handlers.vouchers.aid import aid_by_state, refresh_undecided, states_of
from handlers.vouchers.sight import find_to_decide
from handlers.work import Ask, Reply, Work
from messages.notices.deminimis import AidRegister, FirmLink, LinkFirm, NamedFirm
from store.queries import deminimis as query
from store.queries.people import organisations_by_id
from store.queries.rows import add, key_of, remove
from store.tables.people import Organisation
from store.tables.vouchers import OrganisationLink


def _overseen(work: Work, value: str) -> tuple[Organisation, int]:
    """Return the organisation that is meant (`OR-3`, or that of `VO-5`), and the person's cluster that looks after it.

    :raises NotFound: the person manages no cluster of which it is a member, or that decides about it.
    :raises NotAllowed: the person belongs to it, or to a firm that is one undertaking with it.
    """
    subject = value.partition(":")[0].strip()
    try:
        kind, number = parse_id(subject)
    except Invalid:
        kind, number = "", 0
    if kind == Kind.VOUCHER:
        number = key_of(find_to_decide(work, subject).organisation)
    elif kind != Kind.ORGANISATION:
        raise Invalid("aid.register.which", example="OR-12")
    clusters = query.overseers_of(work.session, number, work.who.managed())
    if not clusters:
        raise NotFound("aid.register.unknown", id=format_id(Kind.ORGANISATION, number))
    if register.undertaking(work, number) & set(work.who.organisations()):
        raise NotAllowed("aid.register.own")
    return work.session.get_one(Organisation, number), clusters[0]


def _id(organisation_id: int) -> str:
    return format_id(Kind.ORGANISATION, organisation_id)


@route("register.show", writes=False)
def show_register(work: Work, ask: Ask) -> Reply:
    """Show a manager what an undertaking was granted, and why its firms are one."""
    organisation, _ = _overseen(work, ask.value)
    return Reply(_register(work, organisation))


def _register(work: Work, organisation: Organisation) -> AidRegister:
    key, today = key_of(organisation), today_in(work.who.zone, work.now)
    links = query.links_around(work.session, key)
    firms = register.undertaking(work, key)
    names = {one: row.name for one, row in organisations_by_id(work.session, list(firms)).items()}
    return AidRegister(
        id=_id(key),
        organisation=organisation.name,
        start=window_starts(today),
        on=today,
        declared_on=register.declared_on(work, key),
        links=tuple(
            FirmLink(f"{_id(key)}:{row.id}", names[row.one_id], names[row.other_id], row.kind) for row in links
        ),
        named=tuple(_named(work, key, firms)),
        states=tuple(aid_by_state(work, key, sorted(states_of(work, key, today)), today, detailed=True)),
    )


def _named(work: Work, key: int, firms: frozenset[int]) -> list[NamedFirm]:
    """Return whom the firms of an undertaking named, and who is not linked to it yet."""
    found: list[NamedFirm] = []
    for name, called in register.named_by(work, firms).items():
        if any(key_of(one) in firms for one in called):
            continue
        value = f"{_id(key)}:{_id(key_of(called[0]))}" if len(called) == 1 else ""
        found.append(NamedFirm(name, value, several=len(called) > 1))
    return found


@route("register.link", writes=False)
def ask_for_link(work: Work, ask: Ask) -> Reply:
    """Ask which firm is one undertaking with this one; one that was named is filled in."""
    organisation, _ = _overseen(work, ask.value)
    _, _, proposed = ask.value.partition(":")
    firm = ""
    if proposed:
        firms = register.named_by(work, register.undertaking(work, key_of(organisation)))
        called = [one for found in firms.values() for one in found if _id(key_of(one)) == proposed]
        firm = called[0].name if called else ""
    return Reply(question=LinkFirm(_id(key_of(organisation)), organisation.name, firm))


@route("register.link.save")
def link_firm(work: Work, ask: Ask) -> Reply:
    """Note that two firms are one undertaking; from now on their aid counts together.

    :raises Invalid: at the field that is wrong.
    """
    organisation, cluster_id = _overseen(work, ask.value)
    other = _firm(work, clean_line(ask.text("firm"), limit=NAME_MAX))
    try:
        kind = LinkKind(ask.text("kind"))
    except ValueError:
        raise Invalid("aid.link.kind", field="kind") from None
    one_id, other_id = sorted((key_of(organisation), key_of(other)))
    if one_id == other_id:
        raise Invalid("aid.link.self", field="firm")
    if work.who.belongs_to(key_of(other)):
        raise NotAllowed("aid.register.own")
    locked = register.lock_undertaking(work, one_id) | register.lock_undertaking(work, other_id)
    if query.link_between(work.session, one_id, other_id) is not None:
        raise Invalid("aid.link.known", field="firm")
    link = OrganisationLink(
        one_id=one_id,
        other_id=other_id,
        kind=kind,
        person_id=work.who.person_id,
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, link)
    _note(work, "aid.link", link, cluster_id)
    refresh_undecided(work, locked)
    return Reply(_register(work, organisation), replaces=True)


def _firm(work: Work, typed: str) -> Organisation:
    """Return the one organisation of this name or id.

    :raises Invalid: "aid.link.unknown" or "aid.link.several", `field` "firm".
    """
    called = query.organisations_called(work.session, [name_key(typed)]).get(name_key(typed), [])
    if not called:
        try:
            found = work.session.get(Organisation, parse_id(typed, Kind.ORGANISATION)[1])
        except Invalid:
            found = None
        called = [found] if found is not None else []
    if not called:
        raise Invalid("aid.link.unknown", field="firm", name=typed)
    if len(called) > 1:
        ids = ", ".join(f"{_id(key_of(one))} ({one.country})" for one in called)
        raise Invalid("aid.link.several", field="firm", name=typed, ids=ids)
    return called[0]


@route("register.unlink")
def unlink_firm(work: Work, ask: Ask) -> Reply:
    """Remove a link: what it joined counts apart again.

    :raises OutOfDate: it is gone already.
    """
    organisation, cluster_id = _overseen(work, ask.value)
    number = read_number(ask.value.partition(":")[2].strip())
    locked = register.lock_undertaking(work, key_of(organisation))
    links = query.links_around(work.session, key_of(organisation))
    link = next((row for row in links if row.id == number), None)
    if link is None:
        raise OutOfDate("aid.link.gone")
    _note(work, "aid.unlink", link, cluster_id)
    remove(work.session, link)
    refresh_undecided(work, locked)
    return Reply(_register(work, organisation), replaces=True)


def _note(work: Work, action: str, link: OrganisationLink, cluster_id: int) -> None:
    change = {"one": link.one_id, "other": link.other_id, "kind": link.kind.value}
    added = action == "aid.link"
    audit.record(
        work,
        action,
        _id(link.one_id),
        before=None if added else change,
        after=change if added else None,
        cluster_id=cluster_id,
    )
