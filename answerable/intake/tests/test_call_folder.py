"""A folder of call records and recordings: each file taken once, each recording at its call, and only with consent."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Message, Sound
from answerable.core.access import House
from answerable.intake import fetching, pipeline, polling
from answerable.intake.models import Envelope
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
WAV = b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
WAV += b"data" + struct.pack("<I", 8) + b"\x80" * 8
TABLE = b"call,from,to,started,talked\n1782995352.17,600100214,221234567,2026-07-02 18:09:10,61\n"
Put = Callable[[str, bytes], Path]


@pytest.fixture
def put(tmp_path: Path, settings: Any) -> Put:
    """An exchange that left a file a minute ago."""
    settings.ANSWERABLE_FOLDERS = [str(tmp_path)]

    def put(name: str, body: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(body)
        os.utime(path, (time.time() - 60, time.time() - 60))
        return path

    return put


def line(cast: Cast, folder: Path, **values: str) -> Source:
    given = {"country": "PL", "language": "en", "time_zone": "Europe/Warsaw", "folder": str(folder)} | values
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("call", label="Hotline", team=cast.front_line, values=given, by=by)


def taken(source: Source) -> int:
    fresh = polling.poll(source)
    while pipeline.open_waiting(source):
        pass
    return fresh


def fetched() -> list[bool]:
    return [fetching.fetch_sound(sound) for sound in Sound.objects.select_related("source")]


@pytest.mark.parametrize("name", ["20260702-180912-48600100214.wav", "in-600100214-1782995352.17.wav"])
@pytest.mark.parametrize("table_first", [True, False])
def test_a_recording_finds_its_call_whichever_comes_first(
    cast: Cast, tmp_path: Path, put: Put, name: str, table_first: bool
) -> None:
    source = line(cast, tmp_path, recording_consent="announced")
    for each in ("calls.csv", name) if table_first else (name, "calls.csv"):
        put(each, TABLE if each == "calls.csv" else WAV)
        assert taken(source) == 1
    assert fetched() == [True]
    sound = Sound.objects.get()
    assert (sound.message, sound.size) == (Message.objects.get(), len(WAV))
    assert sound.media_type in {"audio/wav", "audio/x-wav", "audio/wave"}


def test_each_file_is_taken_once_and_nothing_is_deleted(cast: Cast, tmp_path: Path, put: Put) -> None:
    source = line(cast, tmp_path)
    table, sound = put("calls.csv", TABLE), put("20260702-180912-48600100214.wav", WAV)
    assert taken(source) == 2
    assert taken(source) == 0
    assert (table.read_bytes(), sound.read_bytes()) == (TABLE, WAV)
    put("calls.csv", TABLE + b"17829.1,600100215,221234567,2026-07-02 18:20,5\n")
    assert taken(source) == 1
    assert Message.objects.count() == 2


def test_without_consent_on_file_a_recording_stays_where_it_is(cast: Cast, tmp_path: Path, put: Put) -> None:
    source = line(cast, tmp_path)
    put("calls.csv", TABLE)
    put("20260702-180912-48600100214.wav", WAV)
    taken(source)
    assert fetched() == [False]
    assert Sound.objects.get().file == ""
    assert not any(b"RIFF" in envelope.bytes() for envelope in Envelope.objects.all())


def test_what_the_row_says_of_consent_goes_before_what_the_line_does(cast: Cast, tmp_path: Path, put: Put) -> None:
    source = line(cast, tmp_path, recording_consent="announced")
    put("calls.csv", TABLE.replace(b"talked", b"talked,consent").replace(b",61", b",61,no"))
    put("20260702-180912-48600100214.wav", WAV)
    taken(source)
    assert fetched() == [False]


def test_a_folder_that_no_setting_names_is_not_read(cast: Cast, tmp_path: Path, put: Put, settings: Any) -> None:
    put("calls.csv", TABLE)
    settings.ANSWERABLE_FOLDERS = [str(tmp_path / "elsewhere")]
    source = line(cast, tmp_path)
    assert taken(source) == 0
    assert "ANSWERABLE_FOLDERS" in Source.objects.get(pk=source.pk).trouble


def test_links_hidden_files_and_what_still_grows_are_left_alone(cast: Cast, tmp_path: Path, put: Put) -> None:
    source = line(cast, tmp_path)
    secret = put(".secret.csv", TABLE)
    (tmp_path / "link.csv").symlink_to(secret)
    (tmp_path / "growing.csv").write_bytes(TABLE)
    assert taken(source) == 0
