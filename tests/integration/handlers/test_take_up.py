"""The picture of a take-up in the managers' channel: its figures are the board's, for whoever reads there."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from domain.board import Week
from handlers.vouchers import picture_links as links
from handlers.vouchers.drawing import draw
from handlers.vouchers.export_links import Order, make_token
from handlers.vouchers.picture import take_up
from handlers.vouchers.picture_links import Drawn
from messages.card import Card, Picture
from messages.compose.take_up import chart_words
from messages.i18n import LOCALES, Words
from messages.notices.board import EXAMPLES, TakeUp
from store.queries.board import Scope
from store.tables.people import Workspace
from tests.integration.handlers.test_board import apply, approve, board, figures
from tests.integration.handlers.test_vouchers import active, add_receipt, call, pay, submit_claim
from tests.integration.handlers.vouchers import make_call
from tests.world import CLEAN_MANAGERS, DELTA_MANAGERS, World, text_of


def picture_of(card: Card) -> Picture:
    (found,) = [block for block in card.blocks if isinstance(block, Picture)]
    return found


def test_it_is_posted_in_the_managers_channel(world: World):
    name = call(world)
    apply(world, world.sme, name)
    approve(world, world.manager_partner, "VO-1")
    shown = world.press(world.manager_partner, board(world, value=name), "voucher.picture")
    assert "on its way to the managers' channel of Clean Tech Delta" in text_of(shown.card)
    message = world.only(DELTA_MANAGERS, holding="Take-up")
    picture = picture_of(message.card)
    assert picture.png.startswith(b"\x89PNG")
    assert "€450.00 of €1,000.00 committed (45%), €0.00 spent" in picture.alt
    # The same day: the same picture, as things stand now.
    approved_later = apply(world, world.sme, name, amount="100")
    assert approved_later.card is not None
    approve(world, world.manager_partner, "VO-2")
    world.act(world.manager_partner, "voucher.picture", name)
    message = world.only(DELTA_MANAGERS, holding="Take-up")
    assert message.updates == 1
    assert "€550.00 of €1,000.00" in picture_of(message.card).alt
    # The next day: a new one.
    world.now += timedelta(days=1)
    world.act(world.manager_partner, "voucher.picture", name)
    assert len([one for one in world.sent_to(DELTA_MANAGERS) if "Take-up" in one.card.title]) == 2


def test_its_address_opens_this_picture_for_a_month_and_nothing_else(world: World):
    name = call(world)
    apply(world, world.sme, name)
    approve(world, world.manager_partner, "VO-1")
    world.act(world.manager_partner, "voucher.picture", name)
    picture = picture_of(world.only(DELTA_MANAGERS, holding="Take-up").card)
    token = picture.url.rpartition("/pictures/")[2]
    assert picture.url == f"{world.kit.public_url}/pictures/{token}"
    assert world.desk.picture(token, now=world.now) == picture.png
    assert world.desk.picture(token, now=world.now + timedelta(days=29)) == picture.png
    assert world.desk.picture(token, now=world.now + timedelta(days=30)) is None
    body, _, mark = token.rpartition(".")
    for wrong in (body, f"{body}.{mark[::-1]}", f"{mark}.{body}", "", "x" * 900):
        assert world.desk.picture(wrong, now=world.now) is None
    # Neither opens what the other does.
    assert world.desk.export(token, io.BytesIO(), now=world.now) is None
    foreign = make_token(world.kit.signing_secret, Order(world.people["manager_owner"], name, "csv"), now=world.now)
    assert world.desk.picture(foreign, now=world.now) is None
    # The managers of another cluster have no part in it, and no picture of it.
    for cluster, shown in ((world.delta, True), (9_999, False)):
        drawn = Drawn(name, cluster, date(2026, 5, 4), "da")
        given = links.make_token(world.kit.signing_secret, drawn, now=world.now)
        assert (world.desk.picture(given, now=world.now) is not None) == shown


def test_without_a_public_address_there_is_none(world: World):
    world.kit = replace(world.kit, public_url="")
    name = call(world)
    world.act(world.manager_partner, "voucher.picture", name)
    assert picture_of(world.only(DELTA_MANAGERS, holding="Take-up").card).url == ""


def test_its_last_week_is_the_board(world: World):
    active(world)
    add_receipt(world)
    submit_claim(world)
    pay(world)
    total = figures(world)
    with world.database.read() as session:
        notice = take_up(session, Scope((world.delta,), call=1), world.now.date())
    assert (notice.committed, notice.spent, notice.budget) == (total.committed, total.spent, total.budget)
    assert notice.weeks[0] == Week(date(2026, 5, 4), 450_00, 0)
    assert notice.weeks[-1] == Week(date(2026, 6, 15), 450_00, 189_50)
    assert all(later.monday - week.monday == timedelta(days=7) for week, later in pairwise(notice.weeks))


def test_a_partners_channel_shows_its_own_part(world: World):
    _, name = make_call(
        world,
        cluster=world.delta,
        partners={world.clean: 600_00},
        budget=700_00,
        de_minimis=False,
        partner_abroad=False,
    )
    apply(world, world.sme, name)
    apply(world, world.neighbour, name, amount="300")
    approve(world, world.manager_partner, "VO-1")
    approve(world, world.manager_owner, "VO-2")
    world.act(world.manager_owner, "voucher.picture", name)
    assert "€300.00 of €600.00" in picture_of(world.only(CLEAN_MANAGERS, holding="Take-up").card).alt
    world.act(world.manager_partner, "voucher.picture", name)
    assert "€750.00 of €1,300.00" in picture_of(world.only(DELTA_MANAGERS, holding="Take-up").card).alt


def test_of_everything_there_is_none(world: World):
    call(world)
    assert world.act(world.manager_partner, "voucher.picture", "all").failed


def test_without_a_channel_it_says_so(world: World):
    name = call(world)
    with world.database.write() as session:
        row = session.get_one(Workspace, 2)
        row.managers_channel = ""
        session.add(row)
    shown = world.act(world.manager_partner, "voucher.picture", name)
    assert "has no managers' channel yet" in text_of(shown.card)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("notice", [one for one in EXAMPLES if isinstance(one, TakeUp)])
def test_it_is_drawn_in_every_language(locale: str, notice: TakeUp):
    png = draw(notice, chart_words(notice, Words(locale)))
    assert png.startswith(b"\x89PNG")
    assert 5_000 < len(png) < 200_000
    # The same figures are the same picture.
    assert draw(notice, chart_words(notice, Words(locale))) == png


@pytest.mark.parametrize("name", ["US$10 and $x^2$ 🙂", "水" * 80, "\\frac{1}{2}", "very long " * 20])
def test_any_title_can_be_drawn(name: str):
    notice = next(one for one in EXAMPLES if isinstance(one, TakeUp))
    notice = replace(notice, looked=replace(notice.looked, name=name))
    assert draw(notice, chart_words(notice, Words("en"))).startswith(b"\x89PNG")
