"""News of our replies: a bounce fails the reply, brings the case back and flags the address."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.cases import closing
from answerable.cases.models import Case
from answerable.channels.contract import Handle, Receipt, ReceiptState
from answerable.conversations.models import Identity
from answerable.core import wire
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.core.wire.calls import SmtpAnswer
from answerable.replies import answering, receipts, sending
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

BOUNCE = """\
From: Mail Delivery System <mailer-daemon@mx.example.net>
To: care@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=cut

--cut
Content-Type: text/plain

It could not be delivered.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; barbara@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user
--cut
Content-Type: text/rfc822-headers

Message-ID: {id}
--cut--
"""


@pytest.fixture
def reply(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Reply:
    """Sent, and taken by the mail server."""
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    made = answering.answer(case, text="A new one comes.", audience="private", key="k", by=cast.ada)
    monkeypatch.setattr(wire, "run", lambda call, **rest: SmtpAnswer(250, "2.0.0 Kept"))
    assert sending.send(made).state == Reply.State.SENT
    return made


def own_id(reply: Reply) -> str:
    return str(reply.message.references.order_by("id")[0].value)


def bounce(reply: Reply, cast: Cast) -> Case | None:
    return arrive(BOUNCE.format(id=own_id(reply)).encode(), cast.mailbox)


def news(reply: Reply, cast: Cast, state: ReceiptState, recipient: Handle | None = None) -> Any:
    told = Receipt("r", (own_id(reply),), state, recipient, "550 No such user")
    return receipts.take(told, source=cast.mailbox, at=now(), by=House(cast.workspace.pk, "intake"))


def test_a_bounce_fails_the_reply_opens_the_case_and_flags_the_address(cast: Cast, reply: Reply) -> None:
    closing.close(reply.case, disposition="withdrawn", by=cast.ada)
    assert bounce(reply, cast) == reply.case
    reply.refresh_from_db()
    case = Case.objects.get()
    assert (reply.state, case.is_open, case.waiting_since) == ("failed", True, None)
    assert "No such user" in reply.trouble
    barbara = Identity.objects.get(value="barbara@example.net")
    assert barbara.unreachable_at is not None
    assert happened(case, "reply_failed")
    assert happened(case, "case_reopened")


def test_the_same_bounce_twice_changes_nothing_more(cast: Cast, reply: Reply) -> None:
    bounce(reply, cast)
    arrive(
        BOUNCE.format(id=own_id(reply)).replace("mx.example.net>\nMIME", "mx2.example.net>\nMIME").encode(),
        cast.mailbox,
    )
    assert Event.objects.filter(kind="reply_failed").count() == 1


def test_a_bounce_of_something_that_is_not_ours_opens_no_case(cast: Cast, reply: Reply) -> None:
    arrive(BOUNCE.format(id="<not-ours@example.org>").encode(), cast.mailbox)
    assert Case.objects.count() == 1
    reply.refresh_from_db()
    assert reply.state == "sent"


def test_news_moves_forward_only(cast: Cast, reply: Reply) -> None:
    for state, expected in (
        ("seen", "seen"),
        ("delivered", "seen"),
        ("delayed", "seen"),
        ("failed", "failed"),
        ("seen", "failed"),
    ):
        news(reply, cast, ReceiptState(state))
        reply.refresh_from_db()
        assert reply.state == expected
    assert [happened(reply.case, f"reply_{state}") for state in ("seen", "delayed", "failed")] == [True, True, True]
    assert not happened(reply.case, "reply_delivered")


def test_news_settles_an_unknown_outcome(cast: Cast, reply: Reply) -> None:
    Reply.objects.update(state=Reply.State.UNKNOWN)
    news(reply, cast, ReceiptState.DELIVERED)
    reply.refresh_from_db()
    assert reply.state == "delivered"


def test_a_receipt_of_another_workspace_touches_nothing(cast: Cast, reply: Reply) -> None:
    told = Receipt("r", (own_id(reply),), ReceiptState.FAILED, Handle("email", "barbara@example.net"))
    cast.mailbox.workspace_id = cast.otto.workspace_id
    assert receipts.take(told, source=cast.mailbox, at=now(), by=House(cast.otto.workspace_id, "intake")) is None
    reply.refresh_from_db()
    assert reply.state == "sent"
    assert Identity.objects.get(value="barbara@example.net").unreachable_at is None
