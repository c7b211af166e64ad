"""Saying how messages sound and what they are for, and taking a person's answer to that.

It orders nothing by itself and leaves nothing out: what is not known is "unknown". It is done in a job of its own, after
the message is in its case, so no text can keep another from being filed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache

from answerable.conversations.models import Message
from answerable.core import inserting, journal
from answerable.core.access import House, Right, Viewer
from answerable.core.deferring import later
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.listening import speaking, tones
from answerable.listening.languages import OTHER, Identifier
from answerable.listening.toning import measuring, sums
from answerable.listening.toning.sums import Sum
from answerable.triage.models import ToneAssessment, ToneSum, ToneVerdict

MOST_PARTS = 40


def have_assessed(messages: Iterable[Message], *, again: bool = False) -> None:
    """Have new words of customers assessed soon, or, `again`, words that changed."""
    heard = [each for each in messages if each.direction == Message.Direction.IN]
    if heard:
        ids = [each.pk for each in heard]
        later("triage.jobs.assess_tones", workspace_id=heard[0].workspace_id, message_ids=ids, again=again)


def assess(messages: Iterable[Message], *, by: House) -> list[ToneAssessment]:
    """Assess what customers said and nobody assessed yet; said twice, it changes nothing."""
    heard = [each for each in messages if each.direction == Message.Direction.IN and each.emptied_at is None]
    known = ToneAssessment.objects.filter(message__in=heard).values_list("message_id", flat=True)
    new = [each for each in heard if each.pk not in set(known)]
    if not new:
        return []
    told, used = speaking.identifier(by.workspace_id), in_use(by.workspace_id)
    made = [_assessed(each, told, used) for each in new]
    inserting.insert(made, once=True)
    journal.write("tones_assessed", by=by, data={"messages": [each.message_id for each in made]})
    return made


def assess_again(message: Message, *, by: House) -> ToneAssessment | None:
    """Assess words that their author changed. None for a message that is not ours to assess."""
    ToneAssessment.objects.filter(message=message).delete()
    return next(iter(assess([message], by=by)), None)


def judge(message: Message, sort: str, answer: str, *, by: Viewer) -> ToneVerdict:
    """Say how it sounds, or what it is for. The same again changes nothing; another answer takes its place, and both are kept."""
    by.require(Right.ANSWER)
    if answer not in measuring.SORTS.get(sort, ()):
        raise Invalid("There is no such answer. Nothing was kept.", "answer")
    locked = Message.objects.select_for_update(of=("self",)).select_related("filing__case").get(pk=message.pk)
    if locked.direction != Message.Direction.IN:
        raise Invalid("Only what a customer said is judged so. Nothing was kept.", "answer")
    standing = locked.tone_verdicts.filter(sort=sort, ended_at=None).first()
    if standing is not None and standing.answer == answer:
        return standing
    return _keep(locked, standing, sort=sort, answer=answer, by=by)


def in_use(workspace_id: int) -> Mapping[str, ToneSum]:
    """The sums that a workspace learned and uses, by language; without their numbers, which are read once by `read_sum`."""
    rows = ToneSum.objects.filter(workspace_id=workspace_id, promoted=True, ended_at=None).defer("numbers")
    return {each.language: each for each in rows}


@lru_cache(maxsize=64)
def read_sum(pk: int) -> Sum | None:
    """The numbers of a row never change."""
    return sums.read(ToneSum.objects.values_list("numbers", flat=True).get(pk=pk))


def _assessed(message: Message, told: Identifier, used: Mapping[str, ToneSum]) -> ToneAssessment:
    language = told.language(message.text) or message.language[:2].lower()
    row = used.get(language)
    model = read_sum(row.pk) if row else None
    learned = {language: model} if model else None
    said = tones.read(message.text, language, learned)
    return ToneAssessment(
        workspace_id=message.workspace_id,
        message=message,
        language=OTHER if language == OTHER else language[:10],
        tone=said.tone,
        intent=said.intent,
        parts=_parts(tones.explain(message.text, language, learned)),
        used=row if model else None,
        at=now(),
    )


def _parts(found: Sequence[tones.Evidence]) -> list[dict[str, object]]:
    """The weightiest places. They are no words: those may have to be removed some day."""
    weighty = sorted(found, key=lambda each: -abs(each.weight))[:MOST_PARTS]
    return [{name: value for name, value in asdict(each).items() if name != "words"} for each in weighty]


def _keep(message: Message, standing: ToneVerdict | None, *, sort: str, answer: str, by: Viewer) -> ToneVerdict:
    at, case = now(), message.filing.case
    if standing is not None:
        ToneVerdict.objects.filter(pk=standing.pk).update(ended_at=at)
    found = ToneAssessment.objects.filter(message=message).first()
    verdict = ToneVerdict.objects.create(
        workspace_id=by.workspace_id,
        message=message,
        sort=sort,
        answer=answer,
        said=getattr(found, sort) if found else tones.UNKNOWN,
        language=found.language if found else "",
        user_id=by.user_id,
        at=at,
    )
    data = {"message": message.pk, "sort": sort, "answer": answer, "said": verdict.said}
    journal.write("tone_judged", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return verdict
