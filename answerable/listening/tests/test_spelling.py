"""What is the same for somebody who seeks: every row of the table of correctness, as query and post."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling

PLAIN, KEPT, LOOKING = Spelling(), Spelling(["C++", "AT&T", ".NET"]), Spelling(lookalikes=True)
ZERO_WIDTH = "\u200b"


def finds(query: str, said: str, spelling: Spelling = PLAIN) -> bool:
    matcher = Matcher[int]()
    matcher.add(1, parse(query, spelling))
    return matcher.match(Heard(Post(said), spelling)) == [1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ławkę", "kupilem lawke"),
        ("nao", "São Paulo não responde"),
        ("não", "NA\u0303O!"),
        ("straße", "STRASSE 5"),
        ("nike", "𝐍𝐢𝐤𝐞 shoes"),
        ("nike", "ＮＩＫＥ出荷"),
        ("istanbul", "İstanbul"),
        ("nike", f"nik{ZERO_WIDTH}e"),
        ("寒い", "今日は寒いですね"),
        ("서울", "서울은 비"),
        ("👍", "great 👍🏽"),
        ("żabka", "#Żabka dzisiaj"),
        ("#żabka", "#Zabka dzisiaj"),
        ("nike", "Nike's new shoe"),
        ("nike", "Nike’s new shoe"),
        ("email", "my e-mail is gone"),
        ("e-mail", "my email is gone"),
        ("e-mail", "my e-mail is gone"),
        ('"my email"', "my e-mail is gone"),
        ('"at t"', "AT&T is down"),
        ("दवाई", "मेरी दवाई खो गई"),
        ("@care", "hello @Care, help"),
        ("care", "hello @Care, help"),
    ],
)
def test_what_is_written_otherwise_is_found(query: str, said: str) -> None:
    assert finds(query, said)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("दवा", "मेरी दवाई खो गई"),
        ("#żabka", "żabka dzisiaj"),
        ("@care", "we care"),
        ("nike", "nikea"),
        ("exact:łaska", "laska"),
        ("exact:avó", "meu avô"),
        ("exact:Apple", "an apple a day"),
    ],
)
def test_what_only_looks_alike_is_not_found(query: str, said: str) -> None:
    assert not finds(query, said)


@pytest.mark.parametrize(("query", "said"), [("exact:łaska", "Łaska pańska"), ("exact:Apple", "my Apple is broken")])
def test_the_exact_spelling_minds_accents_and_the_capitals_that_it_has(query: str, said: str) -> None:
    assert finds(query, said)


def test_a_protected_spelling_is_one_word() -> None:
    assert finds("c++", "I write C++ all day", KEPT)
    assert not finds("c++", "vitamin C", KEPT)
    assert not finds("c", "I write C++ all day", KEPT)
    assert finds("AT&T", "at&t is down", KEPT)
    assert not finds('"at t"', "AT&T is down", KEPT)
    assert finds(".net", "the .NET team", KEPT)


def test_lookalike_letters_are_read_as_latin_where_that_is_wanted() -> None:
    assert finds("nike", "Νike", LOOKING), "the N is Greek"
    assert finds("nike", "nіkе", LOOKING), "two letters are Cyrillic"
    assert not finds("nike", "Νike")


@pytest.mark.parametrize(
    "said", ["Ça va, ＮＩＫＥ's e-mail?", f"nik{ZERO_WIDTH}e NA\u0303O", "İİ straße 👍🏽 寒い", "it's AT&T's"]
)
def test_every_word_has_its_place_in_the_original_text(said: str) -> None:
    places = KEPT.places(said)
    assert [KEPT.bare(word) for word, _, _ in places] == KEPT.read(said).sequence
    assert all(word in KEPT.folded(said[start:end]).replace("’", "'") for word, start, end in places)


PLAIN_TEXT = st.text(st.sampled_from("ab_C+&.'9#@- \n"), max_size=30) | st.text(st.characters(max_codepoint=127))


@given(PLAIN_TEXT)
def test_plain_letters_are_parted_as_all_others_are(text: str) -> None:
    spelling = Spelling(["C++", "AT&T", ".NET"])
    for one in (spelling, Spelling()):
        assert one._plain.findall(text) == one._word.findall(text)
