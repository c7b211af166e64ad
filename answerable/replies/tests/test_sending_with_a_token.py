"""An answer leaves through a server that takes tokens; where only a person can help it waits, and its draft with it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pytest_django import Settings

from answerable.channels import connecting, queries, renewing
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.models import Event
from answerable.replies import answering, drafting, sending
from answerable.replies.models import Draft, Reply
from answerable.testing.arriving import arrive, letter
from answerable.testing.authority import Authority, authority
from answerable.testing.cast import Cast, make_mailbox
from answerable.testing.doors import free_port


class Postbox:
    """Takes mail from whoever shows a token that the authority calls good."""

    def __init__(self, provider: Authority) -> None:
        self.provider = provider
        self.mails: list[bytes] = []
        self.shown: list[str] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return "250 OK" if session.authenticated else "530 5.7.0 Sign in first"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(bytes(envelope.original_content or b""))
        return "250 2.0.0 queued as A1"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        token = base64.b64decode(args[1]).decode().split("Bearer ")[1].strip("\1")
        self.shown.append(token)
        return AuthResult(success=token in self.provider.good, handled=False)


@contextmanager
def postbox(provider: Authority) -> Iterator[tuple[Postbox, int]]:
    port = free_port()
    box = Postbox(provider)
    controller = Controller(box, "127.0.0.1", port, auth_require_tls=False)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Authority]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with authority(user="help@example.org") as ours:
        yield ours


@pytest.fixture
def box(provider: Authority) -> Iterator[tuple[Postbox, int]]:
    with postbox(provider) as opened:
        yield opened


@pytest.fixture
def reply(cast: Cast, provider: Authority, box: tuple[Postbox, int]) -> Reply:
    by = House(cast.workspace.pk, "tests")
    values = provider.settings(address="help@example.org", smtp_port=box[1])
    source = make_mailbox(cast.front_line, by=by, **values)
    case = arrive(letter("Which batteries does it take?", to="help@example.org"), source)
    assert case is not None
    return answering.answer(case, text="A new one comes.", audience="private", key="k", by=cast.ada)


def kinds(source: Source) -> list[str]:
    return list(Event.objects.filter(chain=f"source:{source.pk}").order_by("seq").values_list("kind", flat=True))[1:]


def again(reply: Reply) -> Reply:
    return sending.send(Reply.objects.select_related("conversation__source", "message", "case").get(pk=reply.pk))


def test_an_answer_leaves_with_a_token_that_was_just_fetched(reply: Reply, box: tuple[Postbox, int]) -> None:
    assert sending.send(reply).state == Reply.State.SENT
    assert box[0].shown == ["access-1"]
    assert b"A new one comes." in box[0].mails[0]


def test_a_token_withdrawn_before_its_time_is_renewed_once(
    reply: Reply, provider: Authority, box: tuple[Postbox, int]
) -> None:
    source = reply.conversation.source
    renewing.values(source)
    provider.withdraw()

    assert sending.send(reply).state == Reply.State.SENT
    assert box[0].shown == ["access-1", "access-2"]
    assert len(box[0].mails) == reply.attempts.count() == 1
    assert kinds(source) == ["source_renewed", "source_renewed"]


def test_a_server_that_takes_no_token_at_all_is_asked_twice_and_no_more(
    cast: Cast, reply: Reply, provider: Authority, box: tuple[Postbox, int]
) -> None:
    provider.good = _Nothing()
    assert sending.send(reply).state == Reply.State.QUEUED
    assert len(box[0].shown) == 2
    assert Source.objects.get(pk=reply.conversation.source_id).state == Source.State.PAUSED


class _Nothing(set[str]):
    """Holds nothing, whatever it is given."""

    def add(self, element: str, /) -> None:
        return


def test_a_refused_renewal_tells_who_can_help_keeps_all_and_goes_on_after_a_new_authorisation(
    cast: Cast, reply: Reply, provider: Authority, box: tuple[Postbox, int]
) -> None:
    provider.refuses = (400, "invalid_grant")
    source = reply.conversation.source
    drafting.save(reply.case, text="And another thing", audience="private", by=cast.ada)

    assert sending.send(reply).state == Reply.State.QUEUED
    assert again(reply).state == Reply.State.QUEUED
    source.refresh_from_db()
    assert (source.state, len(provider.asked)) == (Source.State.PAUSED, 1)
    assert "enter the new refresh token" in source.trouble
    assert [queries.unseen(each).count() for each in (cast.ben, cast.root, cast.ada)] == [1, 1, 0]
    assert Draft.objects.get().text == "And another thing"

    provider.refuses, provider.refresh_token = None, "given-anew"
    values = {**source.settings, "address": source.address, "oauth_refresh_token": "given-anew"}
    connecting.change(source, label="Help", team=cast.front_line, values=values, by=cast.root)
    assert again(reply).state == Reply.State.SENT
    assert len(box[0].mails) == 1
