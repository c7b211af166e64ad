"""What happens to an envelope, hop by hop. This page tells the story and contains little else.

1. `open_waiting` claims waiting envelopes of one source, in the order in which they came.
2. `open_envelopes` lets the connector read the bytes into values and takes them in, all in one savepoint; what breaks
   it is found by opening each half in a savepoint of its own.
3. Each `Said` is ours for a reason (reasons). What was only found by words is weighed and may be set aside (weighing). The
   rest is recorded once, with its reason (conversations), filed into a case (cases), and noted as sighted in its envelope;
   the detectors read what is new (triage), the clocks of these cases are kept (clocks), and what may
   be a report becomes one (safety). How they sound is said soon after, in a job of its own (triage).
4. What its author changed or took away is followed; an edit of what we never had is said to us now.
5. A `Receipt` goes to the reply that it is about, and so do our own words when a network tells us of them (replies); an
   address that was left is remembered.
6. What cannot be read is quarantined, what is not for us is set aside, each with its reason. Nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate, groupby
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from answerable.cases import filing, repeats
from answerable.cases.models import Case, Filing
from answerable.channels import reading
from answerable.channels.contract import (
    CallNews,
    ConnectorError,
    Edited,
    Hinted,
    Item,
    LeftOut,
    Part,
    Raw,
    Reachable,
    Receipt,
    Said,
    Sound,
    Withdrawn,
)
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.clocks import keeping
from answerable.conversations import editing, reaching, recording, telephoning, voicing, withdrawing
from answerable.conversations.models import Message
from answerable.conversations.recording import Heard, Recorded
from answerable.core import inserting
from answerable.core.access import House
from answerable.core.files import StoreFull
from answerable.intake import emptying, fetching, hinting, piecing, quarantine, reasons, surroundings, weighing
from answerable.intake.budget import TooSlow, budget
from answerable.intake.hops import Hop
from answerable.intake.models import Envelope, Sighting
from answerable.intake.warming import warm
from answerable.listening import counting
from answerable.listening.relevance import Reason
from answerable.replies import outcomes, receipts, recognising
from answerable.safety import opening
from answerable.triage import assessing, toning

BATCH = 100
"""So many share the cost of asking. More would hold the rows of their people and cases longer than an agent should wait."""
BATCH_BYTES = 8 * 1024 * 1024
MAX_TRIES = 5
"""A worker may be ended for reasons of its own a few times running; mail that did nothing is not put apart for that."""


def open_waiting(source: Source) -> int:
    """Open the next waiting envelopes of a source in one transaction; returns how many it took.

    The claim counts a try and commits before anything is opened. An opening that ended its worker is found by its
    count: from then on it is opened alone, and after `MAX_TRIES` it is quarantined. Raises what makes every opening
    impossible (database gone, disk full): then all of them go on waiting, and a full disk is nobody's try.
    """
    warm()
    claimed = _claim(source)
    try:
        _open(claimed, source)
    except StoreFull:
        Envelope.objects.filter(pk__among=claimed).update(tries=F("tries") - 1)
        raise
    return len(claimed)


def _claim(source: Source) -> list[int]:
    """As many as fit into memory together, or one alone that was tried before."""
    waiting = Envelope.objects.filter(source=source, state=Envelope.State.WAITING).order_by("id")
    batch = list(waiting.values_list("pk", "tries", "size")[:BATCH])
    tried = [pk for pk, tries, _ in batch if tries]
    sizes = accumulate(size for _, _, size in batch)
    fitting = [pk for (pk, _, size), total in zip(batch, sizes, strict=True) if total - size < BATCH_BYTES]
    claimed = tried[:1] or fitting
    Envelope.objects.filter(pk__among=claimed).update(tries=F("tries") + 1)
    return claimed


@transaction.atomic
def _open(claimed: list[int], source: Source) -> None:
    waiting = Envelope.objects.select_for_update().filter(pk__among=claimed, state=Envelope.State.WAITING)
    envelopes = list(waiting.order_by("id"))
    for envelope in envelopes:
        envelope.source = source
    open_safely(*envelopes)


def open_safely(*envelopes: Envelope) -> list[Hop]:
    """Open envelopes in one savepoint; where one of them breaks it, in smaller ones, until it alone is put apart."""
    if len(envelopes) == 1 and envelopes[0].tries > MAX_TRIES:
        return [quarantine.quarantined(envelopes[0], "Opening it ended the worker several times. Its bytes are kept.")]
    try:
        return _open_unless_overtaken(envelopes)
    except (OperationalError, StoreFull):
        raise
    except Exception as error:  # noqa: BLE001 - one of two places: whatever one item breaks, the others go on
        if len(envelopes) > 1:
            return [hop for part in _parts(envelopes, error) for hop in open_safely(*part)]
        return [quarantine.poisoned(envelopes[0], error)]


def _parts(envelopes: Sequence[Envelope], error: Exception) -> list[Sequence[Envelope]]:
    """Halves find what breaks in few steps. What is slow would be waited for in each of them, so then each goes alone."""
    size = 1 if isinstance(error, TooSlow) else (len(envelopes) + 1) // 2
    return [envelopes[start : start + size] for start in range(0, len(envelopes), size)]


def _open_unless_overtaken(envelopes: Sequence[Envelope]) -> list[Hop]:
    """Another source may bring the same mail at the same moment. Whoever comes second finds it there and looks again."""
    try:
        with transaction.atomic():
            return open_envelopes(envelopes)
    except IntegrityError:
        with transaction.atomic():
            return open_envelopes(envelopes)


def open_envelopes(envelopes: Sequence[Envelope]) -> list[Hop]:
    """Read the bytes and take every value in. Raises only what the values themselves make impossible."""
    settings = {source.pk: source.values() for source in {envelope.source for envelope in envelopes}}
    with budget():
        read = [(each, item) for each in envelopes for item in _read(each, settings[each.source_id])]
    hops: dict[Envelope, list[Hop]] = {envelope: [] for envelope in envelopes}
    for envelope, item in read:
        if isinstance(item, LeftOut):
            hops[envelope].append(Hop("set_aside" if item.understood else "unread", item.reason))
    taken = ((envelope, item) for envelope, item in read if not isinstance(item, LeftOut))
    for is_said, run in groupby(taken, key=lambda each: isinstance(each[1], Said) and not each[1].by_us):
        for envelope, hop in _take_said(run) if is_said else _take_others(run):
            hops[envelope].append(hop)
    return _end(hops)


def _read(envelope: Envelope, settings: Mapping[str, Any]) -> Sequence[Item | ConnectorError]:
    """What the connector refuses is an answer, too; what it breaks on is not."""
    raw = Raw(body=envelope.bytes(), headers=envelope.headers, external_id=envelope.once)
    try:
        return reading.read(connector(envelope.source.kind), raw, settings)
    except ConnectorError as error:
        return [error]


def _take_said(run: Iterable[tuple[Envelope, Any]]) -> Iterator[tuple[Envelope, Hop]]:
    """Utterances one after the other are weighed, and those that are kept are recorded and filed together."""
    said = [*run]
    source = said[0][0].source
    why = reasons.of_all(said, source)
    aside = weighing.weigh(said, why, source)
    yield from ((said[place][0], hop) for place, hop in aside.items())
    kept = [(*said[place], why[place]) for place in range(len(said)) if place not in aside]
    if kept:
        yield from _keep_said(kept, source)


def _keep_said(kept: Sequence[tuple[Envelope, Said, Any]], source: Source) -> Iterator[tuple[Envelope, Hop]]:
    by = _house(kept[0][0])
    recorded = recording.record_all([Heard(each, to.received_at, why) for to, each, why in kept], source=source)
    envelopes = [envelope for envelope, _, _ in kept]
    _sight(zip(envelopes, recorded, strict=True))
    _count(recorded, [why for _, _, why in kept], at=envelopes[0].received_at)
    cases = filing.file_all(recorded, source=source, by=by)
    new = ((each, case) for each, case in zip(recorded, cases, strict=True) if each.fresh)
    assessed = assessing.assess([(each.message, case) for each, case in new if case is not None], by=by)
    keeping.keep({case.pk for case in cases if case is not None}, by=by)
    opening.open_all(assessed, by=by)
    toning.have_assessed([each.message for each in recorded if each.fresh])
    surroundings.fetch_for(recorded, source=source)
    fetching.fetch_for(recorded, source=source)
    fetching.fetch_sounds(voicing.join([each.message for each in recorded if each.fresh], source=source))
    for envelope, each, case in zip(envelopes, recorded, cases, strict=True):
        for hop in _hops(each, case):
            yield envelope, hop


def _count(recorded: Sequence[Recorded], why: Sequence[Sequence[Reason]], *, at: datetime) -> None:
    """What a saved query found is counted where it is kept, once."""
    fresh = [because for each, because in zip(recorded, why, strict=True) if each.fresh]
    counting.count((each.version for because in fresh for each in because if each.version is not None), at=at)


def _hops(recorded: Recorded, case: Case | None) -> list[Hop]:
    if case is None:
        return [Hop("set_aside", "A machine wrote it and it belongs to no case.")]
    name = "recorded" if recorded.fresh else "known"
    return [Hop(name, f"message {recorded.message.pk}"), Hop("filed", f"case {case.number}")]


def _sight(seen: Iterable[tuple[Envelope, Recorded]]) -> None:
    sightings = (Sighting(envelope=envelope, message=recorded.message) for envelope, recorded in seen)
    inserting.insert(sightings, once=True)


def _take_others(run: Iterable[tuple[Envelope, Any]]) -> Iterator[tuple[Envelope, Hop]]:
    for envelope, item in run:
        for hop in _take(item, envelope):
            yield envelope, hop


def _take(
    item: Said | Withdrawn | Edited | Receipt | Reachable | Hinted | Part | CallNews | Sound | ConnectorError,
    envelope: Envelope,
) -> list[Hop]:
    match item:
        case Part() | CallNews() | Sound():
            return _take_bit_by_bit(item, envelope)
        case Said():
            return _take_our_own(item, envelope)
        case Edited():
            return _take_edited(item, envelope)
        case Receipt():
            return _take_receipt(item, envelope)
        case ConnectorError():
            return [quarantine.put_apart(envelope, item)]
        case Withdrawn() | Reachable() | Hinted():
            return [_follow(item, source=envelope.source, at=envelope.received_at)]


def _follow(item: Withdrawn | Reachable | Hinted, *, source: Source, at: datetime) -> Hop:
    match item:
        case Withdrawn():
            withdrawing.withdraw(item, source=source, at=at)
            emptying.withdrawn(item, source=source)
            return Hop("withdrawn", "The author took it away; the fact is kept.")
        case Reachable():
            reaching.left(item, source=source, at=at)
            return Hop("reachable", "An address was left; what is not seen goes on there.")
        case Hinted():
            hinting.ask_for(item, source=source, at=at)
            return Hop("asked", "The network says that something was said, and is asked what.")


def _take_our_own(said: Said, envelope: Envelope) -> list[Hop]:
    """An answer of ours is not heard a second time; what a colleague said in the network's own app is kept with the rest."""
    source, by = envelope.source, _house(envelope)
    reply = recognising.recognise(said, source=source, by=by)
    if reply is not None:
        return [Hop("known", f"answer {reply.pk}"), Hop("filed", f"case {outcomes.case_of(reply).number}")]
    if not recognising.is_followed(said, source):
        return [Hop("set_aside", "We said it ourselves, in a thread in which nobody asked us anything.")]
    return [hop for _, hop in _take_said([(envelope, said)])]


