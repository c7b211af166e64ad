"""A recording of a call is played on the page of its case by who may, and the read log says so."""

from __future__ import annotations

import io
import math
import os
import struct
import time
import wave
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.conversations import voicing
from answerable.conversations.models import Sound
from answerable.core.access import House
from answerable.core.models import Read
from answerable.intake import pipeline, polling
from answerable.testing.cast import Cast
from tests.browser.conftest import served
from tests.peers.programs import eventually

pytestmark = pytest.mark.peers


def tone() -> bytes:
    """A second of 440 Hz, as an exchange records it: 8,000 samples of 16 bits."""
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(
            b"".join(struct.pack("<h", round(9000 * math.sin(440 * math.tau * n / 8000))) for n in range(8000))
        )
    return body.getvalue()


@transaction.atomic
def recorded(cast: Cast, folder: Path) -> Case:
    """A call of this morning, its recording and the consent to it, from the folder of an exchange."""
    values = {"country": "PL", "folder": str(folder), "recording_consent": "announced"}
    by = House(cast.workspace.pk, "tests")
    line = connecting.connect("call", label="Exchange", team=cast.front_line, values=values, by=by)
    (folder / "calls.csv").write_text("call,from,started,talked\n7,600100777,2026-07-02 18:09:10,61\n")
    os.utime(folder / "calls.csv", (time.time() - 60, time.time() - 60))
    polling.poll(line)
    while pipeline.open_waiting(line):
        pass
    return Case.objects.get(filings__message__conversation__source=line)


def test_a_recording_is_played_on_the_case_page_and_the_listening_is_kept(
    world: Cast, browser: Browser, tmp_path: Path, settings: Any
) -> None:
    settings.ANSWERABLE_FOLDERS = [str(tmp_path)]
    case = recorded(world, tmp_path)
    message = case.filings.get().message
    assert message.conversation is not None
    sound = Sound.objects.create(
        source=message.conversation.source,
        message=message,
        once="s",
        name="s.wav",
        reference="folder:s.wav",
        received_at=message.received_at,
    )
    voicing.arrived(sound, tone())

    with served(browser, ANSWERABLE_FILES=str(settings.ANSWERABLE_FILES)) as desk:
        page = desk.sign_in("ben")
        page.goto(f"/cases/{case.pk}")
        player = page.get_by_label("Recording of the call")
        expect(player).to_be_visible()
        expect(page.locator("main")).to_contain_text("Agreed to be recorded: announced at the beginning of each call")
        assert not Read.objects.filter(what="recording").exists()
        player.evaluate("audio => { audio.muted = true; return audio.play(); }")
        eventually(lambda: player.evaluate("audio => audio.ended"), within=15)
        assert player.evaluate("audio => Math.round(audio.duration)") == 1
        heard = Read.objects.filter(what="recording", row_id=sound.pk, user_id=world.ben.user_id)
        assert heard.count() == 1

        page = desk.sign_in("ada")
        page.goto(f"/cases/{case.pk}")
        expect(page.locator("main")).to_contain_text("Your role does not include listening to it.")
        assert page.locator("audio").count() == 0
