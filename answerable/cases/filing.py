"""Filing a message: it joins the case of this problem, or opens one. The journal says which, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from answerable.cases import closing
from answerable.cases.models import Case, Filing, LinkHint
from answerable.channels.contract import Mark
from answerable.channels.models import Source
from answerable.conversations.models import Conversation, Message
from answerable.conversations.recording import Recorded, remember_ids
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Event

SHOWN_CHARACTERS = 200
AUTOMATIC = frozenset({Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE, Mark.BOUNCE, Mark.OWN_LOOP})


def file(recorded: Recorded, *, source: Source, by: Actor, why: Filing.Why | None = None) -> Case | None:
    """File a recorded message and return its case; None for a machine's word that belongs to no case.

    1. A message filed before stays where it is.
    2. A message of a known conversation joins the case of that conversation; a person's word reopens a closed one, a
       machine's never does.
    3. Anything else opens a case in the queue of the source's team.
    """
    message = recorded.message
    known = Filing.objects.select_related("case").filter(message=message).first()
    if known is not None:
        return known.case
    case = None if recorded.new_conversation else case_of(message.conversation)
    if case is None and is_automatic(message):
        return None
    if case is None:
        return open_case(recorded, source=source, by=by)
    join(case, message, why=why or Filing.Why.SAME_THREAD, by=by)
    if not case.is_open and _speaks_for_itself(message):
        closing.reopen(case, because="wrote_again", by=by, at=message.received_at)
    return case


def file_into(case: Case, message: Message, *, why: Filing.Why, by: Actor) -> None:
    """File a message into a case that is known already; one that was filed before stays where it is."""
    if not Filing.objects.filter(message=message).exists():
        join(case, message, why=why, by=by)


def case_of(conversation: Conversation | None) -> Case | None:
    """The newest case in which a conversation goes on."""
    if conversation is None:
        return None
    newest = Filing.objects.select_related("case").filter(message__conversation=conversation).order_by("-id").first()
    return newest.case if newest else None


def join(case: Case, message: Message, *, why: Filing.Why, by: Actor) -> Filing:
    """Put a message into a case and keep the case's newest words true."""
    user_id = by.user_id if isinstance(by, Viewer) else None
    filing = Filing.objects.create(message=message, case=case, why=why, user_id=user_id, at=message.received_at)
    _show_newest(case, message)
    _tell("message_filed", case, by=by, message=message.pk, why=str(why), audience=message.audience)
    return filing


def open_case(recorded: Recorded, *, source: Source, by: Actor) -> Case:
    """Open a case for a message, in the queue of its source's team."""
    message, conversation = recorded.message, recorded.message.conversation
    assert conversation is not None, "a note never opens a case"
    case = Case.objects.create(
        workspace_id=source.workspace_id,
        contact=conversation.contact,
        team_id=source.team_id,
        holder_team_id=source.team_id,
        subject=subject_of(message),
        language=message.language,
        opened_at=message.received_at,
        promised_at=_promise(source, message.received_at),
        last_at=message.received_at,
    )
    remember_ids(conversation, None, source.kind, names_of(case))
    _tell("case_opened", case, by=by, message=message.pk, source=source.pk)
    join(case, message, why=Filing.Why.NEW_PROBLEM, by=by)
    _hint(case, recorded, by=by)
    return case


def names_of(case: Case) -> tuple[str, ...]:
    """What a message may claim to belong to. Claims lead back here only for somebody who takes part already."""
    return (f"case:{case.number}", f"reply:{case.number}", f"subject:{case.number}")


def _promise(source: Source, at: datetime) -> datetime:
    return at + timedelta(hours=source.workspace.promise_hours)


def is_automatic(message: Message) -> bool:
    """Did a machine write it? Then it is kept and shown, and moves nothing."""
    return bool(AUTOMATIC & set(message.marks))


def subject_of(message: Message) -> str:
    """The subject that was given, else the first line of what was said."""
    lines = [line.strip() for line in message.text.splitlines() if line.strip()]
    return (message.subject.strip() or (lines[0] if lines else "") or "—")[:400]


def _show_newest(case: Case, message: Message) -> None:
    incoming = message.direction == Message.Direction.IN
    if _speaks_for_itself(message):
        case.waiting_since = None
        case.contacts_count += 1
    if message.direction != Message.Direction.NOTE or not case.last_text:
        case.last_at = max(case.last_at, message.received_at)
        case.last_text = " ".join(message.text.split())[:SHOWN_CHARACTERS]
        case.last_audience, case.last_direction = message.audience, message.direction
    if message.conversation is not None and incoming:
        case.channels = sorted({*case.channels, message.conversation.source.kind})
    case.save(
        update_fields=[
            "waiting_since",
            "contacts_count",
            "last_at",
            "last_text",
            "last_audience",
            "last_direction",
            "channels",
        ]
    )


def _speaks_for_itself(message: Message) -> bool:
    """A person's own word, not a machine's."""
    return message.direction == Message.Direction.IN and not is_automatic(message)


def _hint(case: Case, recorded: Recorded, *, by: Actor) -> None:
    other = case_of(recorded.related)
    if other is None:
        return
    LinkHint.objects.get_or_create(
        case=case, other=other, defaults={"message": recorded.message, "at": recorded.message.received_at}
    )
    _tell("link_hinted", case, by=by, other=other.pk, message=recorded.message.pk)


def _tell(kind: str, case: Case, *, by: Actor, **data: object) -> Event:
    return journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
