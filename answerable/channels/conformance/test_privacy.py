"""A private answer never becomes public, an internal note never leaves, a secret is never shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.channels.conformance.asking import connector, poller, pollers, speaker, speakers
from answerable.channels.conformance.samples import reply, secrets, settings
from answerable.channels.contract import Audience, Can, ConnectorError, Reply, Unsupported
from answerable.core.wire.calls import Call


@pytest.mark.parametrize("kind", speakers())
def test_an_internal_note_cannot_be_sent(kind: str) -> None:
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), audience=Audience.INTERNAL))


@pytest.mark.parametrize("kind", [kind for kind in speakers() if Can.REPLY_PUBLIC not in connector(kind).spec.can])
def test_a_channel_without_public_answers_sends_none(kind: str) -> None:
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), audience=Audience.PUBLIC))


@pytest.mark.parametrize("kind", [kind for kind in speakers() if Can.REPLY_PRIVATE not in connector(kind).spec.can])
def test_a_channel_without_private_answers_sends_none(kind: str) -> None:
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), audience=Audience.PRIVATE))


@pytest.mark.parametrize("kind", speakers(Can.REPLY_PUBLIC, Can.REPLY_PRIVATE))
def test_private_and_public_are_two_different_requests(kind: str) -> None:
    private = _say(kind, reply(connector(kind), audience=Audience.PRIVATE))
    public = _say(kind, reply(connector(kind), audience=Audience.PUBLIC))
    assert private != public


@pytest.mark.parametrize("kind", speakers(Can.REPLY_PUBLIC, Can.REPLY_PRIVATE))
def test_a_private_answer_to_what_was_said_in_public_is_not_said_there(kind: str) -> None:
    public = reply(connector(kind), audience=Audience.PUBLIC)
    try:
        private = _say(kind, replace(public, audience=Audience.PRIVATE))
    except Unsupported:
        return
    assert private != _say(kind, public)


@pytest.mark.parametrize("kind", speakers(Can.REPLY_PRIVATE))
def test_a_private_answer_to_nobody_is_refused(kind: str) -> None:
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), audience=Audience.PRIVATE, to=()))


@pytest.mark.parametrize("kind", speakers())
def test_no_secret_is_in_what_a_reply_shows_of_itself(kind: str) -> None:
    assert not _shown_secrets(kind, repr(_say(kind, reply(connector(kind)))))


@pytest.mark.parametrize("kind", pollers())
def test_no_secret_is_in_what_a_question_shows_of_itself(kind: str) -> None:
    assert not _shown_secrets(kind, repr(poller(kind).ask({}, settings(connector(kind)))))


@pytest.mark.parametrize("kind", speakers())
def test_no_secret_is_in_a_refusal(kind: str) -> None:
    with pytest.raises(ConnectorError) as refused:
        _say(kind, reply(connector(kind), audience=Audience.INTERNAL))
    assert not _shown_secrets(kind, str(refused.value))


def _say(kind: str, words: Reply) -> Call:
    return speaker(kind).say(words, settings(connector(kind)))


def _shown_secrets(kind: str, shown: str) -> list[str]:
    return [name for name, value in secrets(connector(kind)).items() if value in shown]
