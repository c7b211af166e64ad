"""One spelling for comparing: case, accents, width, invisible marks and look-alike digits gone.

Folding is for finding only. It joins words that differ (Polish łaska and laska), so the unfolded text is always kept.
"""

from __future__ import annotations

import re
import unicodedata

# A change of the table changes what saved queries find: indexes made with another version are rebuilt.
VERSION = 1

# Letters that Unicode does not take apart into a base letter and a mark.
UNDIVIDED = str.maketrans("łđðøħŧıĸŋ", "lddohtikn") | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
# Zero-width marks, the soft hyphen, direction marks and variation selectors: people hide words with them.
UNSEEN = dict.fromkeys(
    [
        *(0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)),
        *(*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    ]
)
# Marks over Latin, Greek and Cyrillic letters. In Indic scripts a mark is a vowel and stays.
ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+")
# Looked for first: to translate costs more than all the rest.
HIDDEN, WHOLE = frozenset(map(chr, UNSEEN)), frozenset(map(chr, UNDIVIDED))


def fold(text: str) -> str:
    """Idempotent: a folded text folds to itself."""
    if text.isascii():
        return text.lower()
    seen = text if HIDDEN.isdisjoint(text) else text.translate(UNSEEN)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", seen).casefold())
    bare = ACCENTS.sub("", apart)
    if bare.isascii():
        return bare
    return unicodedata.normalize("NFC", bare if WHOLE.isdisjoint(bare) else bare.translate(UNDIVIDED))
