"""On what basis somebody is known: put on file in words that can be checked, ended by a person, never deleted."""

from __future__ import annotations

import pytest

from answerable.channels.contract import Handle
from answerable.conversations import knowing, linking
from answerable.conversations.identifying import identify
from answerable.conversations.models import Identity
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
KEY = ("bluesky", "did:plc:miguel")


@pytest.fixture
def miguel(cast: Cast) -> Identity:
    return identify(Handle(*KEY), source=cast.square, at=now())


def bases(cast: Cast) -> dict[tuple[str, str], int]:
    return dict(knowing.bases([KEY, ("email", "nobody@example.net")], workspace_id=cast.workspace.pk))


def test_a_basis_is_kept_with_who_and_when_and_the_journal_holds_none_of_its_words(
    cast: Cast, miguel: Identity
) -> None:
    basis = knowing.put_on_file(miguel, sort="contract", words="Trial of Pulsa", by=cast.ada)
    assert bases(cast) == {KEY: basis.pk}
    event = Event.objects.get(kind="basis_kept")
    assert event.data == {"basis": basis.pk, "contact": miguel.contact_id, "sort": "contract"}


@pytest.mark.parametrize(("sort", "words"), [("rumour", "He said so"), ("contract", "  ")])
def test_a_ground_that_nobody_could_check_is_none(cast: Cast, miguel: Identity, sort: str, words: str) -> None:
    with pytest.raises(Invalid):
        knowing.put_on_file(miguel, sort=sort, words=words, by=cast.ada)
    assert bases(cast) == {}


def test_one_that_ended_serves_nothing_and_ends_once(cast: Cast, miguel: Identity) -> None:
    basis = knowing.put_on_file(miguel, sort="consent", words="Mail of 3 May", by=cast.ada)
    knowing.end(basis, by=cast.ada)
    assert bases(cast) == {}
    assert not knowing.are_any(cast.workspace.pk)
    assert Event.objects.filter(kind="basis_ended").count() == 1
    with pytest.raises(Conflict):
        knowing.end(basis, by=cast.ada)


def test_it_holds_for_every_handle_of_the_same_person(cast: Cast, miguel: Identity) -> None:
    linking.add(miguel.contact, "email", "miguel@example.net", words="He said so", by=cast.ada)
    mail = Identity.objects.get(namespace="email")
    basis = knowing.put_on_file(mail, sort="contract", words="Trial of Pulsa", by=cast.ada)
    assert bases(cast) == {KEY: basis.pk}
