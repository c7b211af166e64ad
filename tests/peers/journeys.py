"""What the live journeys of all channels do alike: connect, hear what is new, answer as Ada would, lose a peer and find it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from answerable.cases import assigning
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Attachment, Message
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import fetching, looking_again, pipeline, polling
from answerable.replies import answering, drafting, sending, taking_back
from answerable.replies.models import Reply
from answerable.testing.cast import Cast
from tests.peers.serving import Starts

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000100000001080600000000")


def connected(kind: str, cast: Cast, values: Mapping[str, Any]) -> Source:
    """A source of the front line."""
    by = House(cast.workspace.pk, "tests")
    return connecting.connect(kind, label=kind.title(), team=cast.front_line, values=values, by=by)


def heard(source: Source) -> Case:
    """Poll until nothing waits, open, and the newest case."""
    source.refresh_from_db()
    for _ in range(9):
        polling.poll(source)
    opened(source)
    return Case.objects.order_by("-id")[0]


def asked(source: Source) -> None:
    """Ask for news once, and open what came."""
    source.refresh_from_db()
    polling.poll(source)
    opened(source)


def looked_again(source: Source) -> None:
    """What we heard is asked after once more: one of it is found changed or gone, and that is followed."""
    Message.objects.update(looked_at=None)
    assert looking_again.look_again(source) == 1
    asked(source)


def opened(source: Source) -> None:
    """Open what came, and fetch the files that it names."""
    while pipeline.open_waiting(source):
        pass
    for attachment in Attachment.objects.filter(file="").exclude(reference=""):
        fetching.fetch(attachment)


def words_heard() -> list[str]:
    """What others said, in the order in which we heard it."""
    return list(Message.objects.filter(direction="in").order_by("id").values_list("text", flat=True))


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


@contextmanager
def outage(peer: Starts, source: Source) -> Iterator[None]:
    """Nobody reaches the peer until the end; then it is heard once more, and twice. The house tells of both."""
    peer.stop()
    polling.poll(source)
    assert Source.objects.get(pk=source.pk).failing_since is not None
    yield
    peer.start()
    heard(source)
    heard(source)
    assert Source.objects.get(pk=source.pk).failing_since is None
    kinds = Event.objects.filter(kind__in=("source_failing", "source_recovered")).order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["source_failing", "source_recovered"]


def is_paused(source: Source) -> bool:
    source.refresh_from_db()
    return source.state == Source.State.PAUSED


def resumed(source: Source, cast: Cast) -> None:
    """The access is given anew: what was said meanwhile is heard, and what waited is sent."""
    connecting.resume(source, by=cast.root)
    heard(source)
    for reply in Reply.objects.filter(state=Reply.State.QUEUED):
        sent(reply)
