"""Assessing messages: the detectors read what a customer said, and what they find is kept with the words it stands on.

It orders the work of people and leaves nothing out. A detector that breaks on a text is an answer, too: somebody looks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from answerable.cases.models import Case, ProductField, RemedyPolicy
from answerable.conversations.models import Message
from answerable.core import inserting, journal
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.triage import drawing, queueing
from answerable.triage.detecting import reading
from answerable.triage.detecting.editions import edition
from answerable.triage.detecting.findings import Finding, Part, Reading, Tier
from answerable.triage.detecting.heads import Head, heads_of
from answerable.triage.detecting.names import Names
from answerable.triage.models import Assessment, Learned

Reader = Callable[..., Reading]
BROKEN = "the detectors broke on it"
MOST_NAMES = 500
# What a pure function raises when it meets a text that nobody thought of. It must not keep the message from its case.
MISTAKES = (ArithmeticError, AssertionError, LookupError, RecursionError, TypeError, ValueError)

logger = logging.getLogger(__name__)


def assess(said: Iterable[tuple[Message, Case]], *, by: House, read: Reader = reading.read) -> list[Assessment]:
    """Assess new words of customers, each with the case that it is in, and write a line for each."""
    heard = [(message, case) for message, case in said if message.direction == Message.Direction.IN]
    if not heard:
        return []
    names, (detectors, heads) = names_of(by.workspace_id), in_use(by.workspace_id)
    made = [_assessed(message, detectors, lambda words: read(words, names=names, heads=heads)) for message, _ in heard]
    inserting.insert(made)
    queueing.put(made)
    drawing.draw(made)
    journal.write_all([_line(each, case, by) for each, (_, case) in zip(made, heard, strict=True)])
    return made


def assess_again(message: Message, case: Case, *, by: House) -> Assessment | None:
    """Assess words that their author changed, or that other detectors have read. None where nothing is new to them."""
    if message.assessments.filter(once=_once(words_of(message), in_use(by.workspace_id)[0])).exists():
        return None
    made = next(iter(assess([(message, case)], by=by)), None)
    if made is not None:
        queueing.put_again(made)
    return made


def words_of(message: Message) -> str:
    """What the detectors read; the places of their evidence are counted in it."""
    return f"{message.subject}\n\n{message.text}" if message.subject else message.text


def is_of(assessment: Assessment, words: str) -> bool:
    """Do its places belong to these words, or were they changed or removed since?"""
    return assessment.once == _once(words, assessment.detectors)


def in_use(workspace_id: int) -> tuple[str, list[Head]]:
    """Which detectors read now: their mark, and what of their knowledge was learned."""
    promoted = Learned.objects.filter(workspace_id=workspace_id, promoted_at__isnull=False, ended_at=None)
    row = promoted.values_list("pk", "number").first()
    return (f"{edition()}+{row[1]}", _learned(row[0])) if row else (edition(), [])


@lru_cache(maxsize=16)
def _learned(pk: int) -> list[Head]:
    """What was learned never changes, so it is taken from the database once."""
    return heads_of(Learned.objects.get(pk=pk).heads)


def names_of(workspace_id: int) -> Names:
    """The products that the workspace has fields or remedies for, ready to be found in a text."""
    return _ready(tuple(product_names(workspace_id)))


def product_names(workspace_id: int) -> list[str]:
    """The products that the workspace has fields or remedies for."""
    ours = {"workspace_id": workspace_id, "ended_at": None}
    of_fields = ProductField.objects.filter(**ours).values_list("product", flat=True)
    of_remedies = RemedyPolicy.objects.filter(**ours).values_list("product", flat=True)
    found = of_fields.union(of_remedies)[:MOST_NAMES]
    return sorted({*found} - {""})


@lru_cache(maxsize=64)
def _ready(names: tuple[str, ...]) -> Names:
    return Names(names)


def _assessed(message: Message, by: str, read: Callable[[str], Reading]) -> Assessment:
    words = words_of(message)
    made = Assessment(workspace_id=message.workspace_id, message=message, once=_once(words, by), detectors=by, at=now())
    try:
        _take_down(made, read(words))
    except MISTAKES as error:
        logger.exception("The detectors broke on message %s.", message.pk)
        made.tier, made.why, made.unread = Tier.REVIEW, BROKEN, f"{BROKEN} ({type(error).__name__})"
    return made


def _take_down(made: Assessment, found: Reading) -> None:
    made.language, made.tier, made.why = found.language or "", found.tier, found.why
    made.unread = found.unread or ""
    made.over = [each.detector for each in found.findings if each.over]
    made.scores = {each.detector: each.score for each in found.findings}
    made.parts = {each.detector: _parts(each) for each in found.findings if each.parts}


def _parts(finding: Finding) -> dict[str, Any]:
    return {"bias": finding.bias, "parts": [_part(each) for each in finding.parts]}


def _part(part: Part) -> dict[str, Any]:
    places = [
        {
            "start": each.start,
            "end": each.end,
            "entry": each.entry if each.sort != "word" else "",
            "status": each.status,
        }
        for each in part.evidence
    ]
    return {"sort": part.sort, "weight": part.weight, "places": places}


def _once(words: str, detectors: str) -> str:
    return sha256(f"{detectors}\n{words}".encode()).hexdigest()


def _line(made: Assessment, case: Case, by: House) -> Event:
    data = {"message": made.message_id, "tier": made.tier, "over": made.over, "detectors": made.detectors}
    return journal.line("message_assessed", by=by, case_id=case.pk, team_id=case.team_id, data=data)
