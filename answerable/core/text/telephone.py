"""Telephone numbers as people and exchanges write them, brought to one spelling (ITU-T E.164)."""

from __future__ import annotations

from collections.abc import Iterable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST = 60
FEWEST = 6
COUNTRIES = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))


def e164(text: str, country: str) -> str:
    """The number with its country (`+48600100200`), or an empty string for what is no number that anybody can call.

    `country` (ISO 3166, two letters) is where a number without a country code belongs. A possible number is enough: what
    a numbering plan allows changes, and a caller is not turned away for it. An inner number is not a possible one.
    """
    if len(text) > LONGEST:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def meant(words: str, countries: Iterable[str]) -> set[str]:
    """The numbers that somebody may mean who looks for one; none for words that are no number."""
    digits = "".join(sign for sign in words if sign.isdecimal())
    if len(digits) < FEWEST or set(words) - set("+0123456789 -().") or not digits.isascii():
        return set()
    return {f"+{digits}", *filter(None, (e164(words, country) for country in countries))}
