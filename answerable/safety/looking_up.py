"""Looking after what is on its way: what is in doubt is looked up by its key, what they told is read, what is late is said.

A report that is not there proves nothing until everything that left has had time to arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from answerable.channels.contract import ConnectorError, Reauthorise, Refused, TryLater, Unreadable
from answerable.core import jobs, wire
from answerable.core.errors import HouseError, Invalid
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.safety import acknowledging, outcomes, reconciliation, referring, telling
from answerable.safety.handing_over import LONGEST_ANSWER, parcel_of
from answerable.safety.models import Referral, ReferralAttempt, SafetySystem
from answerable.safety.reconciliation import Received
from answerable.safety.systems.registry import values_of, way
from answerable.safety.systems.values import Found, News

# Before the point of no return: whoever is only slow is stopped there.
INTERRUPTED_AFTER = timedelta(seconds=60)
# After it: longer than the wire waits for any answer (`core.wire.smtp`).
SILENT_AFTER = timedelta(seconds=240)
# What left a moment ago may still arrive; until then "it is not there" proves nothing.
ABSENT_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=2)
MOST_PAGES = 20
NOT_THERE = "It is not there. They may have lost it: compare both sides, and send it again if it stays away."


def look_up(referral: Referral) -> Referral:
    """Ask the safety system about one that is in doubt, or not acknowledged yet.

    One that is surely not there goes out again, under the same key. One that they held and lost is for a person.
    """
    to = way(referral.system.way)
    if referral.state not in (Referral.State.UNKNOWN, Referral.State.SENT):
        return referral
    call = to.look_up(parcel_of(referral), values_of(referral.system)) if to.look_up else None
    if call is None or to.found is None:
        Referral.objects.filter(pk=referral.pk).update(next_try_at=None)
        return referral
    try:
        answer = wire.run(call, allow_private=to.in_house, max_bytes=LONGEST_ANSWER)
        found = to.found(answer, parcel_of(referral))
    except (NoAnswer, TryLater, Reauthorise, Unreadable) as error:
        outcomes.look_again(referral, words=error.sentence)
        return referral
    except (Refused, HouseError) as error:
        Referral.objects.filter(pk=referral.pk).update(trouble=error.sentence[:2000], next_try_at=None)
        return referral
    return _seen(referral, found)


def find_interrupted() -> list[int]:
    """Attempts whose worker died: before the point of no return they are tried again, after it they are unknown."""
    return [attempt.referral_id for attempt in _cut() if _interrupted(attempt)]


def keep_on() -> None:
    """What should have happened by now and did not is begun again: the net below the queue."""
    find_interrupted()
    late = Referral.objects.filter(next_try_at__lt=now() - FORGOTTEN_AFTER, system__state=SafetySystem.State.ON)
    for referral in late.exclude(state__in=(Referral.State.ACKNOWLEDGED, Referral.State.REFUSED)):
        name = "send" if referral.state == Referral.State.WAITING else "look_up"
        Referral.objects.filter(pk=referral.pk).update(next_try_at=now())
        jobs.later(f"safety.jobs.{name}", lock=f"safety:{referral.system_id}", referral_id=referral.pk)
    for system in SafetySystem.objects.exclude(state=SafetySystem.State.ENDED).order_by("pk"):
        overdue(system)
        with transaction.atomic():
            referring.by_rule(system, by=outcomes.house(system))


@transaction.atomic
def overdue(system: SafetySystem) -> int:
    """Say of what was not acknowledged in time that it is late, once; returns how many are newly so."""
    late = Referral.objects.select_related("report", "system").filter(
        system=system, due_at__lt=now(), overdue_at=None, acknowledged_at=None
    )
    found = list(late.order_by("pk"))
    Referral.objects.filter(pk__in=[each.pk for each in found]).update(overdue_at=now())
    for each in found:
        outcomes.tell("referral_overdue", each)
    if found:
        telling.tell(system, "referral_overdue", by=outcomes.house(system))
    return len(found)


def read_news(system: SafetySystem) -> Sequence[Sequence[Received]]:
    """Read what came from a mailbox or a folder since last time. Returns the lists among it, for the balance.

    The cursor moves in the transaction that takes what it passes.
    """
    to = way(system.way)
    if to.ask is None or to.news is None or not system.is_on:
        return []
    lists: list[Sequence[Received]] = []
    for _ in range(MOST_PAGES):
        values = values_of(system)
        try:
            answer = wire.run(to.ask(system.cursor, values), allow_private=to.in_house)
            news = to.news(answer, system.cursor, values)
        except (NoAnswer, ConnectorError) as error:
            outcomes.fails(system, error.sentence)
            return lists
        lists += _take(system, news)
        if not news.more:
            break
    return lists


@transaction.atomic
def _take(system: SafetySystem, news: News) -> list[Sequence[Received]]:
    for told in news.told:
        acknowledging.hear(system, told, by=outcomes.house(system))
    system.cursor = dict(news.cursor)
    system.save(update_fields=["cursor"])
    return [lines for text in news.lists if (lines := _lines(system, text)) is not None]


def _lines(system: SafetySystem, text: str) -> Sequence[Received] | None:
    try:
        return reconciliation.read(text)
    except Invalid as error:
        outcomes.fails(system, error.sentence)
        return None


@transaction.atomic
def _seen(referral: Referral, found: Found) -> Referral:
    locked = Referral.objects.select_for_update(of=("self",)).select_related("system", "report", "version")
    fresh = locked.get(pk=referral.pk)
    if fresh.state not in (Referral.State.UNKNOWN, Referral.State.SENT):
        return fresh
    if found.there:
        return _there(fresh, found)
    if fresh.state == Referral.State.SENT:
        outcomes.look_again(fresh, words=NOT_THERE)
    elif _is_quiet(fresh):
        outcomes.tell("referral_not_there", fresh)
        outcomes.wait(fresh, after=timedelta(0), words="")
    else:
        outcomes.look_again(fresh, words="It is not there yet.")
    return fresh


def _there(referral: Referral, found: Found) -> Referral:
    if referral.state == Referral.State.UNKNOWN:
        changed = {"state": Referral.State.SENT, "trouble": "", "sent_at": F("asked_at")}
        attempt = referral.attempts.order_by("-number").first()
        if attempt is not None:
            changed["sent_at"] = attempt.handed_over_at or attempt.started_at
        Referral.objects.filter(pk=referral.pk).update(**changed)
        referral.refresh_from_db()
        outcomes.tell("referral_found", referral)
    if found.told is not None:
        acknowledging.hear(referral.system, found.told, by=outcomes.house(referral.system))
        referral.refresh_from_db()
    if referral.is_open:
        outcomes.look_again(referral)
    return referral


def _is_quiet(referral: Referral) -> bool:
    handed_over = referral.attempts.order_by("-number").values_list("handed_over_at", flat=True).first()
    return handed_over is None or now() - handed_over > ABSENT_AFTER


def _cut() -> QuerySet[ReferralAttempt]:
    at = now()
    late = Q(handed_over_at=None, started_at__lt=at - INTERRUPTED_AFTER) | Q(handed_over_at__lt=at - SILENT_AFTER)
    return ReferralAttempt.objects.filter(late, state=ReferralAttempt.State.STARTED)


@transaction.atomic
def _interrupted(found: ReferralAttempt) -> bool:
    """Under a lock, so that a slow worker cannot pass the point of no return in the same moment."""
    locked = ReferralAttempt.objects.select_related("referral__system", "referral__report").select_for_update(
        of=("self",)
    )
    attempt = locked.get(pk=found.pk)
    if (attempt.state, attempt.handed_over_at) != (found.state, found.handed_over_at):
        return False
    words = "The worker was stopped while it was sending."
    if attempt.handed_over_at is None:
        outcomes.later(attempt.referral, attempt, words=words, is_theirs=False)
    else:
        outcomes.unknown(attempt.referral, attempt, words=words)
    return True
