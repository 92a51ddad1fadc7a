"""Policies that are cheap to plan: a table with a policy is asked through a function.

Revises: 8a4d27f1c6b3

PostgreSQL only. What is seen stays as it was: what belongs to a row is seen with it, by the policy of that row.
"""

# ruff: noqa: S608 - nothing but constants
from importlib import import_module
from typing import Final

from alembic import op

revision = "a7e3c95d0b16"
down_revision = "8a4d27f1c6b3"
branch_labels = None
depends_on = None

_CLUSTERS: Final = "ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[])"
_ORGANISATIONS: Final = "ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[])"

#: By function: the rows of which one has to be there.
_FUNCTIONS: Final = {
    "owns": f"""challenge o WHERE o.id = wanted AND (o.owner_cluster_id = {_CLUSTERS} OR """
    f"""o.organisation_id = {_ORGANISATIONS})""",
    "sees_answer": "answer o WHERE o.id = wanted",
    "sees_application": "application o WHERE o.id = wanted",
    "sees_challenge": "challenge o WHERE o.id = wanted",
    "sees_claim": "claim o WHERE o.id = wanted",
    "sees_conversation": "conversation o WHERE o.id = wanted",
    "sees_introduction": "introduction o WHERE o.id = wanted",
}

_OWNED: Final = "matchpoint_owns({t}.challenge_id)"
_MEMBER: Final = f"""{{t}}.organisation_id = {_ORGANISATIONS} OR EXISTS (SELECT 1 FROM organisation_cluster m
    WHERE m.organisation_id = {{t}}.organisation_id AND m.cluster_id = {_CLUSTERS})"""
_MINE: Final = f"{{t}}.cluster_id = {_CLUSTERS}"

#: By table: which rows `{t}` are seen.
_POLICIES: Final = {
    "question": f"{_MEMBER} OR {_OWNED}",
    "answer": f"{_MINE} OR {_MEMBER} OR {_OWNED}",
    "suggestion": f"{_MINE} OR {_MEMBER} OR {_OWNED}",
    "decision": f"{_MINE} OR {_OWNED}",
    "challenge_edition": "matchpoint_sees_challenge({t}.challenge_id)",
    "challenge_reading": "matchpoint_sees_challenge({t}.challenge_id)",
    "ranking": "matchpoint_sees_challenge({t}.challenge_id)",
    "approval": "matchpoint_sees_introduction({t}.introduction_id)",
    "opening": "matchpoint_sees_introduction({t}.introduction_id)",
    "meeting": "matchpoint_sees_introduction({t}.introduction_id)",
    "conversation": "matchpoint_sees_introduction({t}.introduction_id)",
    "leg": "matchpoint_sees_conversation({t}.conversation_id)",
    "relayed_message": "matchpoint_sees_conversation({t}.conversation_id)",
    "answer_part": "matchpoint_sees_answer({t}.answer_id)",
    "claim": "matchpoint_sees_application({t}.application_id)",
    "claim_receipt": "matchpoint_sees_claim({t}.claim_id)",
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, rows in _FUNCTIONS.items():
        head = (
            f"CREATE FUNCTION matchpoint_{name}(wanted integer) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE"
        )
        op.execute(f"{head} AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM {rows}); END $$")
    for table, rule in _POLICIES.items():
        seen = rule.replace("{t}", table)
        op.execute(f"ALTER POLICY of_clusters ON {table} USING (matchpoint_everything() OR {seen})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    before = import_module("store.migrations.versions.5b1f7c0e9d24_rows_belong_to_clusters")
    for table in _POLICIES:
        rule = before._POLICIES[table]
        op.execute(f"ALTER POLICY of_clusters ON {table} USING (matchpoint_everything() OR {rule})")
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION matchpoint_{name}(integer)")
