"""Whatever can be asked can be asked everywhere: the same question, heard over every channel in the shape of its network, and
answered over that channel in its own way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import renewing
from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.samples import Sample, answers, samples, settings
from answerable.channels.contract import Audience, Can, ConnectorError, Edited, Mark, Raw, Said
from answerable.channels.contract_by_hand import AnswersByHand
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import secrets, wire
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, SendMail, SmtpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.replies import answering, checking, sending
from answerable.replies.answering import Blocked
from answerable.replies.models import Reply
from answerable.testing.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", everyone())]
QUESTION = "Can I wear the Glimo in the shower?"
ANSWER = "Yes, for up to thirty minutes."
DEFLECTION = "Please call our hotline, they will help you."
BY_MACHINES = {Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE, Mark.LIST, Mark.BOUNCE, Mark.OWN_LOOP}


@dataclass(frozen=True)
class Asked:
    """What came of the question: the case, and the message in which it stands. Who telephones asks aloud."""

    case: Case
    message: Message
    source: Source


def ask(kind: str, cast: Cast) -> Asked:
    raw, _ = question(kind) or aloud(kind)
    source = connected(kind, cast)
    ids = receive(source, [raw], at=now())
    while pipeline.open_waiting(source):
        pass
    said = Message.objects.filter(sightings__envelope__in=ids, direction=Message.Direction.IN)
    message = said.order_by("-pk").first()
    assert message is not None, "the question was not heard"
    return Asked(Case.objects.get(filings__message=message), message, source)


def question(kind: str) -> tuple[Raw, Said] | None:
    """The first sample in which a person says something to us, with our question in the place of their words.

    A dialect that counts its own octets has a sample that asks it.
    """
    for sample in samples():
        if sample.kind == kind and (said := spoken(sample, sample.raw)) is not None:
            if said.text == QUESTION:
                return sample.raw, said
            for written in sorted(written_as(said.text, sample.raw.body), key=len, reverse=True):
                asked = replace(sample.raw, body=sample.raw.body.replace(written, QUESTION.encode()))
                if (heard := spoken(sample, asked)) is not None and QUESTION in heard.text:
                    return asked, heard
    return None


def written_as(text: str, body: bytes) -> set[bytes]:
    """How these words may stand in the bytes: as they are, or as strings of a JSON of which they are made."""
    try:
        told = json.loads(body)
    except ValueError:
        told = []
    words = {text, *(each for each in strings(told) if len(each) > 3 and each in text)}
    forms = {
        form for each in words for form in (each, json.dumps(each)[1:-1], json.dumps(each, ensure_ascii=False)[1:-1])
    }
    return {form.encode() for form in forms if form}


def strings(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for inner in told.values() if isinstance(told, dict) else told:
            yield from strings(inner)


def aloud(kind: str) -> tuple[Raw, Said]:
    """The first call of the samples: what was asked is not in the bytes."""
    for sample in samples():
        if sample.kind == kind and (said := spoken(sample, sample.raw)) is not None and said.call is not None:
            return sample.raw, said
    pytest.fail(f"No sample of {kind} can carry a question.")


def spoken(sample: Sample, raw: Raw) -> Said | None:
    try:
        items = connector(sample.kind).read(raw, dict(settings(connector(sample.kind))))
    except ConnectorError:
        return None
    first = items[0] if len(items) == 1 else None
    first = first.said if isinstance(first, Edited) else first  # of what we never had: said to us now
    return first if isinstance(first, Said) and not first.by_us and not first.marks & BY_MACHINES else None


def connected(kind: str, cast: Cast) -> Source:
    """A source with the made-up settings of the kit, authorised for an hour."""
    spec, values = connector(kind).spec, settings(connector(kind))
    hidden = {each.name: values.get(each.name) for each in spec.settings if each.secret}
    until = (now() + timedelta(hours=1)).isoformat()
    fresh = {renewing.ACCESS: "made-up-access", renewing.UNTIL: until}
    return Source.objects.create(
        workspace=cast.workspace,
        team=cast.front_line,
        kind=kind,
        label=kind,
        address=str(values.get("address") or "") if kind not in used(cast) else "desk@example.org",
        slug=f"everywhere-{kind}".replace("_", "-"),
        settings={each.name: values.get(each.name) for each in spec.settings if not each.secret},
        sealed=secrets.seal({**fresh, **{name: value for name, value in hidden.items() if value is not None}}),
        created_at=now(),
    )


def used(cast: Cast) -> set[str]:
    return set(Source.objects.filter(workspace=cast.workspace).values_list("kind", flat=True))


def replace_network(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """It takes every answer as the channel recorded a success."""
    good = next((each.answer for each in answers("receipt") if each.kind == kind and "id" in each.expect), None)

    def run(call: Any, before_handover: Any = None, **_: object) -> Answer:
        if before_handover is not None:
            before_handover()
        if isinstance(call, SendMail):
            return SmtpAnswer(250, "2.0.0 Kept")
        if good is None:
            raise NoAnswer("Nobody is there.", sent=False)
        return good

    monkeypatch.setattr(wire, "run", run)


def audience_of(asked: Asked) -> Audience:
    """As it was asked, where the channel can; else as it can."""
    can = asked.source.spec.can
    public = bool(can & {Can.REPLY_PUBLIC, Can.ANSWER_BY_HAND})
    spoke = Audience(asked.message.audience)
    if spoke is Audience.PUBLIC and not public:
        return Audience.PRIVATE
    return Audience.PUBLIC if spoke is Audience.PRIVATE and Can.REPLY_PRIVATE not in can and public else spoke


def test_the_same_question_is_heard_and_answered_in_the_channels_own_way(
    kind: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_network(monkeypatch, kind)
    asked = ask(kind, cast)
    assert QUESTION in asked.message.text or Mark.CALL in asked.message.marks
    assert asked.case.is_open

    if answering.place(asked.case, audience_of(asked)) == asked.message.conversation and not speaks(asked.source):
        with pytest.raises(Blocked, match="cannot answer like this"):
            answering.answer(asked.case, text=ANSWER, audience=audience_of(asked), key="k", by=cast.ada)
        return
    reply = answering.answer(asked.case, text=ANSWER, audience=audience_of(asked), key="k", by=cast.ada)
    sending.send(reply)
    reply.refresh_from_db()

    by_hand = isinstance(connector(kind), AnswersByHand) and reply.conversation.source == asked.source
    states = {Reply.State.SENT, *({Reply.State.BY_HAND} if by_hand else ())}
    assert (reply.state in states, reply.message.text) == (True, ANSWER), (reply.state, reply.trouble)
    assert reply.conversation.source == asked.source or not speaks(asked.source)


def test_an_answer_that_sends_them_elsewhere_is_pointed_out_everywhere(kind: str, cast: Cast) -> None:
    asked = ask(kind, cast)
    audience = audience_of(asked)
    place = answering.place(asked.case, audience)
    found = checking.check(asked.case, text=DEFLECTION, audience=audience, conversation=place)
    assert "deflection" in [concern.code for concern in found]


def speaks(source: Source) -> bool:
    return bool(source.spec.can & {Can.REPLY_PUBLIC, Can.REPLY_PRIVATE, Can.ANSWER_BY_HAND})
