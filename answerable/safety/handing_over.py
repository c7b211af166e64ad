"""Handing a referral over, so that it arrives once.

1. Claim: the referral becomes `sending` and its attempt is `started`, committed before anything leaves.
2. The way says the call, the wire makes it. Passing the point of no return is committed first (`handed_over_at`).
3. The answer is written: sent, refused for good, later, or unknown; and what they said of it.

A worker that dies in between leaves a started attempt. Before the point of no return it surely did not go out and is tried
again; after it the outcome is unknown and is looked up by the key, never tried again blindly.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core import wire
from answerable.core.errors import HouseError
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.safety import acknowledging, outcomes
from answerable.safety.models import Referral, ReferralAttempt
from answerable.safety.systems.registry import values_of, way
from answerable.safety.systems.values import Parcel, Told

log = logging.getLogger(__name__)

LONGEST_ANSWER = 1024 * 1024
PAUSED = timedelta(minutes=5)


def send(referral: Referral) -> Referral:
    """Try once to hand a waiting referral over. Anything but a waiting one stays as it is."""
    if not referral.system.is_on:
        return _wait(referral)
    attempt = _claim(referral)
    if attempt is None:
        return referral
    try:
        _try(referral, attempt)
    except outcomes.Overtaken:
        log.warning("Referral %s was taken from a worker that was too slow.", referral.pk)
        referral.refresh_from_db()
    return referral


def parcel_of(referral: Referral) -> Parcel:
    """What goes out; the same for every attempt."""
    version = referral.version
    body = version.document.encode()
    return Parcel(referral.key, referral.report.number, version.number, referral.digest, body)


def _try(referral: Referral, attempt: ReferralAttempt) -> None:
    try:
        told = _hear(referral, attempt)
    except Refused as error:
        outcomes.refused(referral, words=error.sentence, attempt=attempt)
    except TryLater as error:
        outcomes.later(referral, attempt, words=error.sentence, after=error.after)
    except Reauthorise as error:
        outcomes.later(referral, attempt, words=error.sentence, after=outcomes.WAITS[-1].total_seconds())
    except Unreadable as error:
        outcomes.unknown(referral, attempt, words=error.sentence)
    except NoAnswer as error:
        if error.sent:
            outcomes.unknown(referral, attempt, words=error.sentence)
        else:
            outcomes.later(referral, attempt, words=error.sentence)
    except HouseError as error:
        outcomes.later(referral, attempt, words=error.sentence)
    else:
        outcomes.sent(referral, attempt, told)
        if told is not None:
            acknowledging.hear(referral.system, told, by=outcomes.house(referral.system))


def _hear(referral: Referral, attempt: ReferralAttempt) -> Told | None:
    system = referral.system
    to, parcel = way(system.way), parcel_of(referral)

    def pass_the_point() -> None:
        mine = ReferralAttempt.objects.filter(pk=attempt.pk, state=ReferralAttempt.State.STARTED)
        if not mine.update(handed_over_at=now()):
            raise outcomes.Overtaken

    call = to.hand_over(parcel, values_of(system))
    answer = wire.run(call, allow_private=to.in_house, max_bytes=LONGEST_ANSWER, before_handover=pass_the_point)
    attempt.refresh_from_db(fields=["handed_over_at"])
    return to.taken(answer, parcel)


@transaction.atomic
def _wait(referral: Referral) -> Referral:
    """What went out must not be sent later, so only what still waits does."""
    if Referral.objects.select_for_update().filter(pk=referral.pk, state=Referral.State.WAITING).exists():
        outcomes.wait(
            referral,
            after=PAUSED,
            words="The way to the safety system is paused. It goes out when somebody resumes it.",
        )
    return referral


def _claim(referral: Referral) -> ReferralAttempt | None:
    with transaction.atomic():
        claimed = Referral.objects.filter(pk=referral.pk, state=Referral.State.WAITING).update(
            state=Referral.State.SENDING, tries=F("tries") + 1, next_try_at=None
        )
        if not claimed:
            return None
        referral.state, referral.tries = Referral.State.SENDING, referral.tries + 1
        last = referral.attempts.order_by("-number").values_list("number", flat=True).first() or 0
        return ReferralAttempt.objects.create(referral=referral, number=last + 1, started_at=now())
