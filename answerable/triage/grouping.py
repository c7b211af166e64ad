"""Which messages ask the same, across languages: pure, and only a suggestion to a person.

1. What is asked is known by the words of each language (`questions`); so one question is one group for each product.
2. Who asks several things goes to the question that most others ask, as `near`; so does who names no product, where
   only one product is asked about like this.
3. Where no question is known, messages in one language about one product are compared by their words: `ALIKE` of all that
   both have in common, and `SHARED` words at least.
4. What a person must see first (`held`) takes no part in making a group. It is named beside the group that it would be in.

The time grows with the number of messages times the words in them, not with the pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from answerable.core.text.fold import fold
from answerable.core.text.phrases import Line
from answerable.triage.detecting.lexicons import lexicon
from answerable.triage.questions import LANGUAGES, Place, read

ALIKE, SHARED = 0.5, 2
STEM = 6
"""So many first letters tell a word: endings fall away in all three languages."""
FEWEST = 2
"""So many people make a group."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Said:
    """A message that waits for its first answer. `held` says why a person looks at it first, empty for those that may be grouped."""

    key: int
    text: str
    language: str = ""
    product: str = ""
    held: str = ""


@dataclass(frozen=True)
class Member:
    """One message of a group, and what it stands on. `near`: it asks more than that, or names no product."""

    key: int
    near: bool
    places: tuple[Place, ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """A suggestion. `words` are what its messages share where no question is known."""

    question: str
    words: str
    product: str
    members: tuple[Member, ...]
    held: tuple[Member, ...] = ()


@dataclass
class _Read:
    said: Said
    questions: tuple[str, ...]
    places: tuple[Place, ...]
    stems: dict[str, Place] = field(default_factory=dict)


def group(said: Iterable[Said]) -> list[Cluster]:
    """The groups among these messages, the largest first. A message is in one at most."""
    told = [_read(each) for each in said]
    found = [*_by_question(told), *_by_words([each for each in told if not each.questions])]
    return sorted(found, key=lambda each: (-len(each.members), each.question, each.words, each.product))


def _read(said: Said) -> _Read:
    asked = read(said.text, said.language)
    return _Read(said, asked.questions, asked.places, {} if asked.questions else _stems(said))


def _by_question(told: Sequence[_Read]) -> Iterator[Cluster]:
    sizes = Counter(question for each in told if not each.said.held for question in each.questions)
    by_main: dict[str, list[_Read]] = defaultdict(list)
    for each in told:
        if each.questions:
            by_main[max(each.questions, key=lambda asked: (sizes[asked], -each.questions.index(asked)))].append(each)
    for question, asking in by_main.items():
        for product, members in _by_product(asking).items():
            yield from _cluster(question, "", product, members)


def _by_product(asking: Sequence[_Read]) -> Mapping[str, list[_Read]]:
    """By what they name. Who names nothing joins the one product that is asked about, if there is only one."""
    found: dict[str, list[_Read]] = defaultdict(list)
    for each in asking:
        found[each.said.product].append(each)
    named = [product for product in found if product]
    if len(named) == 1 and "" in found:
        found[named[0]] += found.pop("")
    return found


def _cluster(question: str, words: str, product: str, members: Sequence[_Read]) -> Iterator[Cluster]:
    free = [_member(each, question, product) for each in members if not each.said.held]
    if len(free) >= FEWEST:
        held = [_member(each, question, product) for each in members if each.said.held]
        yield Cluster(question, words, product, tuple(free), tuple(held))


def _member(each: _Read, question: str, product: str) -> Member:
    more = tuple(asked for asked in each.questions if asked != question)
    unnamed = bool(product) and not each.said.product
    why = (*(f"asks:{asked}" for asked in more), *(["unnamed"] if unnamed else []))
    places = each.places if question else tuple(each.stems.values())
    return Member(each.said.key, bool(why), places, why)


def _by_words(told: Sequence[_Read]) -> Iterator[Cluster]:
    """Each message joins the first before it that it is like, of its language and product; the first is what they are like."""
    leaders: list[list[_Read]] = []
    filed: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for each in sorted(told, key=lambda one: one.said.key):
        found = _like(each, leaders, filed)
        if found is None:
            leaders.append([each])
            for stem in each.stems:
                filed[_place(each, stem)].append(len(leaders) - 1)
        else:
            leaders[found].append(each)
    for members in leaders:
        yield from _cluster("", _words(members), members[0].said.product, members)


def _like(
    each: _Read, leaders: Sequence[Sequence[_Read]], filed: Mapping[tuple[str, str, str], list[int]]
) -> int | None:
    shared = Counter(number for stem in each.stems for number in filed.get(_place(each, stem), ()))
    for number, count in shared.most_common():
        both = len(leaders[number][0].stems.keys() | each.stems.keys())
        if count >= SHARED and count / both >= ALIKE:
            return number
    return None


def _place(each: _Read, stem: str) -> tuple[str, str, str]:
    return each.said.language[:2], each.said.product, stem


def _words(members: Sequence[_Read]) -> str:
    first, *others = members
    shared = [
        place for stem, place in first.stems.items() if sum(stem in each.stems for each in others) * 2 >= len(others)
    ]
    return ", ".join(first.said.text[each.start : each.end] for each in shared[:MOST_NAMED])[:120]


def _stems(said: Said) -> dict[str, Place]:
    """The beginnings of the words that are not common ones, with where each stands first."""
    line, common = Line(said.text[:1000]), _common(said.language[:2])
    found: dict[str, Place] = {}
    for start, word in line.words():
        if len(word) > 2 and word.isalpha() and word not in common and fold(said.product) != word:
            begin, end = line.at(start, start + 1 + len(word))
            found.setdefault(word[:STEM], Place(begin, end, "word"))
    return found


def _common(language: str) -> frozenset[str]:
    codes = [language] if language in LANGUAGES else LANGUAGES
    return frozenset().union(*(lexicon(code).common for code in codes))
