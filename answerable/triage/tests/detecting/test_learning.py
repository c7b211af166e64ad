"""Learning from verdicts, and figures that can be believed: split by group, exact intervals, the same every time."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from answerable.core.errors import Invalid
from answerable.house import cli
from answerable.triage.detecting.evaluating import Scored, figures
from answerable.triage.detecting.heads import keep, load
from answerable.triage.detecting.learning import Labelled, learn, lessons, measure
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import read

NAMES = Names(["Glimo"])
WHO = ("I was", "She is", "He was", "They are", "We were", "My mother is")
EVENTS = (
    "all wobbly with it",
    "seeing double lights from it",
    "wobbly and off my feet",
    "so wobbly that it was no fun",
)
OTHERS = ("waiting for the parcel", "happy with the parcel", "asking when the shop will open", "at the shop with it")
LABELLED = [
    Labelled(f"{who} {what}", {"adverse_event": event}, group=who)
    for event, texts in ((True, EVENTS), (False, OTHERS))
    for who, what in product(WHO, texts)
]


def test_it_finds_what_the_lexicon_does_not_know() -> None:
    (head,) = learn(LABELLED, names=NAMES)
    new = "My sister was so wobbly with it"
    before, after = read(new).of("adverse_event"), read(new, heads=[head]).of("adverse_event")
    assert not before.over
    assert after.over
    assert after.score > before.score + 1
    best = max(after.parts, key=lambda part: part.weight)
    assert best.evidence[0].words == "wobbly"


def test_a_learned_score_is_the_sum_of_its_parts() -> None:
    (head,) = learn(LABELLED, names=NAMES)
    for text in ("I was wobbly and had a headache since I take Glimo", "We were at the shop", "I am", ""):
        finding = read(text, names=NAMES, heads=[head]).of("adverse_event")
        assert finding.score == pytest.approx(finding.bias + sum(part.weight for part in finding.parts))


def test_what_was_learned_never_silences_what_was_set_by_hand() -> None:
    labelled = [
        Labelled(f"{who} with a headache {number}", {"adverse_event": False}) for number, who in enumerate(WHO * 8)
    ]
    heads = learn([*labelled, *LABELLED], names=NAMES)
    finding = read("I was with a headache", heads=heads).of("adverse_event")
    assert finding.score < 0
    assert finding.over


def test_the_same_labels_give_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        keep(learn(LABELLED, names=NAMES), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    (head,) = load(tmp_path / "one")
    assert (head.detector, head.language, head.card["events"]) == ("adverse_event", "en", len(WHO) * len(EVENTS))
    assert "wobbly" not in (tmp_path / "one").read_text()


@pytest.mark.parametrize("bytes_", [b"", b"{}", b'{"version": 1}', b"\xff\xfe", b'{"version": 9, "heads": []}'])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / "model").write_bytes(bytes_)
    with pytest.raises(Invalid):
        load(tmp_path / "model")


def test_few_labels_teach_nothing() -> None:
    assert lessons(LABELLED[:30], names=NAMES) == []


def test_figures_are_of_texts_that_were_left_out() -> None:
    ((lesson, rows),) = measure(LABELLED, names=NAMES)
    learned, keywords, rare, _ = rows
    assert (lesson.events, learned.texts) == (24, 48)
    assert learned.pr_auc > keywords.pr_auc
    assert rare.prevalence == pytest.approx(0.03)
    assert rare.brier is not None
    assert keywords.brier is None


def test_an_order_is_measured_as_it_should_be() -> None:
    perfect = [Scored(float(10 - place), place < 2) for place in range(10)]
    assert figures("perfect", perfect).pr_auc == pytest.approx(1)
    assert figures("perfect", perfect).shares[0.99] == pytest.approx(0.2)
    chance = [Scored(0.0, place < 2) for place in range(10)]
    assert figures("chance", chance).pr_auc == pytest.approx(0.2)
    assert figures("chance", chance).shares[0.90] == pytest.approx(1.0)
    # Two of the first three: (1/1 + 2/3) / 2.
    mixed = [Scored(3, label=True), Scored(2, label=False), Scored(1, label=True), Scored(0, label=False)]
    assert figures("mixed", mixed).pr_auc == pytest.approx(5 / 6)


def test_a_rarer_event_is_harder_to_find() -> None:
    mixed = [Scored(3, label=True), Scored(2, label=False), Scored(1, label=True), Scored(0, label=False)]
    rare = figures("mixed", mixed, prevalence=0.1)
    # Each text without the event counts nine times: (1/1 + 2/11) / 2.
    assert rare.pr_auc == pytest.approx((1 + 2 / 11) / 2)
    assert rare.prevalence == pytest.approx(0.1)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    lines = [json.dumps({"text": each.text, "verdicts": each.verdicts, "group": each.group}) for each in LABELLED]
    (tmp_path / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "labels.jsonl"


def test_the_command_trains_and_scores_with_what_it_trained(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, texts = labels.with_name("model"), labels.with_name("texts")
    texts.write_text('"My sister was so wobbly with it"\n', encoding="utf-8")
    assert cli.main(["triage", "train", str(labels), "--out", str(model)]) == 0
    assert "learned from 48 texts, 24 of them events" in capsys.readouterr().out
    assert cli.main(["triage", "score", str(texts), "--model", str(model)]) == 0
    assert json.loads(capsys.readouterr().out)["tier"] == "review"


def test_the_command_says_recall_with_its_exact_interval_on_enough_events(
    labels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels.write_text("\n".join([labels.read_text(encoding="utf-8")] * 6), encoding="utf-8")
    assert cli.main(["triage", "evaluate", str(labels)]) == 0
    said = capsys.readouterr().out
    assert "keywords alone calls a person at once for 0 of 144 events, 0.0% (exact 95 % interval 0.0% to 2.5%)" in said
    assert "learned alone calls a person at once for" in said
    assert "not measured" not in said


def test_the_command_claims_no_recall_on_few_events(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["triage", "evaluate", str(labels)]) == 0
    said = capsys.readouterr().out
    assert "Recall is not measured" in said
    assert "chance" in said


@pytest.mark.parametrize(
    "line", ['{"text": "x"}', '{"text": "x", "verdicts": {"mood": true}}', '{"text": "x", "verdicts": {"press": 1}}']
)
def test_a_label_that_is_none_is_named_and_nothing_is_written(
    labels: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    labels.write_text(line, encoding="utf-8")
    assert cli.main(["triage", "train", str(labels), "--out", str(labels.with_name("model"))]) == 1
    assert "Line 1" in capsys.readouterr().err
    assert not labels.with_name("model").exists()
