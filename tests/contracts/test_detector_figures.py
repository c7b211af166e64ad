"""The figures of the detectors on sentences of patients, made again from the set that lies beside some checkouts, as the paper prints them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from answerable.triage.detecting.evaluating import RECALLS, Figures
from answerable.triage.detecting.learning import Labelled, Lesson, measure
from answerable.triage.detecting.names import Names

ROOT = Path(__file__).resolve().parents[2]
PLACES = (each / "shared/data/adverse-events-en/sentences.csv" for each in (ROOT, *ROOT.parents))
DATA = next((each for each in PLACES if each.is_file()), None)
if DATA is None:
    pytest.skip("no folder shared/data/adverse-events-en lies beside the project", allow_module_level=True)

pytestmark = pytest.mark.peers
PAPER = (ROOT / "docs/detectors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("left_out", ["post", "product"])
def test_the_figures_of_the_paper_are_those_of_the_set(left_out: str) -> None:
    lesson, found = of_the_set(left_out)
    assert (len(lesson.examples), lesson.events) == (2414, 967)
    as_it_is, words, rare, rare_words = found
    assert row(as_it_is) in line(
        f"as the set is (40.1 %): learned, {left_out} left out", f"learned, {left_out} left out"
    )
    assert row(words) in line("words alone")
    assert row(rare) in line(f"as if 3 % were events: learned, {left_out} left out", f"learned, {left_out} left out")
    assert row(rare_words) in line("words alone")
    for learned, alone in ((as_it_is, words), (rare, rare_words)):
        assert learned.pr_auc > alone.pr_auc > alone.prevalence, "better than words, and words better than any order"


def of_the_set(left_out: str) -> tuple[Lesson, list[Figures]]:
    """The sentences whose language is sure. A post, or all of one product, is learned from or measured on, never both."""
    assert DATA is not None
    with DATA.open(encoding="utf-8", newline="") as rows:
        labelled = [each for row in csv.DictReader(rows) for each in [_labelled(row, left_out)]]
    lessons = measure(labelled, names=Names(["Lexapro", "Zoloft"]))
    return next(each for each in lessons if each[0].language == "en")


def _labelled(row: dict[str, str], left_out: str) -> Labelled:
    event = "1" in {row["adverse_reaction"], row["withdrawal"]}
    post = row["post_id"]
    return Labelled(row["sentence"], {"adverse_event": event}, post if left_out == "post" else post.split(".")[0])


def row(each: Figures) -> str:
    """As the paper writes it."""
    ends = ("", "") if each.brier is None else (f"{each.brier:.3f}", f"{each.error:.3f}")
    shares = (f"{each.shares[recall]:.1%}".replace("%", " %") for recall in RECALLS)
    return " | ".join((f"{each.pr_auc:.3f}", *shares, *ends)).rstrip(" |")


def line(*names: str) -> str:
    """The lines of the table that begin like this."""
    return "\n".join(each for each in PAPER.splitlines() if any(each.startswith(f"| {name} |") for name in names))
