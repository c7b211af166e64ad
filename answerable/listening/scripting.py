"""For people who script: a query read, and posts matched, as lines of JSON. Flat memory, however many posts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from answerable.core.errors import Invalid
from answerable.listening.lexing import Misread
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Post
from answerable.listening.setting_aside import Sort
from answerable.listening.spelling import Spelling
from answerable.listening.stage import Found, Stage
from answerable.listening.tree import outline

Detect = Callable[[str], str]


def check(query: str, spelling: Spelling) -> tuple[str, bool]:
    """What a query means as JSON, or the sentence with its place and mend; and whether it can be taken."""
    try:
        return json.dumps(outline(parse(query, spelling)), ensure_ascii=False, indent=2), True
    except Misread as error:
        lines = [error.sentence, f"  {query}", f"  {' ' * error.start}{'^' * max(1, error.end - error.start)}"]
        return "\n".join(lines + ([f"Perhaps: {error.mend}"] if error.mend else [])), False


def match(
    queries: Iterable[str], posts: Iterable[str], spelling: Spelling, detect: Detect | None = None
) -> Iterator[str]:
    """A line for each post: its id, the ids of the queries that it matches, in their order, and if and why it is set aside.

    A query is an object with `id` and `query`; a post one with `text` and perhaps `id`, `author`, `to`, `channel` and `lang`.
    A post without an id is named by the number of its line; the language of one that does not say it is asked of `detect`. Raises `Invalid`, with the number of the line, for what is
    neither; what came before it was matched.
    """
    matcher, order = _filed(queries, spelling)
    stage = Stage(matcher, spelling)
    for number, told in _objects(posts, "post"):
        name = told.get("id", number)
        found = stage.take(_post(told, number, detect), name)
        matched = sorted(found.queries, key=order.__getitem__)
        yield json.dumps({"id": name, "queries": matched, **_aside(found)}, ensure_ascii=False)


def _aside(found: Found[Any]) -> dict[str, Any]:
    """Why a post would be set aside: its sort, the signs of it, or the post of which it is a copy."""
    if found.aside is not None:
        return {"set_aside": found.aside.sort.value, "why": [each.name for each in found.aside.evidence]}
    if found.copy_of is not None:
        return {"set_aside": Sort.COPY.value, "why": [found.copy_of]}
    return {}


def _filed(lines: Iterable[str], spelling: Spelling) -> tuple[Matcher[Any], dict[Any, int]]:
    matcher, order = Matcher[Any](), dict[Any, int]()
    for number, told in _objects(lines, "query"):
        query, key = told.get("query"), told.get("id", number)
        if not isinstance(query, str) or not isinstance(key, str | int) or key in order:
            raise Invalid(
                "Line %(number)s of the queries needs a “query” that is a text and an “id” of its own.", number=number
            )
        try:
            matcher.add(key, parse(query, spelling))
        except Misread as error:
            raise Invalid(
                "Line %(number)s of the queries: %(why)s",
                number=number,
                why=f"{error.sentence} ({query[error.start : error.end]})",
            ) from error
        order[key] = len(order)
    return matcher, order


def _objects(lines: Iterable[str], sort: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise Invalid("Line %(number)s is no JSON object of a %(sort)s.", number=number, sort=sort)
        yield number, told


def _post(told: dict[str, Any], number: int, detect: Detect | None) -> Post:
    to = told.get("to", [])
    facts = [told.get(name, "") for name in ("text", "author", "channel", "lang")]
    if "text" not in told or not all(
        isinstance(each, str) for each in [*facts, *(to if isinstance(to, list) else [0])]
    ):
        raise Invalid(
            "Line %(number)s of the posts needs a “text”; “author”, “channel” and “lang” are texts, “to” a list of them.",
            number=number,
        )
    text, author, channel, language = facts
    return Post(text, author, tuple(to), channel, language, detect)
