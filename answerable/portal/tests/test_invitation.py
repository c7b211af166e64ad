"""The page of an invitation and “my case” behind it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.cases import inviting
from answerable.cases.inviting import Invited
from answerable.cases.models import Case, Invitation
from answerable.channels.models import Source
from answerable.channels.sandbox import square
from answerable.channels.sandbox.server import canonical
from answerable.conversations.models import Attachment, Identity
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.portal.holders import AT_MOST
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

FILLED = {"message": "It leaks. <script>alert(1)</script>", "email": "pia@example.net", "name": "Pia", "key": "one"}


@pytest.fixture
def case(cast: Cast) -> Case:
    post = square.post(cast.square, handle="pia_32", name="", text="The pen leaks, and I use Velorin.", private=False)
    made = arrive(canonical(square.told(post)), cast.square)
    assert made is not None
    return made


@pytest.fixture
def invited(cast: Cast, case: Case) -> Invited:
    conversation = case.filings.get().message.conversation
    assert conversation is not None
    return inviting.invite(case, conversation=conversation, by=cast.ada)


def test_what_is_written_behind_the_link_joins_the_public_case(cast: Cast, case: Case, invited: Invited) -> None:
    client = Client()
    page = client.get(f"/i/{invited.code}")
    assert page.status_code == 200
    assert "Velorin" not in page.content.decode()
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    sent = client.post(f"/i/{invited.code}", {**FILLED, "files": _file()})
    assert sent.status_code == 302
    assert "is stored" in client.get(sent["Location"]).content.decode()
    while pipeline.open_waiting(cast.form):
        pass
    assert case.filings.filter(why="invited").count() == 1
    assert Identity.objects.get(value="pia@example.net").contact == case.contact
    assert Attachment.objects.get().name == "photo.txt"
    mine = client.get(sent["Location"]).content.decode()
    assert case.number in mine
    assert "Front line" in mine
    assert "Velorin" not in mine
    assert "leaks" not in mine


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.txt", b"words", "text/plain")


def test_a_link_that_was_used_is_closed_and_says_nothing_more(cast: Cast, invited: Invited) -> None:
    Client().post(f"/i/{invited.code}", FILLED)
    pipeline.open_waiting(cast.form)
    used, unknown = (Client().get(f"/i/{code}") for code in (invited.code, "2222-AAAA-BBBB"))
    assert used.status_code == unknown.status_code == 404
    assert "its time is over" in used.content.decode()


def test_looking_uses_nothing_up(invited: Invited) -> None:
    for _ in range(3):
        Client().get(f"/i/{invited.code}")
    assert Invitation.objects.get().claimed_at is None


def test_what_is_missing_is_said_and_nothing_is_stored(invited: Invited) -> None:
    answer = Client().post(f"/i/{invited.code}", {**FILLED, "email": "pia"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert not Envelope.objects.filter(source__kind="form").exists()


def test_one_address_may_not_try_codes_without_end(invited: Invited) -> None:
    statuses = [Client().get(f"/i/2222-AAAA-BB{number:02}").status_code for number in range(AT_MOST + 1)]
    assert statuses == [404] * AT_MOST + [429]
    assert Client().get(f"/i/{invited.code}").status_code == 429


@pytest.mark.parametrize(("language", "lang"), [("pl", "pl"), ("pt-br", "pt-br"), ("en", "en")])
def test_the_page_speaks_the_language_of_the_browser(invited: Invited, language: str, lang: str) -> None:
    page = Client().get(f"/i/{invited.code}", headers={"accept-language": language})
    assert f'lang="{lang}"' in page.content.decode().lower()


def test_without_a_form_there_is_no_way_in(cast: Cast, invited: Invited) -> None:
    Source.objects.filter(pk=cast.form.pk).update(state=Source.State.PAUSED)
    assert Client().get(f"/i/{invited.code}").status_code == 404


@pytest.mark.parametrize("token", ["x", "WzEsIm9uZSJd:1abc:zzz"])
def test_a_link_that_was_not_signed_by_us_opens_nothing(cast: Cast, token: str) -> None:
    assert Client().get(f"/my/{token}").status_code == 404
