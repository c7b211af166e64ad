"""How good a sum is on texts that it did not learn from: what was answered, what was right, with exact intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerable.core.shares import interval
from answerable.listening import tones
from answerable.listening.toning.learning import LETTERS, SIGNS, Judged
from answerable.listening.toning.sums import INTENTS, TONES, Sum

SORTS: Mapping[str, Sequence[str]] = {"tone": TONES, "intent": INTENTS}


@dataclass(frozen=True)
class Figures:
    """Of one sort of answer. `of`: for each answer how many texts are it, were found, and were called it."""

    sort: str
    texts: int
    answered: int
    right: int
    of: Mapping[str, tuple[int, int, int]]

    @property
    def share(self) -> float | None:
        """Of what was answered, what was right; None where nothing was answered."""
        return self.right / self.answered if self.answered else None

    @property
    def between(self) -> tuple[float, float] | None:
        """The exact interval of `share`, at 95 %."""
        return interval(self.right, self.answered) if self.answered else None

    def told(self) -> dict[str, Any]:
        """As a card keeps it."""
        return {
            "texts": self.texts,
            "answered": self.answered,
            "right": self.right,
            "between": self.between,
            "of": {answer: list(counts) for answer, counts in self.of.items()},
        }


def measure(judged: Iterable[Judged], language: str, model: Sum | None = None) -> dict[str, Figures]:
    """The figures of a sum, or of the start, for "tone" and for "intent". `UNKNOWN` is no answer, and never right."""
    texts = list(judged)
    said = [tones.read(each.text, language, {language: model} if model else None) for each in texts]
    pairs = list(zip(texts, said, strict=True))
    return {sort: figures(sort, [(getattr(j, sort), getattr(s, sort)) for j, s in pairs]) for sort in SORTS}


def read(lines: Iterable[str]) -> list[Judged]:
    """Texts as the starters are kept: a sign for the tone, a letter for the intent, a space, the text."""
    return [Judged(line[3:], SIGNS[line[0]], LETTERS[line[1]]) for line in lines if line.strip()]


def figures(sort: str, answers: Sequence[tuple[str, str]]) -> Figures:
    """From what people say of texts, and what was said of them before. What nobody said ("") is left out."""
    pairs = [(meant, said) for meant, said in answers if meant]
    answered = [(meant, said) for meant, said in pairs if said != tones.UNKNOWN]
    of = {
        answer: (
            sum(meant == answer for meant, _ in pairs),
            sum(meant == answer == said for meant, said in pairs),
            sum(said == answer for _, said in pairs),
        )
        for answer in SORTS[sort]
    }
    return Figures(sort, len(pairs), len(answered), sum(meant == said for meant, said in answered), of)
