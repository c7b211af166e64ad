"""Telephone numbers as people and exchanges write them, brought to one spelling (ITU-T E.164)."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST = 60
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
