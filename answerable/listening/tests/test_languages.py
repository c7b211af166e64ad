"""Languages: ours, another one, or nothing that can be said. Each answer is one of the three."""

from __future__ import annotations

import pytest

from answerable.core.errors import Invalid
from answerable.listening.languages import OTHER, Identifier
from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling

OURS = Identifier(["en", "pt-BR", "pl"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my pump is broken again", "en"),
        ("A bomba quebrou de novo, e agora?", "pt"),
        ("zgłosiłem to tydzień temu i nic", "pl"),
        ("zglosilem to tydzien temu i nic", "pl"),
        ("MY PUMP IS BROKEN AGAIN", "en"),
        ("@glimo https://example.org/ajuda obrigada pela ajuda!", "pt"),
    ],
)
def test_a_language_of_ours_is_told(text: str, code: str) -> None:
    assert OURS.language(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Die Pumpe ist schon wieder kaputt",
        "La bomba no funciona, es una vergüenza",
        "насос снова сломался",
        "ポンプが壊れた",
    ],
)
def test_another_language_is_other(text: str) -> None:
    assert OURS.language(text) == OTHER


@pytest.mark.parametrize("text", ["", "   ", "😡😡", "https://example.org/help @glimo #glimo", "12 345", "Glimo!!!"])
def test_where_nothing_can_be_said_nothing_is(text: str) -> None:
    assert OURS.language(text) == ""


def test_the_same_text_is_other_where_its_language_is_not_ours() -> None:
    text = "zgłosiłem to tydzień temu i nic"
    assert Identifier(["en", "pt"]).language(text) == OTHER
    assert Identifier(["pl"]).language(text) == "pl"


def test_without_languages_nothing_is_known_and_an_unknown_one_is_refused() -> None:
    assert Identifier([]).language("my pump is broken") == ""
    with pytest.raises(Invalid, match="tlh"):
        Identifier(["en", "tlh"])


def test_a_post_is_read_for_its_language_only_when_somebody_asks() -> None:
    asked: list[str] = []

    def detect(text: str) -> str:
        asked.append(text)
        return OURS.language(text)

    heard = Heard(Post("pompa znowu nie działa", detect=detect), Spelling())
    assert asked == []
    assert (heard.language, heard.language) == ("pl", "pl")
    assert len(asked) == 1
