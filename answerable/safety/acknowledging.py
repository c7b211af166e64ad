"""Acknowledging: what the safety system tells us is kept as it was said, and moves the referral that it is about.

An answer is taken once, however often it is read. One that names no referral of ours is kept too, and shows at the balance.
"""

from __future__ import annotations

from django.db import transaction

from answerable.core.access import Actor
from answerable.core.moments import now
from answerable.safety import outcomes, telling
from answerable.safety.models import Referral, SafetySystem, SystemAnswer
from answerable.safety.systems.values import Told, judged


@transaction.atomic
def hear(system: SafetySystem, told: Told, *, by: Actor) -> SystemAnswer | None:
    """Take one answer. None for one that was taken before, which changes nothing."""
    referral = _about(system, told.about)
    said = judged(told, referral.digest) if referral else told
    answer, fresh = SystemAnswer.objects.get_or_create(
        system=system,
        once=said.once,
        defaults={
            "referral": referral,
            "said": said.word,
            "about": said.about[:200],
            "theirs": said.theirs[:200],
            "digest": said.digest[:64],
            "words": said.words,
            "at": now(),
        },
    )
    if not fresh and not _counts_again(answer):
        return None
    if referral is not None:
        outcomes.heard(referral, said)
    else:
        telling.tell(system, "answer_about_nothing", by=by)
    return answer


def _counts_again(answer: SystemAnswer) -> bool:
    """The same words about one that was sent again since are an answer to that."""
    referral = answer.referral
    return referral is not None and referral.is_open and answer.said == SystemAnswer.Said.TAKEN


def _about(system: SafetySystem, about: str) -> Referral | None:
    """By its key, else the newest of the report with that number."""
    found = Referral.objects.select_related("system", "report").filter(system=system)
    return found.filter(key=about).first() or found.filter(report__number=about).order_by("-pk").first()
