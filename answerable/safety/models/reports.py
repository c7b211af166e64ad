"""Nouns of reports: the report, its versions, and decisions with a signature."""

from __future__ import annotations

from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import through_case
from answerable.conversations.models import Message
from answerable.core.access import Right, Viewer
from answerable.core.models import User, Workspace


def through_report(viewer: Viewer, path: str) -> Q:
    """What belongs to a report is seen by those who see its case and may see reports at all."""
    return through_case(viewer, path) if viewer.may(Right.SEE_REPORTS) else Q(pk__in=[])


class Report(models.Model):
    """One suspicion on record. It hangs on the message that brought it, and goes wherever that message goes.

    `received_at` is day zero: the first receipt by anybody of ours. It may be found to be earlier, never later.
    `part` is the part of the house that opened it, where no person did.
    """

    class Sort(models.TextChoices):
        ADVERSE_EVENT = "adverse_event", _("Adverse event")
        TECHNICAL_COMPLAINT = "technical_complaint", _("Technical complaint")
        SPECIAL_SITUATION = "special_situation", _("Special situation")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="reports")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reports")
    number = models.CharField(max_length=100)
    sort = models.CharField(max_length=20, choices=Sort.choices)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="report_number")]
        # queries.reports: the reports of a workspace, the oldest day zero first
        indexes = [models.Index(fields=["workspace", "received_at"], name="report_by_day_zero")]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "message__filing__case__")


class Version(models.Model):
    """A report as it stood: the neutral document byte for byte, its hash, who wrote it and why. Never changed.

    The database refuses to change or delete one. What was wrong stays to be seen beside what is right.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    digest = models.CharField(max_length=64)
    reason = models.TextField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.report_id}, version {self.number}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "report__message__filing__case__")

    @property
    def is_intact(self) -> bool:
        """Is the document still the one whose hash was kept?"""
        return sha256(self.document.encode()).hexdigest() == self.digest


class Decision(models.Model):
    """What a qualified person decided about one version, and signed: name, time, meaning, bound to the version's hash.

    Each person decides once about a version; the decision of another one is a second opinion. Never changed.
    """

    class Outcome(models.TextChoices):
        REPORTABLE = "reportable", _("Reportable")
        NOT_REPORTABLE = "not_reportable", _("Not reportable")
        ASK_MORE = "ask_more", _("Ask for more first")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    reason = models.TextField()
    signed_name = models.CharField(max_length=200)
    signed_role = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="decision_once")]

    def __str__(self) -> str:
        return f"{self.outcome}, signed by {self.signed_name}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "version__report__message__filing__case__")

    @property
    def is_bound(self) -> bool:
        """Does the signature still stand under the very document that was signed?"""
        return self.digest == self.version.digest and self.version.is_intact
