"""Which posts count for which series: the one statement that counting, looking and gathering ask of.

A post counts when it was said, not when it was fetched, so that a poll after a pause is no wave; whatever an author's
clock says, never later than it was received. Answers of machines do not count. How a post sounds is a person's word, else the
detector's; what is unknown stays so. A new sort of series needs a line in
`NAMED` and a word in `Series.Sort`.
"""

from __future__ import annotations

from collections.abc import Mapping

from answerable.channels.contract import Mark

NAMED: Mapping[str, str] = {
    "all": "SELECT said.*, '' AS name, '' AS label FROM said",
    "source": "SELECT said.*, said.source_id::text, source.label FROM said"
    " JOIN channels_source source ON source.id = said.source_id",
    "product": "SELECT said.*, said.product, said.product FROM said WHERE said.product <> ''",
    "topic": "SELECT said.*, topic, topic FROM said CROSS JOIN unnest(said.topics) topic",
    "query": "SELECT DISTINCT said.*, query.id::text, query.name FROM said"
    " JOIN conversations_relevance reason ON reason.message_id = said.id"
    " JOIN listening_queryversion version ON version.id = reason.version_id"
    " JOIN listening_query query ON query.id = version.query_id",
}
"""For each sort of series the posts in it, with the key and the words of their series."""

MACHINES = [Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE, Mark.BOUNCE, Mark.OWN_LOOP]
_SAID = """
WITH said AS (
    SELECT message.id, coalesce(message.author_id, -message.id) AS author, filed.team_id, filed.product, talk.source_id, message.topics,
        least(message.received_at, coalesce(message.posted_at, message.received_at)) AS at,
        CASE WHEN coalesce(judged.answer, sounds.tone) IN ('positive', 'neutral', 'negative')
            THEN coalesce(judged.answer, sounds.tone) = 'negative' END AS negative
    FROM conversations_message message
    JOIN conversations_conversation talk ON talk.id = message.conversation_id
    JOIN cases_filing filing ON filing.message_id = message.id
    JOIN cases_case filed ON filed.id = filing.case_id
    LEFT JOIN triage_toneassessment sounds ON sounds.message_id = message.id
    LEFT JOIN triage_toneverdict judged
        ON judged.message_id = message.id AND judged.sort = 'tone' AND judged.ended_at IS NULL
    WHERE message.workspace_id = %(workspace)s AND message.direction = 'in' AND message.received_at >= %(since)s
        AND NOT message.marks && %(machines)s::varchar[]
        AND least(message.received_at, coalesce(message.posted_at, message.received_at)) >= %(since)s
        AND least(message.received_at, coalesce(message.posted_at, message.received_at)) < %(until)s
), heard AS (
"""
_EACH = (f"SELECT '{sort}' AS sort, {sort}_posts.* FROM ({sql}) {sort}_posts" for sort, sql in NAMED.items())  # noqa: S608 - our own names
HEARD = _SAID + "\n    UNION ALL ".join(_EACH) + "\n) "
"""`heard`: sort, id, author, team_id, at, negative, name and label of each post, once for each series it is in."""
