"""Numbers that people write of a product and of a person: lot, serial number, UDI, dose, age. Found by patterns, in three languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CODE = r"(?=[\w/-]*\d)[A-Z0-9][A-Z0-9/-]{1,24}"
NUMBER = r"(?:\s*(?:numbers?|no\.?|nr\.?|n[º°o]\.?|numer|número|numero|code))?\s*(?:is|was|:|=|#|é|to|jest)?\s*"
LOT = re.compile(rf"\b(?:lot|batch|lote|partia|partii|seria|serii)\b{NUMBER}({CODE})\b", re.IGNORECASE)
# "The lot number of the Glimo is L-17A": the product stands between, and a verb or a colon before the number.
LOT_OF = re.compile(
    r"\b(?:(?:lot|batch) (?:number|no\.?|code) (?:of|on|for)|lote d[aoe]|(?:numer|nr\.?) (?:partii|serii))"
    rf"(?: \w+){{1,3}}?(?: (?:is|was|é|to|jest)|:) ({CODE})\b",
    re.IGNORECASE,
)
SERIAL = re.compile(
    rf"\b(?:serial|s/n|sn|(?:número|numero|nº) de s[ée]rie|(?:numer|nr\.?) seryjny|numerze seryjnym)\b{NUMBER}({CODE})\b",
    re.IGNORECASE,
)
UDI = re.compile(r"\(01\)\s?\d{14}(?:\s?\((?:1[017]|21)\)\s?[\w/-]{1,20}){0,4}")
UDI_PART = re.compile(r"\((\d\d)\)\s?([\w/-]{1,20})")
DOSE = re.compile(
    r"(?<![\w.,/-])(\d{1,5}(?:[.,]\d{1,3})?)\s?"
    r"(mg|mcg|µg|μg|ug|g|ml|iu|ui|j\.m\.|units?|unidades?|jednostek|jednostki)(?![\w/])",
    re.IGNORECASE,
)
UNITS = {"mg": "mg", "mcg": "ug", "µg": "ug", "μg": "ug", "ug": "ug", "g": "g", "ml": "mL"}
AGE = (
    re.compile(r"\b(\d{1,3})[\s-]?(year|month|week|day)s?[\s-]old\b", re.IGNORECASE),
    re.compile(r"\b(\d{1,3})\s?(y)/?o\b", re.IGNORECASE),
    re.compile(r"\b(?:I am|I'm|Im|she is|he is|she's|he's|aged?)\s(\d{1,3})(?=[\s,.;)!]|$)(?!\s*(?:mg|%|weeks?\b|minutes?\b))()", re.IGNORECASE),
    re.compile(r"\b(?:tenho|tem|com|de)\s(\d{1,3})\s(ano|m[eê]s|meses|mese|dia|semana)s?\b(?!\s(?:de uso|atr[áa]s))", re.IGNORECASE),
    re.compile(r"\b(?:mam|ma|w wieku|lat)\s(\d{1,3})\s?(lata?|latek|rok|miesi[ąa]c[ey]?|miesi[ęe]cy)?(?=[\s,.;)!]|$)", re.IGNORECASE),
    re.compile(r"\b(\d{1,3})[\s-]?(letni|letnia|letniego|letniej|miesi[ęe]czn)\w*\b", re.IGNORECASE),
)  # fmt: skip
AGE_UNITS = (("mo", ("month", "mes", "mês", "mies")), ("wk", ("week", "sem")), ("d", ("day", "dia")))
OLDEST = 120


@dataclass(frozen=True)
class Number:
    """What a pattern found: the value, its unit if it has one, and where the words stand."""

    value: str
    unit: str
    start: int
    end: int


def lots(text: str) -> Iterator[Number]:
    """Lots, also those within a UDI."""
    for pattern in (LOT, LOT_OF):
        yield from (Number(each[1], "", *each.span()) for each in pattern.finditer(text))
    yield from _in_udi(text, "10")


def serials(text: str) -> Iterator[Number]:
    """Serial numbers, also those within a UDI."""
    yield from (Number(each[1], "", *each.span()) for each in SERIAL.finditer(text))
    yield from _in_udi(text, "21")


def udis(text: str) -> Iterator[Number]:
    """Unique device identifications as GS1 prints them."""
    return (Number(each[0], "", *each.span()) for each in UDI.finditer(text))


def doses(text: str) -> Iterator[Number]:
    """How much; `unit` is empty where it has no short form of its own."""
    for each in DOSE.finditer(text):
        yield Number(each[1].replace(",", "."), UNITS.get(each[2].lower(), ""), *each.span())


def ages(text: str) -> Iterator[Number]:
    """How old somebody is said to be, in years (a), months (mo), weeks (wk) or days (d)."""
    for pattern in AGE:
        for each in pattern.finditer(text):
            if int(each[1]) <= OLDEST:
                yield Number(each[1], _age_unit(each[2] or ""), *each.span())


def _in_udi(text: str, part: str) -> Iterator[Number]:
    for udi in UDI.finditer(text):
        for each in UDI_PART.finditer(udi[0]):
            if each[1] == part:
                yield Number(each[2], "", *udi.span())


def _age_unit(word: str) -> str:
    lower = word.lower()
    return next((unit for unit, begins in AGE_UNITS if lower.startswith(begins)), "a")
