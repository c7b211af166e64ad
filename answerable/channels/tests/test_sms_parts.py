"""SMS count as 3GPP TS 23.038 and 23.040 say: septets, 16-bit units, parts, and no part that ends inside a pair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.channels.common import sms


@pytest.mark.parametrize(
    ("text", "is_gsm", "units", "parts"),
    [
        ("", True, 0, 1),
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 306, True, 306, 2),
        ("a" * 307, True, 307, 3),
        ("€" * 80, True, 160, 1),
        ("€" * 81, True, 162, 2),
        ("{[~]}|^\\", True, 16, 1),
        ("Não é à toa", False, 11, 1),
        ("é à ù ì ò Ç ñ ü", True, 15, 1),
        ("Zażółć gęślą jaźń", False, 17, 1),
        ("ą" * 70, False, 70, 1),
        ("ą" * 71, False, 71, 2),
        ("ą" * 134, False, 134, 2),
        ("ą" * 135, False, 135, 3),
        ("👍" * 35, False, 70, 1),
        ("👍" * 36, False, 72, 2),
        ("`", False, 1, 1),
    ],
)
def test_a_text_counts_as_a_phone_counts_it(text: str, is_gsm: bool, units: int, parts: int) -> None:
    found = sms.parted(text)
    assert (found.is_gsm, found.units, len(found.parts)) == (is_gsm, units, parts)


def test_no_part_ends_inside_a_pair() -> None:
    escapes = sms.parted("a" * 152 + "€" * 80)
    assert escapes.parts[0] == "a" * 152
    emoji = sms.parted("ą" * 66 + "👩‍⚕️" * 30)
    assert all(len(sms.ucs2(part)) <= 134 for part in emoji.parts)
    assert emoji.parts[0] == "ą" * 66


@given(st.text(max_size=400))
def test_the_parts_are_the_text_and_each_fits(text: str) -> None:
    found = sms.parted(text)
    assert "".join(found.parts) == text
    for part in found.parts:
        size = len(sms.septets(part)) if found.is_gsm else len(sms.ucs2(part)) // 2
        most = (160 if found.is_gsm else 70) if len(found.parts) == 1 else (153 if found.is_gsm else 67)
        assert size <= most


@given(st.text(alphabet=list(sms._SEPTETS), max_size=80))
def test_septets_are_read_back_as_they_were_written(text: str) -> None:
    assert sms.from_septets(sms.septets(text)) == text


@given(st.binary(max_size=300))
def test_whatever_came_is_read(body: bytes) -> None:
    assert isinstance(sms.from_septets(body) + sms.from_ucs2(body), str)
