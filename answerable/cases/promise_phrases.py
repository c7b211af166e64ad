"""How people promise a time, language by language: data for `promises_said`. Written as `core.text.fold` folds.

In a pattern `{number}` is a number in figures or words, `{day}` a weekday, `{month}` a month by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from answerable.core.text.fold import fold


@dataclass(frozen=True)
class Language:
    """`patterns` are pairs of a unit and an expression."""

    code: str
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    numbers: Mapping[str, int]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]


def _language(
    code: str, *, numbers: str, weekdays: str, months: str, patterns: tuple[tuple[str, str], ...]
) -> Language:
    """Words come as "one=1 two=2"; several forms of one weekday or month are parted by a slash, in their order."""
    pairs = (each.split("=") for each in fold(numbers).split())
    counted = {word: int(value) for word, value in pairs}
    days = _in_order(weekdays, 0)
    named = _in_order(months, 1)
    places = {
        "{number}": rf"(?P<number>\d{{1,4}}|{_any(counted)})",
        "{day}": rf"(?P<day>{_any(days)})",
        "{month}": rf"(?P<month>{_any(named)})",
        "{date}": r"(?P<date>\d{1,2})",
    }
    made = tuple((unit, _expression(each, places)) for unit, each in patterns)
    return Language(code, made, MappingProxyType(counted), MappingProxyType(days), MappingProxyType(named))


def _in_order(words: str, first: int) -> dict[str, int]:
    return {form: index for index, each in enumerate(fold(words).split(), first) for form in each.split("/")}


def _any(words: Mapping[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _expression(pattern: str, places: Mapping[str, str]) -> re.Pattern[str]:
    folded = pattern
    for place, expression in places.items():
        folded = folded.replace(place, expression)
    return re.compile(rf"(?<!\w){folded}(?!\w)")


ENGLISH = _language(
    "en",
    numbers="a=1 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 fourteen=14 thirty=30",
    weekdays="monday tuesday wednesday thursday friday saturday sunday",
    months="january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept "
    "october/oct november/nov december/dec",
    patterns=(
        ("hours", r"(?:within|in)(?: the)?(?: next)? {number} (?:hours?|h)"),
        ("hours", r"within an hour"),
        ("days", r"(?:within|in)(?: the)?(?: next)? {number} (?:calendar )?days?"),
        ("working_days", r"(?:within|in)(?: the)?(?: next)? {number} (?:working|business) days?"),
        ("weeks", r"(?:within|in)(?: the)?(?: next)? {number} weeks?"),
        ("months", r"(?:within|in)(?: the)?(?: next)? {number} months?"),
        ("weekday", r"(?:by|until|on|before)(?: next)? {day}"),
        ("tomorrow", r"(?:by )?tomorrow"),
        ("today", r"(?:by )?(?:today|tonight|(?:the )?end of (?:the |this )?day)"),
        ("end_of_week", r"(?:by )?(?:the )?end of (?:the |this )?week"),
        ("end_of_month", r"(?:by )?(?:the )?end of (?:the |this )?month"),
        ("date", r"(?:by|until|on|before)(?: the)? {date}(?:st|nd|rd|th)?(?: of)? {month}(?:,? (?P<year>\d{4}))?"),
        ("date", r"(?:by|until|on|before) {month} {date}(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?"),
    ),
)
PORTUGUESE = _language(
    "pt",
    numbers="um=1 uma=1 dois=2 duas=2 tres=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 quinze=15 trinta=30",
    weekdays="segunda/segunda-feira terca/terca-feira quarta/quarta-feira quinta/quinta-feira sexta/sexta-feira "
    "sabado domingo",
    months="janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    patterns=(
        ("hours", r"(?:em(?: ate)?|dentro de|ate|no prazo de) {number} horas?"),
        ("days", r"(?:em(?: ate)?|dentro de|ate|no prazo(?: maximo)? de) {number} dias?(?: corridos)?(?! ut)"),
        ("working_days", r"(?:em(?: ate)?|dentro de|ate|no prazo(?: maximo)? de) {number} dias? uteis"),
        ("working_days", r"(?:em(?: ate)?|dentro de|ate|no prazo(?: maximo)? de) {number} dia util"),
        ("weeks", r"(?:em(?: ate)?|dentro de|ate|no prazo de) {number} semanas?"),
        ("months", r"(?:em(?: ate)?|dentro de|ate|no prazo de) {number} mes(?:es)?"),
        ("weekday", r"(?:ate|na|no)(?: a| o)?(?: proxima| proximo)? {day}"),
        ("tomorrow", r"(?:ate )?amanha"),
        ("today", r"(?:ate )?(?:hoje|o fim do dia|o final do dia)"),
        ("end_of_week", r"ate o (?:fim|final) da semana"),
        ("end_of_month", r"ate o (?:fim|final) do mes"),
        ("date", r"(?:ate|em)(?: o)?(?: dia)? {date}/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?"),
        ("date", r"(?:ate|em)(?: o)?(?: dia)? {date} de {month}(?: de (?P<year>\d{4}))?"),
    ),
)
POLISH = _language(
    "pl",
    numbers="jednego=1 jeden=1 dwoch=2 trzech=3 czterech=4 pieciu=5 szesciu=6 siedmiu=7 osmiu=8 dziewieciu=9 "
    "dziesieciu=10 czternastu=14 trzydziestu=30",
    weekdays="poniedzialku/poniedzialek wtorku/wtorek srody/srode czwartku/czwartek piatku/piatek soboty/sobote "
    "niedzieli/niedziele",
    months="stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
    patterns=(
        ("hours", r"(?:do|w ciagu|w terminie|za) {number} (?:godzin|godziny|h)"),
        ("hours", r"w ciagu godziny"),
        ("days", r"(?:do|w ciagu|w terminie(?: do)?|za) {number} dni(?: kalendarzowych)?(?! robocz)"),
        ("days", r"w ciagu {number} dnia"),
        ("working_days", r"(?:do|w ciagu|w terminie(?: do)?|za) {number} dni roboczych"),
        ("weeks", r"(?:do|w ciagu|w terminie|za) {number} tygodni"),
        ("weeks", r"(?:do|w ciagu|w terminie) tygodnia"),
        ("months", r"(?:do|w ciagu|w terminie|za) {number} miesiecy"),
        ("months", r"w ciagu miesiaca"),
        ("weekday", r"(?:do|w|we)(?: najblizszego| najblizszej)? {day}"),
        ("tomorrow", r"(?:do )?jutr[oa]"),
        ("today", r"(?:do konca dnia|dzisiaj|dzis)"),
        ("end_of_week", r"do konca(?: tego)? tygodnia"),
        ("end_of_month", r"do konca(?: tego)? miesiaca"),
        ("date", r"do(?: dnia)? {date}\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4}))?"),
        ("date", r"do(?: dnia)? {date} {month}(?: (?P<year>\d{4}))?"),
    ),
)
LANGUAGES = (ENGLISH, PORTUGUESE, POLISH)
