"""Challenges, their sharing across clusters, questions, and answers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from domain.answers import AnswerKind, AnswerState, DeclineReason
from domain.challenges import ChallengeState, Confidentiality
from domain.rooms import ShareState
from store.tables.base import Row, enum_column, json_column


class Challenge(Row, table=True):
    """A buyer's stated need; its human id is `CH-<id>`. `edition` counts the published wordings.

    `hidden_words` are what a manager wants left out of the teaser besides the names that are known.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        Index("ix_challenge_owner_cluster_id_state", "owner_cluster_id", "state"),
        Index("ix_challenge_organisation_id_state_id", "organisation_id", "state", "id"),
        Index("ix_challenge_state_deadline_at", "state", "deadline_at"),
    )

    owner_cluster_id: int = Field(foreign_key="cluster.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    state: ChallengeState = Field(sa_column=enum_column(ChallengeState))
    confidentiality: Confidentiality = Field(sa_column=enum_column(Confidentiality))
    title: str
    background: str = ""
    problem: str = ""
    must_haves: tuple[str, ...] = Field(default=(), sa_column=json_column())
    criteria: tuple[tuple[str, int], ...] = Field(default=(), sa_column=json_column())
    trl: int | None = None
    budget: str = ""
    ip_terms: str = ""
    sector: str = ""
    language: str = ""
    hidden_words: tuple[str, ...] = Field(default=(), sa_column=json_column())
    countries: tuple[str, ...] = Field(default=(), sa_column=json_column())
    deadline_on: date | None = None
    zone: str = "Europe/Copenhagen"
    deadline_at: datetime | None = None
    edition: int = 1
    submitted_at: datetime | None = None
    screened_by: int | None = Field(default=None, foreign_key="person.id")
    return_reason: str = ""
    published_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str = ""
    outcome: str = ""
    outcome_note: str = ""


class ChallengeEdition(Row, table=True):
    """What a challenge said in one of its published wordings."""

    __tablename__ = "challenge_edition"
    __table_args__ = (UniqueConstraint("challenge_id", "edition"),)

    challenge_id: int = Field(foreign_key="challenge.id")
    edition: int
    content: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    person_id: int = Field(foreign_key="person.id")


class ChallengeReading(Row, table=True):
    """What was found in the free text of a draft, offered to the person who asked for it.

    `seen` is the version of the draft that was read, `text` what it said. `source` is "model", or "local" where none
    could be asked. `content` has the parts under the names of the challenge's own.
    """

    __tablename__ = "challenge_reading"
    __table_args__ = (UniqueConstraint("challenge_id", "seen"),)

    challenge_id: int = Field(foreign_key="challenge.id")
    person_id: int = Field(foreign_key="person.id")
    seen: int
    text: str
    source: str
    content: dict[str, object] = Field(default_factory=dict, sa_column=json_column())
    model: str = ""
    prompt_version: str = ""


class Share(Row, table=True):
    """Says that a challenge was offered to another cluster, and what its manager answered.

    `workspaces` are those of the cluster for which it was taken; empty means all of them.
    """

    __tablename__ = "share"
    __table_args__ = (UniqueConstraint("challenge_id", "cluster_id"),)

    challenge_id: int = Field(foreign_key="challenge.id")
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    state: ShareState = Field(sa_column=enum_column(ShareState))
    workspaces: tuple[int, ...] = Field(default=(), sa_column=json_column())
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None


class Invitation(Row, table=True):
    """Names an organisation that may see an invite-only challenge."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("challenge_id", "organisation_id"),)

    challenge_id: int = Field(foreign_key="challenge.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)


class Question(Row, table=True):
    """A question between an SME and the buyer, in either direction, and its reply."""

    __tablename__ = "question"

    challenge_id: int = Field(foreign_key="challenge.id", index=True)
    answer_id: int | None = Field(default=None, foreign_key="answer.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    from_buyer: bool = False
    text: str
    reply: str = ""
    replied_by: int | None = Field(default=None, foreign_key="person.id")
    replied_at: datetime | None = None


class Answer(Row, table=True):
    """An SME's expression of interest; its human id is `AN-<id>`. One live one per challenge and organisation."""

    __tablename__ = "answer"
    __table_args__ = (
        Index(
            "uq_answer_live",
            "challenge_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_answer_organisation_id_state", "organisation_id", "state"),
        Index("ix_answer_challenge_id_state", "challenge_id", "state"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL OR state = 'withdrawn'", name="submitted_when"),
    )

    challenge_id: int = Field(foreign_key="challenge.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    cluster_id: int = Field(foreign_key="cluster.id")
    state: AnswerState = Field(sa_column=enum_column(AnswerState))
    kind: AnswerKind = Field(sa_column=enum_column(AnswerKind))
    text: str = ""
    criteria: tuple[tuple[str, str], ...] = Field(default=(), sa_column=json_column())
    nda_text: str = ""
    show_name: bool = False
    language: str = ""
    links: tuple[str, ...] = Field(default=(), sa_column=json_column())
    submitted_at: datetime | None = None
    verdict_at: datetime | None = None
    verdict_by: int | None = Field(default=None, foreign_key="person.id")
    reason: DeclineReason | None = Field(default=None, sa_column=enum_column(DeclineReason, nullable=True))
    reason_text: str = ""


class AnswerPart(Row, table=True):
    """One thread reply that went into a draft answer; `message` is its ref and arrives once."""

    __tablename__ = "answer_part"
    __table_args__ = (UniqueConstraint("message"),)

    answer_id: int = Field(foreign_key="answer.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    message: str
    text: str
