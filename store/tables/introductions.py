"""From suggestion to introduction: rankings, decisions, approvals, consents, conversations."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from domain.introductions import IntroductionState, OutcomeKind, RejectReason, Slot, SuggestionState
from store.tables.base import Row, enum_column, json_column


class Ranking(Row, table=True):
    """One run of the ranker over one challenge; the review cards show the newest.

    `agreement` says how far the order of the `model` agreed with the local one, over how many `judged`.
    `displaced` and `held` are organisations that would stand on the shortlist by score alone: they gave way to the
    spread and a newcomer, or have no room.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        Index("ix_ranking_challenge_id_id", "challenge_id", "id"),
        Index("ix_ranking_model_prompt_version", "model", "prompt_version"),
    )

    challenge_id: int = Field(foreign_key="challenge.id")
    edition: int
    considered: int = 0
    ranker_version: str = ""
    prompt_version: str = ""
    model_used: bool = False
    model_trouble: str = ""
    model: str = ""
    agreement: float | None = None
    judged: int = 0
    given_up: float = 0.0
    displaced: tuple[int, ...] = Field(default=(), sa_column=json_column())
    held: tuple[int, ...] = Field(default=(), sa_column=json_column())
    notes: tuple[str, ...] = Field(default=(), sa_column=json_column())


class Suggestion(Row, table=True):
    """The ranker's proposal of a challenge and an organisation, with scores and verbatim evidence.

    `model_scores` are a language model's, one for each order in which it saw the candidates, the lowest first;
    `model_evidence` is the passage that it points at, shaped like `evidence`, and `model_gaps` what it finds missing.
    `chance` is the share of decisions on such scores that approved, as one calibration knew it.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        Index(
            "uq_suggestion_live",
            "challenge_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state <> 'expired'"),
            postgresql_where=text("state <> 'expired'"),
        ),
        Index("ix_suggestion_organisation_id_created_at", "organisation_id", "created_at"),
    )

    challenge_id: int = Field(foreign_key="challenge.id", index=True)
    ranking_id: int = Field(foreign_key="ranking.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    answer_id: int | None = Field(default=None, foreign_key="answer.id")
    state: SuggestionState = Field(sa_column=enum_column(SuggestionState))
    rank: int
    score: float
    sub_scores: dict[str, float] = Field(default_factory=dict, sa_column=json_column())
    evidence: tuple[dict[str, str | int], ...] = Field(default=(), sa_column=json_column())
    missing: tuple[str, ...] = Field(default=(), sa_column=json_column())
    reason: str = ""
    slot: Slot = Field(default=Slot.RELEVANCE, sa_column=enum_column(Slot))
    propensity: float = 1.0
    chance: float | None = None
    calibration_id: int | None = Field(default=None, foreign_key="calibration.id")
    ranker_version: str = ""
    prompt_version: str = ""
    model_used: bool = False
    model_scores: tuple[int, ...] = Field(default=(), sa_column=json_column())
    model_evidence: tuple[dict[str, str | int], ...] = Field(default=(), sa_column=json_column())
    model_gaps: tuple[str, ...] = Field(default=(), sa_column=json_column())


class Calibration(Row, table=True):
    """How often managers approved what had such a score, learnt from the decisions up to then; its id is its version.

    `steps` are [from which score, approved, decided], the lowest first. One make of score has one per number of
    decisions, so that two workers learn the same once.
    """

    __tablename__ = "calibration"
    __table_args__ = (UniqueConstraint("ranker_version", "prompt_version", "decisions"),)

    ranker_version: str
    prompt_version: str = ""
    decisions: int
    approved: int
    steps: tuple[tuple[float, int, int], ...] = Field(default=(), sa_column=json_column())


class Decision(Row, table=True):
    """What a manager decided about a suggestion, with all that is needed to learn from it; never changed.

    `chance` is what the card said of approvals of such scores, if anything.
    """

    __tablename__ = "decision"

    suggestion_id: int = Field(foreign_key="suggestion.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    cluster_id: int = Field(foreign_key="cluster.id")
    approved: bool
    reason: RejectReason | None = Field(default=None, sa_column=enum_column(RejectReason, nullable=True))
    reason_text: str = ""
    challenge_id: int = Field(foreign_key="challenge.id", index=True)
    rank: int
    score: float
    sub_scores: dict[str, float] = Field(default_factory=dict, sa_column=json_column())
    slot: str = "relevance"
    propensity: float = 1.0
    chance: float | None = None
    ranker_version: str = ""
    prompt_version: str = ""
    model_used: bool = False


class Introduction(Row, table=True):
    """A suggestion on its way to a meeting; its human id is `IN-<id>`. Countries are those at the time."""

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("suggestion_id"),
        Index("ix_introduction_challenge_id_state", "challenge_id", "state"),
        Index("ix_introduction_organisation_id_state", "organisation_id", "state"),
        Index("ix_introduction_buyer_id_state", "buyer_id", "state"),
    )

    suggestion_id: int = Field(foreign_key="suggestion.id")
    challenge_id: int = Field(foreign_key="challenge.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    buyer_id: int = Field(foreign_key="organisation.id")
    buyer_person_id: int = Field(foreign_key="person.id")
    sme_person_id: int | None = Field(default=None, foreign_key="person.id")
    owner_cluster_id: int = Field(foreign_key="cluster.id", index=True)
    sme_cluster_id: int = Field(foreign_key="cluster.id", index=True)
    state: IntroductionState = Field(sa_column=enum_column(IntroductionState))
    sme_country: str = ""
    buyer_country: str = ""
    sme_consent_at: datetime | None = None
    buyer_consent_at: datetime | None = None
    asked_at: datetime | None = None
    lapses_at: datetime | None = None
    made_at: datetime | None = None
    met_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: OutcomeKind | None = Field(default=None, sa_column=enum_column(OutcomeKind, nullable=True))
    outcome_note: str = ""
    declined_by: str = ""
    decline_reason: str = ""


class Approval(Row, table=True):
    """A cluster's approval of an introduction, given by one of its managers."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("introduction_id", "cluster_id"),)

    introduction_id: int = Field(foreign_key="introduction.id")
    cluster_id: int = Field(foreign_key="cluster.id")
    person_id: int = Field(foreign_key="person.id")


