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
    assert stage_of("velorin").take(Post("The towel is wet.", detect=heard_as_polish), 1) is NOTHING
    assert not ASKED


def test_the_language_is_asked_once_of_a_post_that_matches() -> None:
    ASKED.clear()
    found = stage_of("velorin lang:pl", "velorin").take(Post("Velorin boli", detect=heard_as_polish), 1)
    assert (sorted(found.queries), found.language) == (["velorin", "velorin lang:pl"], "pl")
    assert ASKED == ["Velorin boli"]


def test_what_a_post_says_of_its_language_counts() -> None:
    found = stage_of("velorin").take(Post("Velorin boli", language="PT", detect=heard_as_polish), 1)
    assert found.language == "pt"


def test_what_is_found_of_a_post_is_one_line() -> None:
    stage = stage_of("velorin")
    text = "My Velorin pump does not work since Monday and nobody answers me!"
    first = stage.take(Post(text, "@pia", language="en"), "first")
    again = stage.take(Post(f"RT @pia: {text}", "@rob", language="en"), "again")
    assert (first.copy_of, first.aside, first.tone.tone) == (None, None, "negative")
    assert (again.copy_of, again.queries) == ("first", ("velorin",))


def test_a_script_is_told_what_is_set_aside_and_why() -> None:
    said = "I would like to know whether Velorin can be taken with milk"
    lottery = "GIVEAWAY! Follow us and retweet to win a free Velorin, winner drawn on Friday #giveaway #win"
    posts = [json.dumps({"id": f"p{number}", "text": text}) for number, text in enumerate([said, lottery, said, "No."])]
    lines = [json.loads(line) for line in scripting.match(['{"id": 1, "query": "velorin"}'], posts, SPELLING)]
    assert lines[0] == {"id": "p0", "queries": [1]}
    assert (lines[1]["set_aside"], bool(lines[1]["why"])) == ("giveaway", True)
    assert lines[2] == {"id": "p2", "queries": [1], "set_aside": "copy", "why": ["p0"]}
    assert lines[3] == {"id": "p3", "queries": []}


def test_a_script_may_have_languages_told_apart() -> None:
    posts = [json.dumps({"text": "Não consigo pagar a fatura do Velorin, alguém me ajuda?"})]
    detect = Identifier(["en", "pt"]).language
    queries = ['{"id": 1, "query": "velorin lang:pt"}']
    lines = list(scripting.match(queries, posts, SPELLING, detect))
    assert [json.loads(line)["queries"] for line in lines] == [[1]]
