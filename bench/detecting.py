"""All detectors on posts of two languages: how many a second of one processor, by words alone and with learned heads."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from answerable.triage.detecting import scripting
from answerable.triage.detecting.heads import Head
from answerable.triage.detecting.learning import learn
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import read
from bench.figures import Figure

AIM = 5_000
SETS = Path(scripting.__file__).parents[1] / "tests" / "detecting" / "sets"
NAMES = Names(["Velorin", "Glimo", "Pulsa"])


def measure(*, posts: int) -> list[Figure]:
    """Pairs of sentences of our own, some ninety letters each; the heads are those that the same sentences teach."""
    lines = [line for language in ("pl", "pt") for line in _lines(language)]
    texts = [json.loads(line)["text"] for line in lines]
    pairs = list(islice(cycle(f"{one} {two}" for one, two in zip(texts, texts[7:], strict=False)), posts))
    heads = learn(scripting.labelled(lines), names=NAMES)
    letters = sum(map(len, pairs)) / len(pairs)
    return [
        _timed("Posts read by all detectors, by words alone", pairs, (), AIM, f"{letters:.0f} letters each"),
        _timed(
            "  with what was learned",
            pairs,
            heads,
            None,
            f"{len(heads)} heads in two languages, explained word by word",
        ),
    ]


def _timed(name: str, pairs: Sequence[str], heads: Sequence[Head], aim: int | None, note: str) -> Figure:
    for text in pairs[:200]:
        read(text, names=NAMES, heads=heads)
    begin = time.process_time()
    for text in pairs:
        read(text, names=NAMES, heads=heads)
    return Figure(name, len(pairs) / (time.process_time() - begin), "/s", least=aim, note=note)


def _lines(language: str) -> list[str]:
    return (SETS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
