"""Words by which people say that a number may not write to them any more, or may again.

They are those that carriers and Twilio (“Default opt-out and opt-in keywords”) act on, and what is usual in Portuguese
and Polish. Only a message that is nothing but such a word counts: “stop it from beeping” is a question.
"""

from __future__ import annotations

from answerable.channels.contract import Consented
from answerable.core.text.fold import fold

STOP = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"}
    | {"pare", "parar", "sair", "descadastrar", "wypisz", "rezygnuje"}
)
START = frozenset({"start", "unstop", "optin", "voltar", "wznow"})
WRITING = "writing"


def consents(text: str) -> tuple[Consented, ...]:
    """What a message says about writing to its author; most say nothing."""
    word = "".join(letter for letter in fold(text) if letter.isalnum())
    if word not in STOP | START:
        return ()
    return (Consented(WRITING, given=word in START, how=" ".join(text.split())[:60]),)
