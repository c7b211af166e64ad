"""What the live journeys of all channels do alike: hear what is new, and answer as Ada would."""

from __future__ import annotations

from answerable.cases import assigning
from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.conversations.models import Attachment
from answerable.core.moments import now
from answerable.intake import fetching, pipeline, polling
from answerable.replies import answering, drafting, sending, taking_back
from answerable.replies.models import Reply
from answerable.testing.cast import Cast

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000100000001080600000000")


def heard(source: Source) -> Case:
    """Poll until nothing waits, open, and the newest case."""
    for _ in range(9):
        polling.poll(source)
    opened(source)
    return Case.objects.order_by("-id")[0]


def opened(source: Source) -> None:
    """Open what came, and fetch the files that it names."""
    while pipeline.open_waiting(source):
        pass
    for attachment in Attachment.objects.filter(file="").exclude(reference=""):
        fetching.fetch(attachment)


def answer(
    case: Case,
    cast: Cast,
    text: str,
    *,
    audience: str = "public",
    key: str = "k1",
    file: tuple[str, bytes, str] | None = None,
) -> Reply:
    """Ada takes the case and answers; the reply as it stands after one try to send it."""
    if case.holder_user_id is None:
        assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    if file is not None:
        draft = drafting.save(case, text=text, audience=audience, by=cast.ada)
        drafting.add_file(draft, name=file[0], body=file[1], alt=file[2], by=cast.ada)
    return sent(answering.answer(case, text=text, audience=audience, key=key, by=cast.ada))


def sent(reply: Reply) -> Reply:
    Reply.objects.filter(pk=reply.pk, state=Reply.State.QUEUED).update(next_try_at=now())
    sending.send(Reply.objects.select_related("conversation__source", "message").get(pk=reply.pk))
    reply.refresh_from_db()
    return reply


def taken_back(reply: Reply, cast: Cast) -> bool:
    """Ada takes an answer back; whether the channel did so."""
    asked = taking_back.ask(reply, because="Wrong person", by=cast.ada)
    taking_back.take_back(asked)
    asked.refresh_from_db()
    return asked.done_at is not None