def _take_bit_by_bit(item: Part | CallNews | Sound, envelope: Envelope) -> list[Hop]:
    """What is told in more than one envelope."""
    return _take_part(item, envelope) if isinstance(item, Part) else _take_of_call(item, envelope)


def _take_part(part: Part, envelope: Envelope) -> list[Hop]:
    found = piecing.take(part, envelope)
    if found is None:
        return [Hop("set_aside", "It is a part of a message and waits for the others.")]
    return take_joined(*found)


def take_joined(said: Said, envelopes: Sequence[Envelope]) -> list[Hop]:
    """Take in a message that came in parts; all envelopes that brought one of them have their place then."""
    hops = [hop for _, hop in _take_said([(envelopes[-1], said)])]
    message = envelopes[-1].sightings.first()
    if message is not None:
        Sighting.objects.bulk_create(
            [Sighting(envelope=each, message=message.message) for each in envelopes], ignore_conflicts=True
        )
    quarantine.filed(*envelopes)
    return hops


def _take_of_call(item: CallNews | Sound, envelope: Envelope) -> list[Hop]:
    if isinstance(item, Sound):
        sound = voicing.take(item, source=envelope.source, at=envelope.received_at)
        fetching.fetch_sounds([sound])
        return [Hop("recorded", f"recording {sound.pk}")]
    followed = telephoning.follow(item, source=envelope.source, at=envelope.received_at)
    if followed is None:
        return [hop for _, hop in _take_said([(envelope, item.said)])]
    message = followed.message
    Sighting.objects.get_or_create(envelope=envelope, message=message)
    repeats.retitle(message, before=followed.before)
    fetching.fetch_sounds(message.sounds.all())
    return [Hop("known", f"message {message.pk}")]


