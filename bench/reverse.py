"""The other ways to match, for comparison: PostgreSQL with a table of queries, a plain Aho-Corasick pass, trying every query."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick_rs
from django.db import connection

from answerable.listening.keys import Key, keys
from answerable.listening.posts import Heard
from answerable.listening.predicates import predicate
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word

BATCH = 500
Pairs = set[tuple[int, int]]
"""A post and a query that it matches, each by its number."""


def seconds(work: Callable[[], object]) -> float:
    """Of processor time: what else the machine does is not counted."""
    begin = time.process_time()
    work()
    return max(time.process_time() - begin, 1e-9)


def trying_every_query(read: Callable[[str], Heard], lines: Sequence[str], queries: Sequence[Node]) -> float:
    """Posts a second."""
    tried = [predicate(each) for each in queries]
    return len(lines) / seconds(lambda: [[check(heard) for check in tried] for heard in map(read, lines)])


def aho_corasick(read: Callable[[str], Heard], lines: Sequence[str], queries: Sequence[Node]) -> float:
    """Posts a second, where only the words by which queries are filed are sought: what they mean beside is not asked."""
    sought = {_spelt(key) for node in queries for key in keys(node, {}) or ()}
    automaton = ahocorasick_rs.AhoCorasick([*sought])

    def seek(line: str) -> list[int]:
        heard = read(line)
        said = f" {' '.join(heard.reading.sequence)} from:{heard.post.author.lstrip('@')} "
        return [which for which, _, _ in automaton.find_matches_as_indexes(said, overlapping=True)]

    return len(lines) / seconds(lambda: [seek(line) for line in lines])


@dataclass
class Reverse:
    """Saved queries as rows of PostgreSQL: each a `tsquery`, found by a word that it needs."""

    queries: Sequence[Node]

    def __post_init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_query, bench_key")
            cursor.execute("CREATE UNLOGGED TABLE bench_query (id int PRIMARY KEY, query tsquery)")
            cursor.execute("CREATE UNLOGGED TABLE bench_key (key text, id int)")
            with cursor.copy("COPY bench_query FROM STDIN") as rows:
                for number, node in enumerate(self.queries):
                    rows.write_row([number, _tsquery(node)])
            with cursor.copy("COPY bench_key FROM STDIN") as rows:
                for number, node in enumerate(self.queries):
                    for key in sorted({_word(key) for key in keys(node, {}) or ()}):
                        rows.write_row([key, number])
            cursor.execute("CREATE INDEX ON bench_key (key); ANALYZE bench_query, bench_key")

    def by_key(self, read: Callable[[str], Heard], lines: Sequence[str]) -> tuple[float, Pairs]:
        """Posts a second by the clock on the wall, in batches, each post compared with what lies under its words."""
        found: Pairs = set()
        begin = time.perf_counter()
        for start in range(0, len(lines), BATCH):
            found |= _ask(BY_KEY, start, [read(line) for line in lines[start : start + BATCH]])
        return len(lines) / (time.perf_counter() - begin), found

    def by_scan(self, read: Callable[[str], Heard], lines: Sequence[str]) -> float:
        """Posts a second by the clock on the wall, each compared with every query."""
        begin = time.perf_counter()
        _ask(BY_SCAN, 0, [read(line) for line in lines])
        return len(lines) / (time.perf_counter() - begin)


POSTS = (
    "unnest(%s::int[], %s::text[]) AS given(number, said), LATERAL (SELECT said::tsvector AS vector OFFSET 0) AS post"
)
BY_KEY = f"""
SELECT DISTINCT number, bench_query.id
FROM {POSTS}, unnest(tsvector_to_array(vector)) AS word
JOIN bench_key ON bench_key.key = word JOIN bench_query USING (id)
WHERE vector @@ query
"""
BY_SCAN = f"SELECT number, bench_query.id FROM {POSTS} JOIN bench_query ON vector @@ query"


def _ask(statement: str, start: int, heard: Sequence[Heard]) -> Pairs:
    with connection.cursor() as cursor:
        numbers = [*range(start, start + len(heard))]
        cursor.execute(statement, [numbers, [" ".join(_lexemes(each)) for each in heard]])
        return set(cursor.fetchall())


def _lexemes(heard: Heard) -> Iterator[str]:
    for place, word in enumerate(heard.reading.sequence, 1):
        yield f"{_quoted(word)}:{place}"
    for word in heard.words.difference(heard.reading.sequence):
        yield _quoted(word)


def _tsquery(node: Node) -> str:  # noqa: PLR0911 - one for each sort
    match node:
        case Word(word):
            return _quoted(word)
        case Fact(name, value):
            return _quoted(f"{name}:{value}")
        case Prefix(stem):
            return f"{_quoted(stem)}:*"
        case Phrase(words) | Exact(_, words):
            return f"({' <-> '.join(map(_quoted, words))})"
        case And(parts):
            return f"({' & '.join(map(_tsquery, parts))})"
        case Or(parts):
            return f"({' | '.join(map(_tsquery, parts))})"
        case Not(part):
            return f"!{_tsquery(part)}"
        case Near(left, right, most):
            sides = _tsquery(left), _tsquery(right)
            both = [f"({one} <{far}> {other})" for far in range(1, most + 1) for one, other in (sides, sides[::-1])]
            return f"({' | '.join(both)})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _word(key: Key) -> str:
    return key if isinstance(key, str) else key[0]


def _spelt(key: Key) -> str:
    return f" {key if isinstance(key, str) else ' '.join(key)}{' ' if isinstance(key, str) or len(key) == 2 else ''}"
