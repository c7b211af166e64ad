"""Personal data out of lines that are not for reading a person's words: logs, error texts, statistics.

E-mail addresses, telephone numbers and long runs of digits go; what is left keeps its shape, so that a line can
still be understood. A date and a case number stay.
"""

from __future__ import annotations

import re

LONGEST = 20_000

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
# Groups of digits as people write telephone, card and identity numbers.
NUMBER = re.compile(r"(?<![\w.-])\+?\(?\d(?:[ ()./-]{0,2}\d){6,24}(?![\w])")
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|20\d\d-\d{4}|\d{1,3}(?:\.\d{1,3}){3}")
DIGITS = re.compile(r"\d{7,}")


def mask(text: str) -> str:
    """The text with personal numbers and addresses replaced, cut to a length that a log can bear."""
    shortened = text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"
    return DIGITS.sub("(number)", NUMBER.sub(_number, EMAIL.sub("(address)", shortened)))


def _number(match: re.Match[str]) -> str:
    return match[0] if DATE.match(match[0]) and len(match[0]) <= len("2026-06-12 10:00") else "(number)"
