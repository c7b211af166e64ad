"""Signs of life of the parts of the house, for /health and doctor."""

from datetime import datetime, timedelta

from answerable.core.models import Heartbeat
from answerable.core.moments import now

FRESH = timedelta(seconds=20)


def beat(part: str) -> None:
    """Say that this part is alive now."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now()})


def alive(part: str) -> bool:
    """Was there a sign of life within `FRESH`?"""
    return Heartbeat.objects.filter(part=part, at__gte=now() - FRESH).exists()


def last(part: str) -> datetime | None:
    """The last sign of life; None for a part that never gave one."""
    return Heartbeat.objects.filter(part=part).values_list("at", flat=True).first()
