"""Putting messages together that come in parts. No part hides the others: after a while what is there is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from answerable.channels.contract import Part, Raw, Said
from answerable.channels.contract_parting import Joins
from answerable.channels.registry import connector
from answerable.core.moments import now
from answerable.intake.models import Envelope, Fragment


def take(part: Part, envelope: Envelope) -> tuple[Said, Sequence[Envelope]] | None:
    """Keep one part. Returns the message and the envelopes that brought it, once all parts are there.

    A number that is there already begins another message: senders count anew after 256.
    """
    same = Fragment.objects.filter(source=envelope.source, group=part.group, joined=False)
    if same.filter(number=part.number).exclude(envelope=envelope).exists():
        same.update(group=f"{part.group}#{envelope.pk}"[:200])
    Fragment.objects.get_or_create(
        envelope=envelope,
        defaults={"source": envelope.source, "group": part.group, "number": part.number, "of": part.of},
    )
    there = list(same.select_related("envelope__source__workspace").order_by("number"))
    return _joined(there) if len(there) == part.of else None


def late(*, older_than: timedelta) -> Sequence[tuple[int, str]]:
    """Messages whose last parts do not come: their sources and groups."""
    waiting = Fragment.objects.filter(joined=False, envelope__received_at__lte=now() - older_than)
    return sorted(set(waiting.values_list("source", "group")))


def as_it_is(source_id: int, group: str) -> tuple[Said, Sequence[Envelope]] | None:
    """The message with the parts that came; None where it was joined meanwhile. To be called in a transaction."""
    same = Fragment.objects.select_for_update(of=("self",)).filter(source=source_id, group=group, joined=False)
    there = list(same.select_related("envelope__source__workspace").order_by("number"))
    return _joined(there) if there else None


def _joined(there: Sequence[Fragment]) -> tuple[Said, Sequence[Envelope]]:
    source = there[0].source
    speaker = connector(source.kind)
    assert isinstance(speaker, Joins), "only a channel that joins tells of parts"
    by_number: Mapping[int, Fragment] = {each.number: each for each in there}
    raws = [_raw(by_number.get(number)) for number in range(1, there[0].of + 1)]
    Fragment.objects.filter(pk__in=[each.pk for each in there]).update(joined=True)
    return speaker.joined(raws, source.values()), [each.envelope for each in there]


def _raw(fragment: Fragment | None) -> Raw | None:
    if fragment is None:
        return None
    envelope = fragment.envelope
    return Raw(envelope.bytes(), envelope.headers, envelope.once)
