"""The ledger asks a real mailbox what it holds, and fetches what is missing here."""

from __future__ import annotations

import pytest

from answerable.channels.models import Source
from answerable.core.moments import now
from answerable.intake import polling, reconciling
from answerable.intake.models import Envelope
from tests.peers.dovecot import Dovecot
from tests.peers.postfix import Postfix
from tests.peers.programs import eventually
from tests.peers.test_mail_journeys import HELP, in_mailbox, mail, mailbox, ours, post

__all__ = ["mailbox", "ours"]
PROVES = ("email",)
pytestmark = pytest.mark.peers


def delivered(dovecot: Dovecot, postfix: Postfix, numbers: list[int]) -> None:
    for number in numbers:
        post(postfix, mail(number), HELP)
    eventually(lambda: len(in_mailbox(dovecot, HELP)) == len(numbers))


def test_a_mailbox_and_the_ledger_agree(mailbox: Source, dovecot: Dovecot, postfix: Postfix) -> None:
    delivered(dovecot, postfix, [1, 2, 3])
    polling.poll(mailbox)
    count = reconciling.reconcile(mailbox, now().date())
    assert count is not None
    assert (count.says, count.held) == (3, 3)


def test_a_mail_behind_the_cursor_is_missed_by_polling_and_found_by_the_roll_call(
    mailbox: Source, dovecot: Dovecot, postfix: Postfix
) -> None:
    delivered(dovecot, postfix, [1, 2])
    polling.poll(mailbox)
    Envelope.objects.order_by("id").last().delete()  # type: ignore[union-attr]
    polling.poll(mailbox)
    assert Envelope.objects.count() == 1
    count = reconciling.reconcile(mailbox, now().date())
    assert count is not None
    assert (count.says, count.held, Envelope.objects.count()) == (2, 2, 2)
