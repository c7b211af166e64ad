"""How a text is spelt for finding: read once, the same way for posts and for queries.

Words are folded (`core.text.fold`): case, accents, width and invisible marks are gone. A tag and a handle are found with
and without their sign, a hyphenated word by its pieces and joined, a possessive by its name. A workspace may protect
spellings that would fall to pieces (C++, AT&T, .NET), and may have look-alike letters of other alphabets read as Latin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from answerable.core.text.fold import UNSEEN, fold
from answerable.core.text.fold import VERSION as FOLD_VERSION
from answerable.core.text.tokens import HYPHENATED, PLAIN, POSSESSIVE, WORD

VERSION = f"{FOLD_VERSION}.1"
"""Queries filed under another version are filed anew."""

Pair = tuple[str, str]
# Letters that a reader cannot tell from Latin ones (Unicode Technical Standard 39, of which these are the everyday ones).
LOOKALIKES = str.maketrans(
    dict(zip("αβεηικνορτυχавекмнорстухіјѕԁɡ", "abehiknoptuxabekmhopctyxijsdg", strict=True)) | {"һ": "h", "ӏ": "l"}
)


@dataclass(frozen=True)
class Reading:
    """A text as it is sought in: `sequence` holds the words in order without signs, `joined` the same with hyphenated
    words in one, where there are any; `words` is every form under which one of them may be sought.
    """

    sequence: list[str]
    joined: list[str] | None
    words: frozenset[str]

    @cached_property
    def pairs(self) -> frozenset[Pair]:
        """Words that stand next to each other."""
        found = frozenset(pairwise(self.sequence))
        return found if self.joined is None else found.union(pairwise(self.joined))

    @property
    def sequences(self) -> tuple[list[str], ...]:
        return (self.sequence,) if self.joined is None else (self.sequence, self.joined)


class Spelling:
    """The spelling of a workspace. Two with the same settings read alike."""

    def __init__(self, protected: Iterable[str] = (), *, lookalikes: bool = False) -> None:
        self.lookalikes = lookalikes
        self.protected = frozenset(fold(each) for each in protected if each.strip())
        kept = "|".join(re.escape(each) for each in sorted(self.protected, key=len, reverse=True))
        whole = rf"(?<!\w)(?i:{kept})(?!\w)|" if kept else ""
        self._word, self._plain = re.compile(whole + WORD.pattern), re.compile(whole + PLAIN.pattern, re.ASCII)

    def folded(self, text: str) -> str:
        return fold(text).translate(LOOKALIKES) if self.lookalikes and not text.isascii() else fold(text)

    def read(self, text: str) -> Reading:
        folded = self.folded(text)
        found = self._tokens(folded)
        signed = "#" in folded or "@" in folded
        sequence = [self.bare(each) for each in found] if signed else found
        words = frozenset(found).union(sequence) if signed else frozenset(found)
        joined = self._joined(folded) if "-" in folded else None
        return Reading(sequence, joined, words.union(joined) if joined else words)

    def exact(self, text: str) -> list[str]:
        """The words in order as they were written, with accents and capital letters."""
        return [self.bare(each) for each in self._tokens(unicodedata.normalize("NFC", text.translate(UNSEEN)))]

    def bare(self, word: str) -> str:
        return word if self.protected and fold(word) in self.protected else word.lstrip("#@")

    def places(self, text: str) -> list[tuple[str, int, int]]:
        """Each word with where it stands in the original text, for marking it."""
        folded, origin = self._mapped(text)
        plain = POSSESSIVE.sub(lambda match: " " * len(match[0]), folded)
        found = ((match[0].rstrip("'’"), *match.span()) for match in self._word.finditer(plain))
        return [(word, origin[start][0], origin[start + len(word) - 1][1]) for word, start, _ in found]

    def _tokens(self, folded: str) -> list[str]:
        word = self._plain if folded.isascii() else self._word
        if "'" in folded or "’" in folded:
            return [each.rstrip("'’") for each in word.findall(POSSESSIVE.sub("", folded))]
        return word.findall(folded)

    def _joined(self, folded: str) -> list[str] | None:
        together = HYPHENATED.sub(lambda match: match[0].replace("-", ""), folded)
        return None if together == folded else [self.bare(each) for each in self._tokens(together)]

    def _mapped(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """Folding changes lengths, so letter by letter with its marks: the folded text, and whence each of its letters."""
        pieces: list[str] = []
        origin: list[tuple[int, int]] = []
        for match in LETTER.finditer(text):
            piece = self.folded(match[0])
            pieces.append(piece)
            origin += [match.span()] * len(piece)
        return "".join(pieces), origin


LETTER = re.compile(
    rf"[\s\S](?:[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]|[{''.join(re.escape(chr(code)) for code in UNSEEN)}])*"
)
