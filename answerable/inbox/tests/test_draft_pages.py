"""What a draft keeps on the page of a case: the reason that it is no deflection, and its files."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case, Deflection
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.replies import drafting
from answerable.replies.models import Draft, DraftFile
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

AWAY = {"text": "Please contact our office.", "audience": "private", "key": "k", "not_deflection": "She asked for it."}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_the_reason_is_kept_with_the_draft_and_with_who_gave_it_on_the_answer(cast: Cast, case: Case) -> None:
    ada = as_(cast.ada)
    ada.post(f"/cases/{case.pk}/draft", AWAY)
    assert Draft.objects.get().not_deflection == "She asked for it."
    assert 'value="She asked for it."' in ada.get(f"/cases/{case.pk}").content.decode()
    ada.post(f"/cases/{case.pk}/replies", AWAY)
    kept = Deflection.objects.get()
    assert (kept.refuted, kept.user_id) == ("She asked for it.", cast.ada.user_id)
    assert "Ada: She asked for it." in ada.get(f"/cases/{case.pk}").content.decode()
    assert happened(case, "deflection_refuted")


def test_a_file_is_taken_away_from_the_draft_and_the_words_stay(cast: Cast, case: Case) -> None:
    ada = as_(cast.ada)
    draft = drafting.save(case, text="See the slip.", audience="private", by=cast.ada)
    file = drafting.add_file(draft, name="slip.txt", body=b"x", by=cast.ada)
    address = f"/draft-files/{file.pk}/end"
    page = ada.get(f"/cases/{case.pk}").content.decode()
    assert address in page
    assert page.index(address) > page.index("Send privately")
    assert as_(cast.ben).post(address).status_code == 404
    answer = ada.post(address, {"text": "See below.", "audience": "private"}, follow=True)
    assert "The file is taken away." in answer.content.decode()
    assert not DraftFile.objects.exists()
    assert Draft.objects.get().text == "See below."
    assert ada.post(address).status_code == 404
