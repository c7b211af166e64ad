"""Nouns of groups: messages that ask the same, and which of them are in a group or were taken out of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import through_case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Group(models.Model):
    """Messages that ask the same, of several people, in whichever language and channel. Answered once, sent to each.

    `question` is what the words point to (`asking/*.toml`), or empty where only shared words do, which `words` then names.
    A person may say the question in words of their own (`title`). Suggested by the house; it is worked on only after a person
    confirmed it, who holds it from then on.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Not one question")
        DONE = "done", _("Done")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="groups")
    question = models.CharField(max_length=40, default="")
    words = models.CharField(max_length=120, default="")
    product = models.CharField(max_length=120, default="")
    title = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUGGESTED)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="held_groups")
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="suggested", holder=None, confirmed_at=None)
                | Q(state="dismissed")
                | Q(holder__isnull=False, confirmed_at__isnull=False),
                name="group_worked_on_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["suggested", "confirmed"], ended_at=None)
                | Q(state__in=["dismissed", "done"], ended_at__isnull=False),
                name="group_ended_has_time",
            ),
        ]
        indexes = [
            # group_queries.open_groups, and what the next suggestions are compared with
            models.Index(fields=["workspace", "id"], condition=Q(ended_at=None), name="group_open"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """A group has no words of its own: what is in it is asked line by line (`GroupMessage`)."""
        return Q(workspace_id=viewer.workspace_id)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class GroupMessage(models.Model):
    """One message in a group: its line. `evidence` are places in its words, not the words.

    A person pulls a line out with a reason; the house holds one where a person has to look at it first. Who puts a line
    back gives a reason, too. A line that left the group for good has `ended_at`; a message
    stands in one open group at most.
    """

    class State(models.TextChoices):
        IN = "in", _("In the group")
        PULLED_OUT = "pulled_out", _("Pulled out")
        HELD = "held", _("A person looks first")

    class Fit(models.TextChoices):
        SAME = "same", _("Same")
        NEAR = "near", _("Near")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="lines")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="group_lines")
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN)
    fit = models.CharField(max_length=4, choices=Fit.choices, default=Fit.SAME)
    language = models.CharField(max_length=10, default="")
    evidence = models.JSONField(default=dict)
    because = models.CharField(max_length=400, default="")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message"], condition=Q(ended_at=None), name="group_message_once"),
            models.CheckConstraint(
                condition=~Q(state="pulled_out") | Q(user__isnull=False) & ~Q(because=""),
                name="group_message_pulled_why",
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id) & through_case(viewer, "message__filing__case__")
