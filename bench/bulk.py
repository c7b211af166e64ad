"""Cases and messages by the million, written set by set.

Foreign keys and the journal are not what is measured here, so their triggers rest while the rows go in, and indexes
are made again afterwards, which is many times faster than keeping them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from answerable.house.state import State
from bench import house
from bench.people import World
from bench.words import Words

NOISE = 0.25
OPEN = 0.2
SENTENCES = 50_000
FIRST = 1_000_000_000
"""Ids of bulk rows begin here, far from those that the house gives while it works."""
TABLES = (
    "conversations_contact",
    "conversations_identity",
    "conversations_conversation",
    "conversations_message",
    "cases_case",
    "cases_filing",
    "cases_trace",
)

CONTACTS = """
INSERT INTO conversations_contact (id, workspace_id, name, language, preferred_channel, created_at)
SELECT {first} + n, CASE WHEN n % {every} = 0 THEN {noisy} ELSE {ours} END, 'Person ' || n, '', '', now()
FROM generate_series({low}, {high}) n
"""
IDENTITIES = """
INSERT INTO conversations_identity
    (id, workspace_id, contact_id, namespace, value, display, evidence, unreachable_because, created_at)
SELECT id, workspace_id, id, 'email', 'b' || id || '@customers.example', name, 'wrote_from', '', created_at
FROM conversations_contact WHERE id BETWEEN {first} + {low} AND {first} + {high}
"""
CONVERSATIONS = """
INSERT INTO conversations_conversation (id, workspace_id, source_id, contact_id, subject, started_at)
SELECT id, workspace_id, CASE WHEN workspace_id = {noisy} THEN {noisy_source} ELSE {source} END, id, 'Bulk', created_at
FROM conversations_contact WHERE id BETWEEN {first} + {low} AND {first} + {high}
"""
# Teams by a Zipf law: the first has about a third of the cases, the last about a fortieth.
CASES = """
INSERT INTO cases_case (id, workspace_id, contact_id, team_id, holder_user_id, holder_team_id, state, subject, product,
    language, tags, fields, opened_at, first_word_at, promised_at, waiting_since, waiting_for, first_answer_at,
    closed_at, raised_count, bounces_count, deflections_count, last_at, last_text, last_audience, last_direction,
    channels, contacts_count)
SELECT {first} + n, workspace_id, {first} + n, team_id,
    CASE WHEN held THEN ({agents}::bigint[])[1 + n % {agent_count}] END, CASE WHEN NOT held AND open THEN team_id END,
    CASE WHEN open THEN 'open' ELSE 'closed' END, left(sentence.text, 60), '', '', '{{}}',
    '{{}}', opened, opened, opened + interval '48 hours',
    CASE WHEN open AND chance < 0.3 THEN opened + interval '5 hours' END,
    CASE WHEN open AND chance < 0.3 THEN 'customer' ELSE '' END, NULL,
    CASE WHEN NOT open THEN opened + interval '40 hours' END, 0, 0, 0, opened, left(sentence.text, 200), 'private', 'in',
    '{{email}}', 1
FROM (
    SELECT n, n % {every} = 0 AS noise, random() < {open} AS open, random() < 0.5 AS held, random() AS chance,
        now() - random() * interval '30 days' AS opened, random() AS place, 1 + (n * 7919) % {sentences} AS said
    FROM generate_series({low}::bigint, {high}::bigint) n
) drawn
CROSS JOIN LATERAL (
    SELECT CASE WHEN noise THEN {noisy} ELSE {ours} END AS workspace_id,
        CASE WHEN noise THEN ({noisy_teams}::bigint[])[1 + n % {noisy_team_count}]
        ELSE ({teams}::bigint[])[least({team_count}, floor(({team_count} + 1) ^ place))] END AS team_id
) owner
JOIN bench_sentence sentence ON sentence.id = said
"""
MESSAGES = """
INSERT INTO conversations_message (id, workspace_id, conversation_id, once, direction, audience, author_id, subject,
    text, quoted, html, language, marks, notes, recipients, kept_because, posted_at, received_at, search)
SELECT {first} + n, talk.workspace_id, {first} + n, 'bulk:' || n, 'in', 'private', {first} + n, left(a.text, 60),
    concat_ws(E'\\n', a.text, b.text, c.text, 'Order AB' || n), '', '', '', '{{}}', '{{}}', '{{}}', '', now(), now(),
    a.search || b.search || c.search || to_tsvector('simple', 'ab' || n)
