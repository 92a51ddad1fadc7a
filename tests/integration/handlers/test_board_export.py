"""What a funder gets of vouchers: every field, read back as it is, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from domain.organisations import MembershipState
from handlers.desk import Desk
from handlers.vouchers.export_links import Order, make_token, read_token
from handlers.vouchers.export_rows import TABLES
from handlers.vouchers.exporting import export_all
from handlers.vouchers.workbook import write_workbook
from store.tables.people import Membership, Person
from store.tables.vouchers import Application
from tests.integration.handlers.test_board import apply
from tests.integration.handlers.test_vouchers import active, add_receipt, call, pay, submit_claim
from tests.integration.handlers.vouchers import make_call
from tests.world import NOW, World, buttons_of, find_button, text_of

SECRET: Final = "s" * 32
EVIL: Final = '=HYPERLINK("https://evil.example","x")'
RUN: Final = (EVIL, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x")


def token(world: World, value: str = "all/csv", speaker: Any = None) -> str:
    shown = world.act(speaker or world.manager_partner, "voucher.export", value)
    (button,) = [one for one in buttons_of(shown.card) if one.url]
    assert button.url is not None
    assert button.url.startswith("http://localhost:8000/exports/")
    return button.url.rpartition("/")[2]


def fetched(world: World, given: str) -> tuple[str | None, bytes]:
    target = io.BytesIO()
    return world.desk.export(given, target, now=world.now), target.getvalue()


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def sheets_of(body: bytes) -> dict[str, list[dict[str, Any]]]:
    book = load_workbook(io.BytesIO(body))
    found = {}
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
        header, *rows = sheet.values
        found[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    return found


def paid(world: World) -> None:
    active(world)
    add_receipt(world)
    submit_claim(world)
    pay(world)


def test_a_row_tells_all_of_an_application(world: World):
    paid(world)
    name, body = fetched(world, token(world))
    assert name == "vouchers-2026-06-15.csv"
    (row,) = rows_of(body)
    expected = {
        "application": "VO-1",
        "scheme": "SC-1",
        "scheme_name": "Meet & Greet",
        "call": "CA-1",
        "call_title": "Spring 2026",
        "funder": "Clean Tech Delta",
        "organisation": "Waterlens",
        "country": "NL",
        "partner": "Nordkaj Utility",
        "partner_country": "DK",
        "cross_border": "yes",
        "purpose": "Show our sensor and talk about a pilot.",
        "starts_on": "2026-06-10",
        "ends_on": "2026-06-12",
        "currency": "EUR",
        "amount": "450.00",
        "approved": "450.00",
        "paid": "189.50",
        "state": "claimed",
        "submitted_on": "2026-05-04",
        "decided_on": "2026-05-04",
        "approved_on": "2026-05-04",
        "agreement": "2026-17",
        "paid_on": "2026-06-15",
        "reason_code": "",
        "receipts": "1",
    }
    assert {key: row[key] for key in expected} == expected


def test_the_workbook_has_real_dates_and_numbers(world: World):
    paid(world)
    name, body = fetched(world, token(world, "CA-1/xlsx"))
    assert name == "vouchers-CA-1-2026-06-15.xlsx"
    sheets = sheets_of(body)
    assert list(sheets) == ["Applications", "Claims", "Receipts", "Budget"]
    (row,) = sheets["Applications"]
    assert (row["amount"], row["paid"], row["receipts"]) == (450, 189.5, 1)
    assert row["starts_on"].date() == date(2026, 6, 10)
    (claim,) = sheets["Claims"]
    assert (claim["claim"], claim["state"], claim["amount"], claim["payment"]) == (1, "paid", 189.5, "T-88")
    (receipt,) = sheets["Receipts"]
    assert (receipt["number"], receipt["counts"]) == ("2026-0042", "yes")
    assert receipt["dated_on"].date() == date(2026, 6, 10)
    assert receipt["link"] == "https://files.example.org/ticket.pdf"
    (part,) = sheets["Budget"]
    assert (part["budget"], part["committed"], part["spent"], part["free"]) == (1000, 450, 189.5, 550)


@pytest.mark.parametrize("text", RUN)
def test_nothing_is_run_by_a_spreadsheet(world: World, text: str):
    apply(world, world.sme, call(world))
    with world.database.write() as session:
        row = session.get_one(Application, 1)
        row.purpose, row.partner = text, text
        session.add(row)
    (line,) = rows_of(fetched(world, token(world))[1])
    assert line["purpose"] == line["partner"] == f"'{text}"
    (line,) = sheets_of(fetched(world, token(world, "all/xlsx"))[1])["Applications"]
    shown = str(line["purpose"]).replace("_x000D_", "\r").replace("\n", "\r" if "\r" in text else "\n")
    assert shown == f"'{text}"


@pytest.mark.parametrize("cents", [1, 7, 10, 29, 57, 101, 115, 1_005, 123_456, 999_999_999_99])
def test_cents_stay_cents(cents: int):
    table = TABLES[3]
    target, value = io.BytesIO(), Decimal(cents).scaleb(-2)
    write_workbook(target, [(table.name, ("budget",), [(value,)])], now=NOW)
    (row,) = sheets_of(target.getvalue())["Budget"]
    assert round(row["budget"] * 100) == cents
    assert f"{row['budget']:.15g}" == f"{value:.2f}".rstrip("0").rstrip(".")


def test_a_draft_is_nobody_elses(world: World):
    form = world.command(world.sme, "voucher", f"apply {call(world)}").form
    world.submit(world.sme, form, partner="Secret partner", keep=("keep",))
    assert rows_of(fetched(world, token(world))[1]) == []


def test_a_manager_gets_what_the_board_shows(world: World):
    _, name = make_call(
        world, cluster=world.delta, partners={world.clean: 600_00}, de_minimis=False, partner_abroad=False
    )
    apply(world, world.sme, name)
    apply(world, world.neighbour, name, amount="300")
    owner = rows_of(fetched(world, token(world))[1])
    assert [one["application"] for one in owner] == ["VO-1", "VO-2"]
    partner = rows_of(fetched(world, token(world, speaker=world.manager_owner))[1])
    assert [one["application"] for one in partner] == ["VO-2"]
    sheets = sheets_of(fetched(world, token(world, "all/xlsx", world.manager_owner))[1])
    assert [one["funder"] for one in sheets["Budget"]] == ["CLEAN"]


def test_many_rows_come_whole_and_in_order(world: World):
    apply(world, world.sme, call(world))
    with world.database.write() as session:
        first = session.get_one(Application, 1).model_dump(exclude={"id"})
        session.add_all([Application(**first) for _ in range(1100)])
    rows = rows_of(fetched(world, token(world))[1])
    assert [one["application"] for one in rows] == [f"VO-{at}" for at in range(1, 1102)]


class TestLink:
    def test_it_ends_after_an_hour(self, world: World):
        call(world)
        given = token(world)
        world.now += timedelta(minutes=59)
        assert fetched(world, given)[0]
        world.now += timedelta(minutes=1)
        assert fetched(world, given) == (None, b"")

    def test_it_ends_with_the_role(self, world: World):
        call(world)
        given = token(world)
        with world.database.write() as session:
            row = session.exec(
                select(Membership).where(col(Membership.person_id) == world.people["manager_partner"])
            ).one()
            row.state = MembershipState.LEFT
            session.add(row)
        assert fetched(world, given) == (None, b"")

    def test_it_ends_with_the_person(self, world: World):
        call(world)
        given = token(world)
        with world.database.write() as session:
            row = session.get_one(Person, world.people["manager_partner"])
            row.left_at = NOW
            session.add(row)
        assert fetched(world, given) == (None, b"")

    def test_what_is_not_one_opens_nothing(self, world: World):
        name = call(world)
        good = token(world)
        others = (
            "",
            "x",
            "x" * 5000,
            good[:-1],
            good + "x",
            make_token("t" * 32, Order(world.people["manager_partner"], "all", "csv"), now=NOW),
            make_token(SECRET, Order(world.people["sme"], "all", "csv"), now=NOW),
            make_token(SECRET, Order(world.people["manager_owner"], name, "csv"), now=NOW),
            make_token(SECRET, Order(999, "all", "csv"), now=NOW),
            make_token(SECRET, Order(world.people["manager_partner"], "nonsense", "csv"), now=NOW),
            make_token(SECRET, Order(world.people["manager_partner"], "all", "exe"), now=NOW),
        )
        assert [fetched(world, one)[0] for one in others] == [None] * len(others)
        assert fetched(world, good)[0]

    def test_without_a_secret_none_is_read(self):
        assert read_token("", make_token("", Order(1, "all", "csv"), now=NOW), now=NOW) is None

    def test_without_an_address_the_operator_is_named(self, world: World):
        call(world)
        world.kit = replace(world.kit, public_url="")
        world.desk = Desk(world.database, world.kit)
        card = world.act(world.manager_partner, "voucher.export", "all/csv").card
        assert "PUBLIC_URL" in text_of(card)
        assert "matchpoint export" in text_of(card)
        assert not buttons_of(card)


def test_the_operator_gets_everything(world: World, tmp_path: Path):
    for cluster, speaker in ((world.delta, world.sme), (world.clean, world.neighbour)):
        _, name = make_call(world, cluster=cluster, de_minimis=False, partner_abroad=False)
        apply(world, speaker, name)
    done = export_all(world.database, tmp_path / "files", now=NOW)
    assert [(one.path.name, one.rows) for one in done] == [("vouchers.csv", 2), ("vouchers.xlsx", 4)]
    assert len(rows_of(done[0].path.read_bytes())) == 2
    assert len(sheets_of(done[1].path.read_bytes())["Applications"]) == 2
    assert sorted(one.name for one in (tmp_path / "files").iterdir()) == ["vouchers.csv", "vouchers.xlsx"]


def test_the_board_hands_the_links_out(world: World):
    call(world)
    card = world.command(world.manager_partner, "voucher", "board").card
    shown = world.press(world.manager_partner, card, "voucher.export")
    assert "good until 12:00" in text_of(shown.card)
    assert find_button(shown.card, "").label == "Download"
    refused = world.act(world.manager_partner, "voucher.export", "all/exe")
    assert refused.failed
