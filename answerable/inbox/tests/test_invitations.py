"""Inviting on the page of a case: the sentence lands in the draft, and an invitation can be taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case, Invitation, Suggestion
from answerable.channels.sandbox import square
from answerable.channels.sandbox.server import canonical
from answerable.core.models import User
from answerable.replies import drafting
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    post = square.post(cast.square, handle="pia_32", name="", text="The pen leaks.", private=False)
    made = arrive(canonical(square.told(post)), cast.square)
    assert made is not None
    return made


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    return client


def test_the_sentence_stands_behind_what_was_written(cast: Cast, case: Case, ada: Client) -> None:
    assert "Invite to private" in ada.get(f"/cases/{case.pk}").content.decode()
    ada.post(f"/cases/{case.pk}/invitations", {"text": "We are sorry.", "audience": "public"})
    draft = drafting.of(case, by=cast.ada)
    assert draft is not None
    assert draft.text.startswith("We are sorry.\n\nYou can go on here")
    assert draft.audience == "public"
    page = ada.get(f"/cases/{case.pk}").content.decode()
    assert "Invitations to private" in page


def test_an_invitation_is_taken_back_once(case: Case, ada: Client) -> None:
    ada.post(f"/cases/{case.pk}/invitations", {})
    address = f"/invitations/{Invitation.objects.get().pk}/end"
    assert ada.post(address).status_code == 303
    assert Invitation.objects.get().revoked_at is not None
    assert ada.post(address).status_code == 409


def test_a_private_case_offers_no_invitation(cast: Cast, ada: Client) -> None:
    case = arrive(letter("In private."), cast.mailbox)
    assert case is not None
    assert "Invite to private" not in ada.get(f"/cases/{case.pk}").content.decode()
    assert ada.post(f"/cases/{case.pk}/invitations", {}).status_code == 422
    assert not Invitation.objects.exists()


def test_a_suggestion_is_seen_from_both_cases_with_its_evidence(cast: Cast, ada: Client) -> None:
    text = "Order AB-10442 never came, refund 84.50 USD. <b>"
    cases = [
        arrive(letter(text, sender=f"P <p{n}@example.net>", message_id=f"<{n}@x>"), cast.mailbox) for n in range(2)
    ]
    assert Suggestion.objects.count() == 1
    for case in cases:
        assert case is not None
        page = ada.get(f"/cases/{case.pk}").content.decode()
        assert "Both name the number AB10442." in page
        assert "Strong evidence" in page
