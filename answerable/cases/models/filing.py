"""Which message belongs to which case: filings, how they moved, what suggests that they should, and invitations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models.case import Case, through_case
from answerable.conversations.models import Conversation, Identity, Message
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Filing(models.Model):
    """This message belongs to this case: who says so, and why."""

    class Why(models.TextChoices):
        NEW_PROBLEM = "new_problem", _("It opened the case")
        SAME_THREAD = "same_thread", _("It continues a thread of this case")
        SAME_PROBLEM = "same_problem", _("The same person speaks of the same problem")
        INVITED = "invited", _("It brought the invitation of this case")
        NOTED_CALL = "noted_call", _("A colleague noted a call on this case")
        CALLED_BACK = "called_back", _("The person called, and is waited for in this case")
        MOVED = "moved", _("A person moved it here")
        OUR_ANSWER = "our_answer", _("It is our answer")
        NOTE = "note", _("It is a note of ours")
        BOUNCE = "bounce", _("It reports on an answer of ours")

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="filing")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="filings")
    why = models.CharField(max_length=20, choices=Why.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # the timeline of a case
            models.Index(fields=["case", "message"], name="filing_timeline"),
        ]


class Move(models.Model):
    """Messages went from one case to another, and may go back: a merge, a split, or single messages.

    `evidence` is what it stood on when it was done; it is kept when it is undone. A merge takes its `conversations`
    along: what is said in them afterwards goes back too.
    """

    class Sort(models.TextChoices):
        MERGE = "merge", _("Merged")
        SPLIT = "split", _("Split")
        REFILE = "refile", _("Moved")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    sort = models.CharField(max_length=10, choices=Sort.choices)
    from_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves_out")
    into_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves_in")
    reason = models.TextField(default="")
    evidence = models.JSONField(default=list)
    conversations = ArrayField(models.BigIntegerField(), default=list)
    before = models.JSONField(default=dict)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_because = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_case"], condition=Q(sort="merge", undone_at=None), name="move_merged_once"
            ),
            models.CheckConstraint(condition=~Q(from_case=models.F("into_case")), name="move_goes_elsewhere"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer, "into_case__")


class MovedMessage(models.Model):
    """One message of a move."""

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="messages")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="moves")
    why = models.CharField(max_length=20, choices=Filing.Why.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "message"], name="moved_once")]


class Suggestion(models.Model):
    """These two cases may be one problem of one person. A person, or a rule, decides; the evidence stays.

    `evidence` is a list of findings, each with its sort, its words and its weight; `score`, from 0 to 1, is
    what `likeness` makes of them.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        DECLINED = "declined"
        OVERTAKEN = "overtaken"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suggestions")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suggested_by")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True)
    score = models.FloatField(default=0)
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    reason = models.TextField(default="")
    move = models.ForeignKey(Move, on_delete=models.SET_NULL, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="suggestion_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer) & through_case(viewer, "other__")


class Trace(models.Model):
    """Something in a case by which another message may be recognised: a number, an address, a name, a product, a word.

    An index for matching, made from messages and never shown. Every message writes some twenty: what the database would
    check for each, and two more indexes that begin like those below, cost more than all the matching.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="traces", db_constraint=False, db_index=False)
    sort = models.CharField(max_length=12)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sort", "value"], name="trace_once")]
        indexes = [
            # matching: the cases that share a trace
            models.Index(fields=["workspace", "sort", "value", "-case"], name="trace_value"),
        ]


class Invitation(models.Model):
    """A one-time way from a public to a private conversation of the same case. Only the SHA-256 of its code is kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="invitations")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, null=True, related_name="invitations")
    invited = models.ForeignKey(Identity, on_delete=models.PROTECT, null=True, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, default="en")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(Identity, on_delete=models.PROTECT, null=True, related_name="claims")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True)
    revoked_at = models.DateTimeField(null=True)
    misused_count = models.PositiveIntegerField(default=0)

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)
