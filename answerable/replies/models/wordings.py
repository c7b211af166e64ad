"""Nouns of wordings: an answer that somebody qualified stands for, and its versions in each language."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Wording(models.Model):
    """What is answered to one question: about which product (none: any), for which market (none: all), and before whom.

    `topic` holds the words by which it is found, `audience` where it may stand. What it says is in its versions.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("In public")
        PRIVATE = "private", _("One to one only")
        ANYWHERE = "anywhere", _("In public and one to one")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="wordings")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    topic = models.CharField(max_length=200, default="", blank=True)
    product = models.CharField(max_length=100, default="", blank=True)
    market = models.CharField(max_length=5, default="", blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "code"], name="wording_code")]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class WordingVersion(models.Model):
    """A wording in one language as it was written: by whom and why, from which sources, and who approved it until when.

    Nobody approves their own, and what was decided is never changed: the database refuses both. A newer one takes its place; a
    decided one can only be withdrawn. `because` says why it was written, `decided_because` why it was approved or
    declined. `{name}`, `{number}` and `{agent}` are filled when it is put into an answer.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    sources = models.TextField(default="", blank=True)
    because = models.CharField(max_length=400)
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    decided_because = models.CharField(max_length=400, default="", blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wording", "language", "number"], name="wording_version_number"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("user")), name="wording_four_eyes"),
            models.CheckConstraint(
                condition=Q(approver__isnull=False, approved_at__isnull=False) | Q(state="proposed"),
                name="wording_decided_by_somebody",
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="wording_valid_in_order"),
        ]
        indexes = [
            # wording_expiring.warn: what was approved and ends within the next days, of all workspaces
            models.Index(fields=["valid_to"], condition=Q(state="approved"), name="wording_version_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.wording.code}, {self.language}, version {self.number}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(wording__workspace_id=viewer.workspace_id)

    def is_in_force(self, day: date) -> bool:
        """May it be said on this day?"""
        return self.state == self.State.APPROVED and self.valid_from <= day <= self.valid_to


class WordingNotice(models.Model):
    """Somebody of the house is to know that a version ends soon. It stays until they looked at its wording."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(WordingVersion, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version", "kind"], name="wording_notice_once")]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)
