"""One spelling for comparing: case, accents, width, invisible marks and look-alike digits gone.

Folding is for finding only. It joins words that differ (Polish łaska and laska), so the unfolded text is always kept.
"""

from __future__ import annotations

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


def fold(text: str) -> str:
    """Idempotent: a folded text folds to itself."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.translate(UNSEEN)).casefold()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", apart) if not _is_accent(letter))
    return unicodedata.normalize("NFC", bare.translate(UNDIVIDED))


def _is_accent(letter: str) -> bool:
    """Marks over Latin, Greek and Cyrillic letters. In Indic scripts a mark is a vowel and stays."""
    return "\u0300" <= letter <= "\u036f" or "\u1ab0" <= letter <= "\u1aff" or "\u20d0" <= letter <= "\u20ff"
