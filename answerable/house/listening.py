"""`answerable listening`: what a saved query means, and which posts it finds, without any database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from answerable.house import hearing_the_past
from answerable.house.trouble import Trouble

TOLD_EVERY = 10_000
"""Posts between two words about the progress."""


def describe(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    check = actions.add_parser("check", help="the meaning of a query as JSON, or where it cannot be read")
    check.add_argument("query", metavar="QUERY")
    match = actions.add_parser("match", help="a line of JSON for each post: the queries that it matches")
    match.add_argument("--queries", type=Path, required=True, metavar="Q.jsonl", help="objects with id and query")
    match.add_argument("--posts", required=True, metavar="P.jsonl", help="objects with text; - is standard input")
    hearing_the_past.describe(
        actions.add_parser("backfill", help="have archives go past the saved queries, and take in what they want")
    )
    match.add_argument(
        "--languages", default="", metavar="en,pt,pl", help="tell these apart where a post does not say its language"
    )
    for one in (check, match):
        one.add_argument("--protect", action="append", default=[], metavar="C++", help="a spelling that stays whole")
        one.add_argument(
            "--lookalikes", action="store_true", help="read look-alike letters of other alphabets as Latin"
        )


def run(options: argparse.Namespace) -> int:
    from answerable.core.errors import Invalid
    from answerable.listening import scripting
    from answerable.listening.spelling import Spelling

    spelling = Spelling(options.protect, lookalikes=options.lookalikes)
    if options.action == "check":
        said, is_good = scripting.check(options.query, spelling)
        print(said)
        return 0 if is_good else 1
    try:
        with options.queries.open(encoding="utf-8") as queries, _opened(options.posts) as posts:
            for line in scripting.match(queries, _told(posts), spelling, _detection(options.languages)):
                print(line)
    except (Invalid, OSError, UnicodeDecodeError) as error:
        raise Trouble(str(error)) from error
    return 0


def _detection(languages: str) -> Callable[[str], str] | None:
    from answerable.listening.languages import Identifier

    among = [each for each in languages.split(",") if each.strip()]
    return Identifier(among).language if among else None


def _opened(name: str) -> TextIO:
    return sys.stdin if name == "-" else Path(name).open(encoding="utf-8")


def _told(lines: Iterable[str]) -> Iterator[str]:
    """The lines as they are; on a terminal it is said how many went by."""
    for number, line in enumerate(lines, 1):
        yield line
        if number % TOLD_EVERY == 0 and sys.stderr.isatty():
            print(f"\r{number:,} posts", end="", file=sys.stderr, flush=True)
