"""Clusters, workspaces, organisations, people: who there is and who belongs where."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.organisations import ClusterState, MembershipState, OrganisationKind, Role
from domain.rooms import WorkspaceState
from store.tables.base import Row, enum_column, json_column


class Cluster(Row, table=True):
    """A cluster organisation; keyed by folded name and country."""

    __tablename__ = "cluster"
    __table_args__ = (UniqueConstraint("name_key", "country"),)

    name: str
    name_key: str
    country: str = Field(max_length=2)
    state: ClusterState = Field(sa_column=enum_column(ClusterState))
    zone: str = "Europe/Copenhagen"
    industry: str = ""
    focus: str = ""
    website: str = ""
    founded: str = ""
    members: str = ""
    services: str = ""
    strengths: str = ""
    contact_name: str = ""
    contact_title: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    source: str = ""
    languages: tuple[str, ...] = Field(default=(), sa_column=json_column())
    parent_id: int | None = Field(default=None, foreign_key="cluster.id")
    policy: dict[str, int | str | bool] = Field(default_factory=dict, sa_column=json_column())


class Workspace(Row, table=True):
    """One Slack workspace, Teams tenant or built-in web workspace, bound to one cluster once it is set up.

    Channels are opaque addresses of the surface. `service_url` is where a platform is reached that has more than one
    such address. `places` are the parts that the app was added to, where it is not added to the whole (teams of a
    tenant), each with the channels known in it: name by address. `closed_at` is since when the platform lets nothing
    in, although nobody told of a removal.
    """

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("surface", "native_id"),)

    surface: str
    native_id: str
    name: str = ""
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    state: WorkspaceState = Field(sa_column=enum_column(WorkspaceState))
    locale: str = "en"
    challenge_channel: str = ""
    managers_channel: str = ""
    service_url: str = ""
    places: dict[str, dict[str, str]] = Field(default_factory=dict, sa_column=json_column())
    removed_at: datetime | None = None
    closed_at: datetime | None = None


class Organisation(Row, table=True):
    """An SME, buyer, research or public body; `natural_key`: legal id, else website domain, else name and country.

    `ignored` counts the introductions in a row that lapsed because the SME said nothing. `paused_by` is who wanted the
    pause; None where introductions were ignored.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("natural_key"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        Index("ix_organisation_name_key", "name_key"),
        Index("ix_organisation_updated_at", "updated_at"),
    )

    natural_key: str
    kind: OrganisationKind = Field(sa_column=enum_column(OrganisationKind))
    name: str
    name_key: str
    country: str = Field(max_length=2)
    countries: tuple[str, ...] = Field(default=(), sa_column=json_column())
    city: str = ""
    website: str = ""
    legal_id: str = ""
    home_cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    sectors: tuple[str, ...] = Field(default=(), sa_column=json_column())
    languages: tuple[str, ...] = Field(default=(), sa_column=json_column())
    brands: tuple[str, ...] = Field(default=(), sa_column=json_column())
    headcount: int | None = None
    # More than 21 million euros do not fit into 32 bits of cents.
    turnover_cents: int | None = Field(default=None, sa_type=BigInteger)
    balance_cents: int | None = Field(default=None, sa_type=BigInteger)
    parent_group: str = ""
    capacity: int = 3
    ignored: int = 0
    paused_at: datetime | None = None
    paused_by: int | None = Field(default=None, foreign_key="person.id")
    invented: bool = False


class OrganisationCluster(SQLModel, table=True):
    """Says that an organisation is a member of a cluster."""

    __tablename__ = "organisation_cluster"

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    cluster_id: int = Field(foreign_key="cluster.id", primary_key=True, index=True)


class AvoidedOrganisation(SQLModel, table=True):
    """Says that an organisation never wants to be introduced to another."""

    __tablename__ = "avoided_organisation"

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    avoided_id: int = Field(foreign_key="organisation.id", primary_key=True)


_HERE = "left_at IS NULL"


class Person(Row, table=True):
    """A human, reached through one or more identities; `email` is lower case and unique where it is known.

    `digest_at` is when the person's week begins next; None until the clock has planned it.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email"),
        Index("ix_person_digest_at", "digest_at", sqlite_where=text(_HERE), postgresql_where=text(_HERE)),
    )

    name: str
    email: str | None = None
    phone: str = ""
    title: str = ""
    locale: str = "en"
    zone: str = "Europe/Copenhagen"
    country: str = ""
    region: str = ""
    settings: dict[str, int | str | bool] = Field(default_factory=dict, sa_column=json_column())
    snoozed_until: datetime | None = None
    notified_version: int = 0
    left_at: datetime | None = None
    digest_at: datetime | None = None


class Identity(Row, table=True):
    """A person's account in one workspace of one surface; `address` reaches the person privately there."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("surface", "workspace", "native_user"), Index("ix_identity_address", "address"))

    person_id: int = Field(foreign_key="person.id", index=True)
    surface: str
    workspace: str
    native_user: str
    address: str
    is_admin: bool = False
    seen_at: datetime


class Membership(Row, table=True):
    """A person's role in a cluster: buyer or SME for an organisation, manager for the cluster itself."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_person_cluster_role_organisation",
            "person_id",
            "cluster_id",
            "role",
            text("coalesce(organisation_id, 0)"),
            unique=True,
        ),
        CheckConstraint("role = 'manager' OR organisation_id IS NOT NULL", name="organisation_needed"),
    )

    person_id: int = Field(foreign_key="person.id", index=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    role: Role = Field(sa_column=enum_column(Role))
    state: MembershipState = Field(sa_column=enum_column(MembershipState))
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    note: str = ""


class Profile(Row, table=True):
    """What an organisation can do, in its own language."""

    __tablename__ = "profile"
    __table_args__ = (UniqueConstraint("organisation_id"), Index("ix_profile_updated_at", "updated_at"))

    organisation_id: int = Field(foreign_key="organisation.id")
    language: str = ""
    summary: str = ""
    evidence: str = ""
    trl: int | None = None
    confirmed_at: datetime | None = None
    content_hash: str = ""


UNCONFIRMED = "NOT confirmed"


class Competence(SQLModel, table=True):
    """One thing that an organisation can do, or (`sought`) that it looks for."""

    __tablename__ = "competence"
    __table_args__ = (
        Index("ix_competence_unconfirmed", "id", sqlite_where=text(UNCONFIRMED), postgresql_where=text(UNCONFIRMED)),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    kind: str = "skill"
    text: str
    sought: bool = False
    confirmed: bool = True
    position: int = 0


class ImportRun(Row, table=True):
    """One import of a file: what came in, and what was left out and why."""

    __tablename__ = "import_run"

    kind: str
    file_name: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id")
    rows_read: int = 0
    rows_added: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_refused: int = 0
    finished_on: date | None = None
