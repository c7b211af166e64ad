"""A channel of somebody else, installed like any other, whose reader breaks in every way that there is."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.contract import Audience, Can, Handle, Item, Raw, Said, Setting, Spec

NEVER_ENDS = re.compile(r"(a|aa|aaa)+$")


class Hostile:
    """The body says what its reading does; anything else is an ordinary post."""

    spec = Spec(
        kind="hostile",
        label="Hostile",
        icon="thread",
        can=frozenset({Can.HEAR_PRIVATE}),
        settings=(Setting("token_key", "Key", secret=True),),
    )

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        words = raw.body.decode()
        match words:
            case "break":
                raise RuntimeError(words)
            case "hang":
                while True:
                    pass
            case "freeze":
                NEVER_ENDS.match("a" * 200 + "b")
            case "die":
                os.kill(os.getpid(), signal.SIGSEGV)
        return [Said(words, Handle("hostile", "pia"), Audience.PRIVATE, words, posted_at=None)]


connector = Hostile()
