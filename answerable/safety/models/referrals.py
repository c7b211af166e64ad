"""Nouns of referral: the safety systems of a workspace, what was handed to them, each try, and each answer of theirs."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.core import secrets
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.safety.models.reports import Report, Version, through_report


class SafetySystem(models.Model):
    """Where the reports of a workspace go: a program, a mailbox, or a folder.

    `settings` are plain, `sealed` are the encrypted secrets. `rule` says what goes by itself. `hours` is how long an
    acknowledgement may take. `cursor` says how far its answers are read. `failing_since` is set while it does not answer.
    """

    class State(models.TextChoices):
        ON = "on"
        PAUSED = "paused"
        ENDED = "ended"

    class Rule(models.TextChoices):
        BY_HAND = "by_hand", _("Nothing by itself: a safety officer sends each report")
        VALID = "valid", _("Each report whose four criteria are complete")
        EVERY = "every", _("Each report, also one that lacks a criterion")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="safety_systems")
    label = models.CharField(max_length=80)
    way = models.CharField(max_length=20)
    settings = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ON)
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.BY_HAND)
    hours = models.PositiveIntegerField(default=24)
    cursor = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    trouble = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "label"], condition=~Q(state="ended"), name="safety_system_label_once"
            ),
            models.CheckConstraint(condition=Q(hours__gte=1), name="safety_system_takes_time"),
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & ~Q(state=cls.State.ENDED)

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON

    def values(self) -> dict[str, Any]:
        """Settings and opened secrets together, for the way to it."""
        return {**self.settings, **secrets.unseal(bytes(self.sealed))}


class Referral(models.Model):
    """One version of a report on its way to one safety system. It is done when they acknowledge it, not when it was sent.

    `key` is the same at every try, so that the other side takes it once. `digest` is the hash of what is handed over.
    `due_at` is when it must be acknowledged; `overdue_at` is when it was found that it is not. `theirs` is its number there.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENDING = "sending", _("Is being sent")
        SENT = "sent", _("Sent, not acknowledged")
        UNKNOWN = "unknown", _("Perhaps sent")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        REFUSED = "refused", _("Refused")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="referrals")
    system = models.ForeignKey(SafetySystem, on_delete=models.PROTECT, related_name="referrals")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    theirs = models.CharField(max_length=200, default="")
    trouble = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="referral_key_once"),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False), name="referral_acknowledged_when"
            ),
        ]
        indexes = [
            # keeping_on.due: what is not done yet, by when something is to be done about it
            models.Index(
                fields=["system", "next_try_at"],
                condition=~Q(state__in=["acknowledged", "refused"]),
                name="referral_open",
            ),
            # acknowledging: an answer that names a report and not its key
            models.Index(fields=["report", "system"], name="referral_of_report"),
        ]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "report__message__filing__case__")

    @property
    def is_open(self) -> bool:
        return self.state not in (self.State.ACKNOWLEDGED, self.State.REFUSED)


class ReferralAttempt(models.Model):
    """One try to hand a referral over. `handed_over_at` is the point of no return: before it nothing can have left."""

    class State(models.TextChoices):
        STARTED = "started"
        SENT = "sent"
        REFUSED = "refused"
        LATER = "later"
        UNKNOWN = "unknown"

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    started_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "number"], name="referral_attempt_number")]
        indexes = [
            # settling.find_interrupted: tries whose worker died
            models.Index(fields=["started_at"], condition=Q(state="started"), name="referral_attempt_started")
        ]


class SystemAnswer(models.Model):
    """What a safety system told us, kept as it was said; also what fits no referral of ours. `once` makes it one.

    `said` is what we made of it: taken, refused, or none of the two, for a person to read.
    """

    class Said(models.TextChoices):
        TAKEN = "taken", _("taken")
        REFUSED = "refused", _("refused")
        DIFFERENT = "different", _("taken with other contents")
        UNCLEAR = "unclear", _("unclear")

    system = models.ForeignKey(SafetySystem, on_delete=models.PROTECT, related_name="answers")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="answers")
    once = models.CharField(max_length=64)
    said = models.CharField(max_length=10, choices=Said.choices)
    about = models.CharField(max_length=200)
    theirs = models.CharField(max_length=200, default="")
    digest = models.CharField(max_length=64, default="")
    words = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "once"], name="system_answer_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(system__workspace_id=viewer.workspace_id)


class Reconciliation(models.Model):
    """The balance of one day with one safety system: how many we sent, how many they acknowledged, how many they hold."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="reconciliations")
    system = models.ForeignKey(SafetySystem, on_delete=models.PROTECT, related_name="reconciliations")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    listed_by = models.CharField(max_length=20)
    sent = models.PositiveIntegerField()
    acknowledged = models.PositiveIntegerField()
    there = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()

    class Meta:
        # reconciling_queries.balances: the newest of each system
        indexes = [models.Index(fields=["system", "-at"], name="reconciliation_newest")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)

    @property
    def balances(self) -> bool:
        return not self.differences and self.sent == self.acknowledged == self.there


class Discrepancy(models.Model):
    """One report on which the two sides do not agree. It stays open until they agree, or until a person says what it is.

    `number` is that of the report, as the two sides know it; there may be no report of ours behind it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="discrepancies")
    system = models.ForeignKey(SafetySystem, on_delete=models.PROTECT, related_name="discrepancies")
    number = models.CharField(max_length=200)
    gap = models.CharField(max_length=40)
    words = models.CharField(max_length=300, default="")
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.TextField(default="")

    class Meta:
        constraints = [
            # also the index by which the open ones of a system are found
            models.UniqueConstraint(
                fields=["system", "number", "gap"], condition=Q(gone_at=None), name="discrepancy_open_once"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | (Q(settled_by__isnull=False) & ~Q(because="")),
                name="discrepancy_settled_by_whom",
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)

    @property
    def is_open(self) -> bool:
        return self.gone_at is None and self.settled_at is None


class SafetyNotice(models.Model):
    """Something that a person must know about the way to a safety system. It stays until they looked at the balance."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(SafetySystem, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # also the index by which the bell counts what somebody has not seen
            models.UniqueConstraint(
                fields=["user", "system", "kind"], condition=Q(seen_at=None), name="safety_notice_unseen_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)


class PretendRecord(models.Model):
    """One line in the pretend safety system of the demo, under the key that came with it."""

    system = models.ForeignKey(SafetySystem, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    number = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="pretend_record_once")]

    @property
    def theirs(self) -> str:
        return f"PS-{self.pk:06}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(system__workspace_id=viewer.workspace_id)
