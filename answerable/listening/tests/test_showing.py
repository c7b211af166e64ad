"""Why a post matched is shown in the words of the post."""

from __future__ import annotations

import pytest

from answerable.listening.parsing import parse
from answerable.listening.posts import Post
from answerable.listening.showing import show
from answerable.listening.spelling import Spelling


@pytest.mark.parametrize(
    ("query", "said", "marked"),
    [
        ("lawka", "Kupiłem ŁAWKA!", ["ŁAWKA"]),
        ("nike -spam", "New ＮＩＫＥ's here", ["ＮＩＫＥ"]),
        ('"error four" OR glimo', "My Glimo: error, four times", ["Glimo", "error, four"]),
        ("battery NEAR/3 glimo", "Glimo eats the battery; battery", ["Glimo", "battery"]),
        ("batt*", "batteries and a battery", ["batteries", "battery"]),
        ("email", "my e-mail is gone", ["e-mail"]),
        ("#żabka OR kiosk", "w #Żabka dzisiaj", ["#Żabka"]),
        ("a AND (b OR c)", "c a", ["c", "a"]),
        ("absent", "nothing of it", []),
    ],
)
def test_the_words_that_made_it_match_are_marked(query: str, said: str, marked: list[str]) -> None:
    shown = show(parse(query), Post(said), Spelling())
    assert [said[each.start : each.end] for each in shown] == marked


def test_a_fact_beside_the_text_is_named() -> None:
    shown = show(parse("weak from:miguel"), Post("weak signal", "@Miguel"), Spelling())
    assert [each.fact for each in shown if each.fact] == ["from:miguel"]
