"""How long an answer is as its channel counts it, and how everybody will read it there."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.channels.contract import Audience, Handle, Measured, Measures, Reply
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.models import Identity


def of(source: Source, text: str, audience: str, people: Sequence[Identity] = ()) -> Measured:
    """By the channel's own counting; in characters where it has none."""
    speaker = connector(source.kind)
    if not isinstance(speaker, Measures):
        return Measured(len(text), source.spec.max_text, text)
    to = tuple(Handle(each.namespace, each.value, each.display) for each in people)
    return speaker.measured(Reply(key="", audience=Audience(audience), text=text, to=to), source.values())
