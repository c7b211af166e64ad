"""Nouns of answers to groups: what is answered in each language, and what was checked for each person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import through_case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.replies.models.sending import Reply
from answerable.replies.models.wordings import WordingVersion
from answerable.triage.models import Group, GroupMessage


class GroupAnswer(models.Model):
    """What a group is answered in one language: the version of a wording, or a text of its own that another person approved.

    A newer one takes its place (`ended_at`); it is kept. Nobody approves their own: the database refuses it.
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="answers")
    language = models.CharField(max_length=10)
    wording = models.ForeignKey(WordingVersion, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "language"], condition=Q(ended_at=None), name="group_answer_once_a_language"
            ),
            models.CheckConstraint(condition=Q(approver=None) | ~Q(approver=F("user")), name="group_answer_four_eyes"),
            models.CheckConstraint(
                condition=Q(approver=None, approved_at=None) | Q(approver__isnull=False, approved_at__isnull=False),
                name="group_answer_approved_when",
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(group__workspace_id=viewer.workspace_id)

    @property
    def is_approved(self) -> bool:
        """Somebody stands for it: who approved the wording, or who approved this text."""
        return self.wording_id is not None or self.approver_id is not None


class CheckedLine(models.Model):
    """A person read one message of a group and said: this answer fits it, in these words. Only then it may leave.

    `heard` is the last that the customer had said by then; when there is more, it is to be checked again. `text` is what goes,
    with the name filled in; where it left the answer's words it is `adapted`, and `because` says why. `pointer` is the public
    reply that leads to private, `reply` the answer itself. `trouble` says why it did not leave; it may be sent again.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked")
        INVITED = "invited", _("Invited to go on in private")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Did not leave")

    class Fit(models.TextChoices):
        SAME = "same", _("Same")
        NEAR = "near", _("Near")
        ADAPTED = "adapted", _("Adapted")

    line = models.ForeignKey(GroupMessage, on_delete=models.PROTECT, related_name="checks")
    answer = models.ForeignKey(GroupAnswer, on_delete=models.PROTECT, related_name="lines")
    heard = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    fit = models.CharField(max_length=7, choices=Fit.choices)
    text = models.TextField()
    because = models.CharField(max_length=400, default="")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.CHECKED)
    pointer = models.ForeignKey(Reply, on_delete=models.PROTECT, null=True, related_name="+")
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, null=True, related_name="+")
    trouble = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(ended_at=None), name="checked_line_once"),
            models.CheckConstraint(condition=~Q(fit="adapted") | ~Q(because=""), name="checked_line_adapted_why"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(reply__isnull=False, sent_at__isnull=False),
                name="checked_line_sent_what",
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer, "line__message__filing__case__")
