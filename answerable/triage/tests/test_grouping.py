"""Which messages ask the same: by the words of each language, by product, and never what a person must see first."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from answerable.core.text.fold import fold
from answerable.triage import questions
from answerable.triage.grouping import Cluster, Said, group
from answerable.triage.questions import LANGUAGES, read

FRESH = Path(__file__).parent / "asking" / "fresh.tsv"
"""Sentences of which 34 of 57 questions were known when they were first read; the words were mended with them since."""
FRIDGE = {
    "en": "Can my pens be out of the fridge for the trip?",
    "pt": "Posso levar na mala sem gelo?",
    "pl": "Czy wytrzyma dzień jazdy bez lodówki?",
}


def said(*texts: tuple[str, str, str], held: str = "") -> list[Said]:
    """Each as language, product, text."""
    keys = count(1)
    return [Said(next(keys), text, language, product, held) for language, product, text in texts]


def keys(cluster: Cluster) -> list[int]:
    return [each.key for each in cluster.members]


@pytest.mark.parametrize("line", FRESH.read_text("utf-8").splitlines())
def test_what_is_asked_is_known_in_each_language(line: str) -> None:
    question, language, text = line.split("\t")
    found = read(text, language).questions
    assert question in found if question else not found


def test_the_question_is_one_group_in_three_languages() -> None:
    (cluster,) = group(said(*((language, "Velorin", text) for language, text in FRIDGE.items())))
    assert (cluster.question, cluster.product, keys(cluster)) == ("storage", "Velorin", [1, 2, 3])
    assert not any(each.near for each in cluster.members)


def test_the_evidence_is_where_the_words_stand_in_the_text() -> None:
    text = "Olá! Posso levar na mala sem gelo? 🧊"
    (cluster,) = group(said(("pt", "Velorin", text), ("en", "Velorin", FRIDGE["en"])))
    found = [text[each.start : each.end] for each in cluster.members[0].places if each.what == "storage"]
    assert "sem gelo" in found


def test_two_products_are_two_groups() -> None:
    texts = [("en", product, FRIDGE["en"]) for product in ("Velorin", "Velorin", "Pulsa", "Pulsa")]
    assert sorted((each.product, keys(each)) for each in group(said(*texts))) == [
        ("Pulsa", [3, 4]),
        ("Velorin", [1, 2]),
    ]


def test_who_names_no_product_is_near_the_only_one_that_is_asked_about() -> None:
    (cluster,) = group(said(("en", "Velorin", FRIDGE["en"]), ("pl", "Velorin", FRIDGE["pl"]), ("pt", "", FRIDGE["pt"])))
    assert [(each.key, each.near, each.why) for each in cluster.members][2] == (3, True, ("unnamed",))


def test_who_names_no_product_stays_alone_where_two_are_asked_about() -> None:
    texts = [("en", product, FRIDGE["en"]) for product in ("Velorin", "Velorin", "Pulsa", "Pulsa", "")]
    assert all(5 not in keys(each) for each in group(said(*texts)))


def test_who_asks_two_things_goes_where_most_go_and_is_near() -> None:
    both = "May I swim with it, and must it be kept in the fridge after?"
    (cluster,) = group(said(("en", "P", FRIDGE["en"]), ("pl", "P", FRIDGE["pl"]), ("en", "P", both)))
    assert cluster.members[2].why == ("asks:water",)
    assert cluster.members[2].near


def test_what_is_held_makes_no_group_and_stands_beside_one() -> None:
    first, second = said(("en", "P", FRIDGE["en"]), ("pl", "P", FRIDGE["pl"]))
    sick = Said(3, "Left it out of the fridge and now I feel sick.", "en", "P", held="to_look")
    assert group([first, sick]) == []
    (cluster,) = group([first, second, sick])
    assert (keys(cluster), [each.key for each in cluster.held]) == ([1, 2], [3])


def test_a_question_that_nobody_listed_is_grouped_by_its_words_in_one_language() -> None:
    texts = (
        ("en", "", "Which colours does the carrying pouch come in?"),
        ("en", "", "What colours does the carrying pouch come in please?"),
        ("pl", "", "W jakich kolorach jest etui?"),
        ("en", "", "Who won the election of the works council?"),
    )
    (cluster,) = group(said(*texts))
    assert (cluster.question, keys(cluster)) == ("", [1, 2])
    assert "colours" in cluster.words


def test_the_same_messages_in_another_order_are_the_same_groups() -> None:
    texts = said(*[(language, "P", text) for language, text in FRIDGE.items()] * 3)
    (forward,), (backward,) = group(texts), group(reversed(texts))
    assert sorted(keys(forward)) == sorted(keys(backward))


def test_each_question_has_a_name_and_words_in_each_language() -> None:
    told = {code: _told(code) for code in LANGUAGES}
    first = told["en"]
    for code, each in told.items():
        assert [one["id"] for one in each["question"]] == [one["id"] for one in first["question"]], code
        assert [one["id"] for one in each["about"]] == [one["id"] for one in first["about"]], code
        for one in (*each["question"], *each["about"]):
            assert one["name"] == questions.name(one["id"], code)
            assert all(phrase == fold(phrase) for phrase in one["is"]), (code, one["id"])


def _told(code: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files("answerable.triage").joinpath(f"asking/{code}.toml").read_text("utf-8"))
