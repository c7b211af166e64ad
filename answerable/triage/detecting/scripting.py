"""Readings as lines of JSON, for people who script: one text a line in, one reading a line out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from answerable.core.errors import Invalid
from answerable.triage.detecting.findings import Evidence, Finding, Reading
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import read


def score(lines: Iterable[str], *, products: Iterable[str] = ()) -> Iterator[str]:
    """The reading of each line. A line is a JSON string, or an object with `text` and anything else, which is kept.

    Offsets of evidence count characters of the original text. Raises `Invalid`, with its number, for a line that is neither.
    """
    names = Names(products)
    for number, line in enumerate(lines, 1):
        if line.strip():
            told = _told(line, number)
            yield json.dumps({**told, **_reading(read(told["text"], names=names))}, ensure_ascii=False)


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
