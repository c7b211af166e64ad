"""The whole way of a post through listening."""

from __future__ import annotations

import json

from answerable.listening import scripting
from answerable.listening.languages import Identifier
from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Post
from answerable.listening.spelling import Spelling
from answerable.listening.stage import NOTHING, Stage

SPELLING = Spelling()
ASKED = list[str]()


def heard_as_polish(text: str) -> str:
    ASKED.append(text)
    return "pl"


def stage_of(*queries: str) -> Stage[str]:
    matcher = Matcher[str]()
    for each in queries:
        matcher.add(each, parse(each, SPELLING))
    return Stage(matcher, SPELLING)


def test_a_post_of_which_nobody_wants_to_hear_is_asked_nothing() -> None:
    ASKED.clear()
    assert stage_of("velorin").take(Post("The towel is wet.", detect=heard_as_polish)) is NOTHING
    assert not ASKED


def test_the_language_is_asked_once_of_a_post_that_matches() -> None:
    ASKED.clear()
    found = stage_of("velorin lang:pl", "velorin").take(Post("Velorin boli", detect=heard_as_polish))
    assert (sorted(found.queries), found.language) == (["velorin", "velorin lang:pl"], "pl")
    assert ASKED == ["Velorin boli"]


def test_what_a_post_says_of_its_language_counts() -> None:
    found = stage_of("velorin").take(Post("Velorin boli", language="PT", detect=heard_as_polish))
    assert found.language == "pt"


def test_a_script_may_have_languages_told_apart() -> None:
    posts = [json.dumps({"text": "Não consigo pagar a fatura do Velorin, alguém me ajuda?"})]
    detect = Identifier(["en", "pt"]).language
    queries = ['{"id": 1, "query": "velorin lang:pt"}']
    lines = list(scripting.match(queries, posts, SPELLING, detect))
    assert [json.loads(line)["queries"] for line in lines] == [[1]]
