"""Words: decoded without loss, folded the same each time, masked, and safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.core.text.charsets import ODD_NAMES, codec_for, decode
from answerable.core.text.fold import fold
from answerable.core.text.html import TooHeavy, sanitise, text_of
from answerable.core.text.masking import mask
from answerable.core.text.tokens import tokens, words

NAMES = st.one_of(
    st.sampled_from([*ODD_NAMES, "utf-7", "hex", "idna", "zip", "utf-16", "\0", "../x"]), st.text(max_size=50)
)
PIECES = [
    "<div>",
    "</div>",
    "<img src=//x.example.net/p>",
    "<img src='cid:a'>",
    "<a href='javascript:x'>",
    "<script>",
    "x",
    "&x",
    "<!--",
]
FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from([*PIECES, "-->", "<svg onload=x>", "<style>", '"', ">", "<img src='http:x\"y'>"]),
        st.text(max_size=5),
    )
)


@given(st.binary(max_size=300), NAMES)
def test_any_bytes_under_any_name_become_text(body: bytes, declared: str) -> None:
    text = decode(body, declared)
    assert text or not body.strip(b"\xfe\xff\xef\xbb\xbf\0+-~{}\x1b$()B")
    text.encode("utf-8")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_odd_name_leads_to_a_codec(name: str) -> None:
    assert codec_for(name) or name in ("ascii", "us-ascii")


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("CP-850", "cp850"),
        ("Windows-1258", "cp1258"),
        ("windows-874", "cp874"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("hex", ""),
        ("idna", ""),
    ],
)
def test_a_declared_name_is_read_as_senders_mean_it(name: str, codec: str) -> None:
    assert codec_for(name) == codec


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("ŁAWKĘ", "lawke"),
        ("straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ＮＩＫＥ", "nike"),
        ("ni\u200bke", "nike"),
        ("não", "nao"),
    ],
)
def test_spellings_of_one_word_fold_to_one(written: str, sought: str) -> None:
    assert fold(written) == fold(sought)


def test_tokens_are_what_people_seek() -> None:
    assert tokens("Glimo's e-mail 出荷 मेरी दवाई 👍🏽") == ["glimo", "e", "mail", "出", "荷", "मेरी", "दवाई", "👍", "🏽"]
    assert words("#Żabka e-mail") >= {"zabka", "#zabka", "email", "e", "mail"}


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("Ada <ada@example.org> rang +48 601 234 567.", "Ada <(address)> rang (number)."),
        ("card 4111-1111-1111-1111", "card (number)"),
        ("number44051401359", "number(number)"),
        ("2026-06-12 case 2026-0712 took 12 ms", "2026-06-12 case 2026-0712 took 12 ms"),
    ],
)
def test_numbers_and_addresses_of_people_are_masked(line: str, masked: str) -> None:
    assert mask(line) == masked


@given(FRAGMENTS)
def test_safe_html_loads_and_runs_nothing(pieces: list[str]) -> None:
    safe = sanitise("".join(pieces), cid=lambda inline_id: f"/files/{len(inline_id)}").lower()
    assert not any(
        sign in safe for sign in ("<script", "javascript:", "onload=", "<style", "<svg", ' src="http', ' src="//')
    )


@given(FRAGMENTS)
def test_html_made_safe_twice_is_the_same(pieces: list[str]) -> None:
    once = sanitise("".join(pieces))
    assert sanitise(once) == once


def test_a_remote_image_keeps_its_address_and_an_attached_one_gets_ours() -> None:
    html = '<img src="https://example.net/a?b=1&c=2"><img src="cid:p1@x">'
    assert sanitise(html, cid=lambda inline_id: f"/file/{inline_id}") == (
        '<img data-remote-src="https://example.net/a?b=1&amp;c=2"><img src="/file/p1@x">'
    )


@pytest.mark.parametrize("html", ["<div>" * 500, "<a href=x>" * 6_000, "x" * 1_000_001, "<b></b>" * 40_000])
def test_too_much_html_is_refused_and_its_words_are_kept(html: str) -> None:
    with pytest.raises(TooHeavy):
        sanitise(html)
    assert "word" in text_of(f"word {html}")


def test_html_as_text_keeps_lines_lists_links_and_quotations() -> None:
    html = "<p>One<br>two</p><ul><li>a<li>b</ul><blockquote>said</blockquote><a href='https://example.org/x'>here</a><pre>a\n  b</pre>"
    assert text_of(html) == "One\ntwo\n- a\n- b\n\n> said\nhere <https://example.org/x>\na\n  b"
