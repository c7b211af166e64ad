"""The words of what was set aside go after a while, and at once when their author takes them back or a network asks for it.

What stays is that something was set aside, on which signs, and what people said of it. Numbers made of words, by which
copies are found, go after some days.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from answerable.channels.contract import Withdrawn
from answerable.channels.models import Source
from answerable.channels.registry import connectors
from answerable.core import jobs
from answerable.core.moments import now
from answerable.core.text.keepable import clean
from answerable.intake.forgetting import RESTS_FOR
from answerable.intake.models import Envelope, Weighed
from answerable.intake.weighing import COMPARED_FOR

KEPT_FOR = timedelta(days=90)
"""Long enough to see that setting aside went wrong. These are words of people who did not speak to us."""
AT_ONCE = 500


def empty_due() -> int:
    """Empty what is over; returns how many rows lost their words."""
    compared = Weighed.objects.filter(same__isnull=False, at__lt=now() - COMPARED_FOR)
    compared.update(who=None, same=None, bands=[], parts=[])
    short = {kind: each.spec.store_for for kind, each in connectors().items() if each.spec.store_for}
    due = [_of_all().filter(at__lt=now() - KEPT_FOR)]
    due += [_of_all().filter(source__kind=kind, at__lt=now() - time) for kind, time in short.items() if time < KEPT_FOR]
    return sum(_empty(rows[:AT_ONCE]) for rows in due)


def withdrawn(item: Withdrawn, *, source: Source) -> bool:
    """Its author took back what was set aside: nobody reads it any more. False where it was not."""
    rows = _of_all().filter(source=source, external_id=clean(item.external_id)[:500])
    return _empty(rows) > 0


def _of_all() -> QuerySet[Weighed]:
    """What is aside and has words."""
    return Weighed.objects.exclude(sort="").filter(taken_back_at=None, emptied_at=None)


@transaction.atomic
def _empty(rows: QuerySet[Weighed]) -> int:
    """The bytes go with the words, unless they brought something else that is here."""
    found = list(rows.values_list("pk", "envelope"))
    gone = {"text": "", "author": "", "emptied_at": now(), "who": None, "same": None, "bands": [], "parts": []}
    Weighed.objects.filter(pk__among=[pk for pk, _ in found]).update(**gone)
    alone = Envelope.objects.filter(pk__among=[envelope for _, envelope in found], sightings=None)
    for envelope in alone.exclude(weighed__in=_of_all()):
        if envelope.file:
            jobs.later("intake.jobs.remove_file", after=RESTS_FOR.total_seconds() + 60, file=envelope.file)
        Envelope.objects.filter(pk=envelope.pk).update(body=b"", file="")
    return len(found)
