"""Signs, sorts and gates: what is set aside, on which words, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.listening import setting_aside
from answerable.listening.posts import Heard, Post
from answerable.listening.setting_aside import NOTHING, Aside, Learned, Meaning, Sort, judge
from answerable.listening.sign_names import SIGNS, SORTS
from answerable.listening.spelling import Spelling
from answerable.listening.tests.aside_posts import ASIDE, TO_BE_READ


def judged(text: str, learned: Learned = NOTHING, author: str = "") -> Aside | None:
    post = Post(text, author)
    return judge(post, Heard(post, Spelling()), learned)


@pytest.mark.parametrize(("sort", "text"), [(sort, text) for sort, texts in ASIDE.items() for text in texts])
def test_it_is_set_aside_as_what_it_is(sort: str, text: str) -> None:
    aside = judged(text)
    assert aside is not None
    assert aside.sort == sort
    assert aside.score >= 1


@pytest.mark.parametrize("text", TO_BE_READ)
def test_what_only_looks_like_it_is_read(text: str) -> None:
    assert judged(text) is None


def test_the_evidence_points_at_the_words_and_adds_up() -> None:
    text = "Etui na Glimo, kod rabatowy GLIM20, kup teraz"
    aside = judged(text)
    assert aside is not None
    words = {each.name: [text[shown.start : shown.end] for shown in each.shown] for each in aside.evidence}
    assert words == {"look_at_my_profile": ["kod rabatowy"], "offer": ["kup teraz"]}
    assert aside.score == pytest.approx(sum(each.weight for each in aside.evidence))


def test_the_name_of_a_machine_alone_is_not_enough() -> None:
    assert judged("Glimo lost its signal again", author="weather_bot") is None
    aside = judged("Now hiring at Glimo, Leeds", author="jobs_bot")
    assert aside is not None
    assert [each.name for each in aside.evidence] == ["job_or_market_report", "machine"]
    assert judged("Now hiring at Glimo, Leeds", author="abbot") is not None
    assert judged("Now hiring at Glimo, Leeds", author="botany") is None


def test_counted_signs() -> None:
    aside = judged("https://a.example https://b.example https://c.example @a @b @c @d @e @f glimo")
    assert aside is not None
    assert {each.name for each in aside.evidence} == {"links", "handles"}


def test_a_gate_that_was_moved_counts() -> None:
    text = "Glimo covers, use my code ANNA, click here"
    assert judged(text) is not None
    assert judged(text, Learned(gates={Sort.SPAM: 2.0})) is None


def test_another_meaning_is_known_by_learned_words_alone() -> None:
    meaning = Learned(Meaning({"lake": 2.0, "#camping": 1.5, "canoe": 2.0}, gate=3.0))
    text = "Canoe on Lake Velorin #camping"
    assert judged(text) is None
    aside = judged(text, meaning)
    assert aside is not None
    assert (aside.sort, aside.score) == (Sort.OTHER_MEANING, 5.5)
    assert [text[shown.start : shown.end] for each in aside.evidence for shown in each.shown] == [
        "Canoe",
        "Lake",
        "#camping",
    ]
    assert judged("Velorin by the lake", meaning) is None
    assert judged(text, replace(meaning, meaning=Meaning(meaning.meaning.words, 6.0))) is None


def test_every_sign_and_every_sort_has_its_sentence() -> None:
    assert {sign.name for sign in setting_aside.signs()} | set(setting_aside._COUNTED) == SIGNS.keys()
    assert set(SORTS) == set(Sort)