FROM generate_series({low}::bigint, {high}::bigint) n
JOIN conversations_conversation talk ON talk.id = {first} + n
JOIN bench_sentence a ON a.id = 1 + (n * 7919) % {sentences}
JOIN bench_sentence b ON b.id = 1 + (n * 6101 + 17) % {sentences}
JOIN bench_sentence c ON c.id = 1 + (n * 104729 + 5) % {sentences}
"""
FILINGS = """
INSERT INTO cases_filing (id, message_id, case_id, why, at)
SELECT {first} + n, {first} + n, {first} + n, 'new_problem', now() FROM generate_series({low}, {high}) n
"""

# As `cases.tracing` writes them: the address, the order, an amount, a name that all share, and the longest words. Of open
# cases only, because the others are history.
TRACES = """
INSERT INTO cases_trace (workspace_id, case_id, sort, value)
SELECT one.workspace_id, one.id, trace.sort, trace.value
FROM cases_case one JOIN conversations_message said ON said.id = one.id
CROSS JOIN LATERAL (
    SELECT 'address' AS sort, 'b' || one.id || '@customers.example' AS value
    UNION ALL SELECT 'number', 'AB' || (one.id - {first})
    UNION ALL SELECT 'amount', (one.id % 300) || ' PLN'
    UNION ALL SELECT 'alike', 'person'
    UNION ALL SELECT 'word', word.value FROM (
        SELECT left(each, 6) AS value, max(length(each)) AS long
        FROM regexp_split_to_table(lower(said.text), '[^a-z]+') AS each WHERE length(each) >= 4
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 16) word
) trace
WHERE one.id BETWEEN {first} + {low} AND {first} + {high} AND one.state = 'open'
"""


def grow(state: State, world: World, size: int) -> None:
    """Fill up to `size` cases of ours, each with one message, and a quarter more of somebody else's among them."""
    with house.as_admin(state) as admin:
        _sentences(admin)
        low, high = _count(admin) + 1, round(size * (1 + NOISE))
        values = _values(world, low, high)
        with _bare(admin):
            for statement in (CONTACTS, IDENTITIES, CONVERSATIONS, CASES, MESSAGES, FILINGS, TRACES):
                admin.execute(sql.SQL(statement).format(**values))
        for table in TABLES:
            admin.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
        admin.execute("CHECKPOINT")


def _count(admin: psycopg.Connection[Any]) -> int:
    row = admin.execute("SELECT coalesce(max(id), %s) FROM cases_case", [FIRST]).fetchone()
    return max(0, int(row[0]) - FIRST) if row else 0


def _values(world: World, low: int, high: int) -> dict[str, sql.Literal]:
    values = {
        "first": FIRST,
        "low": low,
        "high": high,
        "every": round((1 + NOISE) / NOISE),
        "open": OPEN,
        "sentences": SENTENCES,
        "ours": world.ours.pk,
        "noisy": world.noisy.pk,
        "source": world.mailbox.pk,
        "noisy_source": world.noisy_mailbox.pk,
        "teams": [team.pk for team in world.teams],
        "team_count": len(world.teams),
        "noisy_teams": [team.pk for team in world.noisy_teams],
        "noisy_team_count": len(world.noisy_teams),
        "agents": [agent.pk for agent in world.agents],
        "agent_count": len(world.agents),
    }
    return {name: sql.Literal(value) for name, value in values.items()}


def _sentences(admin: psycopg.Connection[Any]) -> None:
    """The stock of sentences that bulk messages are put together from, three each."""
    made = admin.execute("SELECT to_regclass('bench_sentence') IS NULL").fetchone()
    if made == (False,):
        return
    admin.execute("CREATE UNLOGGED TABLE bench_sentence (id bigserial PRIMARY KEY, text text, search tsvector)")
    words = Words(seed=5)
    with admin.cursor() as cursor, cursor.copy("COPY bench_sentence (text) FROM STDIN") as copy:
        for _ in range(SENTENCES):
            copy.write_row([words.sentence()])
    admin.execute("UPDATE bench_sentence SET search = to_tsvector('simple', lower(text))")
    admin.execute("VACUUM (ANALYZE, FULL) bench_sentence")


@contextmanager
def _bare(admin: psycopg.Connection[Any]) -> Iterator[None]:
    """Without triggers and without the indexes that no constraint needs."""
    found = admin.execute(
        """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
           AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
        [list(TABLES)],
    ).fetchall()
    admin.execute("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'; SET work_mem = '64MB'")
    for name, _ in found:
        admin.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        admin.execute(definition)
    admin.execute("SET session_replication_role = origin")
