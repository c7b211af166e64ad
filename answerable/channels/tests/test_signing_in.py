"""Signing in by browser: to the provider's page and back, once, in time, by the same person in the same session."""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from answerable.channels import connecting, health, renewing, signing_in
from answerable.channels.models import SigningIn, Source, SourceNotice
from answerable.channels.signing_in import Returned
from answerable.core.access import House
from answerable.core.errors import Conflict, HouseError, NotAllowed
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.testing.authority import Authority, authority
from answerable.testing.cast import Cast, make_mailbox

SESSION = "the-session-of-root"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Authority]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with authority() as ours:
        yield ours


@pytest.fixture
def source(cast: Cast, provider: Authority) -> Source:
    by = House(cast.workspace.pk, "tests")
    values = provider.settings(oauth_refresh_token="")
    return make_mailbox(cast.front_line, by=by, address="help@example.org", **values)


def agree(address: str) -> Returned:
    """The person signs in there and is sent back."""
    there = urlsplit(address)
    connection = http.client.HTTPConnection(str(there.hostname), there.port, timeout=5)
    connection.request("GET", f"{there.path}?{there.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert f"{back.scheme}://{back.netloc}{back.path}" == signing_in.redirect()
    given = {name: values[0] for name, values in parse_qs(back.query).items()}
    return Returned(given["state"], given["code"])


def begin(source: Source, cast: Cast) -> Returned:
    return agree(signing_in.begin(source, session=SESSION, by=cast.root))


def finish(returned: Returned, cast: Cast, **changes: Any) -> Source:
    return signing_in.finish(returned, **{"session": SESSION, "by": cast.root, **changes})


def test_the_key_is_sealed_and_the_source_signs_in_with_it(cast: Cast, source: Source, provider: Authority) -> None:
    let_in = finish(begin(source, cast), cast)

    assert let_in.values()["oauth_refresh_token"] == provider.refresh_token
    assert provider.refresh_token.encode() not in bytes(let_in.sealed)
    assert renewing.values(let_in)["access_token"] in provider.good
    assert Event.objects.filter(chain=f"source:{source.pk}", kind="source_authorised").count() == 1


def test_a_way_back_serves_once(cast: Cast, source: Source) -> None:
    returned = begin(source, cast)
    finish(returned, cast)
    with pytest.raises(Conflict):
        finish(returned, cast)


def test_after_ten_minutes_it_is_over(cast: Cast, source: Source) -> None:
    returned = begin(source, cast)
    SigningIn.objects.update(started_at=F("started_at") - timedelta(minutes=10, seconds=1))
    with pytest.raises(Conflict):
        finish(returned, cast)


@pytest.mark.parametrize("session", ["", "another-session"])
def test_another_session_does_not_come_in(cast: Cast, source: Source, session: str) -> None:
    with pytest.raises(Conflict):
        finish(begin(source, cast), cast, session=session)


def test_another_person_does_not_come_in(cast: Cast, source: Source) -> None:
    returned = begin(source, cast)
    with pytest.raises(HouseError):
        finish(returned, cast, by=cast.ada)
    with pytest.raises(HouseError):
        finish(returned, cast, by=cast.otto)


def test_a_state_that_nobody_began_is_refused(cast: Cast, source: Source) -> None:
    begin(source, cast)
    with pytest.raises(Conflict):
        finish(Returned("made-up", "code-0"), cast)


def test_a_stolen_code_is_worth_nothing_without_its_verifier(cast: Cast, source: Source, provider: Authority) -> None:
    stolen = begin(source, cast)
    own = begin(source, cast)
    with pytest.raises(HouseError):
        finish(Returned(own.state, stolen.code), cast)
    assert source.values().get("oauth_refresh_token") in ("", None)


def test_a_no_on_the_page_changes_nothing_and_says_so(cast: Cast, source: Source) -> None:
    returned = begin(source, cast)
    with pytest.raises(NotAllowed, match="said no"):
        finish(Returned(returned.state, refused="access_denied"), cast)


def test_only_who_manages_sources_begins(cast: Cast, source: Source) -> None:
    with pytest.raises(NotAllowed):
        signing_in.begin(source, session=SESSION, by=cast.ada)


def test_a_mailbox_with_a_password_has_no_such_page(cast: Cast) -> None:
    assert not signing_in.possible(cast.mailbox)
    with pytest.raises(Conflict):
        signing_in.begin(cast.mailbox, session=SESSION, by=cast.root)


def test_a_page_without_encryption_is_not_offered(cast: Cast, provider: Authority) -> None:
    by = House(cast.workspace.pk, "tests")
    values = provider.settings(oauth_page="http://login.example.org/authorise")
    assert not signing_in.possible(make_mailbox(cast.front_line, by=by, address="a@example.org", **values))


def test_a_provider_that_lies_in_a_private_network_needs_leave(cast: Cast, source: Source, settings: Settings) -> None:
    returned = begin(source, cast)
    settings.ANSWERABLE_PRIVATE_NETWORKS = []
    with pytest.raises(HouseError):
        finish(returned, cast)


def test_a_source_that_had_lost_its_authorisation_goes_on(cast: Cast, source: Source) -> None:
    connecting.pause(source, by=cast.root)
    Source.objects.filter(pk=source.pk).update(unauthorised_since=now())
    let_in = finish(begin(source, cast), cast)
    assert (let_in.state, let_in.unauthorised_since) == (Source.State.ON, None)


def test_a_source_that_waits_for_its_first_sign_in_has_lost_nothing(cast: Cast, source: Source) -> None:
    health.lost_authorisation(source, sentence="It refused us.", at=now())
    assert (source.state, source.failing_since) == (Source.State.PAUSED, None)
    assert not SourceNotice.objects.exists()
    assert Event.objects.filter(kind="source_paused").count() == 1

    let_in = finish(begin(source, cast), cast)

    assert (let_in.state, let_in.unauthorised_since) == (Source.State.ON, None)
    assert not signing_in.awaited(let_in)


def test_nothing_secret_is_in_what_the_row_keeps(cast: Cast, source: Source) -> None:
    returned = begin(source, cast)
    kept = SigningIn.objects.get()
    assert returned.state not in (kept.state, kept.session)
    assert b"verifier" not in bytes(kept.sealed)


def test_the_whole_way_over_the_pages(cast: Cast, source: Source, provider: Authority) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))
    form = client.get(reverse("inbox:source", args=[source.pk])).content.decode()
    leaving = client.post(reverse("inbox:signing-in", args=[source.pk])).content.decode()
    address = re.search(r'href="(http://127[^"]+)"', leaving)
    assert reverse("inbox:signing-in", args=[source.pk]) in form
    assert address is not None

    returned = agree(html.unescape(address[1]))
    back = reverse("inbox:signed-in")

    assert client.get(back, {"state": returned.state, "code": returned.code}).status_code == 303
    again = client.get(back, {"state": returned.state, "code": returned.code})
    assert (again.status_code, "no longer good" in again.content.decode()) == (409, True)
    source.refresh_from_db()
    assert source.values()["oauth_refresh_token"] == provider.refresh_token
