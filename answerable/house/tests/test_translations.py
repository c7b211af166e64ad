"""The three languages are complete."""

from answerable.house import translations


def test_no_language_lacks_or_doubts_a_sentence() -> None:
    assert translations.check() == []
