"""Nouns of a blind sample of what was set aside."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.intake.models.weighing import Weighed


class AsideLot(models.Model):
    """One that was set aside and drawn by lot: somebody reads it blind, for what must be on file. `there` is what they found.

    `chance` is with which it was drawn. One that was not read before its words had to go stays unread and is not counted.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    weighed = models.OneToOneField(Weighed, on_delete=models.CASCADE, related_name="lot")
    chance = models.FloatField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    there = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at=None, user=None) | Q(read_at__isnull=False, user__isnull=False),
                name="aside_lot_read_by_somebody",
            )
        ]
        indexes = [
            # the sample: what waits to be read
            models.Index(fields=["workspace", "id"], condition=Q(read_at=None), name="aside_lot_waiting"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """As what was set aside."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(weighed__source__team_id__in=viewer.team_ids)
