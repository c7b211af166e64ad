"""Questions of reading: what waits for whom and in which order, what was drawn by lot, what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Case, Count, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.triage.detecting.reading import EVENTS
from answerable.triage.models import Assessment, Drift, DriftNotice, Lot, Measured, ToRead, Verdict
from answerable.triage.queueing import CALLED, SHOWN_FOR

Tier = Assessment.Tier
SOON = timedelta(days=1)
GRAVE = ("seriousness", "threat_to_life")
NEVER = Value(None, output_field=DateTimeField())


def waiting(viewer: Viewer, tiers: Sequence[str] = CALLED) -> QuerySet[ToRead]:
    """What waits to be read, of these tiers."""
    return access.rows(ToRead, viewer).filter(done_at=None, tier__in=tiers)


def in_order(rows: QuerySet[ToRead], *, due: Combinable = NEVER) -> QuerySet[ToRead]:
    """As it is to be read. `due` is the strict date of the law of its case.

    1. What may be urgent. 2. What the law wants within a day. 3. What scores higher. 4. What is due, then what came, earlier.
    """
    rank = Case(When(tier=Tier.URGENT, then=0), When(tier=Tier.REVIEW, then=1), default=2, output_field=IntegerField())
    told = rows.annotate(rank=rank, due=due)
    soon = Case(When(due__lte=now() + SOON, then=0), default=1, output_field=IntegerField())
    return told.annotate(soon=soon).order_by("rank", "soon", "-score", F("due").asc(nulls_last=True), "pk")


def free(rows: QuerySet[ToRead], viewer: Viewer) -> QuerySet[ToRead]:
    """Without what a colleague looks at just now."""
    shown = Q(shown_at__gte=now() - SHOWN_FOR) & ~Q(shown_to_id=viewer.user_id)
    return rows.exclude(shown)


def counts(viewer: Viewer) -> dict[str, int]:
    """How many wait, by tier; one statement."""
    rows = access.rows(ToRead, viewer).filter(done_at=None).values("tier").annotate(number=Count("pk"))
    return {each["tier"]: each["number"] for each in rows.order_by()}


def last_read(viewer: Viewer) -> ToRead | None:
    """What this person read last, to take it back."""
    return (
        access.rows(ToRead, viewer).filter(user_id=viewer.user_id, done_at__isnull=False).order_by("-done_at").first()
    )


def lots(viewer: Viewer) -> QuerySet[Lot]:
    """What was drawn and waits for this person, the oldest first; what they read before is for somebody else."""
    rows = access.rows(Lot, viewer).filter(read_at=None, message__emptied_at=None)
    return rows.exclude(Q(turn=2) & _was_theirs(viewer)).order_by("pk")


def lot_of(viewer: Viewer, pk: int) -> Lot:
    """One of them. Raises `NotThere` for what is not theirs to read."""
    return access.one(Lot, viewer, pk=pk)


def missed(viewer: Viewer) -> QuerySet[Lot]:
    """What no detector found and a blind reader did; what is grave first, then the newest."""
    rows = access.rows(Lot, viewer).filter(tier=Tier.AUDIT, turn=1, there__overlap=list(EVENTS))
    grave = Case(When(there__overlap=list(GRAVE), then=0), default=1, output_field=IntegerField())
    return rows.annotate(grave=grave).select_related("message__filing__case__contact").order_by("grave", "-pk")


def measured(viewer: Viewer, language: str = "") -> Measured | None:
    """The newest figures of a language, or of all together."""
    return access.rows(Measured, viewer).filter(language=language).order_by("-pk").first()


def drifts(viewer: Viewer) -> QuerySet[Drift]:
    """What drifted, the newest first."""
    return access.rows(Drift, viewer).order_by("-week", "-pk")


def around(message: Message, viewer: Viewer, *, most: int) -> list[Message]:
    """What was said before it in its conversation, the oldest first."""
    before = Q(received_at__lt=message.received_at) | Q(received_at=message.received_at, pk__lt=message.pk)
    said = access.rows(Message, viewer).filter(before, conversation=message.conversation)
    return list(said.select_related("author", "user").order_by("-received_at", "-pk")[:most])[::-1]


def source_of(message: Message) -> Source:
    """Where a customer said it. What a customer said has a conversation."""
    return Source.objects.get(conversations__messages=message)


def unseen(viewer: Viewer) -> QuerySet[DriftNotice]:
    """What the viewer was told of the detectors and has not looked at."""
    return notices(viewer).filter(seen_at=None)


def notices(viewer: Viewer) -> QuerySet[DriftNotice]:
    """What the viewer was told of the detectors, the newest first."""
    return access.rows(DriftNotice, viewer).select_related("drift").order_by("-at", "-pk")


def _was_theirs(viewer: Viewer) -> Q:
    of_it = {"message": OuterRef("message"), "user_id": viewer.user_id}
    return Q(Exists(Verdict.objects.filter(**of_it))) | Q(
        Exists(Lot.objects.filter(**of_it)) | Exists(ToRead.objects.filter(**of_it))
    )
