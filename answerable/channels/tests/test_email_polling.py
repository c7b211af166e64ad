"""The cursor of a mailbox: by UIDVALIDITY and UID, two folders in turn."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.channels.contract import Unsupported
from answerable.channels.email.connector import connector
from answerable.core.wire.calls import FetchedMail, MailAnswer

SETTINGS = {
    "address": "care@example.org",
    "arrival": "imap",
    "imap_host": "imap.example.org",
    "imap_user": "care",
    "folder": "INBOX",
    "sent_folder": "Sent",
    "smtp_host": "smtp.example.org",
    "token_key": "a key",
}


def mail(uid: int, *, cut: bool = False) -> FetchedMail:
    return FetchedMail(uid, b"From: pia@example.com\r\nMessage-ID: <%d@example.com>\r\n\r\nHello\r\n" % uid, "", cut)


def answered(*uids: int, waiting: int = 0, validity: int = 1) -> MailAnswer:
    more = tuple(range(max(uids, default=0) + 1, max(uids, default=0) + 1 + waiting))
    return MailAnswer(validity, tuple(mail(uid) for uid in uids), len(uids), (*uids, *more))


def test_a_mailbox_is_read_to_its_end_folder_by_folder() -> None:
    cursor: dict[str, Any] = {}
    heard = []
    for answer in (answered(1, 2, waiting=1), answered(3), answered(7, validity=9)):
        folder = connector.ask(cursor, SETTINGS).folder
        page = connector.page(answer, cursor, SETTINGS)
        heard += [(folder, raw.headers["uid"]) for raw in page.items]
        cursor = dict(page.cursor)
    assert heard == [("INBOX", "1"), ("INBOX", "2"), ("INBOX", "3"), ("Sent", "7")]
    assert not page.more
    assert cursor == {"uid_validity": 1, "uid": 3, "sent": {"uid_validity": 9, "uid": 7}, "turn": ""}


def test_a_new_uidvalidity_starts_anew_and_the_ids_stay_the_same() -> None:
    old = {"uid_validity": 1, "uid": 400}
    page = connector.page(answered(1, validity=2), old, SETTINGS)
    assert (page.items, page.more) == ((), True)
    again = connector.page(answered(1, validity=2), page.cursor, SETTINGS)
    first = connector.page(answered(1), {}, SETTINGS)
    assert again.items[0].external_id == first.items[0].external_id


def test_a_mail_cut_to_its_header_does_not_stand_for_the_whole_one() -> None:
    page = connector.page(MailAnswer(1, (mail(1, cut=True),)), {}, SETTINGS)
    whole = connector.page(answered(1), {}, SETTINGS)
    assert page.items[0].external_id != whole.items[0].external_id
    (item,) = connector.read(page.items[0], SETTINGS)
    assert "only its header came" in " ".join(item.notes)  # type: ignore[union-attr]


def test_a_mailbox_that_is_forwarded_to_us_is_not_asked() -> None:
    with pytest.raises(Unsupported):
        connector.ask({}, {**SETTINGS, "arrival": "listener"})


def test_older_mail_is_left_when_an_admin_says_so_and_what_follows_is_read() -> None:
    settings = {**SETTINGS, "sent_folder": "", "older_mail": "leave"}
    first = connector.page(MailAnswer(1, (mail(1), mail(2)), 2, (1, 2), next_uid=3), {}, settings)
    assert first.items == ()
    assert connector.ask(first.cursor, settings).above_uid == 2
    second = connector.page(answered(3), first.cursor, settings)
    assert [raw.headers["uid"] for raw in second.items] == ["3"]
