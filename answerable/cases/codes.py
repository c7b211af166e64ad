"""Codes of invitations: short enough to be read out, too many to be guessed. Pure but for chance.

Twelve of Crockford's 32 signs (letters and figures without I, L, O and U), which is 60 bits. Whoever reads O for 0, or I or
L for 1, is understood. Every code has letters and figures, and no long run of figures, so that neither a telephone
number nor a sentence is taken for one.
"""

from __future__ import annotations

import hashlib
import re
import secrets

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, SIZE = 3, 4
MOST_IN_A_TEXT = 3
_GROUP = rf"[0-9A-TV-Z]{{{SIZE}}}"
SHAPE = re.compile(rf"(?<![\w-]){_GROUP}(?:[-\u2010-\u2013 ]{_GROUP}){{{GROUPS - 1}}}(?![\w-])", re.IGNORECASE)
MEANT = str.maketrans("OIL", "011")


def make() -> str:
    """A new code, as it is shown: `7KQ3-X9RT-4HWZ`."""
    while True:
        signs = "".join(secrets.choice(SIGNS) for _ in range(GROUPS * SIZE))
        if _is_mixed(signs):
            return "-".join(signs[start : start + SIZE] for start in range(0, len(signs), SIZE))


def digest(code: str) -> str:
    """What is kept of a code: SHA-256 of its signs, however it was written."""
    return hashlib.sha256(_signs(code).encode()).hexdigest()


def find(text: str) -> list[str]:
    """What looks like a code in a text, each once and `MOST_IN_A_TEXT` at most."""
    found = dict.fromkeys(match[0] for match in SHAPE.finditer(text) if _is_mixed(match[0]))
    return list(found)[:MOST_IN_A_TEXT]


def _signs(code: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", code.upper()).translate(MEANT)


def _is_mixed(written: str) -> bool:
    """Words alone are none, though O and I may be read as figures: one figure of every code cannot be misread."""
    signs = _signs(written)
    if not re.search(r"[2-9]", signs):
        return False
    figures = sum(sign.isdecimal() for sign in signs)
    return 2 <= figures <= len(signs) - 2 and not re.search(r"\d{6}", signs)
