"""The outbox: a message, its filing, its outbox row and its job, in one transaction. Sending happens later, elsewhere.

What a person posts by hand has no job: it waits (`posting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from answerable.cases import filing, invitation_words
from answerable.cases.models import Case, Filing
from answerable.channels.contract import Audience, Mark
from answerable.conversations.models import Conversation, Identity, Message
from answerable.conversations.recording import search_vector
from answerable.core import jobs, journal
from answerable.core.access import Actor, Viewer
from answerable.core.moments import now
from answerable.replies import answered, network_texts, posting
from answerable.replies.models import Reply, WordingVersion


@dataclass(frozen=True)
class Addressing:
    """Who will receive a reply: shown before it is sent."""

    to: tuple[Identity, ...]
    cc: tuple[Identity, ...] = ()


def put(
    case: Case,
    conversation: Conversation,
    addressing: Addressing,
    *,
    text: str,
    audience: str,
    key: str,
    by: Actor,
    language: str = "",
    wording: WordingVersion | None = None,
) -> Reply:
    """Put words into the outbox. What the house says by itself is marked as a machine's and has no person."""
    user_id = by.user_id if isinstance(by, Viewer) else None
    words = {"text": text, "audience": audience, "language": language or case.language}
    message = _message(case, conversation, addressing, key=key, user_id=user_id, **words)
    case = filing.join(case, message, why=Filing.Why.OUR_ANSWER, by=by)
    reply = Reply.objects.create(
        workspace_id=case.workspace_id,
        case=case,
        message=message,
        conversation=conversation,
        user_id=user_id,
        key=key,
        in_reply_to=answered.name(conversation, audience),
        approved=_approved(conversation, message),
        wording=wording,
        automatic=user_id is None,
        created_at=message.received_at,
    )
    data = {"reply": reply.pk, "audience": message.audience, "source": conversation.source_id}
    if wording is not None:
        data |= {"wording": wording.wording_id, "version": wording.pk}
    journal.write("reply_queued", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    if not posting.hand_over(reply, by=by):
        jobs.later("replies.jobs.send", lock=f"conversation:{conversation.pk}", reply_id=reply.pk)
    return reply


def _approved(conversation: Conversation, message: Message) -> dict[str, object] | None:
    """Where the window of the network is closed, the text of its own approval that these words say."""
    source = conversation.source
    if not network_texts.has(source) or answered.is_open(conversation, message.audience, message.received_at):
        return None
    saying = network_texts.said_by(message.text, source)
    if saying is None:
        return None
    return {"name": saying.text.name, "language": saying.text.language, "values": list(saying.values)}


def _message(
    case: Case,
    conversation: Conversation,
    addressing: Addressing,
    *,
    text: str,
    audience: str,
    key: str,
    user_id: int | None,
    language: str,
) -> Message:
    return Message.objects.create(
        workspace_id=case.workspace_id,
        conversation=conversation,
        once=f"reply:{key}"[:500],
        direction=Message.Direction.OUT,
        audience=Audience(audience),
        user_id=user_id,
        subject=_subject(conversation),
        text=text,
        language=language,
        marks=[Mark.INVITATION] if invitation_words.only_invites(text) else [],
        recipients=_plain(addressing),
        received_at=now(),
        search=search_vector(text),
    )


def _subject(conversation: Conversation) -> str:
    subject = conversation.subject.strip()
    return subject if subject.lower().startswith("re:") or not subject else f"Re: {subject}"


def _plain(addressing: Addressing) -> dict[str, list[dict[str, str]]]:
    rows = {"to": addressing.to, "cc": addressing.cc}
    return {
        name: [{"namespace": each.namespace, "value": each.value, "display": each.display} for each in people]
        for name, people in rows.items()
    }
