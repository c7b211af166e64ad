"""The slow and obvious way to match, and queries and posts of every sort to hold the quick one against it."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from answerable.listening.posts import Post
from answerable.listening.spelling import Reading, Spelling
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word

WORDS = [
    "velorin",
    "glimo",
    "pulsa",
    "falo",
    "battery",
    "error",
    "invoice",
    "bill",
    "towel",
    "sensor",
    "signal",
    "pain",
    "dizzy",
    "né",
    "não",
    "ławka",
    "ból",
    "e-mail",
    "it's",
    "C++",
]
PEOPLE = ["kamil", "miguel", "barbara", "joana"]
LANGUAGES, CHANNELS = ["en", "pl", "pt"], ["bluesky", "mastodon", "x"]
SPELLING = Spelling(["C++"])


def matches(node: Node, post: Post) -> bool:  # noqa: C901 - one for each sort
    """By the meaning of each operator and nothing else: no keys, no caches, no order of work."""
    reading = _read(post.text)
    match node:
        case And(parts):
            return all(matches(each, post) for each in parts)
        case Or(parts):
            return any(matches(each, post) for each in parts)
        case Not(part):
            return not matches(part, post)
        case Word(word):
            return word in reading.words
        case Prefix(stem):
            return any(word.startswith(stem) for word in reading.words)
        case Exact(words, _):
            said = _exact(post.text)
            said = said if any(word != word.lower() for word in words) else [word.lower() for word in said]
            return _follow(said, list(words)) != []
        case Fact("from", value):
            return post.author == value
        case Fact("to", value):
            return value in post.to
        case Fact("lang", value):
            return post.language == value
        case Fact(_, value):
            return post.channel == value
        case _:
            return any(stretches(node, sequence, post) for sequence in reading.sequences)


def stretches(node: Node, sequence: list[str], post: Post) -> list[tuple[int, int]]:
    match node:
        case Word(word) if word[0] in "#@" and not matches(node, post):
            return []
        case Word(word):
            return _follow(sequence, [word.lstrip("#@")])
        case Phrase(words):
            return _follow(sequence, list(words))
        case Prefix(stem):
            return [(place, place) for place, word in enumerate(sequence) if word.startswith(stem)]
        case Or(parts):
            return [each for part in parts for each in stretches(part, sequence, post)]
        case Near(left, right, most):
            pairs = [(a, b) for a in stretches(left, sequence, post) for b in stretches(right, sequence, post)]
            apart = [(min(a, b), max(a, b)) for a, b in pairs]
            return [(a[0], max(a[1], b[1])) for a, b in apart if a[1] < b[0] <= a[1] + most]
    raise AssertionError(node)


def _follow(sequence: list[str], words: list[str]) -> list[tuple[int, int]]:
    return [
        (place, place + len(words) - 1)
        for place in range(len(sequence))
        if sequence[place : place + len(words)] == words
    ]


@lru_cache(maxsize=1)
def _read(text: str) -> Reading:
    return SPELLING.read(text)


@lru_cache(maxsize=1)
def _exact(text: str) -> list[str]:
    return SPELLING.exact(text)


def a_post(chance: Random) -> Post:
    said = [_said(chance) for _ in range(chance.randint(0, 9))]
    author = chance.choice(PEOPLE)
    to = tuple(chance.sample(PEOPLE, chance.randint(0, 2)))
    return Post(" ".join(said), author, to, chance.choice(CHANNELS), chance.choice(LANGUAGES))


def a_query(chance: Random, depth: int = 2) -> str:
    """A query of every operator, as a person may write it."""
    sort = chance.randrange(12 if depth else 8)
    word, other = chance.choice(WORDS), chance.choice(WORDS)
    if sort < 8:
        return [
            word, f'"{word} {other}"', f"{word[:4]}*" if word[:4].isalpha() and len(word) > 3 else word, f"#{_plain(word)}",
            f"@{chance.choice(PEOPLE)}", f"from:{chance.choice(PEOPLE)}", f"to:@{chance.choice(PEOPLE)}", f"exact:{word}",
        ][sort]  # fmt: skip
    if sort == 8:
        return f"({a_query(chance, depth - 1)} OR {a_query(chance, depth - 1)})"
    if sort == 9:
        return (
            f"({a_query(chance, depth - 1)} {chance.choice(['AND NOT', 'AND', '-', ''])} {a_query(chance, depth - 1)})"
        )
    if sort == 10:
        return f"({word} NEAR/{chance.randint(1, 4)} {other})"
    return f"({a_query(chance, depth - 1)} lang:{chance.choice(LANGUAGES)} channel:{chance.choice(CHANNELS)})"


def _said(chance: Random) -> str:
    word = chance.choice(WORDS)
    return chance.choice(
        [word, word, word.upper(), word.title(), f"#{_plain(word)}", f"@{chance.choice(PEOPLE)}", f"{word}’s"]
    )


def _plain(word: str) -> str:
    return "".join(letter for letter in word if letter.isalpha()) or "x"
