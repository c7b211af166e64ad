"""A source stays authorised by itself, and says in a sentence when only a person can help."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from answerable.channels import connecting, renewing
from answerable.channels.contract import Reauthorise, TryLater
from answerable.channels.email import mailbox as email
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.errors import Invalid
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.authority import SECRET, Authority, authority
from answerable.testing.cast import Cast, make_mailbox


@pytest.fixture
def provider(settings: Settings) -> Iterator[Authority]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with authority() as ours:
        yield ours


@pytest.fixture
def source(cast: Cast, provider: Authority) -> Source:
    return mailbox(cast, provider)


def mailbox(cast: Cast, provider: Authority, **changes: Any) -> Source:
    by = House(cast.workspace.pk, "tests")
    return make_mailbox(cast.front_line, by=by, address="help@example.org", **provider.settings(**changes))


def lines(source: Source, kind: str) -> int:
    return Event.objects.filter(chain=f"source:{source.pk}", kind=kind).count()


def house(source: Source) -> House:
    return House(source.workspace_id, "channels")


def test_the_first_question_fetches_a_token_and_the_next_uses_it(source: Source, provider: Authority) -> None:
    first, second = renewing.values(source), renewing.values(Source.objects.get(pk=source.pk))

    assert first["access_token"] == second["access_token"] == "access-1"
    assert [form["grant_type"] for form in provider.asked] == ["refresh_token"]
    assert lines(source, "source_renewed") == 1


def test_a_token_is_renewed_before_it_ends(source: Source, provider: Authority) -> None:
    provider.lasts = int(renewing.BEFORE_END.total_seconds()) + 60
    renewing.values(source)
    assert renewing.is_ready(source)
    renewing.values(source)
    assert len(provider.asked) == 1

    provider.lasts = int(renewing.BEFORE_END.total_seconds()) - 1
    renewing.renew(source, instead_of=source.values(), by=house(source))
    assert renewing.values(source)["access_token"] == "access-3"


def test_a_token_that_has_ended_is_not_ready(source: Source, provider: Authority) -> None:
    provider.lasts = 0
    renewing.values(source)
    assert not renewing.is_ready(source)


def test_a_new_refresh_token_replaces_the_old_one(source: Source, provider: Authority) -> None:
    provider.rotates = True
    for expected in ("refresh-1", "refresh-2"):
        renewing.renew(source, instead_of=source.values(), by=house(source))
        assert Source.objects.get(pk=source.pk).values()["oauth_refresh_token"] == expected
    assert [form["refresh_token"] for form in provider.asked] == ["refresh-0", "refresh-1"]


def test_all_secrets_are_sealed_and_none_is_told(
    source: Source, provider: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        renewing.values(source)
        provider.refuses = (400, "invalid_grant")
        with pytest.raises(Reauthorise) as refusal:
            renewing.renew(source, instead_of=source.values(), by=house(source))

    stored = bytes(Source.objects.get(pk=source.pk).sealed).decode()
    told = " ".join([caplog.text, refusal.value.sentence, str(source.settings), stored])
    told += str(list(Event.objects.values_list("data", flat=True)))
    for secret in (SECRET, "refresh-0", "access-1", "changed a password"):
        assert secret not in told


@pytest.mark.parametrize(
    ("refuses", "says"),
    [
        ((400, "invalid_grant"), "no longer accepts the authorisation"),
        ((400, "interaction_required"), "no longer accepts the authorisation"),
        ((401, "invalid_client"), "perhaps the secret ran out"),
        ((400, "invalid_scope"), "Check client id, scope and token address"),
    ],
)
def test_where_only_a_person_can_help_the_sentence_says_what_to_do(
    source: Source, provider: Authority, refuses: tuple[int, str], says: str
) -> None:
    provider.refuses = refuses
    with pytest.raises(Reauthorise, match=says):
        renewing.values(source)
    assert lines(source, "source_renewed") == 0


@pytest.mark.parametrize("refuses", [(503, "x"), (429, "x"), (400, "temporarily_unavailable"), (400, "Ooh <b>")])
def test_where_time_helps_it_is_tried_again(source: Source, provider: Authority, refuses: tuple[int, str]) -> None:
    provider.refuses = refuses
    with pytest.raises(TryLater):
        renewing.values(source)
    provider.refuses = None
    assert renewing.values(source)["access_token"] == "access-2"


def test_a_provider_that_is_away_is_tried_again(cast: Cast, provider: Authority) -> None:
    source = mailbox(cast, provider, oauth_endpoint="http://127.0.0.1:1/token")
    with pytest.raises(TryLater, match="No mail was lost"):
        renewing.values(source)


def test_a_provider_in_a_private_network_needs_the_admins_leave(source: Source, settings: Settings) -> None:
    settings.ANSWERABLE_PRIVATE_NETWORKS = []
    with pytest.raises(TryLater, match="ANSWERABLE_PRIVATE_NETWORKS"):
        renewing.values(source)


def test_secrets_never_travel_in_the_clear(cast: Cast, provider: Authority) -> None:
    source = mailbox(cast, provider, oauth_endpoint="http://login.example.org/token")
    with pytest.raises(Reauthorise, match="https://"):
        renewing.values(source)


def test_a_provider_is_not_asked_without_end(source: Source, provider: Authority) -> None:
    for _ in range(renewing.AT_MOST):
        renewing.renew(source, instead_of=source.values(), by=house(source))
    with pytest.raises(TryLater, match="too often"):
        renewing.renew(source, instead_of=source.values(), by=house(source))
    assert len(provider.asked) == renewing.AT_MOST


@pytest.mark.parametrize("missing", ["oauth_client_id", "oauth_endpoint"])
def test_what_a_token_needs_must_be_filled_in(cast: Cast, provider: Authority, missing: str) -> None:
    with pytest.raises(Invalid) as refusal:
        mailbox(cast, provider, **{missing: ""})
    assert refusal.value.field == missing


@pytest.mark.parametrize(("preset", "host"), [("microsoft", "outlook.office365.com"), ("google", "imap.gmail.com")])
def test_a_preset_needs_neither_address_nor_scope_nor_server(
    cast: Cast, provider: Authority, preset: str, host: str
) -> None:
    given = {"sign_in": preset, "oauth_endpoint": "", "oauth_scope": "", "arrival": "imap"}
    source = mailbox(cast, provider, **given)
    call = renewing.call_of(source, source.values())
    assert call is not None
    assert call.url.startswith("https://")
    assert b"scope=https%3A%2F%2F" in call.body
    assert source.values()["imap_host"] == ""
    box = email.mailbox({**source.values(), "access_token": "ripe"})
    assert box.imap is not None
    assert (box.imap.host, box.imap.login.user, box.imap.login.token) == (host, "help@example.org", "ripe")  # type: ignore[union-attr]


def test_a_change_of_settings_forgets_the_token(cast: Cast, source: Source, provider: Authority) -> None:
    renewing.values(source)
    values = {**source.settings, "address": source.address}
    connecting.change(source, label="Help", team=cast.front_line, values=values, by=cast.root)
    changed = Source.objects.get(pk=source.pk).values()
    assert "access_token" not in changed
    assert changed["oauth_refresh_token"] == "refresh-0"


def test_a_token_renewed_meanwhile_is_not_overwritten_by_a_change(
    cast: Cast, source: Source, provider: Authority
) -> None:
    provider.rotates = True
    renewing.values(Source.objects.get(pk=source.pk))
    values = {**source.settings, "address": source.address}
    connecting.change(source, label="Help", team=cast.front_line, values=values, by=cast.root)
    assert Source.objects.get(pk=source.pk).values()["oauth_refresh_token"] == "refresh-1"


def test_two_processes_at_once_ask_once(committed_cast: Cast, provider: Authority) -> None:
    provider.rotates, provider.slow = True, 0.3
    source = mailbox(committed_cast, provider)
    got: list[str] = []

    def ask() -> None:
        got.append(renewing.values(Source.objects.get(pk=source.pk))["access_token"])
        connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert got == ["access-1"] * 4
    assert len(provider.asked) == 1
    assert lines(source, "source_renewed") == 1


def test_the_moment_counts_not_the_providers_words(source: Source, provider: Authority) -> None:
    provider.lasts = "3600"
    until = renewing.values(source)["access_until"]
    assert str(now() + timedelta(minutes=55)) < until.replace("T", " ") < str(now() + timedelta(minutes=61))
