"""The queries of a workspace, kept in the memory of this process and never older than the last look at the database.

`engine_of` looks whether anything changed and reads only what did, so it is asked once for each batch of posts: a change
that another process made holds from the next batch on. A process that matches for minutes asks again in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from django.db.models import F

from answerable.listening.lexing import Misread
from answerable.listening.matcher import Matcher
from answerable.listening.models import Choices, Query, QueryVersion
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling
from answerable.listening.tallying import Tally
from answerable.listening.tree import Node


@dataclass(frozen=True)
class Match:
    """A post as it was read, and the keys of the `QueryVersion`s that it matches, in their order."""

    heard: Heard
    versions: tuple[int, ...]


class Engine:
    """All queries of one workspace that are on. Several threads may match while one brings it up to date."""

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.spelling = Spelling()
        self.languages: tuple[str, ...] = ()
        self.unread: dict[int, str] = {}
        """Versions that today's reading refuses, and its sentence: they find nothing until somebody mends them."""
        self._matcher, self._tally = Matcher[int](), Tally()
        self._held: dict[int, int] = {}
        self._revision = self._respelt = -1
        self._matching, self._reading = Lock(), Lock()

    def __len__(self) -> int:
        return len(self._matcher)

    def match(self, post: Post) -> Match:
        heard = Heard(post, self.spelling)
        with self._matching:
            found = self._matcher.match(heard)
            self._tally.count(heard)
            if self._tally.is_due:
                self._tally.refile(self._matcher)
        return Match(heard, tuple(sorted(found)))

    def follow(self) -> None:
        """Take in what changed since the last look; one small question where nothing did."""
        with self._reading:
            choices = Choices.objects.filter(workspace_id=self.workspace_id).first() or Choices()
            if choices.revision == self._revision:
                return
            anew = choices.respelt != self._respelt or choices.revision < self._revision
            spelling = Spelling(choices.protected, lookalikes=choices.lookalikes) if anew else self.spelling
            changed = _changed(self.workspace_id, since=-1 if anew else self._revision)
            self._take(_read(changed, spelling), spelling, anew=anew)
            self._revision, self._respelt = choices.revision, choices.respelt
            self.languages = tuple(choices.languages)

    def _take(self, changes: Sequence[_Change], spelling: Spelling, *, anew: bool) -> None:
        matcher = Matcher[int](self._matcher.counts) if anew else self._matcher
        with self._matching:
            if anew:
                self._held, self.unread = {}, {}
            for change in changes:
                self._exchange(matcher, change)
            self._matcher, self.spelling = matcher, spelling

    def _exchange(self, matcher: Matcher[int], change: _Change) -> None:
        if (before := self._held.pop(change.query, None)) is not None:
            matcher.remove(before)
            self.unread.pop(before, None)
        if change.version is None:
            return
        self._held[change.query] = change.version
        if change.node is None:
            self.unread[change.version] = change.sentence
        else:
            matcher.add(change.version, change.node)


def engine_of(workspace_id: int) -> Engine:
    """The engine of this process for a workspace, up to date. Ask once for each batch."""
    with _LOCK:
        engine = _ENGINES.setdefault(workspace_id, Engine(workspace_id))
    engine.follow()
    return engine


@dataclass(frozen=True)
class _Change:
    """A query that changed: its version of now, None where it is off, and what that means or why nobody can tell."""

    query: int
    version: int | None
    node: Node | None
    sentence: str = ""


def _changed(workspace_id: int, *, since: int) -> list[tuple[int, int | None, str]]:
    queries = Query.objects.filter(workspace_id=workspace_id, revision__gt=since)
    off = (
        []
        if since < 0
        else [(pk, None, "") for pk in queries.filter(state=Query.State.OFF).values_list("pk", flat=True)]
    )
    on = QueryVersion.objects.filter(query__in=queries.filter(state=Query.State.ON), number=F("query__version"))
    return [*off, *on.values_list("query_id", "pk", "text")]


def _read(changed: Sequence[tuple[int, int | None, str]], spelling: Spelling) -> list[_Change]:
    return [_meant(query, version, text, spelling) for query, version, text in changed]


def _meant(query: int, version: int | None, text: str, spelling: Spelling) -> _Change:
    if version is None:
        return _Change(query, None, None)
    try:
        return _Change(query, version, parse(text, spelling))
    except Misread as error:
        return _Change(query, version, None, error.sentence)


_LOCK = Lock()
_ENGINES: dict[int, Engine] = {}
