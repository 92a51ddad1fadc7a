"""What every table shares: the common columns, the names of constraints, and the column types of our own."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import LargeBinary, TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from store import crypto

#: Names are explicit and stable, because a batch migration on SQLite can only drop a constraint that has a name.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = NAMING_CONVENTION


class Row(SQLModel):
    """Give a table its identity, its instants and its version.

    Instants are aware UTC and set by the caller, who was given `now`; there is no default clock.
    `version` starts at 1 and is raised by every guarded update.
    """

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime
    updated_at: datetime
    version: int = Field(default=1)


class JsonList(TypeDecorator[Any]):
    """Store JSON (JSONB on PostgreSQL) and read every list back as a tuple.

    Changes in place are invisible to the unit of work; a tuple cannot be changed in place. Assign a new value.
    """

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the engine. `None` is NULL, not JSON's null."""
        return dialect.type_descriptor(
            JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)
        )

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Turn lists into tuples."""
        return freeze(value)


def freeze(value: Any) -> Any:
    """Turn the lists inside a JSON value into tuples, at any depth."""
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value


class EncryptedText(TypeDecorator[str]):
    """Store text encrypted with the first of the configured keys; read it with any of them (see `store.crypto`)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else crypto.encrypt(value)

    def process_result_value(self, value: bytes | memoryview | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else crypto.decrypt(bytes(value))


def enum_column(
    enum: type[StrEnum], *, index: bool = False, nullable: bool = False, unique: bool = False, name: str | None = None
) -> Column[Any]:
    """Make a column that stores the values of an enum as text, held to them by a named CHECK.

    The CHECK is `ck_<table>_<name>`; `name` defaults to the enum's own name in lower case. Give another one where
    a table has two columns of the same enum. Use as `state: State = Field(sa_column=enum_column(State))`.
    """
    kind = Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        name=name or enum.__name__.lower(),
        length=32,
    )
    return Column(kind, nullable=nullable, index=index, unique=unique)


def json_column(*, nullable: bool = False) -> Column[Any]:
    """Make a column of JSON whose lists are tuples: `tags: tuple[str, ...] = Field(sa_column=json_column())`."""
    return Column(JsonList(), nullable=nullable)


def encrypted_column(*, nullable: bool = False) -> Column[Any]:
    """Make a column whose text is encrypted at rest: `token: str = Field(sa_column=encrypted_column(), repr=False)`."""
    return Column(EncryptedText(), nullable=nullable)
