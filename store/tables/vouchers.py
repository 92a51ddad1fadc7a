"""Voucher schemes, their calls, applications and claims, and the register of de minimis aid."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from domain.deminimis import LinkKind
from domain.schemes import CLAIM_DAYS, MOVE_DAYS, REPORT_DAYS, CallState, PartState, Preset, SchemeState
from domain.vouchers import ApplicationState, AwardSource, ClaimState, RejectedWhy
from store.tables.base import Row, enum_column, json_column


class Scheme(Row, table=True):
    """A voucher scheme of a cluster (`SC-2`): the rules that `domain.vouchers.Terms` explains. Amounts are cents."""

    __tablename__ = "scheme"
    __table_args__ = (CheckConstraint("cap_cents > 0", name="cap_positive"),)

    owner_cluster_id: int = Field(foreign_key="cluster.id", index=True)
    state: SchemeState = Field(sa_column=enum_column(SchemeState))
    preset: Preset = Field(sa_column=enum_column(Preset))
    name: str
    currency: str = Field(default="EUR", max_length=3)
    cap_cents: int = Field(sa_type=BigInteger)
    countries: tuple[str, ...] = Field(default=(), sa_column=json_column())
    kinds: tuple[str, ...] = Field(default=(), sa_column=json_column())
    documents: tuple[str, ...] = Field(default=(), sa_column=json_column())
    partner_abroad: bool = True
    approve_first: bool = True
    claim_days: int = CLAIM_DAYS
    report_days: int = REPORT_DAYS
    move_days: int = MOVE_DAYS
    zone: str = "Europe/Copenhagen"
    second_above_cents: int | None = Field(default=None, sa_type=BigInteger)
    de_minimis: bool = True
    per_euro: str = "1"


class Call(Row, table=True):
    """A call for applications of a scheme (`CA-3`); dates are the scheme's, instants computed from them."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_state_opens_at", "state", "opens_at"),
        Index("ix_call_state_cutoff_at", "state", "cutoff_at"),
    )

    scheme_id: int = Field(foreign_key="scheme.id", index=True)
    title: str
    state: CallState = Field(sa_column=enum_column(CallState))
    opens_on: date
    opens_at: datetime
    cutoff_on: date
    cutoff_at: datetime
    announced_at: datetime | None = None


class CallPart(Row, table=True):
    """What one cluster puts into a call; committed is what was approved, also once it was paid, spent what was paid.

    Committed never exceeds the budget: a guarded update takes from it, and the constraint holds whatever else is done.
    """

    __tablename__ = "call_part"
    __table_args__ = (
        UniqueConstraint("call_id", "cluster_id"),
        CheckConstraint("committed_cents <= budget_cents", name="committed_within_budget"),
        CheckConstraint("spent_cents <= committed_cents", name="spent_within_committed"),
        CheckConstraint("spent_cents >= 0", name="spent_not_negative"),
    )

    call_id: int = Field(foreign_key="call.id")
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    state: PartState = Field(sa_column=enum_column(PartState))
    budget_cents: int = Field(sa_type=BigInteger)
    committed_cents: int = Field(default=0, sa_type=BigInteger)
    spent_cents: int = Field(default=0, sa_type=BigInteger)
    decided_by: int | None = Field(default=None, foreign_key="person.id")


