"""Answers that are nothing but a yes or a no. Pure; whatever says more is for a person to read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from answerable.core.text.fold import fold

# English words are understood in every language but where they mean something else: “no” is a Polish yes.
ENGLISH = {
    **dict.fromkeys(
        ("yes", "yes it is", "yes it is solved", "it is solved", "solved", "yes thank you", "yes thanks"), True
    ),
    **dict.fromkeys(("no", "no it is not", "it is not", "not solved", "no it is not solved", "not yet"), False),
}
PORTUGUESE = {
    **dict.fromkeys(("sim", "sim resolvido", "resolvido", "sim obrigado", "sim obrigada"), True),
    **dict.fromkeys(("nao", "ainda nao", "nao resolvido", "nao foi resolvido"), False),
}
POLISH = {
    **dict.fromkeys(("tak", "tak rozwiazane", "rozwiazane", "tak dziekuje"), True),
    **dict.fromkeys(("nie", "jeszcze nie", "nie rozwiazane"), False),
}
WORDS: Mapping[str, Mapping[str, bool]] = {
    "en": ENGLISH,
    "pt": {**ENGLISH, **PORTUGUESE},
    "pl": {**{words: yes for words, yes in ENGLISH.items() if words != "no"}, **POLISH},
}
SIGNATURE = re.compile(r"\n-- ?\n.*", re.DOTALL)
LONGEST = 60
NO_WORD = re.compile(r"[^\w]+")


def answer_in(text: str, language: str) -> bool | None:
    """Yes, no, or None for everything that says more or less than that, in the language of the question."""
    said = SIGNATURE.sub("", f"{text.strip()}\n").strip()
    if not said or len(said) > LONGEST or "?" in said:
        return None
    bare = NO_WORD.sub(" ", fold(said)).strip()
    return WORDS.get(language[:2], ENGLISH).get(bare)
