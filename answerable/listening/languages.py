"""Which of a workspace's languages a text is in.

Three answers: a code of the workspace, `OTHER` where another language of the world fits clearly better, and "" where
nothing can be said, for want of words or because two languages of ours fit alike. A sum per language, of what its letters
say (py3langid), is divided by the root of the length: so a margin means the same for short texts and for long ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, RAW_FLOOR, LanguageIdentifier

from answerable.core.errors import Invalid

OTHER = "other"
NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|[@#]\w+|[^\w\s'’-]|\d+")
LOOKED_AT = 1_000
"""Characters that are read: more of a text says nothing new of its language."""
FOREIGN = 0.7
"""So much better must a language that is not ours fit."""
APART = 0.5
"""So much better must the first of ours fit than the second."""


class Identifier:
    """Tells the languages `among` apart. Codes may name a country too ("pt-BR"); that is not told apart.

    Raises `Invalid` for a language that nothing is known of.
    """

    def __init__(self, among: Iterable[str]) -> None:
        self.among = tuple(dict.fromkeys(bare(each) for each in among))
        unknown = [each for each in self.among if each not in known()]
        if unknown:
            raise Invalid("Nothing is known here of the language “%(code)s”.", code=unknown[0])
        self._ours = [(_model().nb_classes.index(code), code) for code in self.among]

    def language(self, text: str) -> str:
        """One of ours, `OTHER`, or "" for not known."""
        said = NO_WORDS.sub(" ", text[:LOOKED_AT]).strip()
        if not said or not self.among:
            return ""
        fits = _fits(said)
        best = float(fits.max())
        ours = sorted(((float(fits[place]), code) for place, code in self._ours), reverse=True)
        measure = len(said.encode()) ** 0.5
        if best <= RAW_FLOOR:
            return ""
        if best - ours[0][0] >= FOREIGN * measure:
            return OTHER
        if len(ours) > 1 and ours[0][0] - ours[1][0] < APART * measure:
            return ""
        return ours[0][1]


def _fits(said: str) -> Any:
    """How well each language fits. `rank` says the same in order, and takes as long to sort as all the rest takes."""
    return _model()._decide(said)  # noqa: SLF001


def bare(code: str) -> str:
    """The language of a code that may name a country too."""
    return re.split("[-_]", code.strip().lower())[0]


@cache
def known() -> frozenset[str]:
    """The codes of all languages that can be told apart."""
    return frozenset(_model().labels) - {"zxx"}


@cache
def _model() -> LanguageIdentifier:
    """Read when it is first asked for: it takes most of a second and 90 MB."""
    return LanguageIdentifier.from_model_file(MODEL_FILE)
