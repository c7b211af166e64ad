"""Custody: transfers, followers and their pushes, snoozes, and notices to people of the house."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models.case import Case, through_case
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Transfer(models.Model):
    """Custody offered with written context. Until it is accepted the giver holds the case.

    Declined, and not answered by `answer_by`, it goes back to the giver: both count as bounces.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        RETURNED = "returned", _("Came back: nobody answered in time")
        WITHDRAWN = "withdrawn", _("Taken back by the giver")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    from_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="offers")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="offers")
    context = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="offered"), name="transfer_one_open"),
            models.CheckConstraint(
                condition=Q(state="offered", decided_at=None) | (~Q(state="offered") & Q(decided_at__isnull=False)),
                name="transfer_decided_has_time",
            ),
        ]
        indexes = [
            # offers to a person or a queue, and those whose time is up
            models.Index(fields=["to_user", "answer_by"], condition=Q(state="offered"), name="transfer_to_user"),
            models.Index(fields=["to_team", "answer_by"], condition=Q(state="offered"), name="transfer_to_team"),
            models.Index(fields=["answer_by"], condition=Q(state="offered"), name="transfer_time_up"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Follower(models.Model):
    """Somebody who stands by a case without holding it, and may push it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="followers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="follows")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(ended_at=None), name="follower_once")
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Push(models.Model):
    """A follower asks for movement: an event with a clock of its own, until the holder answers it.

    With a word (`answer`), or by answering the customer: then `answer` stays empty. `lead_told_at` is when its time was up.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pushes")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(default="")
    lead_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(answered_at=None), name="push_one_open")
        ]
        indexes = [
            # pushes whose time is up
            models.Index(fields=["answer_by"], condition=Q(answered_at=None, lead_told_at=None), name="push_time_up"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Snooze(models.Model):
    """The holder looks again at `until`, for a reason, and it wakes by itself.

    It waits for a date, for the customer, or for somebody else, whom `who` names. The date alone pauses no clock.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="snoozes")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    waiting_for = models.CharField(
        max_length=12, choices=Case.WaitingFor.choices, default=Case.WaitingFor.DATE, db_default="date"
    )
    who = models.CharField(max_length=120, default="", db_default="")
    at = models.DateTimeField()
    until = models.DateTimeField()
    woke_at = models.DateTimeField(null=True)
    woke_because = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(woke_at=None), name="snooze_one")]
        indexes = [
            # the alarm: whose time has come
            models.Index(fields=["until"], condition=Q(woke_at=None), name="snooze_alarm"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Notice(models.Model):
    """Something that one person of the house must know about a case. `kind` has its sentence on screen."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # what somebody has not seen yet
            models.Index(fields=["user", "-at"], condition=Q(seen_at=None), name="notice_unseen"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id) & through_case(viewer)
