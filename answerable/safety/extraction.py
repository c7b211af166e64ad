"""What the words of a message say of a report: who, what, which product, how serious, each with the words that show it.

Pure and without a net: our own word lists and patterns in three languages, on top of what the detectors find. It guesses nothing
that nobody said; what is denied, feared or about others shows nothing and is left unclear. A person looks at all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from answerable.core.text.fold import fold
from answerable.safety import numbers
from answerable.safety.found import Found
from answerable.safety.hints import RELATIONS, hints
from answerable.safety.reports import (
    AgeGroup,
    Criterion,
    Device,
    Minimum,
    Outcome,
    Patient,
    Product,
    Qualification,
    Reaction,
    Seriousness,
    Sex,
    Situation,
    Span,
    Status,
)
from answerable.triage.detecting import reading
from answerable.triage.detecting.findings import Evidence
from answerable.triage.detecting.findings import Status as Said
from answerable.triage.detecting.lexicons import LANGUAGES
from answerable.triage.detecting.names import Names

HAPPENED = frozenset({"reaction", "symptom", "unwell"})
DEFECTS = frozenset({"defect", "defect_special"})
SITUATIONS: Mapping[str, Situation] = {
    "pregnant": Situation.PREGNANCY,
    "too_much": Situation.OVERDOSE,
    "wrong_use": Situation.MEDICATION_ERROR,
    "no_effect": Situation.NO_EFFECT,
    "counterfeit": Situation.COUNTERFEIT,
}
MILK = re.compile(r"breast|nursing|lactat|amament|aleita|lactant|leite|karmi")
OUTCOMES: Mapping[str, Outcome] = {
    "not_recovered": Outcome.NOT_RECOVERED,
    "recovering": Outcome.RECOVERING,
    "recovered": Outcome.RECOVERED,
}
THREE_LETTERS: Mapping[str | None, str] = {"en": "eng", "pt": "por", "pl": "pol"}
ENDS = re.compile(r"[.!?;…]\s|\n")
# What is only asked did not happen, for all we know.
ASKED = re.compile(
    r"\s*(?:can|could|does|do|will|would|may|is it|are there|pode|posso|sera|da para|causa|czy|mozna)\b[^.!?\n]*\?"
)
# A Polish verb says of whoever speaks in the past whether she is a woman or he a man: wzięłam, wziąłem.
SHE, HE = re.compile(r"\w{2,}łam\b"), re.compile(r"\w{2,}łem\b")
MOST = 12


@dataclass(frozen=True)
class Known:
    """What is known beforehand: names of products with how they are written, those that are devices, and earlier words.

    Earlier words have the id of their text; a subject has none, because nobody can mark words in it.
    """

    names: Names = reading.NOBODY
    written: Mapping[str, str] = field(default_factory=dict)
    devices: Collection[str] = ()
    earlier: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Words:
    """A text with all that was found in it, and where its sentences end."""

    text_id: str
    text: str
    language: str | None
    found: Sequence[Evidence]
    hints: Sequence[Evidence]
    ends: Sequence[int]

    def sorted_as(self, sorts: Collection[str], *, status: Said | None = Said.PRESENT) -> list[Evidence]:
        """What was found of these sorts, in its order, each stretch of words once; `status` None for all."""
        kept = [
            each
            for each in (*self.found, *self.hints)
            if each.sort in sorts and (status is None or each.status == status)
        ]
        return sorted(kept, key=lambda each: (each.start, -each.end))

    def sentence(self, start: int) -> int:
        return bisect_right(self.ends, start)

    def span(self, start: int, end: int) -> Span:
        return Span(self.text_id, start, end, self.text[start:end])


def extract(text: str, *, text_id: str, known: Known | None = None) -> Found:
    """Everything that the words of one message show."""
    known = known or Known()
    words = _words(text, text_id, known)
    reactions = _reactions(words)
    patient, own, persons = _patient(words, reactions)
    products = _products(words, known)
    return Found(
        language=THREE_LETTERS.get(words.language, ""),
        reactions=reactions,
        products=products,
        patient=patient,
        own=own,
        qualification=_qualification(words),
        situations=tuple(_situations(words)),
        criteria={
            Minimum.REACTION: _happened(words, reactions),
            Minimum.PATIENT: _who(words, patient, persons),
            Minimum.PRODUCT: _which(products),
        },
    )


def _words(text: str, text_id: str, known: Known) -> Words:
    seen = reading.look(text, names=known.names)
    codes = [seen.language] if seen.language else LANGUAGES
    hinted = [each for code in codes for each in hints(code).find(seen.line)]
    ends = [each.end() for each in ENDS.finditer(text)]
    asked = [(start, end) for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if _asks(text[start:end])]
    fine = [(each.start, each.end) for each in seen.found if each.sort == "fine" and each.status == Said.PRESENT]
    found = [
        replace(each, status=Said.FEARED) if _lies_in(each, asked) else each
        for each in seen.found
        if each.sort != "no_effect" or not _lies_in(each, fine)
    ]
    return Words(text_id, text, seen.language, found, hinted, ends)


def _asks(sentence: str) -> bool:
    return ASKED.match(fold(sentence)) is not None


def _lies_in(each: Evidence, places: Iterable[tuple[int, int]]) -> bool:
    return any(start <= each.start < end for start, end in places)


def _reactions(words: Words) -> tuple[Reaction, ...]:
    """Each thing that happened in its own words, with what makes it serious and how it ended where that is said with it."""
    serious = words.sorted_as({"serious"})
    places = _stretches(words.sorted_as(HAPPENED)) or _stretches(serious)[:1]
    grave = {place: set[Seriousness]() for place in places}
    for each in serious:
        if places:
            grave[_near(each, places, words)].add(_seriousness(each, words))
    outcomes = _outcomes(words, places)
    return tuple(_reaction(words, place, grave[place], outcomes.get(place)) for place in places[:MOST])


def _reaction(
    words: Words, place: tuple[int, int], grave: Collection[Seriousness], outcome: Outcome | None
) -> Reaction:
    fatal = Seriousness.DEATH in grave
    return Reaction(
        words=words.text[slice(*place)],
        language=THREE_LETTERS.get(words.language, ""),
        seriousness=tuple(each for each in Seriousness if each in grave),
        outcome=Outcome.FATAL if fatal else outcome or Outcome.UNKNOWN,
        spans=(words.span(*place),),
    )


def _stretches(found: Iterable[Evidence]) -> list[tuple[int, int]]:
    """Where they stand; those that overlap, or are neighbours, are one."""
    places: list[tuple[int, int]] = []
    for each in found:
        if places and each.start <= places[-1][1] + 1:
            places[-1] = (places[-1][0], max(places[-1][1], each.end))
        else:
            places.append((each.start, each.end))
    return places


def _near(each: Evidence, places: Sequence[tuple[int, int]], words: Words) -> tuple[int, int]:
    """What a grave word belongs to: the same sentence first, then the nearest."""
    here = words.sentence(each.start)
    return min(places, key=lambda place: (words.sentence(place[0]) != here, abs(place[0] - each.start)))


def _seriousness(each: Evidence, words: Words) -> Seriousness:
    if each.entry in ("death", "hospital"):
        return Seriousness(each.entry)
    return hints(words.language or "en").seriousness(each.words)


def _outcomes(words: Words, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Outcome]:
    """How it ended is said of all before it, unless something else is said of them."""
    found: dict[tuple[int, int], Outcome] = {}
    for each in words.sorted_as({"outcome"}):
        for place in places:
            if words.sentence(place[0]) <= words.sentence(each.start):
                found[place] = OUTCOMES[each.entry]
    return found


def _patient(words: Words, reactions: Sequence[Reaction]) -> tuple[Patient, bool | None, list[Evidence]]:
    """Who is affected: whoever is named with what happened, else who speaks. None where nobody is named at all."""
    own, said = words.sorted_as({"self"}, status=None), words.sorted_as({"sex"}, status=None)
    others = [each for each in words.sorted_as({"relation"}, status=None) if not _within(each, said)]
    here = {words.sentence(span.start) for each in reactions for span in each.spans}
    with_it = [each for each in others if words.sentence(each.start) in here]
    speaks = [each for each in own if words.sentence(each.start) in here and not _within(each, others)]
    speaks += _verbs(words, here)
    somebody = with_it or ([] if speaks else others)
    if somebody:
        sex, group = RELATIONS[somebody[0].entry]
        return _aged(Patient(sex=sex, age_group=group), words, somebody), False, somebody[:1]
    if several := words.sorted_as({"several"}, status=None):
        return Patient(several=True), False, several[:1]
    speaks = speaks or own or _verbs(words, None)
    return (_aged(Patient(sex=_own_sex(words)), words, speaks), True, speaks[:1]) if speaks else (Patient(), None, [])


def _within(each: Evidence, others: Iterable[Evidence]) -> bool:
    """ "My" in "my mother" is not who is affected."""
    return any(other.start <= each.start and each.end <= other.end for other in others)


def _verbs(words: Words, here: Collection[int] | None) -> list[Evidence]:
    """Polish says "I" by the ending of the verb."""
    found = [each for pattern in (SHE, HE) for each in pattern.finditer(words.text)] if words.language == "pl" else []
    return [
        Evidence(each[0], each.start(), each.end(), "self", "self", Said.PRESENT)
        for each in found
        if here is None or words.sentence(each.start()) in here
    ]


def _own_sex(words: Words) -> Sex:
    if said := words.sorted_as({"sex"}, status=None):
        return Sex(said[0].entry)
    if words.sorted_as({"pregnancy"}):
        return Sex.FEMALE
    if words.language == "pl":
        she, he = len(SHE.findall(words.text)), len(HE.findall(words.text))
        return Sex.FEMALE if she > he else Sex.MALE if he > she else Sex.UNKNOWN
    return Sex.UNKNOWN


def _aged(patient: Patient, words: Words, persons: Sequence[Evidence]) -> Patient:
    """The age that is said nearest to the person."""
    ages = list(numbers.ages(words.text))
    if not ages:
        return patient
    near = min(ages, key=lambda each: abs(each.start - persons[0].start)) if persons else ages[0]
    group = patient.age_group if patient.age_group is not AgeGroup.ADULT else AgeGroup.UNKNOWN
    return replace(patient, age=near.value, age_unit=near.unit, age_group=group)


def _qualification(words: Words) -> Qualification:
    said = words.sorted_as({"qualification"})
    return Qualification(said[0].entry) if said else Qualification.UNKNOWN


def _situations(words: Words) -> Iterator[Situation]:
    """Special situations that are said to be there."""
    told: set[Situation] = set()
    for each in words.sorted_as({"special", "pregnancy", "no_effect", "defect_special"}):
        situation = SITUATIONS.get(each.entry)
        if situation is Situation.PREGNANCY and MILK.search(fold(each.words)):
            situation = Situation.BREASTFEEDING
        if situation and situation not in told:
            told.add(situation)
            yield situation


def _products(words: Words, known: Known) -> tuple[Product, ...]:
    """Those that are named here; else what earlier words of the case named. One alone gets the lot, the dose and the rest."""
    named = _named(words.text, words.text_id, known)
    for text_id, text in known.earlier:
        named = named or _named(text, text_id, known)
    lot, serial, udi, dose = (
        next(find(words.text), None) for find in (numbers.lots, numbers.serials, numbers.udis, numbers.doses)
    )
    if not named and (lot or serial or udi):
        named = (Product(""),)
    if len(named) != 1:
        return named
    failed = True if words.sorted_as(DEFECTS) and named[0].device else None
    device = replace(named[0].device or Device(), serial=_value(serial), udi=_value(udi), failed=failed)
    marks = tuple(words.span(each.start, each.end) for each in (lot, serial, udi, dose) if each)
    keeps = named[0].device is not None or serial or udi
    product = replace(
        named[0], lot=_value(lot), device=device if keeps else None, spans=_once((*named[0].spans, *marks))
    )
    return (_dosed(product, words, dose),)


def _dosed(product: Product, words: Words, dose: numbers.Number | None) -> Product:
    if dose is None:
        return product
    exact = replace(product, dose=dose.value, dose_unit=dose.unit) if dose.unit else product
    return replace(exact, dose_words=words.text[dose.start : dose.end])


def _named(text: str, text_id: str, known: Known) -> tuple[Product, ...]:
    seen = reading.look(text, names=known.names)
    found: dict[str, Product] = {}
    for each in seen.found:
        if each.sort == "product" and each.entry not in found:
            name = known.written.get(each.entry, each.words)
            device = Device() if each.entry in known.devices else None
            span = Span(text_id, each.start, each.end, text[each.start : each.end])
            found[each.entry] = Product(name, device=device, spans=(span,) if text_id else ())
    return tuple(found.values())


def _value(number: numbers.Number | None) -> str:
    return number.value if number else ""


def _once(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Each place once: where the name stands comes first."""
    return tuple(dict.fromkeys(spans))


