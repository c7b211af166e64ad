"""Waiting until everything has come to its end, and counting what there is against what was confirmed."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.channels.sandbox.models import Post
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.intake import reconciling
from answerable.intake.models import Envelope
from answerable.replies.models import Reply
from tests.crash.house import Crashing
from tests.crash.people import Agents, Told, patiently
from tests.crash.sink import Sink

MARK = re.compile(r"\b(?:mail|post|reply)-\d+\.")
SETTLED_WITHIN = 600.0
UNSETTLED = ("queued", "sending", "unknown")


@dataclass
class World:
    """Where things can be looked up: the house, the customers' mailboxes, the square."""

    house: Crashing
    sink: Sink
    place: Source
    viewer: Viewer
    agents: Agents
    told: Told = field(default_factory=Told)
    settled_by_hand: int = 0


@dataclass
class Balance:
    """What is wrong, in sentences; empty when nothing is."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def compare(self, expected: Iterable[str], found: Counter[str]) -> None:
        self.lost += [mark for mark in expected if not found[mark]]
        self.doubled += [mark for mark, times in found.items() if times > 1]


def settle(world: World) -> None:
    """Wait for the house; hurry only what it put off on purpose, and be the person whom it asks."""
    give_up_at = time.monotonic() + SETTLED_WITHIN
    while patiently(lambda: _unsettled(world)) and time.monotonic() < give_up_at:
        patiently(_hurry)
        patiently(lambda: _settle_by_hand(world))
        time.sleep(1)


def weigh(world: World) -> Balance:
    balance = Balance()
    balance.compare(world.told.mails, _messages("mail"))
    balance.compare(_posts(world), _messages("post"))
    balance.compare(world.told.replies, _sent(world))
    balance.wrong += [*_ledger(world), *_cases(), *_unended(), *world.told.refused]
    proof = world.house.ask("journal", "verify")
    balance.wrong += [proof.stdout] if proof.returncode else []
    return balance


def _unsettled(world: World) -> bool:
    waiting = Envelope.objects.filter(state=Envelope.State.WAITING).exists()
    going_out = Reply.objects.filter(state__in=UNSETTLED).exists()
    return waiting or going_out or _messages("post").keys() != set(_posts(world))


def _hurry() -> None:
    """A test need not sit through the pauses between tries; they have tests of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()"
        )


def _settle_by_hand(world: World) -> None:
    """A mailbox without a folder of sent mail cannot be asked: somebody asks the customer."""
    unknown = Reply.objects.filter(state=Reply.State.UNKNOWN, conversation__source__kind="email")
    for reply in list(unknown.select_related("message")):
        arrived = any(reply.message.text in text for text in world.sink.texts())
        world.agents.settle(reply.pk, arrived=arrived)
        world.settled_by_hand += 1


def _messages(sort: str) -> Counter[str]:
    texts = Message.objects.filter(text__startswith=f"{sort}-", filing__isnull=False).values_list("text", flat=True)
    return _marks(texts)


def _posts(world: World) -> list[str]:
    texts = Post.objects.filter(square=world.place.slug, text__startswith="post-").values_list("text", flat=True)
    return list(_marks(texts))


def _sent(world: World) -> Counter[str]:
    on_the_square = Post.objects.filter(square=world.place.slug, handle="").values_list("text", flat=True)
    return _marks([*world.sink.texts(), *on_the_square])


def _marks(texts: Iterable[str]) -> Counter[str]:
    return Counter(found.group() for text in texts if (found := MARK.match(text)))


def _ledger(world: World) -> list[str]:
    lines = reconciling.ledger(world.viewer)
    return [
        f"{line.source} on {line.day}: {line}"
        for line in lines
        if not line.balanced
        or line.quarantined
        or line.set_aside
        or line.held != line.filed + line.set_aside + line.quarantined + line.waiting
    ]


def _cases() -> list[str]:
    alone = Case.objects.filter(state=Case.State.OPEN, holder_user=None, holder_team=None)
    return [f"Case {case} is held by nobody." for case in alone]


def _unended() -> list[str]:
    left = Reply.objects.exclude(state=Reply.State.SENT)
    return [f"Reply {reply.pk} is {reply.state}: {reply.trouble}" for reply in left]
