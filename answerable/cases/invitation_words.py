"""The public sentence of an invitation: it names no product, and does not say that anybody is a customer or a patient."""

from __future__ import annotations

import re
from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "en": (
        (
            "You can go on here, where nobody else reads along: %(link)s If you write to us privately instead, bring this "
            "code: %(code)s"
        ),
        "You can go on here, where nobody else reads along: %(link)s",
    ),
    "pt-br": (
        (
            "Podemos continuar por aqui, onde ninguém mais lê: %(link)s Se preferir nos escrever em particular, traga este "
            "código: %(code)s"
        ),
        "Podemos continuar por aqui, onde ninguém mais lê: %(link)s",
    ),
    "pl": (
        (
            "Możemy kontynuować tutaj, gdzie nikt inny nie czyta: %(link)s W prywatnej wiadomości do nas wystarczy podać ten "
            "kod: %(code)s"
        ),
        "Możemy kontynuować tutaj, gdzie nikt inny nie czyta: %(link)s",
    ),
}


def language_of(language: str) -> str:
    """The language of ours that is nearest."""
    return next((each for each in SENTENCES if language and each[:2] == language[:2].lower()), "en")


def sentence(language: str, *, link: str, code: str, most: int | None) -> str:
    """The longest sentence that the channel takes, `most` characters at most; the short one where none fits."""
    said = [each % {"link": link, "code": code} for each in SENTENCES[language_of(language)]]
    return next((each for each in said if most is None or len(each) <= most), said[-1])


MOST_GREETING = 8
"""So many words beside the sentence are a greeting or an excuse, and no answer to what was asked."""
WORD = re.compile(r"\w+")
_SENTENCE = re.compile(
    "|".join(
        re.escape(each).replace(re.escape("%(link)s"), r"\S+").replace(re.escape("%(code)s"), r"\S+")
        for both in SENTENCES.values()
        for each in both
    )
)


def only_invites(text: str) -> bool:
    """Is there the sentence of an invitation in it, and beside it a greeting at most? Then nobody was answered yet."""
    left, found = _SENTENCE.subn(" ", text)
    return bool(found) and len(WORD.findall(left)) <= MOST_GREETING
