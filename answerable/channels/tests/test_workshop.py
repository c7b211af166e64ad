"""A scaffold passes the kit at once, for us and for somebody else; samples of what was stored name nobody."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.channels import registry
from answerable.channels.workshop import checking, lending, recording, scaffolding
from answerable.channels.workshop.recording import Stored
from answerable.core.errors import Invalid

SECRET = "sk-9f8e7d6c5b4a"
POST = {
    "type": "mention",
    "id": "109348120934812",
    "created_at": "2026-07-02T10:00:00Z",
    "visibility": "public",
    "account": {"acct": "mira.kowalska", "display_name": "Mira Kowalska", "url": "https://social.example/@mira"},
    "text": "My number is +48 601 234 567, write to mira@example.com. Lot 8841-A.",
    "in_reply_to": "109348120934812",
    "count": 3,
    "callback": f"https://hooks.example/{SECRET}",
}
PRIVATE = ("mira", "kowalska", "601", "8841", SECRET, "109348120934812", "social.example", "number")


def test_a_scaffold_of_somebody_else_passes_the_kit_at_once(tmp_path: Path) -> None:
    made = scaffolding.package("carrier_pigeon", label="Carrier pigeon", into=tmp_path)
    assert checking.check(str(made.folder)) == 0


def test_a_channel_that_breaks_the_contract_does_not_pass(tmp_path: Path) -> None:
    made = scaffolding.package("carrier_pigeon", into=tmp_path)
    code = made.folder / "answerable_carrier_pigeon" / "connector.py"
    code.write_text(code.read_text("utf-8").replace("is_signed(", "not is_signed("), "utf-8")
    assert checking.check(str(made.folder)) != 0


def test_a_scaffold_of_ours_is_under_the_limits_and_has_its_line(tmp_path: Path) -> None:
    page = tmp_path / "registry.py"
    page.write_text(Path(registry.__file__).read_text("utf-8"), "utf-8")
    made = scaffolding.ours("carrier_pigeon", into=tmp_path)
    text = page.read_text("utf-8")
    ast.parse(text)
    assert text.count("carrier_pigeon") == 3
    assert len((made.folder / "connector.py").read_text("utf-8").splitlines()) < 200


@pytest.mark.parametrize("kind", ["", "X", "1a", "a-b", "../a", "email"])
def test_a_kind_that_is_none_or_taken_writes_nothing(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Invalid):
        scaffolding.package(kind, into=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_an_entry_point_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="entry point"):
        lending.kinds(tmp_path)


def veiled(value: object, **headers: str) -> tuple[str, recording.Sample]:
    [sample] = recording.samples([Stored(json.dumps(value).encode(), headers)], secrets=[SECRET])
    return sample.body.decode(), sample


def test_a_sample_keeps_the_shape_and_names_nobody() -> None:
    text, sample = veiled(POST, authorization=f"Bearer {SECRET}")
    told = json.loads(text)

    assert not [word for word in PRIVATE if word.lower() in text.lower()]
    assert SECRET not in str(sample.headers)
    assert set(told) == set(POST)
    assert (told["type"], told["visibility"], told["created_at"], told["count"]) == (
        "mention",
        "public",
        "2026-07-02T10:00:00Z",
        3,
    )
    assert told["in_reply_to"] == told["id"] != POST["id"]


def test_a_form_is_veiled_as_well_and_other_bytes_are_for_a_person() -> None:
    [sample] = recording.samples([Stored(b"From=%2B48601234567&Body=Hello+Mira&type=sms", {})], secrets=[])
    assert sample.ending == "form"
    assert b"601" not in sample.body
    assert b"Mira" not in sample.body
    assert b"type=sms" in sample.body
    with pytest.raises(Invalid, match="by hand"):
        list(recording.samples([Stored(b"\xff\xfe\x00", {})], secrets=[]))


@given(word=st.text(alphabet=st.characters(whitelist_categories=["L"]), min_size=4, max_size=20))
def test_no_word_of_a_person_is_left(word: str) -> None:
    text, _ = veiled({"name": word, "nested": [{"text": f"I am {word}, hello"}]})
    assert word not in json.loads(text)["name"].split() or word in recording.FILLERS
    assert word not in json.loads(text)["nested"][0]["text"].split()
