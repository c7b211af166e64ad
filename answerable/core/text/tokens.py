"""Words of a text, folded, in their order: what queries and search compare.

Scripts without spaces give one token a character, so that a word of theirs is a phrase. `'s` is not part of a name;
a hyphenated word is its pieces and the joined form; a tag is found with and without its sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from answerable.core.text.fold import fold

UNSPACED = r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
# Vowel signs are marks, which `\w` leaves out: without them Hindi words fall to pieces.
MARKS = "".join(
    re.escape(chr(code)) for code in range(0x0300, 0x1000) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
WORD = re.compile(
    rf"[#@]?(?:(?![{UNSPACED}])[\w{MARKS}])+(?:['’](?=\w))?|[{UNSPACED}]|[\U0001f000-\U0001faff\u2600-\u27bf]"
)
# What WORD finds in a text of plain letters, which most texts are once they are folded, in a third of the time.
PLAIN = re.compile(r"[#@]?\w+(?:'(?=\w))?", re.ASCII)
POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
HYPHENATED = re.compile(r"(?<![\w-])(?:\w{1,40}-){1,5}\w{1,40}(?![\w-])")


def tokens(text: str) -> list[str]:
    """The words in order. For phrases; `words` is the set for finding."""
    return [match[0].rstrip("'’") for match in WORD.finditer(POSSESSIVE.sub("", fold(text)))]


def words(text: str) -> frozenset[str]:
    """Every form under which a word of this text may be sought."""
    return frozenset(_forms(text))


def _forms(text: str) -> Iterator[str]:
    for token in tokens(text):
        yield token
        if token[0] in "#@":
            yield token[1:]
    for match in HYPHENATED.finditer(fold(text)):
        yield match[0].replace("-", "")
