"""Who sees a row that belongs to clusters: one rule per table, in SQL, for both walls.

The first wall is the program's own: `store.reach` adds these rules to every query of the ORM in a narrowed transaction,
on both engines. The second is PostgreSQL's: policies of row-level security, which bind whatever else is asked as well.
There `matchpoint.clusters` and `matchpoint.organisations` are lists of ids that a transaction sets; `*` is everything,
and what is not set is nothing. On SQLite functions of the connection say the same.
There a rule that asks a table with a rule of its own does so in a function: the planner would otherwise unfold one into
the other, and plan for milliseconds what runs in microseconds, also where everything is within reach.
The migrations have copies of their own; a test holds the two together.
"""

# ruff: noqa: S608 - nothing but constants
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, MetaData, event

from store.tables import metadata

FUNCTIONS: Final = """
CREATE FUNCTION matchpoint_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(current_setting('matchpoint.clusters', true), '') = '*' $$;
CREATE FUNCTION matchpoint_ids(setting text) RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN coalesce(current_setting(setting, true), '') IN ('', '*') THEN '{}'::integer[]
       ELSE string_to_array(current_setting(setting, true), ',')::integer[] END $$;
"""
#: By engine and kind of id: whether an id is within reach. PostgreSQL reads its setting once a query.
_WITHIN: Final = {
    "postgresql": "{} = ANY ((SELECT matchpoint_ids('matchpoint.%s'))::integer[])",
    "sqlite": "matchpoint_%s({})",
}


def _owner(dialect: str) -> str:
    """Return the condition under which somebody speaks for the owner of a challenge `o`."""
    within = _WITHIN[dialect]
    cluster, organisation = (within % "clusters").format, (within % "organisations").format
    return f"{cluster('o.owner_cluster_id')} OR {organisation('o.organisation_id')}"


def rules(dialect: str, *, by_function: bool = False) -> Mapping[str, str]:
    """Return by table the condition under which its row `{t}` is seen, in the words of an engine.

    A rule may ask other tables, but no two ask each other: PostgreSQL applies their policies within. With `by_function`
    it asks a table that has a rule through a function of PostgreSQL, and leaves what is seen there to its policy.
    """

    def cluster(column: str) -> str:
        return (_WITHIN[dialect] % "clusters").format(column)

    def organisation(column: str) -> str:
        return (_WITHIN[dialect] % "organisations").format(column)

    def through(table: str, alias: str, column: str) -> str:
        """See a row with the one that it belongs to."""
        if by_function:
            return f"matchpoint_sees_{table}({{t}}.{column})"
        owner = found[table].replace("{t}", alias)
        return f"EXISTS (SELECT 1 FROM {table} {alias} WHERE {alias}.id = {{t}}.{column} AND ({owner}))"

    mine = cluster("{t}.cluster_id")
    member = f"""{organisation("{t}.organisation_id")} OR EXISTS (SELECT 1 FROM organisation_cluster m
        WHERE m.organisation_id = {{t}}.organisation_id AND {cluster("m.cluster_id")})"""
    owned = f"EXISTS (SELECT 1 FROM challenge o WHERE o.id = {{t}}.challenge_id AND ({_owner(dialect)}))"
    if by_function:
        owned = "matchpoint_owns({t}.challenge_id)"
    found = {
        "introduction": f"""{cluster("{t}.owner_cluster_id")} OR {cluster("{t}.sme_cluster_id")}
            OR {organisation("{t}.buyer_id")} OR {organisation("{t}.organisation_id")}""",
        "challenge": f"""{cluster("{t}.owner_cluster_id")} OR {organisation("{t}.organisation_id")}
            OR EXISTS (SELECT 1 FROM share s WHERE s.challenge_id = {{t}}.id AND {cluster("s.cluster_id")})
            OR EXISTS (SELECT 1 FROM invitation n WHERE n.challenge_id = {{t}}.id
                       AND {organisation("n.organisation_id")})
            OR EXISTS (SELECT 1 FROM introduction i WHERE i.challenge_id = {{t}}.id
                       AND {organisation("i.organisation_id")})""",
        "question": f"{member} OR {owned}",
        "answer": f"{mine} OR {member} OR {owned}",
        "suggestion": f"{mine} OR {member} OR {owned}",
        "decision": f"{mine} OR {owned}",
        "application": f"""{mine} OR {organisation("{t}.organisation_id")}
            OR EXISTS (SELECT 1 FROM call k JOIN scheme s ON s.id = k.scheme_id
                       WHERE k.id = {{t}}.call_id AND {cluster("s.owner_cluster_id")})""",
    }
    for table in ("challenge_edition", "challenge_reading", "ranking"):
        found[table] = through("challenge", "c", "challenge_id")
    for table in ("approval", "opening", "meeting", "conversation"):
        found[table] = through("introduction", "u", "introduction_id")
    for table in ("leg", "relayed_message"):
        found[table] = through("conversation", "v", "conversation_id")
    found["answer_part"] = through("answer", "a", "answer_id")
    found["claim"] = through("application", "a", "application_id")
    found["claim_receipt"] = through("claim", "l", "claim_id")
    return found


#: Whose rows are seen through a function: what belongs to them is seen with them.
_PARENTS: Final = ("answer", "application", "challenge", "claim", "conversation", "introduction")
#: The tables that have a rule.
TABLES: Final = frozenset(rules("sqlite"))


def _functions() -> Iterator[str]:
    asked = {"owns": f"challenge o WHERE o.id = wanted AND ({_owner('postgresql')})"}
    asked |= {f"sees_{table}": f"{table} o WHERE o.id = wanted" for table in _PARENTS}
    for name, rows in asked.items():
        head = (
            f"CREATE FUNCTION matchpoint_{name}(wanted integer) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE"
        )
        yield f"{head} AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM {rows}); END $$"


def statements() -> Iterator[str]:
    """Yield what makes the policies of PostgreSQL, where every table is there and no policy yet."""
    yield FUNCTIONS
    yield from _functions()
    for table, rule in rules("postgresql", by_function=True).items():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY of_clusters ON {table} USING (matchpoint_everything() OR {rule.replace('{t}', table)})"


@event.listens_for(metadata, "after_create")
def _make(target: MetaData, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        for statement in statements():
            connection.exec_driver_sql(statement)
