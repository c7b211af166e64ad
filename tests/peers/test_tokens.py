"""A real mail server that takes tokens: they are renewed, and a lost authorisation loses no mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from answerable.channels import connecting, queries, renewing
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.intake import pipeline, polling
from answerable.intake.models import Envelope
from answerable.testing.authority import Authority, authority
from answerable.testing.cast import Cast, make_mailbox
from tests.peers.certificates import Certificate
from tests.peers.conftest import needs
from tests.peers.dovecot import Dovecot
from tests.peers.programs import eventually
from tests.peers.test_imap import deliver
from tests.peers.test_mail_journeys import watched

PROVES = ("email",)
pytestmark = pytest.mark.peers

HELP = "help@example.org"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Authority]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    with authority(user=HELP) as ours:
        yield ours


@pytest.fixture(params=["xoauth2", "oauthbearer"])
def server(
    request: pytest.FixtureRequest, folder: Path, trusted: Certificate, provider: Authority
) -> Iterator[Dovecot]:
    needs("dovecot")
    home = folder / f"tokens-{request.param}-{provider.port}"
    home.mkdir()
    dovecot = Dovecot(home, trusted, introspection=provider.endpoint.replace("/token", "/introspect"))
    dovecot.mechanism = request.param
    dovecot.configure()
    dovecot.start()
    yield dovecot
    dovecot.stop()


@pytest.fixture
def source(committed_cast: Cast, server: Dovecot, provider: Authority) -> Source:
    imap = {"arrival": "imap", "imap_host": "localhost", "imap_port": server.imap, "imap_security": "starttls"}
    by = House(committed_cast.workspace.pk, "tests")
    return make_mailbox(committed_cast.front_line, by=by, address=HELP, **imap, **provider.settings())


def test_mail_is_fetched_with_a_token_that_the_house_renews(
    source: Source, server: Dovecot, provider: Authority
) -> None:
    deliver(server, "one", to=HELP)
    assert polling.poll(source) == 1

    provider.withdraw()
    deliver(server, "two", to=HELP)
    assert polling.poll(source) == 1
    assert len(provider.asked) == 2
    assert Source.objects.get(pk=source.pk).trouble == ""


def test_a_watch_goes_on_with_the_next_token(source: Source, server: Dovecot, provider: Authority) -> None:
    polling.poll(source)
    with watched() as watches:
        deliver(server, "one", to=HELP)
        eventually(lambda: Envelope.objects.count() == 1)
        fresh = Source.objects.get(pk=source.pk)
        renewing.renew(fresh, instead_of=fresh.values(), by=House(source.workspace_id, "tests"))
        provider.good.discard("access-1")
        watches.refresh()
        deliver(server, "two", to=HELP)
        eventually(lambda: Envelope.objects.count() == 2)
    assert Source.objects.get(pk=source.pk).state == Source.State.ON


def test_a_lost_authorisation_is_told_and_a_new_one_fetches_what_came_meanwhile(
    committed_cast: Cast, source: Source, server: Dovecot, provider: Authority
) -> None:
    polling.poll(source)
    provider.withdraw()
    provider.refuses = (400, "invalid_grant")
    polling.poll(source)
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    assert "no longer accepts the authorisation" in source.trouble
    assert queries.unseen(committed_cast.ben).count() == 1

    for name in ("one", "two"):
        deliver(server, name, to=HELP)
    assert polling.poll(source) == 0

    provider.refuses, provider.refresh_token = None, "given-anew"
    values = {**source.settings, "address": HELP, "oauth_refresh_token": "given-anew"}
    connecting.change(source, label="Help", team=committed_cast.front_line, values=values, by=committed_cast.root)
    assert polling.poll(source) == 2
    while pipeline.open_waiting(source):
        pass
    assert Message.objects.count() == 2
