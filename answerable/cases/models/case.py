"""The case: one problem of one contact, over all channels, with its holder."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.channels.contract import Audience
from answerable.conversations.models import Contact, Message
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Case(models.Model):
    """One problem of one contact. An open case has exactly one holder: a person, or the queue of a team.

    `team` is whose queue it belongs to and decides who sees it. `first_word_at` is time zero: the first word of the
    customer, in whichever channel. `promised_at` is what we owe next: the earliest promised time that runs. While
    `waiting_since` is set the case does not wait for us but for whom `waiting_for` names. A merged case stays for ever
    as the way to the case that it went `merged_into`. `raised_count` counts contacts about a problem that we had
    already. `resolved_at` is the customer's word, or a policy's, with every promise kept. The fields from `last_at` on
    repeat the newest message, so that a list of fifty rows is one query; `filing` keeps them true.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        MERGED = "merged"

    class WaitingFor(models.TextChoices):
        US = "", _("Us")
        CUSTOMER = "customer", _("The customer")
        THIRD_PARTY = "third_party", _("Somebody else")
        DATE = "date", _("A date")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="cases")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="cases")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    holder_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="held_cases")
    holder_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="held_cases")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    subject = models.CharField(max_length=400)
    product = models.CharField(max_length=120, default="")
    language = models.CharField(max_length=10, default="")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    tags = ArrayField(models.CharField(max_length=40), default=list)
    fields = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    first_word_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    waiting_for = models.CharField(max_length=12, choices=WaitingFor.choices, default=WaitingFor.US, blank=True)
    first_answer_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)
    raised_count = models.PositiveIntegerField(default=0)
    bounces_count = models.PositiveIntegerField(default=0)
    deflections_count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    last_text = models.CharField(max_length=200, default="")
    last_audience = models.CharField(max_length=10, default=Audience.PRIVATE)
    last_direction = models.CharField(max_length=4, default=Message.Direction.IN)
    channels = ArrayField(models.CharField(max_length=40), default=list)
    contacts_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="open")
                | Q(holder_user__isnull=False, holder_team=None)
                | Q(holder_user=None, holder_team__isnull=False),
                name="case_open_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="case_merged_leads_on",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="case_never_leads_to_itself"),
            models.CheckConstraint(
                condition=Q(waiting_since=None, waiting_for="") | (Q(waiting_since__isnull=False) & ~Q(waiting_for="")),
                name="case_waits_for_somebody",
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
            # open cases with a tag
            GinIndex(fields=["tags"], condition=Q(state="open"), name="case_tags"),
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
        """Cases of the viewer's teams, those that the viewer holds and those opened to them one by one (`Grant`).

        All of the workspace for those who see all.
        """
        return through_case(viewer, "")


def through_case(viewer: Viewer, path: str = "case__") -> Q:
    """What hangs on a case is seen by those who see the case; `path` leads from the row to the case."""
    everything = Q(**{f"{path}workspace_id": viewer.workspace_id})
    if viewer.sees_all:
        return everything
    theirs = Q(**{f"{path}team_id__in": viewer.team_ids}) | Q(**{f"{path}holder_user_id": viewer.user_id})
    if viewer.case_ids:
        theirs |= Q(**{f"{path}id__in": viewer.case_ids})
    return everything & theirs
