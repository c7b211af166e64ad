"""Nouns of how messages sound: what was read, what people said to it, and what that taught."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.cases.models import through_case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class ToneSum(models.Model):
    """What was learned, one night, of how people sound in one language: numbers, and the card that says how it came to be.

    It is used from the moment that it is promoted until another is (`ended_at`). One that was no better on the reserved part
    is kept without its numbers, with its card.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    numbers = models.JSONField(default=dict)
    card = models.JSONField(default=dict)
    promoted = models.BooleanField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "language", "number"], name="tone_sum_number_once"),
            # also what every message is read with: the sums that are in use
            models.UniqueConstraint(
                fields=["workspace", "language"], condition=Q(promoted=True, ended_at=None), name="tone_sum_in_use_once"
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class ToneAssessment(models.Model):
    """How a message sounds and what it is for, by its words as they are now. `parts` are places in them, not the words.

    `used` is the sum that said so, None for the start that no verdict has changed. A change of the words is assessed anew.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="tone")
    language = models.CharField(max_length=10, default="")
    tone = models.CharField(max_length=10)
    intent = models.CharField(max_length=10)
    parts = models.JSONField(default=list)
    used = models.ForeignKey(ToneSum, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")


class ToneVerdict(models.Model):
    """A person's answer to how a message sounds, or to what it is for (`sort`). It teaches. `said` is what was found before.

    Who thinks again ends the old one (`ended_at`); it is kept.
    """

    class Sort(models.TextChoices):
        TONE = "tone"
        INTENT = "intent"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="tone_verdicts")
    sort = models.CharField(max_length=6, choices=Sort.choices)
    answer = models.CharField(max_length=10)
    said = models.CharField(max_length=10)
    language = models.CharField(max_length=10, default="")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "sort"], condition=Q(ended_at=None), name="tone_verdict_once")
        ]
        indexes = [
            # learning and the card: what people said of a language in a workspace
            models.Index(fields=["workspace", "language"], condition=Q(ended_at=None), name="tone_verdict_to_learn"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")
