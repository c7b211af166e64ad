"""Nouns of reading by people: what waits to be read, what was drawn by lot, what that measured, what drifts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import through_case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.triage.models.assessing import Assessment


class ToRead(models.Model):
    """A message that a person is to look at, and what they are asked about it. It leaves the queue when that was answered.

    `tier` and `score` are of its newest assessment. `asked` are the detectors that want an answer; where they could not
    read it, those for what must be on file. `end` says how it left: each question answered, or nothing of it there.
    `shown_to` looks at it since `shown_at`, so that two people do not read the same.
    """

    class End(models.TextChoices):
        ANSWERED = "answered", _("Each question was answered")
        NOTHING = "nothing", _("Nothing of it is there")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="to_read")
    tier = models.CharField(max_length=6, choices=Assessment.Tier.choices)
    score = models.FloatField(default=0)
    language = models.CharField(max_length=10, default="")
    asked = ArrayField(models.CharField(max_length=40), default=list)
    since = models.DateTimeField()
    shown_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    shown_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End.choices, default="", blank=True)
    done_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, end="", user=None) | Q(done_at__isnull=False) & ~Q(end=""),
                name="to_read_ends_with_a_word",
            )
        ]
        indexes = [
            # the queue and the counts of the rail: what waits in a workspace
            models.Index(fields=["workspace", "tier"], condition=Q(done_at=None), name="to_read_waiting"),
            # measuring: what was called for since a day
            models.Index(fields=["workspace", "since"], name="to_read_since"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")


class Lot(models.Model):
    """A message drawn by lot, to be read by somebody who does not see what the detectors found. It measures them.

    `tier`, `over` and `language` are what they had said when it arrived; `chance` is with which it was drawn. `turn` 2 is
    for another person than the one who answered first, so that two readings can be compared. `there` is what the reader
    says is in it. Until it was counted in figures (`counted_at`) nothing is learned from the message.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="lots")
    turn = models.PositiveSmallIntegerField(default=1)
    tier = models.CharField(max_length=6, choices=Assessment.Tier.choices)
    over = ArrayField(models.CharField(max_length=40), default=list)
    language = models.CharField(max_length=10, default="")
    chance = models.FloatField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    there = ArrayField(models.CharField(max_length=40), default=list)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "turn"], name="lot_once"),
            models.CheckConstraint(
                condition=Q(read_at=None, user=None) | Q(read_at__isnull=False, user__isnull=False),
                name="lot_read_by_somebody",
            ),
            models.CheckConstraint(condition=Q(chance__gt=0, chance__lte=1), name="lot_chance_is_one"),
        ]
        indexes = [
            # the sample: what waits to be read
            models.Index(fields=["workspace", "id"], condition=Q(read_at=None), name="lot_waiting"),
            # measuring: what was drawn since a day
            models.Index(fields=["workspace", "at"], name="lot_since"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")


class Measured(models.Model):
    """What one night's reckoning says of the detectors on this stream, for one language: figures and what they stand on."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, default="", blank=True)
    at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="measured_forward"),
        ]
        indexes = [
            # the card: the newest figures of a language
            models.Index(fields=["workspace", "language", "-id"], name="measured_newest"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Drift(models.Model):
    """Something about the stream, or what was missed in it, that those who answer for the detectors should know.

    `week` is the Monday whose week it is about; one of a sort for a language and a week. `figures` hold numbers, and words
    that several people used.
    """

    class Sort(models.TextChoices):
        SCORES = "scores", _("The scores are spread differently")
        UNREAD = "unread", _("More is in no language that the detectors know")
        WORDS = "words", _("More words are new")
        NAMES = "names", _("New names are said")
        MISSED = "missed", _("Something was missed")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=8, choices=Sort.choices)
    language = models.CharField(max_length=10, default="", blank=True)
    week = models.DateField()
    at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "sort", "language", "week"], name="drift_once_a_week")
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class DriftNotice(models.Model):
    """Somebody was told of a drift. It stays until they looked at the card."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drift = models.ForeignKey(Drift, on_delete=models.PROTECT, related_name="notices")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "drift"], name="drift_notice_once")]
        indexes = [
            # the bell: what somebody has not seen yet
            models.Index(fields=["user", "-at"], condition=Q(seen_at=None), name="drift_notice_unseen"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)
