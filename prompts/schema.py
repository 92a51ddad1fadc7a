"""In which shape a model must answer, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """Be the base of every response schema: nothing but the fields named, and their very types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


SchemaT = TypeVar("SchemaT", bound=Schema)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[SchemaT]):
    """Hold what a model said and the tokens it cost (0 where the endpoint does not tell)."""

    value: SchemaT
    tokens: int