def _happened(words: Words, reactions: Sequence[Reaction]) -> Criterion:
    """What happened, to a person or to a product. What is only denied, feared or about others is unclear."""
    if reactions:
        return Criterion(Status.PRESENT, tuple(span for each in reactions for span in each.spans))
    for sorts in (DEFECTS, {"no_effect", "special", "pregnancy"}):
        if there := _stretches(words.sorted_as(sorts)):
            return Criterion(Status.PRESENT, tuple(words.span(*each) for each in there[:MOST]))
    unsure = _stretches(words.sorted_as({*HAPPENED, *DEFECTS, "serious"}, status=None))
    return Criterion(Status.UNCLEAR if unsure else Status.ABSENT, tuple(words.span(*each) for each in unsure[:MOST]))


def _who(words: Words, patient: Patient, persons: Sequence[Evidence]) -> Criterion:
    """One of age, age group or sex shows a patient; a person of whom nothing is said is unclear; “some people” are nobody."""
    if patient.several or not persons:
        return Criterion(Status.ABSENT)
    known = patient.age or patient.sex is not Sex.UNKNOWN or patient.age_group is not AgeGroup.UNKNOWN
    spans = tuple(words.span(each.start, each.end) for each in persons)
    return Criterion(Status.PRESENT if known else Status.UNCLEAR, spans)


def _which(products: Sequence[Product]) -> Criterion:
    named = [each for each in products if each.name]
    if named:
        return Criterion(Status.PRESENT, tuple(span for each in named for span in each.spans[:1]))
    return Criterion(Status.UNCLEAR if products else Status.ABSENT)
