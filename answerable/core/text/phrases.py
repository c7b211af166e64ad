"""A small language for phrases of speech, written by people into data files, and the folded line in which they are found.

    word   stem*   (one|other|two words)   <set>   #   @   ..3   word?

`#` stands for a number to call, `@` for an address, `..3` for up to three words, a question mark for what may lack. A
comma may stand before any but the first; a gap does not reach over one. Words are folded (`fold`): small letters, no
accents. Gaps are bounded, so the time for a text grows with its length only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from answerable.core.text.fold import fold

Sets = Mapping[str, str]
NEAR = 300
WORD = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,200}\w|\w+(?:['’-]\w+)*|[,:]")
SENTENCE_ENDS = re.compile(r"[.!?;…]\s|[!?;…]|\n\s*\n")
# Numbers of emergency services are where a person must be sent.
NUMBER = r"(?!(?:112|911|999|997|998|190|192|193)(?![^ \n]))[0-9][0-9-]{2,}"
ELEMENT = re.compile(r"\([^)]*\)\??|\S+")
MEANT = {"#": NUMBER, "@": "[^ \n@]+@[^ \n]+"}


class Line:
    """The words of a text, folded, each after a space; a line break ends a sentence. `at` leads back into the text."""

    def __init__(self, text: str, word: re.Pattern[str] = WORD, folded: Callable[[str], str] = fold) -> None:
        self.text = text
        self._starts: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self.line = "".join(self._joined(word, folded))

    def _joined(self, word: re.Pattern[str], folded: Callable[[str], str]) -> Iterator[str]:
        length, before = 0, 0
        for match in word.finditer(self.text):
            ends = SENTENCE_ENDS.search(self.text, before, match.start())
            piece = f"{chr(10) if ends else ''} {folded(match[0]).replace('’', chr(39)).replace(' ', '')}"
            self._starts.append(length)
            self._spans.append(match.span())
            length, before = length + len(piece), match.end()
            yield piece

    def at(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of a stretch of the line."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        return self._spans[max(first, 0)][0], self._spans[max(last, 0)][1]

    def words(self) -> Iterator[tuple[int, str]]:
        """Each folded word and where the space before it stands in the line."""
        for start, end in pairwise([*self._starts, len(self.line)]):
            begin = start + (self.line[start] == "\n")
            yield begin, self.line[begin + 1 : end]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """What stands with a stretch in its sentence, as far as `NEAR` reaches."""
        first = self.line.rfind("\n", max(0, start - NEAR), start + 1)
        last = self.line.find("\n", end, end + NEAR)
        return max(first + 1, start - NEAR, 0), min(end + NEAR, len(self.line)) if last < 0 else last


def sets(told: Mapping[str, str]) -> Sets:
    """Named sets of words, as a data file tells them: words with spaces between."""
    return {name: f"(?:{'|'.join(_words(each) for each in words.split())})" for name, words in told.items()}


def regex(phrase: str, named: Sets) -> str:
    """The regular expression of a phrase, to be found in `Line.line`. Its first element may not lack."""
    first, *others = ELEMENT.findall(phrase)
    return _element(first, named) + "".join(_element(each, named, comma="(?: [,:])?") for each in others)


def openings(phrase: str, told: Mapping[str, str]) -> set[str]:
    """The first words, or stems with their star, by which a phrase can begin: under them it is looked up."""
    words = _choices(ELEMENT.findall(phrase)[0])
    return {word.split()[0] for each in words for word in (told[each[1:-1]].split() if each[0] == "<" else [each])}


def _element(element: str, named: Sets, comma: str = "") -> str:
    if element.startswith(".."):
        return f"(?: [^ \n,]+){{0,{int(element[2:])}}}?"
    bare = element.removesuffix("?")
    found = f"{comma} {_alternatives(bare, named)}"
    return f"(?:{found})?" if bare != element else found


def _alternatives(element: str, named: Sets) -> str:
    each = (named[word[1:-1]] if word.startswith("<") else _words(word) for word in _choices(element))
    return f"(?:{'|'.join(each)})(?![^ \n])"


def _choices(element: str) -> list[str]:
    return element.removeprefix("(").removesuffix(")").split("|")


def _words(words: str) -> str:
    return " ".join(_word(each) for each in words.split())


def _word(word: str) -> str:
    if word in MEANT:
        return MEANT[word]
    return re.escape(word[:-1]) + "[^ \n,]*" if word.endswith("*") else re.escape(word)
