"""Nouns of leaving: to whom reports go, the batches that were made for them, and what they answered."""

from __future__ import annotations

from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.safety.models.reports import Version, through_report


class Authority(models.Model):
    """Who takes reports as E2B(R3), and under which names the two sides know each other. It ends and is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=100)
    organisation = models.CharField(max_length=100)
    sender = models.CharField(max_length=60)
    receiver = models.CharField(max_length=60)
    batch_receiver = models.CharField(max_length=60)
    trial = models.BooleanField(default=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Batch(models.Model):
    """One E2B(R3) file as it was made: word for word, with its hash. Never changed; a new file has a number of its own."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(max_length=100)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="batch_number")]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """A file holds all its reports, so only who sees each of them sees it."""
        theirs = BatchReport.objects.filter(through_report(viewer, "version__report__message__filing__case__"))
        hidden = BatchReport.objects.filter(batch__workspace_id=viewer.workspace_id).exclude(pk__in=theirs.values("pk"))
        return Q(workspace_id=viewer.workspace_id) & ~Q(pk__in=hidden.values("batch"))

    @property
    def is_intact(self) -> bool:
        return sha256(self.document.encode()).hexdigest() == self.digest


class Acknowledgement(models.Model):
    """What the other side answered to a batch, word for word. Never changed."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="acknowledgements")
    document = models.TextField()
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "digest"], name="acknowledgement_once")]

    def __str__(self) -> str:
        return f"{self.outcome}, to batch {self.batch_id}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(batch__in=Batch.objects.filter(Batch.reach(viewer)))


class BatchReport(models.Model):
    """One version of a report in a batch, and what the latest answer says of it; `theirs` is the number they gave it."""

    class Outcome(models.TextChoices):
        NONE = "", _("No answer yet")
        TAKEN = "taken", _("Taken")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("Unknown")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="members")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="batches")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    theirs = models.CharField(max_length=100, blank=True)
    reasons = models.JSONField(default=list)
    acknowledgement = models.ForeignKey(Acknowledgement, null=True, on_delete=models.PROTECT, related_name="members")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "version"], name="batch_report_once")]

    def __str__(self) -> str:
        return f"version {self.version_id} in batch {self.batch_id}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "version__report__message__filing__case__")
