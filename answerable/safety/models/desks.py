"""Nouns of what a workspace says of itself to the safety desk: where it receives, and which products the law regulates how."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Desk(models.Model):
    """Where a workspace receives reports: `country` (two letters) stands where a reporter says none (GVP VI.B.2).

    `by_itself`: what the detectors suspect becomes a report at once. Whoever sells neither medicines nor devices turns it off.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.PROTECT, related_name="safety_desk", primary_key=True)
    country = models.CharField(max_length=2, default="", blank=True)
    by_itself = models.BooleanField(default=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.country

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class RegulatedProduct(models.Model):
    """What the law says a product is, and in which countries it is sold: by that the time limits of a report are chosen.

    A change ends the row and makes another one; which was in force when stays to be seen.
    """

    class Kind(models.TextChoices):
        MEDICINE = "medicine", _("Medicine")
        DEVICE = "device", _("Medical device")
        MEDICINE_LED = "medicine_led", _("Combination led by a medicine")
        DEVICE_LED = "device_led", _("Combination led by a device")
        OTHER = "other", _("Neither medicine nor device")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="regulated_products")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    holder = models.CharField(max_length=120, default="", blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], condition=Q(ended_at=None), name="regulated_once")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)
