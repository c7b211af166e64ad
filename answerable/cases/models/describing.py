"""What a case is about and how lists of cases are kept: people on it, fields of a product, views, bulk actions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models.case import Case, through_case
from answerable.conversations.models import Contact
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Party(models.Model):
    """A person on a case beside the one who writes: a mother reports, her son is affected.

    `relation` is what they are to the reporter, in the reporter's words. A minor is marked.
    """

    class Role(models.TextChoices):
        REPORTER = "reporter", _("Reports")
        AFFECTED = "affected", _("Is affected")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10, choices=Role.choices)
    relation = models.CharField(max_length=80, default="")
    minor = models.BooleanField(default=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "contact", "role"], condition=Q(ended_at=None), name="party_once")
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class ProductField(models.Model):
    """One typed field that cases of a product have; the form is made from it. No product: every case has it."""

    class Sort(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("One of a list")
        YES_NO = "yes_no", _("Yes or no")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    product = models.CharField(max_length=120, default="")
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    sort = models.CharField(max_length=10, choices=Sort.choices, default=Sort.TEXT)
    choices = ArrayField(models.CharField(max_length=80), default=list)
    place = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "product", "key"], condition=Q(ended_at=None), name="product_field_once"
            )
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class SavedView(models.Model):
    """A list of cases by conditions, kept under a name: one's own, or shared with a team or with everybody."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    everybody = models.BooleanField(default=False)
    name = models.CharField(max_length=80)
    conditions = models.JSONField(default=list)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        shared = Q(everybody=True) | Q(team_id__in=viewer.team_ids) | Q(user_id=viewer.user_id)
        return Q(workspace_id=viewer.workspace_id, ended_at=None) & shared


class Bulk(models.Model):
    """One action on many cases, seen before it was done, and undone as one. `key` makes a double click one action.

    It is at work until `finished_at`; its undoing from `undone_at` until `undo_finished_at`.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    key = models.CharField(max_length=150)
    action = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user", "key"], name="bulk_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)


class BulkItem(models.Model):
    """One case of a bulk action: what it was before, or why nothing was done to it, or why the undoing left it.

    `seen` is who held it on the screen on which it was chosen. Until `handled_at` its turn has not come.
    """

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    seen = models.CharField(max_length=30, default="")
    before = models.JSONField(default=dict)
    refused = models.TextField(default="")
    handled_at = models.DateTimeField(null=True)
    undone = models.BooleanField(default=False)
    left = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "case"], name="bulk_item_once")]
