"""What may not be said in public is found in three languages, and what only sounds like it is not."""

from __future__ import annotations

import pytest

from answerable.replies import public_words

PHRASES = [(code, each) for code in public_words.LANGUAGES for each in public_words.told_of(code)["phrase"]]
SAY = [(f"{code}:{each['id']}", each["sort"], said) for code, each in PHRASES for said in each["yes"]]
DO_NOT = [(f"{code}:{each['id']}", each["sort"], said) for code, each in PHRASES for said in each["no"]]


def sorts(text: str) -> set[str]:
    return {each.sort for each in public_words.find(text)}


@pytest.mark.parametrize(("phrase", "sort", "text"), SAY)
def test_a_phrase_finds_the_sentences_that_say_it(phrase: str, sort: str, text: str) -> None:
    assert sort in sorts(text), phrase


@pytest.mark.parametrize(("phrase", "sort", "text"), DO_NOT)
def test_a_phrase_leaves_the_sentences_that_do_not(phrase: str, sort: str, text: str) -> None:
    assert sort not in sorts(text), phrase


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for telling us. We have written to you privately.",
        "We are sorry to hear this. Please write to us in private, and leave no personal details here.",
        "The leaflet is on our site. Reports of side effects are welcome at any time.",
        "Obrigado por nos avisar. Vamos continuar em particular.",
        "Sentimos muito. Não publique dados pessoais aqui, por favor.",
        "Dziękujemy za wiadomość. Przykro nam, odpowiemy prywatnie.",
        "Prosimy nie podawać tutaj danych osobowych. Ulotka jest na naszej stronie.",
    ],
)
def test_what_is_well_said_in_public_is_left_alone(text: str) -> None:
    assert not sorts(text) & {"confirms", "uses", "asks", "condition"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Your Pulsa sensor will be fine.", True),
        ("We see that you wear a Pulsa.", True),
        ("A sua Pulsa está boa.", True),
        ("Pani Pulsa jest sprawna.", True),
        ("If your Pulsa does this, write to us privately.", False),
        ("Thank you for asking about Pulsa.", False),
        ("Pulsa is worn on the belly.", False),
    ],
)
def test_what_somebody_has_may_be_called_by_the_name_of_a_product(text: str, *, says: bool) -> None:
    assert ("uses" in {each.sort for each in public_words.find(text, {"Pulsa", "Falo"})}) is says
    assert "uses" not in sorts("Your Pulsa."), "no name is known of itself"


def test_a_sentence_about_the_person_is_told_from_one_about_anybody() -> None:
    text = "Diabetes is common. Your diabetes is under control."
    first, second = (each for each in public_words.find(text) if each.sort == "condition")
    assert not public_words.is_about_you(text, first.start, first.end)
    assert public_words.is_about_you(text, second.start, second.end)
