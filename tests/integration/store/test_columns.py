"""The columns that every table shares: values, secrets and instants as they are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import MetaData, text
from sqlalchemy.exc import StatementError
from sqlmodel import Field, SQLModel, select

from store import crypto
from store.engine import ConstraintViolated, Database
from store.tables.base import NAMING_CONVENTION, Row, encrypted_column, enum_column, json_column

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    DEEP_BLUE = "deep_blue"


class Apart(SQLModel):
    """Keep the tables of this module out of the schema of the program."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Sample(Row, Apart, table=True):
    colour: Colour = Field(sa_column=enum_column(Colour))
    tags: tuple[str, ...] = Field(default=(), sa_column=json_column())
    absent: Any = Field(default=None, sa_column=json_column(nullable=True))
    secret: str | None = Field(default=None, sa_column=encrypted_column(nullable=True), repr=False)


@pytest.fixture
def keys() -> Iterator[list[str]]:
    made = [crypto.generate_key(), crypto.generate_key()]
    crypto.configure(made[0])
    yield made
    crypto.configure("")


@pytest.fixture
def samples(database: Database, keys: list[str]) -> Iterator[Database]:
    Apart.metadata.create_all(database.engine)
    yield database
    Apart.metadata.drop_all(database.engine)


def keep(database: Database, **fields: Any) -> None:
    with database.write() as session:
        given: dict[str, Any] = {"colour": Colour.RED, "created_at": NOW, "updated_at": NOW, **fields}
        session.add(Sample(**given))


def kept(database: Database) -> Sample:
    with database.read() as session:
        return session.exec(select(Sample)).one()


def raw(database: Database, column: str) -> Any:
    with database.read() as session:
        return session.execute(text(f"SELECT {column} FROM sample")).scalar_one()  # noqa: S608 - named below


def test_an_enum_is_kept_by_its_value_and_comes_back_as_itself(samples: Database) -> None:
    keep(samples, colour=Colour.DEEP_BLUE)
    assert raw(samples, "colour") == "deep_blue"
    assert kept(samples).colour is Colour.DEEP_BLUE


def test_a_value_outside_the_enum_is_refused_by_the_schema(samples: Database) -> None:
    def paint() -> None:
        with samples.write() as session:
            session.execute(text("UPDATE sample SET colour = 'RED'"))

    keep(samples)
    with pytest.raises(ConstraintViolated, match="ck_sample_colour"):
        paint()


def test_lists_come_back_as_tuples_and_nothing_is_null(samples: Database) -> None:
    keep(samples, tags=("solar", "ø"))
    assert kept(samples).tags == ("solar", "ø")
    with samples.read() as session:
        assert session.execute(text("SELECT count(*) FROM sample WHERE absent IS NULL")).scalar_one() == 1


def test_an_instant_of_any_zone_comes_back_the_same_in_utc(samples: Database) -> None:
    keep(samples, created_at=NOW.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert kept(samples).created_at == NOW
    assert kept(samples).created_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(samples: Database) -> None:
    with pytest.raises((StatementError, ValueError)):
        keep(samples, created_at=NOW.replace(tzinfo=None))


def test_a_secret_is_unreadable_in_the_store_and_in_a_log(samples: Database) -> None:
    keep(samples, secret="xoxb-hush")
    assert b"hush" not in bytes(raw(samples, "secret"))
    assert kept(samples).secret == "xoxb-hush"
    assert "hush" not in repr(kept(samples))


def test_a_new_key_in_front_reads_old_secrets_and_writes_new_ones(samples: Database, keys: list[str]) -> None:
    keep(samples, secret="hush")
    crypto.configure(f"{keys[1]}, {keys[0]}")
    assert kept(samples).secret == "hush"
    turned = crypto.rotate(bytes(raw(samples, "secret")))
    assert Fernet(keys[1]).decrypt(turned) == b"hush"


def test_without_the_key_a_secret_is_not_readable(samples: Database, keys: list[str]) -> None:
    keep(samples, secret="hush")
    crypto.configure(keys[1])
    with pytest.raises(crypto.EncryptionError, match="configured keys"):
        kept(samples)


def test_without_any_key_a_secret_is_not_kept_at_all(samples: Database) -> None:
    crypto.configure("")
    with pytest.raises((crypto.EncryptionError, StatementError), match="ENCRYPTION_KEYS"):
        keep(samples, secret="hush")


def test_a_wrong_key_is_told_by_its_place_and_never_shown(keys: list[str]) -> None:
    with pytest.raises(crypto.EncryptionError, match="key 2 of 2") as told:
        crypto.configure(f"{keys[0]},not-a-key-hush")
    assert "hush" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_wrong_key_leaves_the_good_ones_in_force(keys: list[str]) -> None:
    secret = crypto.encrypt("x")
    with pytest.raises(crypto.EncryptionError):
        crypto.configure("wrong")
    assert crypto.decrypt(secret) == "x"
