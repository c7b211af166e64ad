"""Nouns of detectors: what they found in a message, what people said to it, and what that taught."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import Case, through_case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Reading(models.Model):
    """How far the journal of a case was read by the rules. Who locks this row reads on; nobody reads a line twice."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+", primary_key=True)
    seq = models.PositiveIntegerField(default=0)


class Assessment(models.Model):
    """What the detectors found in the words of a message, as these were then, and when a person is to look. Never changed.

    `once` is what was read and by what: the same words read by the same detectors are one assessment. `over` are the
    detectors that call a person at once. `scores` are in log-odds; `parts` are what each score is made of, so that it can
    be added up again. They hold places in the words and not the words, which may have to be removed some day.
    `unread` says why the detectors could not do their work; then a person looks, whatever they say.
    """

    class Tier(models.TextChoices):
        URGENT = "urgent", _("A person looks first of all")
        REVIEW = "review", _("A person looks at once")
        BATCH = "batch", _("A person looks, with others of its sort")
        AUDIT = "audit", _("A person looks if it is drawn")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="assessments")
    once = models.CharField(max_length=64)
    detectors = models.CharField(max_length=80)
    language = models.CharField(max_length=10, default="")
    tier = models.CharField(max_length=6, choices=Tier.choices)
    why = models.CharField(max_length=80)
    unread = models.CharField(max_length=200, default="")
    over = ArrayField(models.CharField(max_length=40), default=list)
    scores = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "once"], name="assessment_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")


class Verdict(models.Model):
    """A person's answer to a detector, for one message: is it there or not, and why they say so. It teaches the detectors.

    Who thinks again ends the old one (`ended_at`); it is kept. `score` and `over` are what the detector had said, None
    where it had said nothing yet.
    """

    class Reason(models.TextChoices):
        SAID = "said", _("The words say so")
        KNOWN = "known", _("It is known from elsewhere")
        DENIED = "denied", _("It is said not to be there")
        FEARED = "feared", _("It is feared or asked about")
        OTHERS = "others", _("It is about others, or about what is treated")
        MEANING = "meaning", _("The words mean something else")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="verdicts")
    detector = models.CharField(max_length=40)
    there = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    score = models.FloatField(null=True)
    over = models.BooleanField(null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "detector"], condition=Q(ended_at=None), name="verdict_once")
        ]
        indexes = [
            # learning: what people said in a workspace, in its order
            models.Index(fields=["workspace", "id"], condition=Q(ended_at=None), name="verdict_to_learn"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")


class Learned(models.Model):
    """What people's verdicts taught: heads beside the word lists, and how they did on the messages that were kept back.

    It reads nothing until a person takes it into use with a signature; then until `ended_at`. `data` is the digest of the
    messages and verdicts that it was learned from and measured on.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    heads = models.JSONField()
    figures = models.JSONField(default=list)
    messages = models.PositiveIntegerField()
    last_verdict = models.BigIntegerField()
    data = models.CharField(max_length=64)
    at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    promoted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=400, default="")
    signature = models.CharField(max_length=400, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="learned_number_once"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(promoted_at__isnull=False, ended_at=None), name="learned_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(promoted_at=None, promoted_by=None)
                | Q(promoted_at__isnull=False, promoted_by__isnull=False) & ~Q(signature=""),
                name="learned_signed",
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)

    @property
    def is_in_use(self) -> bool:
        return self.promoted_at is not None and self.ended_at is None
