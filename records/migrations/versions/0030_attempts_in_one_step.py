"""An attempt with the second factor is one call, and a network's right pairs are not read to count its wrong ones."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.drop_index("verifications_of_network", "verifications")
    wrong = sa.text("NOT succeeded")
    op.create_index("verifications_of_network", "verifications", ["network_digest", "at"], postgresql_where=wrong)
    # Statements of a function each see what was committed before them, so what is counted under the lock is complete.
    # An attempt that PostgreSQL forgets when it crashes within the second is worth less than a faster answer.
    op.execute("""
        CREATE FUNCTION motcua_attempt(
            code text, digest bytea, known bytea[], citizen uuid, message text, network bytea,
            most integer, most_of_network integer, first_pause interval, counted interval,
            OUT locked_until timestamptz, OUT fits boolean
        ) LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(encode(digest, 'hex'), 0));
            PERFORM set_config('synchronous_commit', 'off', true);
            network := COALESCE(network, (SELECT network_digest FROM conversations WHERE id = citizen));
            SELECT max(last + least(first_pause * 2 ^ least(wrong - allowed, 20), counted)) INTO locked_until FROM (
                SELECT most AS allowed, count(*) AS wrong, max(at) AS last FROM verifications
                WHERE code_digest = digest AND NOT succeeded AND at > now() - counted
                    AND (message IS NULL OR (conversation_id, message_id) IS DISTINCT FROM (citizen, message))
                UNION ALL
                SELECT most, count(*), max(at) FROM verifications
                WHERE conversation_id = citizen AND NOT succeeded AND at > now() - counted
                    AND (message IS NULL OR message_id IS DISTINCT FROM message)
                UNION ALL
                SELECT most_of_network, count(*), max(at) FROM verifications
                WHERE network_digest = network AND NOT succeeded AND at > now() - counted
                    AND (message IS NULL OR (conversation_id, message_id) IS DISTINCT FROM (citizen, message))
            ) AS attempts WHERE wrong >= allowed;
            IF locked_until > now() THEN
                RETURN;
            END IF;
            locked_until := NULL;
            fits := EXISTS (SELECT FROM dossiers WHERE dossiers.code = motcua_attempt.code
                AND (phone_digits = ANY (known) OR identity_digits = ANY (known)));
            INSERT INTO verifications (code_digest, conversation_id, network_digest, message_id, succeeded)
            SELECT digest, citizen, network, message, fits WHERE NOT EXISTS (
                SELECT FROM verifications WHERE conversation_id = citizen AND message_id = message);
        END $$
        """)
