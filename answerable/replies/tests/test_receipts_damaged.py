"""Reports on our answers, damaged on their way."""

from __future__ import annotations

from answerable.channels.contract import Handle, Receipt, ReceiptState
from answerable.core.access import House
from answerable.core.moments import now
from answerable.replies import answering, receipts
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


def test_what_no_database_takes_in_a_report_is_no_poison(cast: Cast) -> None:
    case = arrive(letter("It beeps."), cast.mailbox)
    assert case is not None
    reply = answering.answer(case, text="We come.", audience="private", key="k", by=cast.ada)
    own_id = "<ours@example.org>"
    reply.message.references.create(
        workspace_id=cast.workspace.pk, namespace="email", value=own_id, conversation=reply.conversation
    )
    report = Receipt(
        external_id="<report@example.net>",
        reply_ids=("<\x00@example.org>", own_id),
        state=ReceiptState.FAILED,
        recipient=Handle("email", "pia\x00@example.net"),
        reason="550 no \x00 such user",
    )

    receipts.take(report, source=cast.mailbox, at=now(), by=House(cast.workspace.pk, "tests"))

    reply.refresh_from_db()
    assert reply.state == Reply.State.FAILED
    assert reply.trouble == "550 no \ufffd such user"
