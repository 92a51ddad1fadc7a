"""The take-up of a scheme or call as a picture in the managers' channel, new each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from domain.board import Sums, weeks_of
from domain.errors import Invalid, NotFound
from domain.schemes import today_in
from handlers import cards
from handlers.cards import View, living
from handlers.routes import route
from handlers.vouchers import looking
from handlers.vouchers.drawing import draw
from handlers.vouchers.picture_links import Drawn, make_token, read_token
from handlers.work import Ask, Kit, Reply, Work
from messages.compose.take_up import chart_words
from messages.i18n import Words
from messages.notices.board import PicturePosted, TakeUp
from store.engine import Database, Session
from store.queries import board as query
from store.queries import people
from store.queries.board import Scope
from store.queries.rows import key_of
from store.reach import Reach, narrow
from store.tables.people import Cluster
from store.tables.vouchers import Call, Scheme

PICTURE: Final = "voucher.picture"


@route("voucher.picture")
def post_picture(work: Work, ask: Ask) -> Reply:
    """Post the picture of a scheme's or call's take-up; asked for again on the same day, that one is renewed.

    :raises NotAllowed, NotFound, Invalid: see `looking.ask`; also NotFound where there is no managers' channel.
    """
    scope = looking.ask(work, ask.value).scope
    if scope.scheme is None and scope.call is None:
        raise Invalid("voucher.board.which", example="CA-3")
    scheme = _scheme_of(work.session, scope)
    cluster = work.session.get_one(Cluster, _where(work, scope, scheme))
    if not any(one.managers_channel for one in people.workspaces_of(work.session, key_of(cluster))):
        raise NotFound("voucher.board.channel", cluster=cluster.name)
    day = today_in(scheme.zone, work.now)
    cards.tell_managers(work, PICTURE, f"{looking.write(scope)}:{day.isoformat()}", key_of(cluster))
    return Reply(PicturePosted(looking.name(work.session, scope), cluster.name))


def _scheme_of(session: Session, scope: Scope) -> Scheme:
    key = session.get_one(Call, scope.call).scheme_id if scope.call is not None else scope.scheme
    return session.get_one(Scheme, key)


def _where(work: Work, scope: Scope, scheme: Scheme) -> int:
    """Return the cluster in whose channel it stands: the owner's where who acts manages it, else a funder's."""
    if work.who.manages(scheme.owner_cluster_id):
        return scheme.owner_cluster_id
    found = query.parts(work.session, scope, offset=0, limit=1)
    return found[0][0].cluster_id


@living(PICTURE)
def read_picture(work: Work, view: View) -> TakeUp | None:
    """Draw what the managers of a cluster may see of a take-up, as it is now.

    It is drawn while the transaction is open, which is one for reading and keeps nobody waiting.
    """
    value, _, day = view.subject.partition(":")
    if view.cluster_id is None:
        return None
    scope = looking.read(value, (view.cluster_id,)).scope
    if not query.exists(work.session, scope):
        return None
    until, words, kit = date.fromisoformat(day), cards.words_of(work, view), work.kit
    notice, url = take_up(work.session, scope, until), ""
    if kit.public_url and kit.signing_secret:
        token = make_token(kit.signing_secret, Drawn(value, view.cluster_id, until, words.locale), now=work.now)
        url = f"{kit.public_url}/pictures/{token}"
    return replace(notice, png=draw(notice, chart_words(notice, words)), url=url)


def draw_ordered(database: Database, kit: Kit, token: str, *, now: datetime) -> bytes | None:
    """Draw the picture that a signed address opens; None where it opens none (any more)."""
    drawn = read_token(kit.signing_secret, token, now=now)
    if drawn is None:
        return None
    with database.read() as session:
        narrow(session, Reach(frozenset({drawn.cluster_id}), frozenset()))
        scope = looking.read(drawn.value, (drawn.cluster_id,)).scope
        if not query.exists(session, scope):
            return None
        notice = take_up(session, scope, drawn.until)
    return draw(notice, chart_words(notice, Words(drawn.locale)))


def take_up(session: Session, scope: Scope, until: date) -> TakeUp:
    """Return how a scheme's or call's money was taken up; it has one currency."""
    total = next(iter(query.sums(session, scope)), Sums(0, "EUR"))
    committed, spent = query.committed_by_day(session, scope), query.spent_by_day(session, scope)
    weeks = weeks_of(committed, spent, until=until)
    return TakeUp(looking.name(session, scope), total.currency, total.budget, weeks, until)