def _take_edited(item: Edited, envelope: Envelope) -> list[Hop]:
    message = editing.edit(item, source=envelope.source, at=envelope.received_at)
    if message is None and item.said.by_us:
        return _take_our_own(item.said, envelope)
    if message is None:
        return [hop for _, hop in _take_said([(envelope, item.said)])]
    Sighting.objects.get_or_create(envelope=envelope, message=message)
    repeats.renew(message)
    _assess_again(message, envelope)
    toning.have_assessed([message], again=True)
    return [Hop("edited", f"message {message.pk}")]


def _assess_again(message: Message, envelope: Envelope) -> None:
    filing_ = Filing.objects.select_related("case").filter(message=message).first()
    if filing_ is not None:
        made = assessing.assess_again(message, filing_.case, by=_house(envelope))
        opening.open_all([made] if made is not None else [], by=_house(envelope))


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
    _sight([(envelope, recorded)])
    if case is None:
        opened = filing.file(recorded, source=envelope.source, by=_house(envelope))
        keeping.keep({opened.pk} if opened is not None else (), by=_house(envelope))
        return opened
    filing.file_into(case, recorded.message, why=Filing.Why.BOUNCE, by=_house(envelope))
    return case


def _end(hops: Mapping[Envelope, list[Hop]]) -> list[Hop]:
    """Each envelope gets its outcome; the filed ones, which are nearly all, in one statement."""
    filed = []
    for envelope, steps in hops.items():
        done = any(step.name == "done" for step in steps)
        if any(step.name == "unread" for step in steps):
            steps.append(quarantine.in_part(envelope, steps))
        elif all(step.name == "set_aside" for step in steps):
            reasons = quarantine.reasons(steps) or "It holds nothing that anybody said."
            steps.append(quarantine.set_aside(envelope, reasons))
        elif not done and any(step.name == "set_aside" for step in steps):
            steps.append(quarantine.filed(envelope, but=quarantine.reasons(steps)))
        elif not done:
            filed.append(envelope)
    end = quarantine.filed(*filed)
    for envelope in filed:
        hops[envelope].append(end)
    return [step for steps in hops.values() for step in steps]


def _house(envelope: Envelope) -> House:
    return House(envelope.workspace_id, "intake")
