"""The matcher: each query is filed under rare keys that it needs, so that a post is compared with few of them.

The time for a post grows with how often its words are keys, not with the number of queries. Adding and removing happen in
place. One process holds all queries of a workspace; it is not made for two threads at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from answerable.core.errors import Invalid
from answerable.listening.keys import Counts, Key, cost, keys
from answerable.listening.posts import Heard
from answerable.listening.predicates import Predicate, predicate
from answerable.listening.tree import Node, Phrase, Word

Id = TypeVar("Id", bound=Hashable)
Shelf = dict[Key, dict[Id, Predicate | None]]


@dataclass(frozen=True)
class _Filed:
    """`check` is None where the key alone decides."""

    node: Node
    keys: frozenset[Key]
    check: Predicate | None


class Matcher(Generic[Id]):
    """All queries of a workspace. `counts` says how common words, pairs and beginnings are; it may be empty."""

    def __init__(self, counts: Counts | None = None) -> None:
        self.counts: Counts = counts or {}
        self._queries: dict[Id, _Filed] = {}
        self._words: Shelf[Id] = {}
        self._pairs: Shelf[Id] = {}
        self._stems: Shelf[Id] = {}
        self._lengths: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, query: Id, node: Node) -> None:
        """File a query, in place of an earlier one with this id. Raises `Invalid` for one that nothing files."""
        self.remove(query)
        found = keys(node, self.counts)
        if found is None:
            raise Invalid("This query would have to be tried on every post. Nothing was changed.", "query")
        decides = isinstance(node, Word) or (isinstance(node, Phrase) and len(node.words) == 2)
        filed = _Filed(node, found, None if decides else predicate(node))
        self._queries[query] = filed
        for key in found:
            self._shelf(key).setdefault(key, {})[query] = filed.check
            if _is_stem(key):
                self._lengths[len(key[0])] += 1

    def remove(self, query: Id) -> None:
        """Take a query out; nothing happens for one that is not there."""
        filed = self._queries.pop(query, None)
        for key in filed.keys if filed else ():
            shelf = self._shelf(key)
            del shelf[key][query]
            if not shelf[key]:
                del shelf[key]
            if _is_stem(key):
                self._lengths[len(key[0])] -= 1

    def match(self, heard: Heard) -> list[Id]:
        """The queries that a post matches, each once."""
        found: set[Id] = set()
        for shelf, sought in self._sought(heard):
            for key in shelf.keys() & sought:
                for query, check in shelf[key].items():
                    if check is None or (query not in found and check(heard)):
                        found.add(query)
        return [*found]

    def refile(self, counts: Counts, *, above: int) -> int:
        """File anew, by the counts of late, what lies under keys that more than `above` posts had; returns how many moved."""
        self.counts = counts
        busy = [query for query, filed in self._queries.items() if cost(filed.keys, counts) > above]
        before = {query: self._queries[query].keys for query in busy}
        for query in busy:
            self.add(query, self._queries[query].node)
        return sum(self._queries[query].keys != before[query] for query in busy)

    def busiest(self, most: int) -> list[tuple[Id, int]]:
        """The queries that are tried on the most posts, with how many of the counted posts that was."""
        tried = ((query, cost(filed.keys, self.counts)) for query, filed in self._queries.items())
        return sorted(tried, key=lambda each: -each[1])[:most]

    def _sought(self, heard: Heard) -> Iterable[tuple[Shelf[Id], Iterable[Key]]]:
        yield self._words, heard.words
        if self._pairs:
            yield self._pairs, heard.reading.pairs
        if self._stems:
            lengths = [length for length, count in self._lengths.items() if count]
            yield self._stems, {(word[:length],) for word in heard.reading.words for length in lengths}

    def _shelf(self, key: Key) -> Shelf[Id]:
        if isinstance(key, str):
            return self._words
        return self._stems if _is_stem(key) else self._pairs


def _is_stem(key: Key) -> bool:
    return isinstance(key, tuple) and len(key) == 1
