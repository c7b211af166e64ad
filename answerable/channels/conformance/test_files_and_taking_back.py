"""Files that go apart from the words, and answers of ours that are taken back."""

from __future__ import annotations

from typing import cast

import pytest

from answerable.channels import contract
from answerable.channels.conformance.asking import connector, kinds_of, speaker
from answerable.channels.conformance.samples import Answered, answers, reply, secrets, settings
from answerable.channels.contract import Audience, ConnectorError, Enclosure, Speaks, TakesBack, Unsupported, Uploads
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall, SmtpAnswer

UPLOADED, GONE = answers("uploaded"), answers("taken_back")
PICTURE = Enclosure("pump.png", "image/png", b"\x89PNG\r\n\x1a\nkit", alt="A pump with a cracked lid")
STRANGE: list[Answer] = [
    *(HttpAnswer(status, body=body) for status in (0, 302, 418, 500, 999) for body in (b"", b"[]", b"\xff")),
    SmtpAnswer(599),
]


@pytest.mark.parametrize("answered", UPLOADED, ids=str)
def test_an_upload_gets_the_name_that_was_recorded(answered: Answered) -> None:
    asked = cast("Uploads", connector(answered.kind))
    if "raises" not in answered.expect:
        assert asked.uploaded(answered.answer) == answered.expect["id"]
        return
    with pytest.raises(getattr(contract, answered.expect["raises"])):
        asked.uploaded(answered.answer)


@pytest.mark.parametrize("answered", GONE, ids=str)
def test_taking_back_means_what_was_recorded(answered: Answered) -> None:
    asked = cast("TakesBack", connector(answered.kind))
    if "raises" not in answered.expect:
        asked.taken_back(answered.answer)
        return
    with pytest.raises(getattr(contract, answered.expect["raises"])):
        asked.taken_back(answered.answer)


@pytest.mark.parametrize("kind", kinds_of(Uploads))
def test_an_upload_is_recorded_with_a_name_and_a_refusal(kind: str) -> None:
    told = [answered.expect for answered in UPLOADED if answered.kind == kind]
    assert any("id" in expect for expect in told)
    assert any("raises" in expect for expect in told)


@pytest.mark.parametrize("kind", kinds_of(TakesBack))
def test_taking_back_is_recorded_with_success_and_a_refusal(kind: str) -> None:
    told = [answered.expect for answered in GONE if answered.kind == kind]
    assert any("raises" not in expect for expect in told)
    assert any("raises" in expect for expect in told)


@pytest.mark.parametrize("kind", kinds_of(Uploads))
def test_the_same_upload_is_the_same_request_and_shows_no_secret(kind: str) -> None:
    assert _upload(kind) == _upload(kind)
    assert not [name for name, value in secrets(connector(kind)).items() if value in repr(_upload(kind))]


@pytest.mark.parametrize("kind", kinds_of(Uploads))
def test_a_note_uploads_nothing(kind: str) -> None:
    with pytest.raises(Unsupported):
        _upload(kind, audience=Audience.INTERNAL)


@pytest.mark.parametrize("kind", [kind for kind in kinds_of(Uploads) if connector(kind).spec.max_attachment])
def test_a_file_over_the_limit_is_not_uploaded(kind: str) -> None:
    heavy = Enclosure("pump.png", "image/png", bytes((connector(kind).spec.max_attachment or 0) + 1))
    with pytest.raises(Unsupported):
        cast("Uploads", connector(kind)).upload(heavy, _reply(kind, heavy), settings(connector(kind)))


@pytest.mark.parametrize("kind", kinds_of(Uploads))
def test_an_answer_names_what_was_uploaded(kind: str) -> None:
    """Its name, not its bytes; otherwise the picture goes out with nobody's words, or twice."""
    named = Enclosure(PICTURE.name, PICTURE.media_type, PICTURE.body, PICTURE.alt, _name(kind))
    asked = speaker(kind)
    assert isinstance(asked, Speaks)
    with_picture = asked.say(_reply(kind, named), settings(connector(kind)))
    assert with_picture != asked.say(reply(connector(kind)), settings(connector(kind)))
    assert isinstance(with_picture, HttpCall)
    assert PICTURE.body not in with_picture.body


@pytest.mark.parametrize("external_id", ["1", "a/../b", "é?x=1#y", "\r\nBcc: x"])
@pytest.mark.parametrize("kind", kinds_of(TakesBack))
def test_an_id_adds_nothing_to_the_request_and_no_secret_shows(kind: str, external_id: str) -> None:
    try:
        call = cast("TakesBack", connector(kind)).take_back(external_id, settings(connector(kind)))
    except ConnectorError:
        return
    assert isinstance(call, HttpCall)
    assert not [name for name, value in secrets(connector(kind)).items() if value in repr(call)]
    assert not [part for part in ("\r", "\n", "?x=1", "/../") if part in call.url]


@pytest.mark.parametrize("answer", STRANGE, ids=lambda answer: repr(answer)[:60])
@pytest.mark.parametrize("kind", kinds_of(TakesBack))
def test_a_strange_answer_takes_nothing_back(kind: str, answer: Answer) -> None:
    with pytest.raises(ConnectorError):
        cast("TakesBack", connector(kind)).taken_back(answer)


@pytest.mark.parametrize("answer", STRANGE, ids=lambda answer: repr(answer)[:60])
@pytest.mark.parametrize("kind", kinds_of(Uploads))
def test_a_strange_answer_names_no_file(kind: str, answer: Answer) -> None:
    with pytest.raises(ConnectorError):
        cast("Uploads", connector(kind)).uploaded(answer)


def _upload(kind: str, **changes: Audience) -> Call:
    return cast("Uploads", connector(kind)).upload(PICTURE, _reply(kind, PICTURE, **changes), settings(connector(kind)))


def _reply(kind: str, enclosure: Enclosure, **changes: Audience) -> contract.Reply:
    return reply(connector(kind), enclosures=(enclosure,), **changes)


def _name(kind: str) -> str:
    """As the channel's own recorded answer gives it, because networks give names of different shapes."""
    return next(str(each.expect["id"]) for each in UPLOADED if each.kind == kind and "id" in each.expect)
