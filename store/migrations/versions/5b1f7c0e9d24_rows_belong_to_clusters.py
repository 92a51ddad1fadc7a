"""Rows belong to clusters (row-level security).

Revises: 3d9a51c07be2

PostgreSQL only; SQLite has no policies. `matchpoint.clusters` and `matchpoint.organisations` are lists of ids that a
transaction sets; `*` is everything, and what is not set is nothing. A policy may ask other tables, but no two ask each
other.
"""

from collections.abc import Sequence
from typing import Final

from alembic import op

revision: str = "5b1f7c0e9d24"
down_revision: str | None = "3d9a51c07be2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FUNCTIONS: Final = """
CREATE FUNCTION matchpoint_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(current_setting('matchpoint.clusters', true), '') = '*' $$;
CREATE FUNCTION matchpoint_ids(setting text) RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN coalesce(current_setting(setting, true), '') IN ('', '*') THEN '{}'::integer[]
       ELSE string_to_array(current_setting(setting, true), ',')::integer[] END $$;
"""

#: By table: which rows are seen.
_POLICIES: Final = {
    "introduction": """
        introduction.owner_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        introduction.sme_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        introduction.buyer_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR
        introduction.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[])""",
    "challenge": """
        challenge.owner_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        challenge.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR
        EXISTS (SELECT 1 FROM share s WHERE s.challenge_id = challenge.id AND s.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1 FROM invitation n WHERE
        n.challenge_id = challenge.id AND n.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])) OR EXISTS (SELECT 1 FROM introduction i
        WHERE i.challenge_id = challenge.id AND i.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]))""",
    "question": """
        question.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR
        EXISTS (SELECT 1 FROM organisation_cluster m WHERE m.organisation_id = question.organisation_id AND
        m.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1
        FROM challenge o WHERE o.id = question.challenge_id AND (o.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR o.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "answer": """
        answer.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        answer.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR
        EXISTS (SELECT 1 FROM organisation_cluster m WHERE m.organisation_id = answer.organisation_id AND
        m.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1
        FROM challenge o WHERE o.id = answer.challenge_id AND (o.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR o.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "suggestion": """
        suggestion.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        suggestion.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR
        EXISTS (SELECT 1 FROM organisation_cluster m WHERE m.organisation_id = suggestion.organisation_id
        AND m.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS
        (SELECT 1 FROM challenge o WHERE o.id = suggestion.challenge_id AND (o.owner_cluster_id = ANY
        ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR o.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "decision": """
        decision.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR EXISTS
        (SELECT 1 FROM challenge o WHERE o.id = decision.challenge_id AND (o.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR o.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "application": """
        application.cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        application.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[])
        OR EXISTS (SELECT 1 FROM call k JOIN scheme s ON s.id = k.scheme_id WHERE k.id = application.call_id
        AND s.owner_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]))""",
    "challenge_edition": """
        EXISTS (SELECT 1 FROM challenge c WHERE c.id = challenge_edition.challenge_id AND
        (c.owner_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        c.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR EXISTS
        (SELECT 1 FROM share s WHERE s.challenge_id = c.id AND s.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1 FROM invitation n WHERE
        n.challenge_id = c.id AND n.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])) OR EXISTS (SELECT 1 FROM introduction i
        WHERE i.challenge_id = c.id AND i.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]))))""",
    "challenge_reading": """
        EXISTS (SELECT 1 FROM challenge c WHERE c.id = challenge_reading.challenge_id AND
        (c.owner_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        c.organisation_id = ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR EXISTS
        (SELECT 1 FROM share s WHERE s.challenge_id = c.id AND s.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1 FROM invitation n WHERE
        n.challenge_id = c.id AND n.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])) OR EXISTS (SELECT 1 FROM introduction i
        WHERE i.challenge_id = c.id AND i.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]))))""",
    "ranking": """
        EXISTS (SELECT 1 FROM challenge c WHERE c.id = ranking.challenge_id AND (c.owner_cluster_id = ANY
        ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR c.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR EXISTS (SELECT 1 FROM share s WHERE
        s.challenge_id = c.id AND s.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1 FROM invitation n WHERE
        n.challenge_id = c.id AND n.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])) OR EXISTS (SELECT 1 FROM introduction i
        WHERE i.challenge_id = c.id AND i.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]))))""",
    "approval": """
        EXISTS (SELECT 1 FROM introduction u WHERE u.id = approval.introduction_id AND (u.owner_cluster_id =
        ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.sme_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.buyer_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR u.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "opening": """
        EXISTS (SELECT 1 FROM introduction u WHERE u.id = opening.introduction_id AND (u.owner_cluster_id =
        ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.sme_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.buyer_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR u.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "meeting": """
        EXISTS (SELECT 1 FROM introduction u WHERE u.id = meeting.introduction_id AND (u.owner_cluster_id =
        ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.sme_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.buyer_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR u.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "conversation": """
        EXISTS (SELECT 1 FROM introduction u WHERE u.id = conversation.introduction_id AND
        (u.owner_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR
        u.sme_cluster_id = ANY ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.buyer_id =
        ANY ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[]) OR u.organisation_id = ANY
        ((SELECT matchpoint_ids('matchpoint.organisations'))::integer[])))""",
    "leg": """
        EXISTS (SELECT 1 FROM conversation v WHERE v.id = leg.conversation_id AND (EXISTS (SELECT 1 FROM
        introduction u WHERE u.id = v.introduction_id AND (u.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.sme_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.buyer_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR u.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))))""",
    "relayed_message": """
        EXISTS (SELECT 1 FROM conversation v WHERE v.id = relayed_message.conversation_id AND (EXISTS
        (SELECT 1 FROM introduction u WHERE u.id = v.introduction_id AND (u.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.sme_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR u.buyer_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR u.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))))""",
    "answer_part": """
        EXISTS (SELECT 1 FROM answer a WHERE a.id = answer_part.answer_id AND (a.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR a.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR EXISTS (SELECT 1 FROM
        organisation_cluster m WHERE m.organisation_id = a.organisation_id AND m.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[])) OR EXISTS (SELECT 1 FROM challenge o WHERE o.id
        = a.challenge_id AND (o.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR o.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[])))))""",
    "claim": """
        EXISTS (SELECT 1 FROM application a WHERE a.id = claim.application_id AND (a.cluster_id = ANY
        ((SELECT matchpoint_ids('matchpoint.clusters'))::integer[]) OR a.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR EXISTS (SELECT 1 FROM call k JOIN scheme
        s ON s.id = k.scheme_id WHERE k.id = a.call_id AND s.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]))))""",
    "claim_receipt": """
        EXISTS (SELECT 1 FROM claim l WHERE l.id = claim_receipt.claim_id AND (EXISTS (SELECT 1 FROM
        application a WHERE a.id = l.application_id AND (a.cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]) OR a.organisation_id = ANY ((SELECT
        matchpoint_ids('matchpoint.organisations'))::integer[]) OR EXISTS (SELECT 1 FROM call k JOIN scheme
        s ON s.id = k.scheme_id WHERE k.id = a.call_id AND s.owner_cluster_id = ANY ((SELECT
        matchpoint_ids('matchpoint.clusters'))::integer[]))))))""",
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(_FUNCTIONS)
    for table, rule in _POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_clusters ON {table} USING (matchpoint_everything() OR {rule})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _POLICIES:
        op.execute(f"DROP POLICY of_clusters ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for name in ("ids(text)", "everything()"):
        op.execute(f"DROP FUNCTION matchpoint_{name}")
