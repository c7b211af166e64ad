"""Saying before it ends that an authorisation ends: to the lead of the source's team and to the admins, 14, 7 and 1 day before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from answerable.channels import telling
from answerable.channels.models import Source
from answerable.core import journal
from answerable.core.access import House

DAYS = (1, 7, 14)


def tell_endings(*, at: datetime) -> list[int]:
    """Tell of each authorisation that ends within the next 14 days, once at each step; returns the sources' ids."""
    ending = Source.objects.filter(authorised_until__gt=at, authorised_until__lte=at + timedelta(days=max(DAYS)))
    return [source.pk for source in ending if _tell(source, at)]


def step(source: Source, at: datetime) -> int | None:
    """The smallest of the steps within which it ends; None while it is further away, and when it has ended."""
    if source.authorised_until is None or source.authorised_until <= at:
        return None
    left = source.authorised_until - at
    return next((days for days in DAYS if left <= timedelta(days=days)), None)


@transaction.atomic
def _tell(source: Source, at: datetime) -> bool:
    days = step(source, at)
    told = Source.objects.filter(pk=source.pk).exclude(end_told__lte=days)
    if days is None or not told.update(end_told=days):
        return False
    by = House(source.workspace_id, "channels")
    telling.tell(source, f"authorisation_ends_{days}", by=by)
    data = {"days": days}
    journal.write("authorisation_ends", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    return True
