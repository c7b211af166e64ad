"""Names of products in a text: as they are written, misspelt, and with the endings that Polish and Portuguese give them.

A name of five letters and more may have one letter wrong, lacking, doubled or swapped with its neighbour, one of ten two; its first
letter must stand. (Damerau 1964: four in five misspellings are one such error.) Names are found by the forms with letters left out (the
method of symmetric deletion), so a text costs a look-up for each of its words however many products there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from answerable.core.text.fold import fold
from answerable.core.text.phrases import Line
from answerable.triage.detecting.findings import Evidence, Status

ONE_WRONG, TWO_WRONG = 5, 10
LONGEST_NAME = 40
# Endings of Polish cases and of plurals, on the name or on its stem without a last vowel.
ENDINGS = ("u", "a", "y", "i", "e", "ie", "em", "om", "owi", "ow", "ami", "ach", "ii", "s", "es", "'s")


class Names:
    """The names of a workspace's products, ready to be found."""

    def __init__(self, names: Iterable[str]) -> None:
        self._first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._near: dict[str, set[str]] = defaultdict(set)
        for name in names:
            words = tuple(word for _, word in Line(fold(name)[:LONGEST_NAME]).words())
            if words:
                self._file(words)
        self._initials = {form[0] for form in self._first}

    def _file(self, words: tuple[str, ...]) -> None:
        for form in _forms(words[0]):
            self._first[form].append(words)
            for less in _shortened(form, wrong=_may_be_wrong(words[0])):
                self._near[less].add(form)

    def find(self, line: Line) -> Iterator[Evidence]:
        """Each place where a product is named. A name of several words needs them all, the first in any of its forms."""
        spoken = list(line.words())
        for place, (start, word) in enumerate(spoken):
            for words in self._meant(word):
                rest = [each for _, each in spoken[place + 1 : place + len(words)]]
                if rest == list(words[1:]):
                    end = spoken[place + len(words) - 1]
                    begin, stop = line.at(start, end[0] + 1 + len(end[1]))
                    yield Evidence(line.text[begin:stop], begin, stop, " ".join(words), "product", Status.PRESENT)
                    break

    def _meant(self, word: str) -> Iterator[tuple[str, ...]]:
        bare = word.lstrip("#@")
        if bare in self._first:
            yield from self._first[bare]
        elif len(bare) >= ONE_WRONG - 1 and bare[0] in self._initials:
            wrong = 2 if len(bare) >= TWO_WRONG - 1 else 1
            forms = {form for less in _shortened(bare, wrong=wrong) for form in self._near.get(less, ())}
            for form in sorted(forms):
                if form[0] == bare[0] and _apart(form, bare) <= _may_be_wrong(form):
                    yield from self._first[form]


def _forms(word: str) -> set[str]:
    stem = word[:-1] if len(word) > ONE_WRONG - 1 and word[-1] in "aeiouy" else word
    return (
        {word} if len(word) < ONE_WRONG - 1 else {word, *(f"{base}{each}" for base in {word, stem} for each in ENDINGS)}
    )


def _may_be_wrong(word: str) -> int:
    return (len(word) >= ONE_WRONG) + (len(word) >= TWO_WRONG)


def _shortened(word: str, *, wrong: int) -> set[str]:
    """The word with up to `wrong` letters left out."""
    shorter = {word}
    for _ in range(wrong):
        shorter |= {each[:place] + each[place + 1 :] for each in shorter for place in range(len(each))}
    return shorter


def _apart(one: str, other: str) -> int:
    """Letters wrong, lacking, too many or swapped with the next (optimal string alignment)."""
    before, row = list(range(len(other) + 1)), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i] + [0] * len(other)
        for j, another in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
