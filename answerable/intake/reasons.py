"""Why each utterance is ours, decided before anything is made of it: hop 4 of the pipeline.

1. What was said to us is ours: in private, to a post of ours, by our name, or at a place of ours.
2. What a stream kept says what kept it: saved queries, or that its author is known on a basis and speaks of a topic.
3. Everything else came because its source was asked for words. Saved queries that it matches as well are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, partial

from answerable.channels.contract import Audience, Can, Said, ToUs
from answerable.channels.models import Source
from answerable.conversations.models import Reference
from answerable.conversations.threads import LONGEST_ID
from answerable.intake.models import Envelope
from answerable.listening.engines import Engine, engine_of
from answerable.listening.languages import Identifier, known
from answerable.listening.lexing import Misread
from answerable.listening.models import QueryVersion
from answerable.listening.parsing import parse
from answerable.listening.posts import Post
from answerable.listening.relevance import MOST, Circumstances, Reason, Spans, Why, to_us
from answerable.listening.showing import Shown, show
from answerable.listening.spelling import Spelling
from answerable.listening.topics import Topic, words_of
from answerable.listening.tree import Node

ASKED_FOR = ("words", "searches", "hashtags")
"""Settings in which a source says what it asks its network for."""


def of_all(said: Sequence[tuple[Envelope, Said]], source: Source) -> list[tuple[Reason, ...]]:
    """The reasons of each utterance of one source, what decided first. Everything that others said has one."""
    if said[0][1].by_us:
        return [() for _ in said]
    if all(each.audience == Audience.PRIVATE for _, each in said):
        return [(Reason(Why.PRIVATE),) for _ in said]
    ours, seeks = _threads_of_ours([each for _, each in said], source), _seeks(source)
    found = _Found(said, source)
    return [_reasons(_told(envelope, each, source, ours, seeks), found.of(envelope, each)) for envelope, each in said]


def post_of(said: Said, source: Source, engine: Engine) -> Post:
    """An utterance as saved queries see it. Whom nobody calls otherwise is known by the name that the network compares.

    Its language is looked for where the network does not say it, and only when a query asks.
    """
    display = said.author.display
    return Post(
        text=said.text,
        author=display if display and " " not in display else said.author.value,
        to=tuple(each.display or each.value for each in said.to),
        channel=source.kind,
        language=said.language,
        detect=partial(_language, engine.languages),
    )


def _language(languages: tuple[str, ...], text: str) -> str:
    return _identifier(languages).language(text)


@cache
def _identifier(languages: tuple[str, ...]) -> Identifier:
    """Made when a query first asks for a language: what it knows is large."""
    return Identifier(each for each in languages if each.lower().partition("-")[0] in known())


def _reasons(told: Circumstances, found: Sequence[Reason]) -> tuple[Reason, ...]:
    first = to_us(told)
    if first is Why.PRIVATE:
        return (Reason(first),)
    return ((Reason(first),) if first is not None else ()) + tuple(found)[:MOST] or (Reason(Why.WORDS),)


def _told(envelope: Envelope, said: Said, source: Source, ours: frozenset[str], seeks: bool) -> Circumstances:
    return Circumstances(
        is_private=said.audience == Audience.PRIVATE,
        names_us=said.to_us is ToUs.NAMES or _names(said.text, source.address),
        answers_us=said.to_us is ToUs.ANSWERS or not ours.isdisjoint(said.thread_ids),
        is_place=not seeks and not envelope.heard,
    )


def _seeks(source: Source) -> bool:
    """Is its network asked for words? Without them, everything of it is said at a place of ours."""
    return source.can(Can.HEAR_KEYWORDS) and any(source.values().get(name) for name in ASKED_FOR)


def _names(text: str, address: str) -> bool:
    """Does a text call us, by the whole name or by the part before our own server?"""
    name = address.strip().lstrip("@").lower()
    called = {name, name.partition("@")[0]} - {""}
    return any(re.search(rf"(?<![\w@])@{re.escape(each)}(?![\w-])", text.lower()) for each in called)


def _threads_of_ours(said: Sequence[Said], source: Source) -> frozenset[str]:
    """Ids of threads that are here already, among those that these name."""
    wanted = {each[:LONGEST_ID] for one in said for each in one.thread_ids}
    known = Reference.objects.filter(workspace_id=source.workspace_id, namespace=source.kind, value__among=wanted)
    return frozenset(known.values_list("value", flat=True)) if wanted else frozenset()


class _Found:
    """What finds the utterances of a batch: what their envelopes were kept for, else the saved queries of this moment."""

    def __init__(self, said: Sequence[tuple[Envelope, Said]], source: Source) -> None:
        self._source, self._engine = source, engine_of(source.workspace_id)
        self._versions = {id(each): self._asked(envelope, each) for envelope, each in said}
        wanted = {version for versions in self._versions.values() for version in versions}
        texts = QueryVersion.objects.filter(pk__in=wanted).values_list("pk", "text") if wanted else ()
        self._nodes = {pk: read(text, self._engine.spelling) for pk, text in texts}

    def of(self, envelope: Envelope, said: Said) -> list[Reason]:
        post, known = post_of(said, self._source, self._engine), envelope.heard.get("known")
        if known:
            topic = Topic(known["topic"])
            return [Reason(Why.KNOWN, topic=topic, basis=known["basis"], spans=joined(words_of(topic, post)))]
        return [self._by_query(version, post) for version in self._versions[id(said)]]

    def _asked(self, envelope: Envelope, said: Said) -> Sequence[int]:
        if said.audience == Audience.PRIVATE:
            return ()
        if envelope.heard:
            return tuple(envelope.heard.get("versions", ()))[:MOST]
        return self._engine.match(post_of(said, self._source, self._engine)).versions[:MOST]

    def _by_query(self, version: int, post: Post) -> Reason:
        node = self._nodes.get(version)
        shown = show(node, post, self._engine.spelling) if node is not None else []
        facts = tuple(each.fact for each in shown if each.fact)
        return Reason(Why.QUERY, version=version, spans=joined(shown), facts=facts)


def read(text: str, spelling: Spelling) -> Node | None:
    """A query as it is read today; None where today's spelling refuses it: then it shows nothing."""
    try:
        return parse(text, spelling)
    except Misread:
        return None


def joined(shown: Iterable[Shown]) -> Spans:
    """Places in a text, in order, those that overlap as one."""
    spans: list[tuple[int, int]] = []
    for each in sorted((each.start, each.end) for each in shown if not each.fact):
        if spans and each[0] < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(each[1], spans[-1][1]))
        else:
            spans.append(each)
    return tuple(spans)
