"""Nouns of intake: the envelope, what became of it, the provider's count."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import files
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Envelope(models.Model):
    """Raw bytes received, verbatim, before anybody understands them. Never changed; only its outcome is written.

    `once` is the external id, or the SHA-256 of the bytes where the network gives none. The bytes are in `body`, or
    in the file store under `file` when they are large. `tries` counts openings that did not end. The bytes go when
    the network no longer lets us hold what they brought; their digest and size stay. `heard` says why it was kept of what a
    stream of everybody brought: `versions` of saved queries, or `known`, the topic and the basis. It is decided once.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        FILED = "filed"
        SET_ASIDE = "set_aside"
        QUARANTINED = "quarantined"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="envelopes")
    once = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    file = models.CharField(max_length=64, default="")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.TextField(default="")
    tries = models.PositiveSmallIntegerField(default=0)
    heard = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "once"], name="envelope_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "filed"]) | ~Q(reason=""), name="envelope_outcome_has_reason"
            ),
        ]
        indexes = [
            # the pipeline: what is still to be opened, in order of arrival
            models.Index(fields=["source", "id"], condition=Q(state="waiting"), name="envelope_waiting"),
            # quarantine and set-aside screens
            models.Index(
                fields=["workspace", "state", "-id"],
                condition=Q(state__in=["quarantined", "set_aside"]),
                name="envelope_apart",
            ),
            # ledger: per source and day
            models.Index(fields=["source", "received_at"], name="envelope_ledger"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Envelopes of the sources of the viewer's teams."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(source__team_id__in=viewer.team_ids)

    @property
    def is_emptied(self) -> bool:
        return self.size > 0 and not self.file and not self.body

    def bytes(self) -> bytes:
        """The bytes as they came."""
        return files.fetch(self.file) if self.file else bytes(self.body)


class Sighting(models.Model):
    """This envelope carried this message. The same mail in two mailboxes is one message, sighted twice."""

    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="sightings")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="sightings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["envelope", "message"], name="sighting_once")]


class Upload(models.Model):
    """A file that somebody looks at before it is imported. Thrown away after a day, because nobody asked to keep it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="uploads")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    body = models.BinaryField()
    at = models.DateTimeField()

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)


class PassedBy(models.Model):
    """How many utterances of a UTC day a source heard that concern nobody here: counted, never kept."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="passed_by")
    day = models.DateField()
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="passed_by_once")]


class Import(models.Model):
    """A file of what many people said elsewhere, on its way in: what it would bring, and how far it has come.

    `rows` are those that were passed, `fresh` those of them that were new, `left` the first of the `left_count` that cannot be
    read, each with its line and why. The same file of a source is one import.
    """

    class State(models.TextChoices):
        SEEN = "seen"
        RUNNING = "running"
        DONE = "done"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    file = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SEEN)
    would_bring = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=list)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "file"], name="import_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Imports of the sources of the viewer's teams."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(source__team_id__in=viewer.team_ids)


class ProviderCount(models.Model):
    """What the provider says it holds for a source and a UTC day, when it says so, and how many of these we have."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="provider_counts")
    day = models.DateField()
    says = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="provider_count_once")]


class Fragment(models.Model):
    """An envelope that brought a part of a message: number `number` of the `of` parts of one `group`.

    `joined` is set when the message was shown, whole or with what there was of it.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    envelope = models.OneToOneField(Envelope, on_delete=models.CASCADE, related_name="fragment")
    group = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    joined = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # joining: the other parts of a message that is not shown yet
            models.Index(fields=["source", "group"], condition=Q(joined=False), name="fragment_waiting"),
        ]


class Backfill(models.Model):
    """An archive of what was said in the past, on its way past the saved queries as they stood at `revision`.

    `rows` were passed; of them `kept` were wanted, `fresh` of those were new here, and `passed_by` concerned nobody. Of the
    `left_count` that cannot be read the first are in `left`, each with its line and why. The same archive under the same
    queries is one of these, wherever its file (`digest`) lies.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="backfills")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    revision = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    rows = models.PositiveBigIntegerField(default=0)
    kept = models.PositiveBigIntegerField(default=0)
    fresh = models.PositiveBigIntegerField(default=0)
    passed_by = models.PositiveBigIntegerField(default=0)
    left_count = models.PositiveBigIntegerField(default=0)
    left = models.JSONField(default=list)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "digest", "revision"], name="backfill_once"),
            models.UniqueConstraint(
                fields=["source", "digest"], condition=Q(state="running"), name="backfill_one_at_a_time"
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Those of the sources of the viewer's teams."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(source__team_id__in=viewer.team_ids)
