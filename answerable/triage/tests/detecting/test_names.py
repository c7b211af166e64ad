"""Names of products: as written, misspelt, with endings; and not every word that is a little like one."""

from __future__ import annotations

import pytest

from answerable.core.text.phrases import Line
from answerable.triage.detecting.names import Names

NAMES = Names(["Glimo", "Sertivia", "Cardiol Plus", "Ora", "Metoprololin"])


def found(text: str) -> list[str]:
    return [each.entry for each in NAMES.find(Line(text))]


@pytest.mark.parametrize("word", ["Glimo", "GLIMO", "glimmo", "Gilmo", "glmo", "glimu", "Glimem", "Glimo's"])
def test_a_name_is_found_misspelt_and_with_endings(word: str) -> None:
    assert found(f"my {word} broke") == ["glimo"]


@pytest.mark.parametrize("word", ["Sertivii", "Sertivię", "Sertivią", "Setivia", "Sertivya", "sertvia"])
def test_a_name_is_found_in_its_cases(word: str) -> None:
    assert found(f"po {word} boli") == ["sertivia"]


def test_a_long_name_may_have_two_letters_wrong() -> None:
    assert found("I take metroprolollin daily") == ["metoprololin"]


@pytest.mark.parametrize("text", ["a limo ride", "the climb", "global gloom", "an hour", "orange", "it is certain"])
def test_other_words_are_other_words(text: str) -> None:
    assert found(text) == []


def test_a_name_of_two_words_needs_both() -> None:
    assert found("Cardiol alone") == []
    assert found("take Cardioll Plus today") == ["cardiol plus"]


def test_a_short_name_must_be_exact() -> None:
    assert found("Ora is here") == ["ora"]
    assert found("Orra is here") == []
