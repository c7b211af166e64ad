"""The line that stands before an answer which went on to another address, in the languages of our customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answerable.replies.question_words import spoken

LINES: Mapping[str, str] = {
    "en": "You were gone before you could read this in our chat. Just answer here: it goes on with the same person.",
    "pt-br": "Você saiu antes de ler isto na nossa conversa. É só responder aqui: continua com a mesma pessoa.",
    "pl": "Nie zdążyliśmy odpowiedzieć na czacie przed Twoim wyjściem. Wystarczy odpisać: zajmie się tym ta sama osoba.",
}


def introduced(texts: Sequence[str], language: str) -> str:
    """What was not seen, in order, below the line."""
    return "\n\n".join((LINES[spoken(language)], *texts))
