"""How a text sounds (negative, neutral, positive) and what it is for (complaint, question, praise, other).

What is not known is `UNKNOWN`: a text without words, one in a language that nothing was learned of, one in which nothing
speaks for any answer, and one for which two are near each other. To be neutral is an answer of its own: it is not given for
want of others. A complaint goes before a question, a question before praise: one message has one intent, by what needs an
answer most. It is an order for people's work and a figure over many messages; it discards nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.listening.toning.learning import start
from answerable.listening.toning.looking import LANGUAGES, Look, Origin
from answerable.listening.toning.sums import ANSWERS, INTENTS, TONES, Sum, words_of

UNKNOWN = "unknown"
LIKELY = {**dict.fromkeys((*TONES, *INTENTS), 0.0), "complaint": -0.4, "neutral": 0.8, "other": 0.8}
"""In log-odds: an answer that is less likely than this is none. That there is nothing must be the surer, the less is known; and
whoever complains without a word for it must be found, so one complaint too many is let through sooner than one is missed (chosen
once on the starters by parts left out; not tuned since)."""
DOUBT = 0.25
"""In log-odds: where the best answer is not so far from the next, it is not known."""
SPOKEN = 0.1
"""A part of a score that is smaller is not shown."""


@dataclass(frozen=True, slots=True)
class Tone:
    """An answer of each sort; `UNKNOWN` is one."""

    tone: str
    intent: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the text and what they add to an answer, in log-odds."""

    answer: str
    words: str
    start: int
    end: int
    weight: float


NOTHING = Tone(UNKNOWN, UNKNOWN)
Sums = Mapping[str, Sum]


def read(text: str, language: str, sums: Sums | None = None) -> Tone:
    """The tone and the intent of a text. `sums`: what a workspace learned, by language, in place of the start."""
    look, model = _looked(text, language, sums)
    return decide(model.scores(look)) if look and model else NOTHING


def explain(text: str, language: str, sums: Sums | None = None) -> tuple[Evidence, ...]:
    """The words that the answers stand on, in the order of the text. What speaks against is there with its sign."""
    look, model = _looked(text, language, sums)
    if look is None or model is None:
        return ()
    said = decide(model.scores(look))
    answers = [each for each in (said.tone, said.intent) if each in ANSWERS]
    found = [each for answer in answers for each in _evidence(look, model.parts(look, answer), answer)]
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.answer)))


def decide(scores: Sequence[float]) -> Tone:
    """From scores to answers. Of intents the first that is likely is the answer, in the order of who waits for one."""
    tones, intents = scores[: len(TONES)], scores[len(TONES) :]
    first = next((name for name, score in zip(INTENTS, intents, strict=True) if score >= LIKELY[name]), UNKNOWN)
    return Tone(_clear(dict(zip(TONES, tones, strict=True))), first)


def _clear(scores: Mapping[str, float]) -> str:
    (best, name), (second, _) = sorted(((score, name) for name, score in scores.items()), reverse=True)[:2]
    return name if best >= LIKELY[name] and best - second >= DOUBT else UNKNOWN


def _looked(text: str, language: str, sums: Sums | None) -> tuple[Look | None, Sum | None]:
    if language not in LANGUAGES:
        return None, None
    look = Look(text, language)
    if not look.places:
        return None, None
    return look, (sums or {}).get(language) or start(language)


def _evidence(look: Look, parts: Mapping[Origin, float], answer: str) -> list[Evidence]:
    return [
        Evidence(answer, each.words, each.start, each.end, round(weight, 3))
        for origin, weight in parts.items()
        if origin != "" and abs(weight) >= SPOKEN
        for each in words_of(look, origin)
    ]
