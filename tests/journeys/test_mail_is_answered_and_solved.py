"""A mail becomes a case, is answered, the customer writes back, and the case is closed as solved."""

from __future__ import annotations

from answerable.cases import assigning, closing
from answerable.core import journal
from answerable.replies import answering
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


def test_a_mail_lives_from_the_first_word_to_the_close(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    assert case.holder_team == cast.front_line
    assert happened(case, "case_opened")

    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    reply = answering.answer(case, text="We send a new one.", audience="private", key="k1", by=cast.ada)
    assert reply.state == Reply.State.QUEUED
    assert reply.in_reply_to == "<one@example.net>"

    again = arrive(letter("It works.", message_id="<two@example.net>", In_Reply_To="<one@example.net>"), cast.mailbox)
    assert again == case
    closing.close(case, disposition="solved", what_solved_it="A new meter.", by=cast.ada)
    assert happened(case, "case_closed")
    assert list(journal.verify()) == []
