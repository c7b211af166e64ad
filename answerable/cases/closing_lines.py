"""The last public word of a solved case: those who watched see that it ended, and nothing about the person is said."""

from __future__ import annotations

from collections.abc import Mapping

LINES: Mapping[str, str] = {
    "en": "This is solved now. Thank you for telling us here.",
    "pt": "Isto está resolvido. Obrigado por nos avisar aqui.",
    "pl": "Ta sprawa jest już rozwiązana. Dziękujemy, że nam o niej tu powiedziano.",
}


def line(language: str) -> str:
    """The line in the language of the case, English for one that we do not speak."""
    return LINES.get(language[:2], LINES["en"])
