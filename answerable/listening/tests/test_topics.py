"""Topics: what people say of them in three languages, and what they do not."""

from __future__ import annotations

import pytest

from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling
from answerable.listening.topics import Topic, topics_of, words_of

SAID = {
    Topic.DEVICE_TROUBLE: (
        "Hey, weak CGM sensor signal alert. STFU. Thanks.",
        "My meter beeps at night",
        "Inhaler jammed again on the train",
        "O meu sensor perdeu o sinal de novo",
        "a bomba parou de funcionar durante a noite",
        "O glicosímetro não liga mais",
        "Mój glukometr piszczy w nocy",
        "Czujnik odpadł po dwóch dniach, brak odczytów",
    ),
    Topic.ADVERSE_EVENT: (
        "got a nasty rash under the sensor adhesive",
        "Dizzy for two days since I started the new pills",
        "coceira horrível onde fica o adesivo do sensor",
        "Passei mal e fui parar no hospital depois da dose",
        "Po tabletkach mam zawroty głowy",
        "wysypka pod plastrem, swędzi okropnie",
    ),
    Topic.BILLING: (
        "I got charged twice again",
        "Fui cobrado duas vezes, quero reembolso",
        "Faktura za lipiec jest dwukrotnie zawyżona",
    ),
    Topic.DELIVERY: (
        "Where is my order? Three weeks now",
        "A encomenda ainda não chegou",
        "Gdzie jest moja paczka?",
    ),
}
NOTHING = (
    "Lovely weather over the harbour.",
    "Que dia bonito no porto.",
    "Piękna pogoda w porcie.",
    "Going to the concert tonight, the band is on form",
    "Vou ao cinema com a minha irmã",
    "Jutro gramy mecz z sąsiadami",
    "",
)


def topics(text: str, language: str = "") -> tuple[Topic, ...]:
    return topics_of(Heard(Post(text), Spelling()), language)


@pytest.mark.parametrize(("topic", "text"), [(topic, text) for topic, texts in SAID.items() for text in texts])
def test_a_topic_is_heard_in_each_of_our_languages(topic: Topic, text: str) -> None:
    assert topic in topics(text)


@pytest.mark.parametrize("text", NOTHING)
def test_small_talk_has_no_topic(text: str) -> None:
    assert topics(text) == ()


def test_a_language_narrows_what_is_asked_and_an_unknown_one_does_not() -> None:
    assert topics("Mój glukometr piszczy w nocy", "en") == ()
    assert topics("Mój glukometr piszczy w nocy", "pl-PL") == (Topic.DEVICE_TROUBLE,)
    assert topics("Mój glukometr piszczy w nocy", "other") == (Topic.DEVICE_TROUBLE,)


def test_the_words_that_speak_of_a_topic_are_shown_in_their_places() -> None:
    text = "Hey, weak CGM sensor signal alert. STFU. Thanks."
    shown = {text[each.start : each.end] for each in words_of(Topic.DEVICE_TROUBLE, Post(text))}
    assert {"sensor", "weak", "signal"} <= shown
    assert "STFU" not in shown
