"""What a message may be recognised by: addresses, numbers, amounts, names, words. Pure; nothing here is a decision.

Each trait is a sort and a value in one spelling. How many people follow somebody is no trait, and never becomes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from answerable.cases.common_words import COMMON, cut
from answerable.core.text.fold import fold

LONGEST = 20_000
"""Characters that are looked at; what a problem is about stands at the beginning."""
MOST_OF_A_SORT = 12
MOST_WORDS = 16
SHORTEST_NAME = 5
VALUE = 120


class Sort(StrEnum):
    """The sorts of traits that an index keeps."""

    ADDRESS = "address"
    PHONE = "phone"
    NUMBER = "number"
    LOT = "lot"
    AMOUNT = "amount"
    NAME = "name"
    ALIKE = "alike"
    WORD = "word"


Trait = tuple[Sort, str]

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
PHONE = re.compile(r"(?<![\w.,/+-])(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){8,14}(?![\w/])")
NUMBER = re.compile(r"(?<![\w@.,/+-])(?:[A-Z]{1,6}[-/#]?){0,2}\d[\dA-Z/-]{2,28}(?![\w@.,]\d|\w)", re.ASCII)
LOT = re.compile(r"\b(?:lot|lote|batch|seria|serii|partia|partii|charge)\b[^\w]{0,4}(?:n[ro]\.?\s)?([a-z0-9-]{3,24})\b")
ELSEWHERE = re.compile(r"https?://\S+", re.IGNORECASE)
DATE = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?|\d\d?[-/]\d\d?[-/](?:\d\d|\d{4})")
_FIGURE = r"(\d{1,3}(?:[ .,\u00a0]\d{3})+(?:[.,]\d\d)?|\d{1,9}(?:[.,]\d\d)?)(?!\d)"
_BEFORE = {"r$": "BRL", "us$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "eur": "EUR", "pln": "PLN", "brl": "BRL"}
_BEHIND = {
    **dict.fromkeys(("zl", "zlotych", "zlote", "zloty", "pln"), "PLN"),
    **dict.fromkeys(("reais", "real", "brl"), "BRL"),
    **dict.fromkeys(("euros", "euro", "eur", "€"), "EUR"),
    **dict.fromkeys(("dollars", "dollar", "usd"), "USD"),
    **dict.fromkeys(("pounds", "gbp"), "GBP"),
}
AMOUNT = re.compile(
    rf"(?<![\w$])({'|'.join(map(re.escape, _BEFORE))})\s?{_FIGURE}|(?<![\w.,]){_FIGURE}\s?({'|'.join(_BEHIND)})(?!\w)"
)
WORD = re.compile(r"[^\W\d_]{4,40}")
NAME = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Traits:
    """What one side of a comparison shows: a message, or all messages of a case, said between `first_at` and `last_at`.

    `product` is folded, empty when nobody named one; `contact_id` is None for somebody whom we do not know.
    """

    contact_id: int | None
    seen: frozenset[Trait]
    product: str
    first_at: datetime
    last_at: datetime


def of_words(subject: str, text: str) -> frozenset[Trait]:
    """The traits of what was said."""
    words = ELSEWHERE.sub(" ", f"{subject}\n{text}"[:LONGEST])
    folded = fold(words)
    lots = set(_first(_lots(folded)))
    found: set[Trait] = {(Sort.LOT, each) for each in lots}
    found |= {(Sort.ADDRESS, each) for each in _first(match[0].lower() for match in EMAIL.finditer(words))}
    found |= {(Sort.PHONE, each) for each in _first(_phones(words))}
    found |= {(Sort.NUMBER, each) for each in _first(_numbers(words)) if each not in lots}
    found |= {(Sort.AMOUNT, each) for each in _first(_amounts(folded))}
    found |= {(Sort.WORD, each) for each in _words(folded)}
    return frozenset((sort, value[:VALUE]) for sort, value in found)


def of_person(*, value: str, display: str) -> frozenset[Trait]:
    """The traits of who said it: the address or number itself, and how the name may be written elsewhere."""
    found: set[Trait] = set()
    if EMAIL.fullmatch(value):
        found.add((Sort.ADDRESS, value.lower()))
    elif PHONE.fullmatch(value):
        found |= {(Sort.PHONE, each) for each in _phones(value)}
    for name in (value.partition("@")[0], display.partition("@")[0]):
        found |= set(_names(name))
    return frozenset((sort, value[:VALUE]) for sort, value in found)


def mentions(seen: frozenset[Trait], product: str) -> bool:
    """Is a product among the words?"""
    return (Sort.WORD, cut(product)) in seen


def _first(values: Iterable[str]) -> Iterator[str]:
    return islice(dict.fromkeys(values), MOST_OF_A_SORT)


def _phones(words: str) -> Iterator[str]:
    """Nine last digits: with and without the code of the country it is the same telephone."""
    for match in PHONE.finditer(words):
        digits = "".join(filter(str.isdecimal, match[0]))
        if len(digits) <= 15 and not DATE.match(match[0]):
            yield digits[-9:]


def _numbers(words: str) -> Iterator[str]:
    """Orders, invoices, serial numbers: five digits and more, or letters with four. The number of a bank card is none."""
    for match in NUMBER.finditer(words):
        value = re.sub(r"[-/#]", "", match[0])
        digits = sum(letter.isdecimal() for letter in value)
        enough = digits >= 5 or (digits >= 4 and not value[0].isdecimal())
        if enough and not DATE.fullmatch(match[0]) and not _is_card(value):
            yield value


def _is_card(value: str) -> bool:
    """The check digit of bank cards (Luhn, ISO/IEC 7812-1)."""
    if not value.isdecimal() or not 13 <= len(value) <= 19:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(value))]
    return sum(each - 9 * (each > 9) for each in doubled) % 10 == 0


def _lots(folded: str) -> Iterator[str]:
    for match in LOT.finditer(folded):
        value = match[1].replace("-", "").upper()
        if any(letter.isdecimal() for letter in value):
            yield value


def _amounts(folded: str) -> Iterator[str]:
    for match in AMOUNT.finditer(folded):
        figure, currency = (match[2], _BEFORE[match[1]]) if match[1] else (match[3], _BEHIND[match[4]])
        whole, cents = figure, ""
        if len(figure) > 3 and figure[-3] in ".,":
            whole, cents = figure[:-3], figure[-2:]
        units = "".join(filter(str.isdecimal, whole)).lstrip("0")
        if units:
            yield f"{units}{f'.{cents}' if cents.strip('0') else ''} {currency}"


def _words(folded: str) -> list[str]:
    """The longest words, which are mostly the rarest: the same choice from the same words, whoever makes it."""
    found = {match[0]: None for match in WORD.finditer(EMAIL.sub(" ", folded))}
    telling = [(-len(word), word, short) for word in found if (short := cut(word)) not in COMMON]
    return list(dict.fromkeys(short for _, _, short in sorted(telling)))[:MOST_WORDS]


def _names(name: str) -> Iterator[Trait]:
    """“Kamil Wiśniewski” is `kamilwisniewski`; somebody like him is `kamilw` and `kwisniewski`."""
    parts = [part for part in NAME.findall(fold(name).replace("_", " ")) if part]
    whole = "".join(parts)
    if len(whole) < SHORTEST_NAME:
        return
    if len(parts) < 2 or min(len(parts[0]), len(parts[-1])) < 2:
        yield Sort.ALIKE, whole
        return
    yield Sort.NAME, whole
    yield Sort.ALIKE, whole
    for alike in (parts[0] + parts[-1][0], parts[0][0] + parts[-1]):
        if len(alike) >= SHORTEST_NAME:
            yield Sort.ALIKE, alike
