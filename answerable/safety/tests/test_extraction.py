"""Sums: what words of three languages say of a report, with the words that show it; and what they do not say."""

from __future__ import annotations

import pytest

from answerable.safety.extraction import Known, extract
from answerable.safety.found import Found, dump, load
from answerable.safety.reports import AgeGroup, Minimum, Outcome, Qualification, Seriousness, Sex, Situation, Status
from answerable.triage.detecting.names import Names

WRITTEN = {"velorin": "Velorin", "glimo": "Glimo", "pulsa": "Pulsa"}
KNOWN = Known(Names(WRITTEN.values()), WRITTEN, {"glimo", "pulsa"})

MOTHERS = [
    "After the second dose of Velorin my mother got a rash and was taken to hospital. She is 72 years old.",
    "Depois da segunda dose de Velorin a minha mãe teve urticária e foi levada ao hospital. Ela tem 72 anos.",
    "Po drugiej dawce Velorinu mama dostała wysypki i trafiła do szpitala. Ma 72 lata.",
]
OWN = [
    "I'm a woman of 40 and I had severe dizziness since I started Velorin 20 mg. I'm 40.",
    "Depois de tomar Velorin 20 mg fiquei tonta. Tenho 40 anos.",
    "Po zażyciu Velorinu 20 mg dostałam zawrotów głowy. Mam 40 lat.",
]
NOTHING = [
    "I have no side effects from Velorin, all good.",
    "Can Velorin cause headaches?",
    "Não tive nenhum efeito colateral com Velorin.",
    "Será que Velorin causa dor de cabeça?",
    "Nie mam żadnych skutków ubocznych po Velorinie.",
    "Czy Velorin może powodować bóle głowy?",
]
LOTS = [
    ("My Glimo is broken. Lot: L-17A, serial number SN-99812.", "L-17A", "SN-99812"),
    ("The lot number of my Glimo is L-17A. It is broken. Serial: SN-99812", "L-17A", "SN-99812"),
    ("O lote da minha Glimo é AB123, está partida, s/n 7788X.", "AB123", "7788X"),
    ("Zepsuty. Numer partii Glimo to 5K-77, sn 7788X.", "5K-77", "7788X"),
    ("A minha Glimo está partida, lote AB123, número de série 7788X.", "AB123", "7788X"),
    ("Glimo jest zepsuty, nr partii: X99/2, numer seryjny: 4455-B.", "X99/2", "4455-B"),
    ("Pulsa broken (01)00000000000000(17)270101(10)L9(21)S77", "L9", "S77"),
]
AGES = [
    ("My baby is 6 months old and vomits since Velorin.", "6", "mo", AgeGroup.INFANT),
    ("A minha filha de 8 anos vomitou com Velorin.", "8", "a", AgeGroup.UNKNOWN),
    ("Moja córka (7-letnia) wymiotuje po Velorinie.", "7", "a", AgeGroup.UNKNOWN),
    ("I have taken Velorin for 10 years and feel sick.", "", "a", AgeGroup.UNKNOWN),
    ("Biorę Velorin od 10 lat i wymiotuję.", "", "a", AgeGroup.UNKNOWN),
    ("Tomo Velorin há 10 anos e tenho vómitos.", "", "a", AgeGroup.UNKNOWN),
]


def read(text: str) -> Found:
    return extract(text, text_id="1", known=KNOWN)


@pytest.mark.parametrize("text", MOTHERS)
def test_who_tells_is_not_who_is_affected(text: str) -> None:
    found = read(text)
    assert (found.own, found.patient.sex, found.patient.age) == (False, Sex.FEMALE, "72")
    assert [each.seriousness for each in found.reactions] == [(Seriousness.HOSPITAL,)]
    assert [each.name for each in found.products] == ["Velorin"]
    assert {each.status for each in found.criteria.values()} == {Status.PRESENT}


@pytest.mark.parametrize("text", OWN)
def test_who_tells_of_herself_is_the_patient(text: str) -> None:
    found = read(text)
    assert (found.own, found.patient.sex, found.patient.age, found.patient.age_unit) == (True, Sex.FEMALE, "40", "a")
    assert [each.seriousness for each in found.reactions] == [()]
    product = found.products[0]
    assert product.name == "Velorin"
    if "20 mg" in text:
        assert (product.dose, product.dose_unit, product.dose_words) == ("20", "mg", "20 mg")


