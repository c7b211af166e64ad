"""Nouns of cases: the case, the filing, the closure."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.channels.contract import Audience
from answerable.conversations.models import Contact, Message
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Case(models.Model):
    """One problem of one contact. An open case has exactly one holder: a person, or the queue of a team.

    `team` is whose queue it belongs to and decides who sees it. `promised_at` is the promised resolution. While
    `waiting_since` is set we wait for the customer. The fields from `last_at` on repeat the newest message, so that a
    list of fifty rows is one query; `filing` keeps them true.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="cases")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="cases")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    holder_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="held_cases")
    holder_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="held_cases")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    subject = models.CharField(max_length=400)
    product = models.CharField(max_length=120, default="")
    language = models.CharField(max_length=10, default="")
    opened_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    first_answer_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField()
    last_text = models.CharField(max_length=200, default="")
    last_audience = models.CharField(max_length=10, default=Audience.PRIVATE)
    last_direction = models.CharField(max_length=4, default=Message.Direction.IN)
    channels = ArrayField(models.CharField(max_length=40), default=list)
    contacts_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed")
                | Q(holder_user__isnull=False, holder_team=None)
                | Q(holder_user=None, holder_team__isnull=False),
                name="case_open_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(holder_team=None) | Q(holder_team=F("team")), name="case_queue_is_of_its_team"
            ),
        ]
        # What an index includes is asked with it, so that a view is counted without a look at its rows.
        indexes = [
            # inbox of a team, in the order in which it is worked: what waits for us by promised time
            models.Index(
                fields=["team", "promised_at", "id"],
                include=["workspace"],
                condition=Q(state="open", waiting_since=None),
                name="case_next_of_team",
            ),
            # the end of the same list: what waits for the customer
            models.Index(
                fields=["team", "promised_at", "id"],
                include=["workspace"],
                condition=Q(state="open", waiting_since__isnull=False),
                name="case_waiting_of_team",
            ),
            # inbox of somebody who sees the whole workspace
            models.Index(
                fields=["workspace", "promised_at", "id"],
                condition=Q(state="open", waiting_since=None),
                name="case_next_of_workspace",
            ),
            models.Index(
                fields=["workspace", "promised_at", "id"],
                condition=Q(state="open", waiting_since__isnull=False),
                name="case_waiting_of_workspace",
            ),
            # "held by me"
            models.Index(
                fields=["holder_user", "promised_at", "id"],
                include=["workspace", "team", "waiting_since"],
                condition=Q(state="open"),
                name="case_held",
            ),
            # "in the queue, held by nobody yet"
            models.Index(
                fields=["holder_team", "promised_at", "id"],
                include=["workspace", "team", "waiting_since"],
                condition=Q(state="open"),
                name="case_queue",
            ),
            # closed cases, newest first
            models.Index(
                fields=["team", "-closed_at", "-id"],
                include=["workspace"],
                condition=Q(state="closed"),
                name="case_closed",
            ),
            models.Index(
                fields=["workspace", "-closed_at", "-id"], condition=Q(state="closed"), name="case_closed_of_workspace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        """The number that people use: year of opening and a running number. It proves nothing and opens nothing."""
        return f"{self.opened_at.year}-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def held_by(self, viewer: Viewer) -> bool:
        return self.holder_user_id == viewer.user_id

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Cases of the viewer's teams and those that the viewer holds; all of the workspace for those who see all."""
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything
        return everything & (Q(team_id__in=viewer.team_ids) | Q(holder_user_id=viewer.user_id))


class Filing(models.Model):
    """This message belongs to this case: who says so, and why."""

    class Why(models.TextChoices):
        NEW_PROBLEM = "new_problem", _("It opened the case")
        SAME_THREAD = "same_thread", _("It continues a thread of this case")
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


class Disposition(models.TextChoices):
    """How a case ended. A closed list, because measures stand on it."""

    SOLVED = "solved", _("Solved")
    ANSWERED = "answered", _("Question answered")
    WITHDRAWN = "withdrawn", _("The customer took it back")
    NO_WORD = "no_word", _("The customer no longer answers")
    ELSEWHERE = "elsewhere", _("Another company must solve it")
    NOT_A_CASE = "not_a_case", _("Not a problem of a customer")


class Closure(models.Model):
    """One closing of a case. `whose_word` says who holds it to be solved; only the customer's or a policy's counts."""

    class Word(models.TextChoices):
        AGENT = "agent"
        CUSTOMER = "customer"
        POLICY = "policy"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    disposition = models.CharField(max_length=20, choices=Disposition.choices)
    what_solved_it = models.TextField(default="")
    whose_word = models.CharField(max_length=10, choices=Word.choices, default=Word.AGENT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    reopened_because = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(reopened_at=None), name="closure_one_in_force"),
        ]


class LinkHint(models.Model):
    """A message of this case names another case without a right to enter it. A person decides what it means."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hints")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hinted_by")
    message = models.ForeignKey(Message, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="hint_once")]
