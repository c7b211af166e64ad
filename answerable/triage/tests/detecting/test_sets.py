"""Sentences of our own in Polish and Portuguese, sorted by what is hard about them: how many there are, and what is found.

Whoever wrote them knew the lexicons, and mended these with them afterwards: they hold what was reached, and prove no recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from answerable.house import cli
from answerable.triage.detecting import scripting
from answerable.triage.detecting.difficulty import Kind, by_kind
from answerable.triage.detecting.learning import Labelled
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import weights

SETS = Path(__file__).parent / "sets"
HARD = {"negated", "feared", "treated", "others", "meaning", "noise"}
LANGUAGES = ("pl", "pt")


def texts(language: str) -> Sequence[Labelled]:
    lines = (SETS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return list(scripting.labelled(lines))


def kinds(language: str) -> list[Kind]:
    return by_kind(texts(language), names=Names(["Velorin", "Glimo"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_set_has_three_hundred_sentences_of_every_kind_for_every_detector(language: str) -> None:
    found = texts(language)
    assert len({each.text for each in found}) >= 300
    assert HARD | {"plain", "colloq", "misspelt", "turn", "reporter", "implied"} <= {each.kind for each in found}
    there = {detector for each in found for detector, verdict in each.verdicts.items() if verdict}
    assert there == set(weights().detectors)


def test_the_english_set_has_a_hundred_sentences_that_nobody_mended_the_lists_with() -> None:
    """It says how the lists do on what they do not know (docs/detectors.md), so nothing is asked of the figures."""
    found = texts("en")
    assert len({each.text for each in found}) >= 100
    assert HARD | {"plain", "colloq", "misspelt", "turn", "reporter", "implied"} <= {each.kind for each in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_all_that_is_there_is_seen_by_a_person_and_no_noise_is_called(language: str) -> None:
    found = {each.name: each for each in kinds(language)}
    there, seen = sum(each.there for each in found.values()), sum(each.seen for each in found.values())
    assert seen >= 0.96 * there
    assert found["noise"].wrongly == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_denied_feared_or_meant_otherwise_seldom_calls_a_person_at_once(language: str) -> None:
    hard = [each for each in kinds(language) if each.name in HARD]
    assert sum(each.wrongly for each in hard) <= 0.1 * sum(each.absent for each in hard)


def test_the_command_says_the_figures_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["triage", "evaluate", str(SETS / "pl.jsonl"), "--by", "kind", "--product", "Velorin"]) == 0
    said = capsys.readouterr().out
    assert "split by kind" in said
    assert "By kind of difficulty" in said
    assert "negated" in said
