"""Nouns of four eyes: which answers ask for a second person, and those that wait for one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import Case, Disposition, through_case
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.replies.models.wordings import WordingVersion


class ApprovalRule(models.Model):
    """Which answers another person approves before they go out: about which product, to which audience, written by which role.

    What is empty is any. With a `disposition` it concerns only the line with which a case is ended so. Words that are an approved wording, and nothing else, need it only where `also_wordings` says so.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    product = models.CharField(max_length=100, default="", blank=True)
    audience = models.CharField(max_length=10, default="", blank=True)
    role = models.CharField(max_length=20, default="", blank=True)
    disposition = models.CharField(max_length=20, choices=Disposition.choices, default="", blank=True)
    also_wordings = models.BooleanField(default=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(ended_at=None), name="approval_rule_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Approval(models.Model):
    """An answer as it was written, until another person approved or declined it. Its words never change: who writes anew asks
    anew, and each try is kept. `reply` is what went out. With a `disposition` it is the line that ends the case, `ending` what
    its writer said of that: what solved it, and whether to ask the customer.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        TAKEN_BACK = "taken_back", _("Taken back")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approvals")
    rule = models.ForeignKey(ApprovalRule, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    text = models.TextField()
    audience = models.CharField(max_length=10)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    files = models.JSONField(default=list)
    not_deflection = models.CharField(max_length=400, default="", blank=True)
    wording = models.ForeignKey(WordingVersion, on_delete=models.PROTECT, null=True, related_name="+")
    disposition = models.CharField(max_length=20, choices=Disposition.choices, default="", blank=True)
    ending = models.JSONField(default=dict)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=400, default="", blank=True)
    reply = models.OneToOneField("replies.Reply", on_delete=models.PROTECT, null=True, related_name="approved_as")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="approval_once"),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("user")), name="approval_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"]) | Q(approver__isnull=False),
                name="approval_decided_by_somebody",
            ),
        ]
        indexes = [
            # approvals.waiting: what waits in a workspace
            models.Index(fields=["workspace", "at"], condition=Q(state="waiting"), name="approval_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.state}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer)