class Application(Row, table=True):
    """An organisation's application for a voucher (`VO-5`), charged to one part of its call.

    `cluster_id` is that part's, whose managers decide. `revision` counts the dates it had: reminders carry it.
    The `approved_…` dates are those to which a manager agreed last, the `wished_…` ones those that wait for it.
    `claim_due_on` and `report_due_on` are set once they are known; `due_at` is when the clock looks at it next.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_organisation_id_state", "organisation_id", "state"),
        Index("ix_application_cluster_id_state", "cluster_id", "state"),
        Index("ix_application_call_id_state", "call_id", "state"),
        Index(
            "ix_application_due_at",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    call_id: int = Field(foreign_key="call.id")
    part_id: int = Field(foreign_key="call_part.id", index=True)
    cluster_id: int = Field(foreign_key="cluster.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    introduction_id: int | None = Field(default=None, foreign_key="introduction.id", index=True)
    state: ApplicationState = Field(sa_column=enum_column(ApplicationState))
    partner: str = ""
    partner_country: str = ""
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    amount_cents: int | None = Field(default=None, sa_type=BigInteger)
    declared_sme: bool = False
    approved_cents: int = Field(default=0, sa_type=BigInteger)
    paid_cents: int = Field(default=0, sa_type=BigInteger)
    revision: int = 1
    submitted_at: datetime | None = None
    checked_by: int | None = Field(default=None, foreign_key="person.id")
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    approved_on: date | None = None
    approved_starts_on: date | None = None
    approved_ends_on: date | None = None
    wished_starts_on: date | None = None
    wished_ends_on: date | None = None
    rejected_why: RejectedWhy | None = Field(default=None, sa_column=enum_column(RejectedWhy, nullable=True))
    reason: str = ""
    agreed_on: date | None = None
    agreement: str = ""
    claim_due_on: date | None = None
    paid_on: date | None = None
    report_due_on: date | None = None
    report: str = ""
    report_result: str = ""
    reported_at: datetime | None = None
    due_at: datetime | None = None


class Claim(Row, table=True):
    """The `number`-th claim for payment of an application; `cents` sums up its receipts, `documents` are links."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        Index("ix_claim_cluster_id_state", "cluster_id", "state"),
    )

    application_id: int = Field(foreign_key="application.id")
    cluster_id: int = Field(foreign_key="cluster.id")
    number: int
    state: ClaimState = Field(sa_column=enum_column(ClaimState))
    person_id: int = Field(foreign_key="person.id")
    cents: int = Field(default=0, sa_type=BigInteger)
    final: bool = False
    documents: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    submitted_at: datetime | None = None
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    reason: str = ""
    paid_on: date | None = None
    payment: str = ""


_COUNTS = "counts"


class ClaimReceipt(Row, table=True):
    """A receipt of a claim. One that `counts` is used once in the deployment: by its issuer and number."""

    __tablename__ = "claim_receipt"
    __table_args__ = (
        Index(
            "uq_claim_receipt_counts",
            "issuer_key",
            "number_key",
            unique=True,
            sqlite_where=text(_COUNTS),
            postgresql_where=text(_COUNTS),
        ),
        Index("ix_claim_receipt_number_key", "number_key"),
    )

    claim_id: int = Field(foreign_key="claim.id", index=True)
    number: str
    number_key: str
    issuer: str
    issuer_key: str
    dated_on: date
    cents: int = Field(sa_type=BigInteger)
    original: str = ""
    link: str
    counts: bool = True


class Award(Row, table=True):
    """An entry of the register of de minimis aid, in euro cents; one that is void does not count any more."""

    __tablename__ = "award"
    __table_args__ = (
        Index("ix_award_organisation_id_awarded_on", "organisation_id", "awarded_on"),
        UniqueConstraint("application_id"),
    )

    organisation_id: int = Field(foreign_key="organisation.id")
    state: str = Field(max_length=2)
    awarded_on: date
    cents: int = Field(sa_type=BigInteger)
    grantor: str = ""
    measure: str = ""
    source: AwardSource = Field(sa_column=enum_column(AwardSource))
    application_id: int | None = Field(default=None, foreign_key="application.id")
    declaration_id: int | None = Field(default=None, foreign_key="declaration.id", index=True)
    void_at: datetime | None = None


class Declaration(Row, table=True):
    """What an organisation declared of the de minimis aid that it and the firms linked to it were granted."""

    __tablename__ = "declaration"

    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    declared_on: date
    linked: tuple[str, ...] = Field(default=(), sa_column=json_column())
    text_version: int = 1


class OrganisationLink(Row, table=True):
    """Says that two organisations are one single undertaking, and why."""

    __tablename__ = "organisation_link"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    one_id: int = Field(foreign_key="organisation.id")
    other_id: int = Field(foreign_key="organisation.id", index=True)
    kind: LinkKind = Field(sa_column=enum_column(LinkKind))
    person_id: int | None = Field(default=None, foreign_key="person.id")
