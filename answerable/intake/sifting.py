"""What of a stream of everybody is kept: what a saved query wants, and what people say who are known on a basis.

Nothing is stored to be looked at later: a post is read, held against the queries of this moment, and kept or counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from answerable.channels.contract import Candidate, Raw
from answerable.channels.models import Source
from answerable.conversations import knowing
from answerable.conversations.identifying import key_of
from answerable.intake.reasons import post_of
from answerable.listening.engines import engine_of
from answerable.listening.posts import Heard, Post
from answerable.listening.topics import topics_of


@dataclass
class Sifted:
    """Why those are kept that are, by external id; how many passed by; all that were looked at, as queries see them."""

    heard: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    passed_by: int = 0
    posts: list[Post] = field(default_factory=list)

    def is_kept(self, item: Raw | Candidate) -> bool:
        """What is no candidate is ours anyway."""
        return isinstance(item, Raw) or item.raw.external_id in self.heard


def sift(candidates: Sequence[Candidate], source: Source) -> Sifted:
    """Hold each against the saved queries, and what none of them wants against the topics, if its author is known."""
    sifted = Sifted()
    if not candidates:
        return sifted
    engine = engine_of(source.workspace_id)
    matched = [(each, engine.match(post_of(each.said, source, engine))) for each in candidates]
    wanted = {each.raw.external_id: {"versions": list(match.versions)} for each, match in matched if match.versions}
    known = _known([(each, match.heard) for each, match in matched if not match.versions], source)
    sifted.heard = {**wanted, **{key: {"known": why} for key, why in known.items()}}
    sifted.passed_by = sum(each.raw.external_id not in sifted.heard for each in candidates)
    sifted.posts = [match.heard.post for _, match in matched]
    return sifted


def _known(heard: Sequence[tuple[Candidate, Heard]], source: Source) -> Mapping[str, Mapping[str, Any]]:
    """Few posts speak of a topic, so only their authors are looked for."""
    if not knowing.are_any(source.workspace_id):
        return {}
    spoken = [(each, topics[0]) for each, post in heard if (topics := topics_of(post))]
    bases = knowing.bases([key_of(each.said.author) for each, _ in spoken], workspace_id=source.workspace_id)
    return {
        each.raw.external_id: {"topic": topic, "basis": bases[key_of(each.said.author)]}
        for each, topic in spoken
        if key_of(each.said.author) in bases
    }
