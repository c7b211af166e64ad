"""The page asks what a picture shows, shows it as it will be read, and takes an answer back for a reason."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from answerable.cases.models import Case
from answerable.channels.sandbox.server import canonical
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.core.wire.calls import HttpAnswer
from answerable.inbox.tests.asking import Program, told
from answerable.replies import answering, sending
from answerable.replies.models import DraftFile, Reply
from answerable.replies.tests.test_files_out import PNG, POST, replace_wire
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(canonical({**POST, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_a_new_picture_waits_once_for_its_words(cast: Cast, case: Case) -> None:
    given = {"text": "Like this.", "audience": "public", "key": "k1"}
    file = SimpleUploadedFile("lid.png", PNG, "image/png")
    client, address = as_(cast.ada), reverse("inbox:replies", args=[case.pk])

    stopped = client.post(address, {**given, "files": file})
    page = stopped.content.decode()
    picture = DraftFile.objects.get()

    assert stopped.status_code == 422
    assert f'name="alt-{picture.pk}"' in page
    assert reverse("inbox:draft-picture", args=[picture.pk]) in page
    assert client.post(address, {**given, f"alt-{picture.pk}": "The lid of a pump"}).status_code == 303
    assert Reply.objects.get().message.attachments.get().alt == "The lid of a pump"


def test_a_picture_of_a_draft_is_shown_to_its_writer_only(cast: Cast, case: Case) -> None:
    given = {
        "text": "Like this.",
        "audience": "public",
        "key": "k1",
        "files": SimpleUploadedFile("lid.png", PNG, "image/png"),
    }
    as_(cast.ada).post(reverse("inbox:replies", args=[case.pk]), given)
    address = reverse("inbox:draft-picture", args=[DraftFile.objects.get().pk])

    shown = as_(cast.ada).get(address)

    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert as_(cast.ben).get(address).status_code == 404


def test_an_answer_is_taken_back_from_its_page_and_over_the_api(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = answering.answer(case, text="We come.", audience="public", key="k", by=cast.ada)
    replace_wire(monkeypatch, HttpAnswer(201, body=b'{"id": 12}'))
    sending.send(reply)
    address = reverse("inbox:take-answer-back", args=[reply.pk])
    page = reverse("inbox:case", args=[case.pk])

    assert address in as_(cast.ada).get(page).content.decode()
    assert as_(cast.ada).post(address, {"because": "Wrong person."}).status_code == 303
    assert "Wrong person." in as_(cast.ada).get(page).content.decode()
    assert told(Program(cast.ada).get(f"replies/{reply.pk}"))["taking_back"]["because"] == "Wrong person."
    assert Program(cast.ada).post(f"replies/{reply.pk}/taking-back", {"because": "x"}).status_code == 409
