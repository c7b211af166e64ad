"""Copies: the same words, nearly the same words, and what is not one."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.listening.copies import ALIKE, Fingerprint, Window, fingerprint, likeness
from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling

FIRST = "The Glimo sensor lost its signal three times last night and nobody at support answers"


def print_of(text: str) -> Fingerprint:
    spelling = Spelling()
    return fingerprint(Heard(Post(text), spelling), spelling)


@pytest.mark.parametrize(
    "text",
    [
        FIRST,
        FIRST.upper() + "!!!",
        f"RT @kamil: {FIRST} https://t.example/abc",
        "and nobody at support answers: the Glimo sensor lost its signal three times last night",
        FIRST.replace("three", "four"),
        FIRST + " again",
        "Wow! " + FIRST,
    ],
)
def test_a_copy_is_linked_to_the_first(text: str) -> None:
    window = Window[str]()
    assert window.see(print_of(FIRST), "first") is None
    assert window.see(print_of(text), "second") == "first"


@pytest.mark.parametrize(
    "text",
    [
        "The Glimo sensor fell off three times last week and nobody here answers my mails",
        "Nobody at support answers, and my order is two weeks late, what now?",
        "Happy birthday Velorin",
    ],
)
def test_what_is_said_anew_is_no_copy(text: str) -> None:
    window = Window[str]()
    window.see(print_of(FIRST), "first")
    assert window.see(print_of(text), "second") is None


def test_few_words_are_nobody_s_copy() -> None:
    window = Window[int]()
    assert window.see(print_of("Happy birthday Velorin"), 1) is None
    assert window.see(print_of("Happy birthday Velorin"), 2) is None
    assert len(window) == 0


def test_copies_of_copies_lead_to_the_first() -> None:
    window = Window[int]()
    window.see(print_of(FIRST), 1)
    assert window.see(print_of(FIRST + " again"), 2) == 1
    assert window.see(print_of(FIRST + " again"), 3) == 1


def test_the_window_slides() -> None:
    window = Window[int](remembered=2)
    for name, word in enumerate(("alpha", "beta", "gamma")):
        window.see([f"{word}{number}" for number in range(8)], name)
    assert len(window) == 2
    assert window.see([f"alpha{number}" for number in range(8)], 3) is None
    assert window.see([f"gamma{number}" for number in range(8)], 4) == 2
    assert len(window._bands) == sum(len(set(each.bands)) for _, each in window._kept)


def test_fingerprints_are_the_same_in_another_process() -> None:
    asked = f"from answerable.listening.copies import Fingerprint as F; f = F({tuple(FIRST.split())!r}); print(f.same, f.bands)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
    here = Fingerprint(tuple(FIRST.split()))
    assert told == f"{here.same} {here.bands}"


def test_nearly_all_near_copies_are_found() -> None:
    """Five hundred texts of 8 to 20 words among which one of ten is an earlier one with one word changed."""
    dice, window = random.Random(5), Window[int]()
    texts: list[list[str]] = []
    found = missed = wrong = 0
    for name in range(2_000):
        edited = bool(texts) and dice.random() < 0.1
        text = list(dice.choice(texts)) if edited else [f"w{dice.randrange(3_000)}" for _ in range(dice.randint(8, 20))]
        if edited:
            text[dice.randrange(len(text))] = "edited"
        first = window.see(text, name)
        found, missed = found + (edited and first is not None), missed + (edited and first is None)
        wrong += not edited and first is not None
        texts += [] if edited else [text]
    assert wrong == 0
    assert found / (found + missed) > 0.9


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=6, max_size=12), max_size=20))
def test_whatever_is_called_a_copy_is_alike_and_comes_after_the_first(texts: list[list[str]]) -> None:
    window = Window[int]()
    for name, text in enumerate(texts):
        first = window.see(text, name)
        if first is not None:
            one, other = Fingerprint(tuple(texts[first])), Fingerprint(tuple(text))
            assert first < name
            assert set(one.words) == set(other.words) or likeness(one, other) >= ALIKE
