"""Streams: what a frame brings, where the cursor stands behind it, and no bytes that break it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import pytest

from answerable.channels import contract
from answerable.channels.conformance.asking import connector, kinds_of
from answerable.channels.conformance.mutating import mutants
from answerable.channels.conformance.samples import folder, secrets, settings
from answerable.channels.contract import ConnectorError, Page, Reauthorise, TryLater, Unreadable, Unsupported
from answerable.channels.contract_streaming import Streams

MUTANTS_OF_EACH = 40


@dataclass(frozen=True)
class Framed:
    """One recorded frame and what it must bring."""

    kind: str
    name: str
    frame: bytes
    told: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"

    def page(self, frame: bytes | None = None) -> Page:
        speaker = connector(self.kind)
        values = settings(speaker) | self.told.get("settings", {})
        asked = self.frame if frame is None else frame
        return cast("Streams", speaker).frame(asked, self.told.get("cursor", {}), values)


def _frames() -> list[Framed]:
    places = [(kind, folder(connector(kind)) / "samples" / "frames") for kind in kinds_of(Streams)]
    return [_framed(kind, path.stem, path.read_text("utf-8")) for kind, at in places for path in sorted(at.glob("*"))]


def _framed(kind: str, name: str, text: str) -> Framed:
    told = json.loads(text)
    return Framed(
        kind, name, b64decode(told["frame_base64"]) if "frame_base64" in told else told["frame"].encode(), told
    )


ALL = _frames()


@pytest.mark.parametrize("framed", ALL, ids=str)
def test_a_frame_brings_what_was_recorded(framed: Framed) -> None:
    expected = framed.told["expect"]
    if "raises" in expected:
        with pytest.raises(getattr(contract, expected["raises"])):
            framed.page()
        return
    page = framed.page()
    assert (len(page.items), page.cursor) == (expected["items"], expected["cursor"])
    assert (page.passed_by, len(page.candidates)) == (expected.get("passed_by", 0), expected.get("candidates", 0))
    assert [item.about for item in page.items if item.about] == expected.get("about", [])
    assert framed.page() == page
    assert json.loads(json.dumps(page.cursor)) == page.cursor


@pytest.mark.parametrize("framed", ALL, ids=str)
def test_what_a_frame_brings_can_be_read_and_has_its_own_id(framed: Framed) -> None:
    if "raises" in framed.told["expect"]:
        return
    speaker = connector(framed.kind)
    for raw in framed.page().items:
        assert raw.external_id
        assert speaker.read(raw, settings(speaker))


@pytest.mark.parametrize("framed", ALL, ids=str)
def test_a_damaged_frame_is_read_or_refused(framed: Framed) -> None:
    for damaged in islice(mutants(framed.frame, seed=7), MUTANTS_OF_EACH):
        try:
            page = framed.page(damaged)
        except (Unreadable, TryLater, Reauthorise):
            continue
        json.dumps(page.cursor)


@pytest.mark.parametrize("kind", kinds_of(Streams))
def test_a_channel_that_streams_has_recorded_frames(kind: str) -> None:
    told = [framed.told["expect"] for framed in ALL if framed.kind == kind]
    assert any(expect.get("items") for expect in told)
    assert any(expect.get("raises") == "Unreadable" for expect in told) or _keeps_rubbish(kind)


def _keeps_rubbish(kind: str) -> bool:
    """A stream whose frames are all for us stores each as it came; what it is, is asked when it is read."""
    page = Framed(kind, "rubbish", b"rubbish", {}).page()
    with pytest.raises(Unreadable):
        connector(kind).read(page.items[0], settings(connector(kind)))
    return len(page.items) == 1


@pytest.mark.parametrize("kind", kinds_of(Streams))
def test_no_secret_is_in_what_a_stream_shows_of_itself(kind: str) -> None:
    speaker = connector(kind)
    for told in [{}, *(framed.told.get("settings", {}) for framed in ALL if framed.kind == kind)]:
        try:
            call = cast("Streams", speaker).stream({}, settings(speaker) | told)
        except (Unsupported, ConnectorError):
            continue
        assert not [name for name, value in secrets(speaker).items() if value in repr(call)]
