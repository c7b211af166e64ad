"""Learning from what people say of posts that were weighed. Every change is a row and a line of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any

from answerable.channels.models import Source
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.intake.knowledge import GATE_OF, Knowledge, Subject, newest, subject
from answerable.intake.models import Lesson, Opinion, Sighting, Weighed
from answerable.intake.reasons import ASKED_FOR
from answerable.listening.engines import engine_of
from answerable.listening.learning_asides import STEPS, STEPS_OF_COPIES, gate, meaning
from answerable.listening.models import QueryVersion
from answerable.listening.setting_aside import Meaning, Sort

LOOKED_AT = 500
"""So many verdicts of late are learned from; what was kept and nobody contradicted counts as ours, up to as many again."""
GATES = {Sort.SPAM: STEPS, Sort.MACHINE: STEPS, Sort.GIVEAWAY: STEPS, Sort.COPY: STEPS_OF_COPIES}
"""Where the gate of each sort begins, and where it may go."""


@dataclass(frozen=True)
class _Learned:
    """What verdicts say now about one subject. A gate of None is one that nothing reaches."""

    words: Mapping[str, float]
    gate: float | None
    stood_on: Mapping[str, Any]


def learn(weighed: Weighed, *, by: Actor) -> list[Lesson]:
    """Learn anew what one more verdict may change: the other meaning of what found it, and the gate of its sort."""
    knowledge, held = Knowledge.of(weighed.workspace_id, [weighed]), newest(weighed.workspace_id)
    kept = []
    for about in knowledge.subjects(weighed):
        before = held.get(about)
        new = _meaning(about, before, weighed.workspace_id)
        kept.append(_keep_if_new(Lesson(sort=Sort.OTHER_MEANING, **_names(about)), before, new, by))
    if weighed.sort in GATES:
        before, new = held.get((GATE_OF, weighed.sort)), _gate(weighed)
        kept.append(_keep_if_new(Lesson(sort=weighed.sort), before, new, by))
    return [lesson for lesson in kept if lesson is not None]


def forget_word(lesson: Lesson, word: str, *, by: Viewer) -> Lesson:
    """A person says that a word is no sign of another meaning. It is not learned again. Raises `Conflict` if it is not held."""
    by.require(Right.MANAGE_RULES)
    held = newest(by.workspace_id).get(subject(lesson))
    if held is None or held.pk != lesson.pk or word not in lesson.words:
        raise Conflict("This was learned anew meanwhile. Nothing was changed. Load the page.")
    words = {each: weight for each, weight in lesson.words.items() if each != word}
    stood_on = {**lesson.stood_on, "never": sorted({*lesson.stood_on.get("never", []), word})}
    about = Lesson(sort=lesson.sort, query_id=lesson.query_id, source_id=lesson.source_id)
    return _keep(about, _Learned(words, lesson.gate if words else None, stood_on), by)


def _meaning(about: Subject, before: Lesson | None, workspace_id: int) -> _Learned:
    rows = _rows(about, workspace_id)
    others = [row for row in rows if _says(row) == Sort.OTHER_MEANING]
    ours = [row for row in rows if _says(row) == Opinion.OURS or (not row.sort and _says(row) == "")]
    words, never = _words([*others, *ours], workspace_id), before.stood_on.get("never", []) if before else []
    found = meaning(
        [words[row.pk] for row in others if row.pk in words],
        [words[row.pk] for row in ours if row.pk in words],
        never=_sought(about, workspace_id).union(never),
    )
    stood_on = {"other": len(others), "ours": len(ours), **({"never": never} if never else {})}
    return _Learned(found.words, None if found == Meaning() else found.gate, stood_on)


def _sought(about: Subject, workspace_id: int) -> frozenset[str]:
    """The words that a query or a source asks for."""
    sort, key = about
    if sort == "query":
        asked = list(QueryVersion.objects.filter(query_id=key).values_list("text", flat=True))
    else:
        values = Source.objects.get(pk=key).values()
        asked = [str(values.get(name, "")) for name in ASKED_FOR]
    return engine_of(workspace_id).spelling.read(" ".join(asked)).words


def _gate(weighed: Weighed) -> _Learned:
    """Of one sort of this workspace: the scores of what was set aside, and whether people found that right."""
    judged = Weighed.objects.filter(workspace_id=weighed.workspace_id, sort=weighed.sort, opinion__isnull=False)
    told = judged.exclude(opinion__says=Opinion.UNSURE).order_by("-opinion__at")[:LOOKED_AT]
    verdicts = [(score, says != Opinion.OURS) for score, says in told.values_list("score", "opinion__says")]
    found, right = gate(verdicts, GATES[Sort(weighed.sort)]), sum(right for _, right in verdicts)
    return _Learned({}, None if isinf(found) else found, {"right": right, "wrong": len(verdicts) - right})


def _rows(about: Subject, workspace_id: int) -> list[Weighed]:
    """What this query or source found of late: what people spoke of, and what was kept and nobody spoke of."""
    sort, key = about
    found = Weighed.objects.filter(workspace_id=workspace_id).select_related("opinion").order_by("-id")
    if sort == "query":
        versions = list(QueryVersion.objects.filter(query_id=key).values_list("pk", flat=True))
        found = found.filter(versions__overlap=versions)
    else:
        found = found.filter(source_id=key, versions=[])
    spoken = found.filter(opinion__isnull=False)[:LOOKED_AT]
    return [*spoken, *found.filter(opinion=None, sort="")[:LOOKED_AT]]


def _says(row: Weighed) -> str:
    opinion = getattr(row, "opinion", None)
    return opinion.says if opinion is not None else ""


def _words(rows: Sequence[Weighed], workspace_id: int) -> dict[int, frozenset[str]]:
    """The words of each: of its row while it is set aside, else of the message that it became. What is empty has none."""
    spelling, texts = engine_of(workspace_id).spelling, {row.pk: row.text for row in rows if row.text}
    kept = {row.envelope_id: row.pk for row in rows if not row.text}
    for envelope, text in Sighting.objects.filter(envelope__in=kept).values_list("envelope_id", "message__text"):
        texts[kept[envelope]] = text
    return {pk: spelling.read(text).words for pk, text in texts.items() if text}


def _keep_if_new(about: Lesson, before: Lesson | None, new: _Learned, by: Actor) -> Lesson | None:
    """Where nothing was learned before, the state that everybody begins with is no news."""
    words, gate_ = (before.words, before.gate) if before else ({}, GATES.get(Sort(about.sort), (None,))[0])
    return None if (dict(new.words), new.gate) == (words, gate_) else _keep(about, new, by)


def _keep(about: Lesson, new: _Learned, by: Actor) -> Lesson:
    about.workspace_id, about.at = by.workspace_id, now()
    about.words, about.gate, about.stood_on = dict(new.words), new.gate, dict(new.stood_on)
    about.user_id = by.user_id if isinstance(by, Viewer) else None
    about.save(force_insert=True)
    facts = {"lesson": about.pk, "sort": about.sort, "query": about.query_id, "source": about.source_id}
    journal.write("setting_aside_learned", by=by, data={**facts, "gate": about.gate, "words": len(about.words)})
    return about


def _names(about: Subject) -> dict[str, Any]:
    return {f"{about[0]}_id": about[1]}
