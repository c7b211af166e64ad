"""What happens to an envelope, hop by hop. This page tells the story and contains little else.

1. `open_waiting` claims waiting envelopes of one source, in the order in which they came.
2. `open_envelope` lets the connector read the bytes into values and takes each value in, in a savepoint of its own.
3. A `Said` is recorded once (conversations), filed into a case (cases), and noted as sighted in this envelope.
4. A `Receipt` goes to the reply that it is about (replies).
5. What cannot be read is quarantined, what is not for us is set aside, each with its reason. Nothing is dropped.
"""

from __future__ import annotations

from django.db import OperationalError, transaction
from django.db.models import F

from answerable.cases import filing
from answerable.cases.models import Case, Filing
from answerable.channels.contract import ConnectorError, Edited, Item, Raw, Receipt, Said, Withdrawn
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations import recording, withdrawing
from answerable.core.access import House
from answerable.core.files import StoreFull
from answerable.intake import quarantine
from answerable.intake.budget import TooSlow, budget
from answerable.intake.hops import Hop
from answerable.intake.models import Envelope, Sighting
from answerable.replies import receipts

BATCH = 50
MAX_TRIES = 3


def open_waiting(source: Source) -> int:
    """Open the next waiting envelopes of a source in one transaction; returns how many it took.

    The claim counts a try and commits before anything is opened. An opening that ended its worker is found by its
    count: from then on it is opened alone, and after `MAX_TRIES` it is quarantined. Raises what makes every opening
    impossible (database gone, disk full): then all of them go on waiting.
    """
    claimed = _claim(source)
    with transaction.atomic():
        batch = Envelope.objects.select_for_update().filter(pk__in=claimed, state=Envelope.State.WAITING)
        for envelope in batch.order_by("id"):
            envelope.source = source
            open_safely(envelope)
    return len(claimed)


def _claim(source: Source) -> list[int]:
    waiting = Envelope.objects.filter(source=source, state=Envelope.State.WAITING).order_by("id")
    batch = list(waiting.values_list("pk", "tries")[:BATCH])
    tried = [pk for pk, tries in batch if tries]
    claimed = tried[:1] or [pk for pk, _ in batch]
    Envelope.objects.filter(pk__in=claimed).update(tries=F("tries") + 1)
    return claimed


def open_safely(envelope: Envelope) -> list[Hop]:
    """Open one envelope in a savepoint, so that whatever it holds, it stops no other."""
    if envelope.tries > MAX_TRIES:
        return [quarantine.quarantined(envelope, "Opening it ended the worker several times. Its bytes are kept.")]
    try:
        with transaction.atomic():
            return open_envelope(envelope)
    except (OperationalError, StoreFull):
        raise
    except ConnectorError as error:
        return [quarantine.put_apart(envelope, error)]
    except TooSlow:
        return [quarantine.quarantined(envelope, "Reading it took too long. Its bytes are kept.")]
    except Exception as error:  # noqa: BLE001 - one of two places: whatever one item breaks, the others go on
        return [quarantine.poisoned(envelope, error)]


def open_envelope(envelope: Envelope) -> list[Hop]:
    """Read the bytes and take every value in. Raises only what the values themselves make impossible."""
    source = envelope.source
    raw = Raw(body=envelope.bytes(), headers=envelope.headers, external_id=envelope.once)
    with budget():
        items = connector(source.kind).read(raw, source.values())
    hops = [hop for item in items for hop in _take(item, envelope)]
    if all(hop.name == "set_aside" for hop in hops):
        reasons = " ".join(dict.fromkeys(hop.words for hop in hops)) or "It holds nothing that anybody said."
        return [*hops, quarantine.set_aside(envelope, reasons)]
    return [*hops, quarantine.filed(envelope)]


def _take(item: Item, envelope: Envelope) -> list[Hop]:
    match item:
        case Said():
            return _take_said(item, envelope)
        case Edited():
            return _take_said(item.said, envelope)
        case Withdrawn():
            withdrawing.withdraw(item, source=envelope.source, at=envelope.received_at)
            return [Hop("withdrawn", "The author took it away; the fact is kept.")]
        case Receipt():
            return _take_receipt(item, envelope)


def _take_said(said: Said, envelope: Envelope) -> list[Hop]:
    recorded = recording.record(said, source=envelope.source, received_at=envelope.received_at)
    Sighting.objects.get_or_create(envelope=envelope, message=recorded.message)
    case = filing.file(recorded, source=envelope.source, by=_house(envelope))
    if case is None:
        return [Hop("set_aside", "A machine wrote it and it belongs to no case.")]
    return [
        Hop("recorded" if recorded.fresh else "known", f"message {recorded.message.pk}"),
        Hop("filed", f"case {case.number}"),
    ]


def _take_receipt(receipt: Receipt, envelope: Envelope) -> list[Hop]:
    outcome = receipts.take(receipt, source=envelope.source, at=envelope.received_at, by=_house(envelope))
    case = outcome.case if outcome else None
    if receipt.said is not None:
        case = _file_report(receipt.said, envelope, case)
    if case is None:
        return [Hop("set_aside", "It reports on a reply that we do not know.")]
    return [Hop("receipt", str(receipt.state)), Hop("filed", f"case {case.number}")]


def _file_report(said: Said, envelope: Envelope, case: Case | None) -> Case | None:
    recorded = recording.record(said, source=envelope.source, received_at=envelope.received_at)
    Sighting.objects.get_or_create(envelope=envelope, message=recorded.message)
    if case is None:
        return filing.file(recorded, source=envelope.source, by=_house(envelope))
    filing.file_into(case, recorded.message, why=Filing.Why.BOUNCE, by=_house(envelope))
    return case


def _house(envelope: Envelope) -> House:
    return House(envelope.workspace_id, "intake")
