"""What detectors say of whole texts: there or not, denied, feared or about others; and when a person looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.triage.detecting.findings import Status, Tier
from answerable.triage.detecting.lexicons import LANGUAGES, lexicon
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import LOOKED_AT, read, weights

NAMES = Names(["Glimo", "Sertivia", "Cardiol Plus"])

FOUND = [
    ("adverse_event", "Since I started taking Glimo I have terrible headaches."),
    ("adverse_event", "Po zażyciu Sertivii mam wysypkę na całym ciele."),
    ("adverse_event", "Depois de tomar Sertivia fiquei com muita tontura."),
    ("adverse_event", "Doem-me as costas desde que o tomo."),
    ("adverse_event", "Wymiotuję cały dzień."),
    ("technical_complaint", "A ampola partiu-se."),
    ("technical_complaint", "I bought it on your website and it arrived broken."),
    ("special_situation", "Lek nie działa."),
    ("adverse_event", "The new tablets make me sooooo dizzzzzy 🤮"),
    ("technical_complaint", "The pump shows error 4 and the battery died."),
    ("technical_complaint", "Hey, weak CGM sensor signal alert."),
    ("technical_complaint", "It empties a set of batteries in two days."),
    ("technical_complaint", "Sinal fraco do sensor, de novo."),
    ("technical_complaint", "Gasta um jogo de pilhas em dois dias."),
    ("technical_complaint", "Znowu słaby sygnał sensora."),
    ("technical_complaint", "Zużywa komplet baterii w dwa dni."),
    ("technical_complaint", "Pompa pokazuje błąd e4 i przestała działać."),
    ("technical_complaint", "O lacre veio rompido e o frasco estava vazando."),
    ("special_situation", "My toddler swallowed two of the tablets."),
    ("special_situation", "Omyłkowo wzięłam podwójną dawkę."),
    ("special_situation", "Tomei o comprimido vencido sem querer."),
    ("special_situation", "It does not work any more."),
    ("seriousness", "She was taken to hospital last night."),
    ("seriousness", "Mąż trafił na SOR."),
    ("seriousness", "Ele foi internado na UTI."),
    ("pregnancy", "I am 12 weeks pregnant."),
    ("pregnancy", "Jestem w ciąży."),
    ("pregnancy", "Estou amamentando."),
    ("minor", "My 9 year old son uses it."),
    ("minor", "Mój synek ma trzy lata."),
    ("minor", "É para o meu bebê."),
    ("threat_to_life", "I want to kill myself."),
    ("threat_to_life", "Nie chcę już żyć."),
    ("threat_to_life", "Eu queria morrer."),
    ("off_label", "Can it be used for weight loss?"),
    ("off_label", "Czy można stosować na odchudzanie?"),
    ("off_label", "Posso tomar para emagrecer?"),
    ("personal_data", "Write to pia@example.net."),
    ("personal_data", "Mój numer telefonu to 601 100 200."),
    ("privacy_complaint", "Who gave you my number?"),
    ("privacy_complaint", "Proszę usunąć moje dane."),
    ("privacy_complaint", "Apaguem os meus dados."),
    ("legal_threat", "My lawyer will write to you."),
    ("legal_threat", "Spotkamy się w sądzie."),
    ("legal_threat", "Vou procurar meu advogado e o Procon."),
    ("press", "I am a journalist writing a story."),
    ("press", "Jestem dziennikarką, proszę o komentarz do artykułu."),
    ("press", "Sou jornalista e preparo uma reportagem."),
]
NOT_THERE = [
    ("adverse_event", Status.NEGATED, "I took it for a month without any headache or nausea."),
    ("adverse_event", Status.NEGATED, "Nie mam wysypki po tym leku."),
    ("adverse_event", Status.NEGATED, "Tomei e não tive tontura."),
    ("adverse_event", Status.FEARED, "I am afraid of getting a rash from it."),
    ("adverse_event", Status.FEARED, "Czy po tym mogą wystąpić zawroty głowy?"),
    ("adverse_event", Status.FEARED, "Tenho medo de ter tontura."),
    ("adverse_event", Status.OTHER, "I need something for my headache please."),
    ("adverse_event", Status.OTHER, "Wzięłam tabletkę na ból głowy."),
    ("adverse_event", Status.OTHER, "É um remédio para enxaqueca."),
    ("adverse_event", Status.OTHER, "I get a headache from your forms."),
    ("adverse_event", Status.OTHER, "Mam alergię na czekanie na infolinii."),
    ("adverse_event", Status.OTHER, "Tenho alergia a esperar no telefone."),
    ("adverse_event", Status.FEARED, "Boję się, że dostanę wysypki."),
    ("threat_to_life", Status.OTHER, "I am dying of boredom here."),
]


@pytest.mark.parametrize(("detector", "text"), FOUND)
def test_it_is_found(detector: str, text: str) -> None:
    reading = read(text, names=NAMES)
    assert reading.of(detector).score >= weights().gate
    assert reading.tier in (Tier.URGENT, Tier.REVIEW)


@pytest.mark.parametrize(("detector", "status", "text"), NOT_THERE)
def test_what_is_denied_feared_or_treated_counts_nothing_and_is_read_in_a_batch(
    detector: str, status: Status, text: str
) -> None:
    reading = read(text, names=NAMES)
    finding = reading.of(detector)
    assert finding.score < weights().gate
    assert status in {each.status for part in finding.parts for each in part.evidence}
    assert reading.tier == Tier.BATCH


@pytest.mark.parametrize(
    "text", ["What time do you open?", "Kiedy będzie faktura za maj?", "Onde fica a loja de vocês?", "👍", "", "ok"]
)
def test_where_nothing_is_found_only_a_sample_is_read(text: str) -> None:
    assert read(text, names=NAMES).tier == Tier.AUDIT


def test_a_turn_ends_what_is_denied() -> None:
    said = read("No headache at first but now terrible nausea.").of("adverse_event")
    assert [(each.words, each.status) for part in said.parts for each in part.evidence][:2] == [
        ("headache", Status.NEGATED),
        ("nausea", Status.PRESENT),
    ]


def test_a_grave_event_is_urgent_and_a_hospital_alone_is_not() -> None:
    assert read("After the injection she had a seizure.").tier == Tier.URGENT
    assert read("I work in a hospital.").tier == Tier.REVIEW


@pytest.mark.parametrize("text", ["Der Motor macht seit gestern komische Geräusche", "x" * (LOOKED_AT + 1)])
def test_what_detectors_cannot_read_needs_a_look(text: str) -> None:
    reading = read(text)
    assert reading.unread
    assert reading.tier == Tier.REVIEW
    assert reading.why == reading.unread


@given(st.text(max_size=400) | st.lists(st.sampled_from(sorted(lexicon("pl").book.filed)), max_size=30).map(" ".join))
def test_any_text_is_read_and_every_score_is_the_sum_of_its_parts(text: str) -> None:
    reading = read(text, names=NAMES)
    assert {each.detector for each in reading.findings} == set(weights().detectors)
    for finding in reading.findings:
        assert finding.score == pytest.approx(finding.bias + sum(part.weight for part in finding.parts))
        assert 0 < finding.probability < 1
        for part in finding.parts:
            assert part.evidence
            assert all(each.words == text[each.start : each.end] for each in part.evidence)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sort_of_a_lexicon_counts_somewhere(code: str) -> None:
    counted = {sort for sorts in weights().detectors.values() for sort in sorts}
    sorts = {phrase.sort for phrases in lexicon(code).book.filed.values() for phrase in phrases}
    assert sorts <= counted
    assert {"symptom", "reaction", "defect", "special", "serious", "threat"} <= sorts
