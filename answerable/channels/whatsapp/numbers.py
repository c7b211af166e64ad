"""Numbers as WhatsApp writes them, and as telephones do, so that one person has one name on both.

WhatsApp names some people by an older form of their number: Brazil's without its ninth digit, Mexico's with a 1. Source:
WhatsApp Cloud API "Phone numbers", "Brazil and Mexico".
"""

from __future__ import annotations

import re

NAMESPACE = "phone"
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
BRAZILS = re.compile(r"55([1-9][0-9])([6-9][0-9]{7})")
MEXICOS = re.compile(r"521([0-9]{10})")


def public(wa_id: str) -> str:
    """The number with +, in its newer form. Raises `ValueError` for what is none."""
    digits = wa_id.strip().removeprefix("+")
    digits = BRAZILS.sub(r"55\g<1>9\2", digits) if BRAZILS.fullmatch(digits) else digits
    digits = MEXICOS.sub(r"52\1", digits) if MEXICOS.fullmatch(digits) else digits
    number = f"+{digits}"
    if not NUMBER.fullmatch(number):
        raise ValueError("this is no number")
    return number


def is_number(value: str) -> bool:
    return NUMBER.fullmatch(value) is not None