@pytest.mark.parametrize("text", [*MOTHERS, *OWN, *(each[0] for each in LOTS)])
def test_every_value_stands_on_words_of_the_text(text: str) -> None:
    found = read(text)
    spans = [span for reaction in found.reactions for span in reaction.spans]
    spans += [span for product in found.products for span in product.spans]
    spans += [span for each in found.criteria.values() for span in each.spans]
    assert spans
    assert all(span.stands_in(text) for span in spans)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_denied_or_only_asked_shows_nothing(text: str) -> None:
    found = read(text)
    assert found.reactions == ()
    assert found.criteria[Minimum.REACTION].status is Status.UNCLEAR
    assert found.criteria[Minimum.PRODUCT].status is Status.PRESENT


@pytest.mark.parametrize(("text", "lot", "serial"), LOTS)
def test_lot_and_serial_number_are_read(text: str, lot: str, serial: str) -> None:
    product = read(text).products[0]
    assert product.device is not None
    assert (product.lot, product.device.serial, product.device.failed) == (lot, serial, True)
    assert read(text).reactions == ()
    assert read(text).criteria[Minimum.REACTION].status is Status.PRESENT


@pytest.mark.parametrize(("text", "age", "unit", "group"), AGES)
def test_an_age_is_no_other_number_of_years(text: str, age: str, unit: str, group: AgeGroup) -> None:
    patient = read(text).patient
    assert (patient.age, patient.age_unit, patient.age_group) == (age, unit, group)


@pytest.mark.parametrize(
    "text",
    ["Some patients felt dizzy with Velorin.", "Muitas pessoas ficaram com tonturas com Velorin.", "Niektórzy pacjenci wymiotują po Velorinie."],
)  # fmt: skip
def test_some_people_are_no_patient(text: str) -> None:
    found = read(text)
    assert found.patient.several
    assert found.criteria[Minimum.PATIENT].status is Status.ABSENT


@pytest.mark.parametrize(
    "text",
    ["My father died after he took Velorin.", "O meu pai morreu depois de tomar Velorin.", "Mój tata zmarł po zażyciu Velorinu."],
)  # fmt: skip
def test_a_death_is_a_reaction_that_ended_so(text: str) -> None:
    found = read(text)
    assert [(each.seriousness, each.outcome) for each in found.reactions] == [((Seriousness.DEATH,), Outcome.FATAL)]
    assert found.patient.sex is Sex.MALE


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("I am a nurse, my patient vomited after Velorin.", Qualification.PROFESSIONAL),
        ("Sou médica. A minha paciente vomitou com Velorin.", Qualification.PHYSICIAN),
        ("Jestem farmaceutką, pacjentka wymiotuje po Velorinie.", Qualification.PHARMACIST),
        ("Jestem lekarzem, pacjent wymiotuje po Velorinie.", Qualification.PHYSICIAN),
    ],
)
def test_who_tells_may_be_a_professional(text: str, who: Qualification) -> None:
    assert read(text).qualification is who
    assert read(text).own is False


def test_special_situations_are_told_apart() -> None:
    assert Situation.PREGNANCY in read("I am pregnant and took Velorin by mistake.").situations
    assert Situation.BREASTFEEDING in read("I am breastfeeding and took Velorin.").situations
    assert Situation.NO_EFFECT in read("Velorin nie działa.").situations


def test_the_product_may_be_named_in_earlier_words() -> None:
    found = extract("I feel so dizzy today", text_id="2", known=Known(KNOWN.names, WRITTEN, (), (("1", "Velorin!"),)))
    assert [(each.name, each.spans[0].text_id) for each in found.products] == [("Velorin", "1")]


def test_what_was_found_can_be_kept_and_read_again() -> None:
    for text in (*MOTHERS, *OWN):
        assert load(dump(read(text))) == read(text)


def test_of_words_without_a_suspicion_nothing_is_made() -> None:
    found = read("Weak CGM sensor signal alert. STFU. Thanks.")
    assert (found.reactions, found.products, found.own) == ((), (), None)
