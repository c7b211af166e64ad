"""Read a text: all detectors, their scores with what they stand on, and when a person looks.

Every answer is the sum of its parts (`findings.Finding`), so it can be explained exactly. An order for people's work, never
a reason to leave something unread: no answer means that it needs a look.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from answerable.core.text.fold import fold
from answerable.core.text.masking import EMAIL, NUMBER
from answerable.core.text.phrases import Line
from answerable.triage.detecting.findings import Evidence, Finding, Part, Reading, Status, Tier
from answerable.triage.detecting.heads import Head, Told
from answerable.triage.detecting.lexicons import LANGUAGES, lexicon
from answerable.triage.detecting.names import Names

LOOKED_AT = 20_000
"""Characters that are read. What is longer needs a person's eye anyway; the bound is for time."""
FEW_WORDS = 4
EVENTS = ("adverse_event", "special_situation", "technical_complaint")
EMOJI = "[\U0001f300-\U0001faff\u2600-\u27bf]"
# In Portugal the pronoun follows its verb (dói-me, partiu-se): two words.
PRONOUN = r"-(?:me|te|se|lhes?|nos|vos)\b"
WORD = re.compile(
    rf"[\w.+-]{{1,64}}@[\w.-]{{1,200}}\w|[^\W_]++(?={PRONOUN})|{PRONOUN}|[#@]?\w+(?:['’-]\w+)*|[,:]|{EMOJI}"
)
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
NOBODY = Names(())


@dataclass(frozen=True)
class Weights:
    """What each sort of evidence counts for each detector (`weights.toml`), and from where on a person looks."""

    gate: float
    batch: float
    detectors: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Seen:
    """A text taken apart: its line, its language if one is sure, and all that the lexicons and names found."""

    line: Line
    language: str | None
    found: Sequence[Evidence]


def read(text: str, *, names: Names = NOBODY, heads: Iterable[Head] = ()) -> Reading:
    """All detectors on one text, in the language that it is in, or in every one where none is sure.

    `names` are the products of the workspace, `heads` what was learned. A text longer than `LOOKED_AT`, and one in no
    language that the detectors know, is `unread`: a person looks.
    """
    seen = look(text, names=names)
    learned = {head.detector: head for head in heads if head.language == seen.language}
    told = Told(seen.line, seen.found) if learned else None
    findings = tuple(_finding(detector, seen, learned.get(detector), told) for detector in weights().detectors)
    return _decided(seen.language, findings, _unread(text, seen))


def look(text: str, *, names: Names = NOBODY) -> Seen:
    """What is found in a text, before anything is weighed."""
    line = Line(text[:LOOKED_AT], WORD, _plain)
    language = _language(line)
    found = [*names.find(line), *_numbers(line.text)]
    for code in [language] if language else LANGUAGES:
        found += lexicon(code).find(line)
    return Seen(line, language, found)


def by_hand(detector: str, seen: Seen) -> Finding:
    """One detector by the weights that were set by hand. Raises `KeyError` for a name that is none.

    Each sort counts once, however often it is said. What is denied, feared or about others counts nothing and is kept.
    """
    sorts = weights().detectors[detector]
    by_sort: dict[str, list[Evidence]] = defaultdict(list)
    for each in seen.found:
        if each.sort in sorts:
            by_sort[each.sort].append(each)
    parts = tuple(_part(sort, sorts[sort], said) for sort, said in by_sort.items())
    over = sorts["bias"] + sum(part.weight for part in parts) >= weights().gate
    return Finding(detector, sorts["bias"], parts, over)


@cache
def weights() -> Weights:
    """The weights, read once."""
    told = tomllib.loads(files("answerable.triage.detecting").joinpath("weights.toml").read_text("utf-8"))
    return Weights(told.pop("gate"), told.pop("batch"), told)


def _plain(word: str) -> str:
    """A word folded; letters drawn out (paaaain) count once."""
    return DRAWN_OUT.sub(r"\1", fold(word))


def _language(line: Line) -> str | None:
    """The language whose commonest words the text has, if it is clearly one of them."""
    words = [word for _, word in line.words()]
    votes = sorted(((sum(word in own for word in words), code) for code, own in _own_words().items()), reverse=True)
    (most, code), (second, _) = votes[:2]
    return code if most >= 1 and most >= 2 * second else None


@cache
def _own_words() -> Mapping[str, frozenset[str]]:
    """The common words of each language that are common in no other."""
    common = {code: lexicon(code).common for code in LANGUAGES}
    return {
        code: own - frozenset().union(*(words for other, words in common.items() if other != code))
        for code, own in common.items()
    }


def _numbers(text: str) -> Iterator[Evidence]:
    for sort, pattern in (("address", EMAIL), ("number", NUMBER)):
        for match in pattern.finditer(text):
            yield Evidence(match[0], *match.span(), sort, sort, Status.PRESENT)


def _finding(detector: str, seen: Seen, head: Head | None, told: Told | None) -> Finding:
    finding = by_hand(detector, seen)
    return head.add_to(finding, told) if head and told else finding


def _part(sort: str, weight: float, said: Sequence[Evidence]) -> Part:
    there = any(each.status == Status.PRESENT for each in said)
    return Part(sort, weight if there else 0.0, tuple(sorted(said, key=lambda each: (each.start, -each.end))))


def _unread(text: str, seen: Seen) -> str | None:
    if len(text) > LOOKED_AT:
        return "it is too long to be read to its end"
    words = sum(word.isalpha() for _, word in seen.line.words())
    return "its language is not known" if seen.language is None and not seen.found and words >= FEW_WORDS else None


def _decided(language: str | None, findings: tuple[Finding, ...], unread: str | None) -> Reading:
    tier, why = _tier({each.detector: each for each in findings})
    if unread and tier in (Tier.BATCH, Tier.AUDIT):
        tier, why = Tier.REVIEW, unread
    return Reading(language, findings, tier, why, unread)


def _tier(findings: Mapping[str, Finding]) -> tuple[Tier, str]:
    over = [each for each in findings.values() if each.over]
    names = {each.detector for each in over}
    if "threat_to_life" in names:
        return Tier.URGENT, "threat_to_life"
    if "seriousness" in names and any(_happened(findings[each]) for each in EVENTS):
        return Tier.URGENT, "seriousness"
    if over:
        return Tier.REVIEW, max(over, key=lambda each: each.score).detector
    weak = [each for each in findings.values() if _hints(each)]
    return (Tier.BATCH, max(weak, key=lambda each: each.score).detector) if weak else (Tier.AUDIT, "nothing found")


def _happened(finding: Finding) -> bool:
    """Is there more than a grave word: something that happened, a cause, a product?"""
    return any(part.weight > 0 and part.sort != "serious" for part in finding.parts)


def _hints(finding: Finding) -> bool:
    """Is there anything: a weak score, or something that is only denied or feared?"""
    denied = any(part.weight == 0 for part in finding.parts)
    return finding.score >= weights().batch or denied
