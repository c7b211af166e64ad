"""For people who script: texts as lines of JSON in; readings, a trained model or honest figures out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from answerable.core.errors import Invalid
from answerable.core.shares import interval
from answerable.triage.detecting.difficulty import Kind, by_kind
from answerable.triage.detecting.evaluating import RECALLS, Figures
from answerable.triage.detecting.findings import Evidence, Finding, Reading
from answerable.triage.detecting.heads import keep, load
from answerable.triage.detecting.learning import ENOUGH, FEWEST, Labelled, learn, measure
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import read, weights


def score(lines: Iterable[str], *, products: Iterable[str] = (), model: Path | None = None) -> Iterator[str]:
    """The reading of each line. A line is a JSON string, or an object with `text` and anything else, which is kept.

    Offsets of evidence count characters of the original text. Raises `Invalid`, with its number, for a line that is neither.
    """
    names, heads = Names(products), load(model) if model else []
    for number, line in enumerate(lines, 1):
        if line.strip():
            told = _told(line, number)
            yield json.dumps({**told, **_reading(read(told["text"], names=names, heads=heads))}, ensure_ascii=False)


def train(lines: Iterable[str], out: Path, *, products: Iterable[str] = ()) -> Iterator[str]:
    """Learn from lines with a `text`, `verdicts` (by detector: true or false) and perhaps a `group`; says what was learned.

    Raises `Invalid` for a line that is none, and where no detector of a language has labels enough; then nothing is kept.
    """
    heads = learn(labelled(lines), names=Names(products))
    if not heads:
        raise Invalid(
            "No detector has %(fewest)s texts of either sort in one language. Nothing was written.", fewest=FEWEST
        )
    keep(heads, out)
    for head in heads:
        yield f"{head.detector}, {head.language}: learned from {head.card['texts']} texts, {head.card['events']} of them events"


def evaluate(lines: Iterable[str], *, products: Iterable[str] = (), by: str = "group") -> Iterator[str]:
    """The figures of heads on texts that they did not learn from, a table for each detector and language; and by kind.

    `by` is the field of a line whose texts stay together when the set is split.
    """
    texts, names = list(labelled(lines, by)), Names(products)
    for lesson, rows in measure(texts, names=names):
        yield f"{lesson.detector}, {lesson.language}: {len(lesson.examples)} texts, {lesson.events} events, split by {by}"
        yield (
            f"  {'':10}{'of which':>10}{'PR-AUC':>8}"
            + "".join(f"{f'read for {recall:.0%}':>14}" for recall in RECALLS)
            + "   Brier   error"
        )
        yield from (_row(each) for each in rows)
        yield from (_chance(each) for each in rows[::2])
        if lesson.events < ENOUGH:
            yield f"  Recall is not measured: that needs at least {ENOUGH} events."
        else:
            yield from (_recall(each) for each in rows[:2])
    yield from _kinds(by_kind(texts, names=names))


def _kinds(kinds: Sequence[Kind]) -> Iterator[str]:
    if kinds:
        yield "By kind of difficulty, words alone, all detectors together:"
        yield f"  {'':12}{'there':>7}{'at once':>9}{'or in a batch':>15}{'not there':>12}{'called wrongly':>16}"
    for each in kinds:
        yield f"  {each.name:12}{each.there:7}{each.called:9}{each.seen:15}{each.absent:12}{each.wrongly:16}"


def _row(each: Figures) -> str:
    shares = "".join(f"{each.shares[recall]:14.1%}" for recall in RECALLS)
    ends = "" if each.brier is None else f"{each.brier:8.3f}{each.error:8.3f}"
    return f"  {each.name:10}{each.prevalence:10.1%}{each.pr_auc:8.3f}{shares}{ends}"


def _recall(each: Figures) -> str:
    low, high = interval(each.called, each.events)
    found = f"{each.called} of {each.events} events, {each.called / each.events:.1%}"
    return f"  {each.name} alone calls a person at once for {found} (exact 95 % interval {low:.1%} to {high:.1%})"


def _chance(each: Figures) -> str:
    """To read in any order finds events in step with reading."""
    return f"  {'chance':10}{each.prevalence:10.1%}{each.prevalence:8.3f}" + "".join(
        f"{recall:14.1%}" for recall in RECALLS
    )


def labelled(lines: Iterable[str], by: str = "group") -> Iterator[Labelled]:
    """Texts with verdicts, a line of JSON each. Raises `Invalid` for a line that is none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            told = _told(line, number)
            verdicts = told.get("verdicts")
            known = weights().detectors
            if not isinstance(verdicts, dict) or not all(
                name in known and isinstance(verdict, bool) for name, verdict in verdicts.items()
            ):
                raise Invalid(
                    'Line %(number)s has no "verdicts" that name detectors and say true or false.', number=number
                )
            yield Labelled(told["text"], verdicts, str(told.get(by, "")), str(told.get("kind", "")))


def _told(line: str, number: int) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if isinstance(told, str):
        told = {"text": told}
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise Invalid(
            'Line %(number)s is neither a JSON string nor an object with a "text". The lines before it were read.',
            number=number,
        )
    return told


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "language": reading.language,
        "tier": reading.tier,
        "why": reading.why,
        "scores": {each.detector: round(each.score, 3) for each in reading.findings},
        "evidence": {each.detector: _parts(each) for each in reading.findings if each.parts},
    }


def _parts(finding: Finding) -> dict[str, Any]:
    parts = [
        {"sort": part.sort, "weight": part.weight, "words": [_words(each) for each in part.evidence]}
        for part in finding.parts
    ]
    return {"bias": finding.bias, "parts": parts}


def _words(evidence: Evidence) -> dict[str, Any]:
    return {
        "words": evidence.words,
        "start": evidence.start,
        "end": evidence.end,
        "entry": evidence.entry,
        "status": evidence.status,
    }
