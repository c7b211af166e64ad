"""From a person or a token to a viewer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.core import reading, viewers
from answerable.core.models import Event, Membership, Read, Token, User
from answerable.core.moments import now
from answerable.testing.cast import Cast


@pytest.fixture
def plain(cast: Cast) -> str:
    member = Membership.objects.get(user_id=cast.ada.user_id)
    return viewers.issue(member, label="app", scopes=["read_cases"], by=cast.ada)


def test_a_token_is_shown_once_and_only_its_digest_is_kept(cast: Cast, plain: str) -> None:
    token = Token.objects.get()
    assert plain not in str(Token.objects.values_list().get())
    viewer = viewers.of_token(plain)
    assert viewer is not None
    assert (viewer.user_id, viewer.scopes) == (cast.ada.user_id, frozenset({"read_cases"}))
    event = Event.objects.get(kind="token_issued")
    assert event.data == {"token": token.pk, "scopes": ["read_cases"], "user": cast.ada.user_id}
    assert plain not in str(Event.objects.values_list())


def test_an_ended_token_makes_no_viewer(cast: Cast, plain: str) -> None:
    viewers.revoke(Token.objects.get(), by=cast.ada)
    assert viewers.of_token(plain) is None
    assert Event.objects.filter(kind="token_revoked", user_id=cast.ada.user_id).exists()


@pytest.mark.parametrize("change", ["expired", "left", "shut out", "mistyped"])
def test_a_token_opens_only_while_all_of_it_holds(cast: Cast, plain: str, change: str) -> None:
    assert viewers.of_token(plain)
    if change == "expired":
        Token.objects.update(expires_at=now() - timedelta(seconds=1))
    elif change == "left":
        Membership.objects.filter(user_id=cast.ada.user_id).update(ended_at=now())
    elif change == "shut out":
        User.objects.filter(pk=cast.ada.user_id).update(is_active=False)
    assert viewers.of_token(plain + "x" if change == "mistyped" else plain) is None


def test_a_person_sees_the_workspace_only_as_a_member(cast: Cast) -> None:
    ada = User.objects.get(pk=cast.ada.user_id)
    viewer = viewers.of_user(ada)
    assert viewer == cast.ada
    assert viewers.of_user(ada, workspace_id=cast.otto.workspace_id) is None
    Membership.objects.filter(user=ada).update(ended_at=now())
    assert viewers.of_user(ada) is None


def test_who_looked_at_whose_data_is_kept(cast: Cast) -> None:
    reading.log("contact", 5, by=cast.ada)
    read = Read.objects.get()
    assert (read.user_id, read.what, read.row_id) == (cast.ada.user_id, "contact", 5)