class Consent(Row, table=True):
    """A consent that a person gave for a purpose, and when it was withdrawn; append-only."""

    __tablename__ = "consent"

    person_id: int = Field(foreign_key="person.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    purpose: str
    subject: str = Field(default="", index=True)
    text_version: int = 1
    withdrawn_at: datetime | None = None


class Opening(Row, table=True):
    """The first lines of a conversation, by language; `person_id` wrote them, or a model.

    A model's have placeholders for the names; what a person wrote stands under every language alike.
    """

    __tablename__ = "opening"
    __table_args__ = (UniqueConstraint("introduction_id"),)

    introduction_id: int = Field(foreign_key="introduction.id")
    texts: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    person_id: int | None = Field(default=None, foreign_key="person.id")
    model: str = ""
    prompt_version: str = ""


class Conversation(Row, table=True):
    """What was opened for an introduction; it has one leg per workspace concerned. `closed_by` is a manager."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("introduction_id"),)

    introduction_id: int = Field(foreign_key="introduction.id")
    closed_at: datetime | None = None
    closed_by: int | None = Field(default=None, foreign_key="person.id")


class Leg(Row, table=True):
    """The side of a conversation that lies in one workspace; `address` is empty until it is opened.

    `alone` is the one person whose private chat it is, on a platform where nobody else can be brought in; else zero.
    `gone` are the people of it who have left. `lost_at` is since when nothing reaches it any more.
    """

    __tablename__ = "leg"
    __table_args__ = (
        UniqueConstraint("conversation_id", "surface", "workspace", "alone"),
        Index("ix_leg_address", "address"),
        Index("ix_leg_alone", "alone", "surface", "workspace"),
    )

    conversation_id: int = Field(foreign_key="conversation.id")
    surface: str
    workspace: str
    people: tuple[int, ...] = Field(default=(), sa_column=json_column())
    address: str = ""
    alone: int = 0
    gone: tuple[int, ...] = Field(default=(), sa_column=json_column())
    lost_at: datetime | None = None


class RelayedMessage(Row, table=True):
    """What one side wrote, kept until every other side has it; `message` is the ref on the side of its author.

    `edition` counts its wordings, `edited_at` is when the platform took the newest. `over_at`: nothing of it is passed
    on, because its author took it away, or because nobody was to read it when it was written.
    """

    __tablename__ = "relayed_message"
    __table_args__ = (
        UniqueConstraint("message"),
        Index(
            "ix_relayed_message_kept",
            "updated_at",
            sqlite_where=text("text <> ''"),
            postgresql_where=text("text <> ''"),
        ),
    )

    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    leg_id: int = Field(foreign_key="leg.id")
    person_id: int = Field(foreign_key="person.id")
    message: str
    text: str
    files: tuple[tuple[str, str], ...] = Field(default=(), sa_column=json_column())
    edition: int = 1
    edited_at: datetime | None = None
    over_at: datetime | None = None
