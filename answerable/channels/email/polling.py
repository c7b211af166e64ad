"""One mailbox read over IMAP: by UIDVALIDITY and UID, never by flags, never by date (RFC 9051, section 2.3.1).

The cursor is {"uid_validity", "uid"} for the folder and, where the sent folder is read too, the same again under
"sent" and whose "turn" it is. The sent folder has its turn when the other one is read to its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Page, Raw, Unreadable, Unsupported
from answerable.channels.email.mailbox import Mailbox, mailbox
from answerable.channels.email.reading import external_id
from answerable.core.wire.calls import Answer, FetchedMail, FetchMail, ListMail, MailAnswer

AT_MOST = 50


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> FetchMail:
    box = mailbox(settings)
    if box.imap is None:
        raise Unsupported("This mailbox is not polled: its mail is forwarded to us.")
    place = _place(cursor, _turn(cursor, box))
    validity = place.get("uid_validity")
    return FetchMail(
        server=box.imap,
        folder=_folder(cursor, box),
        uid_validity=int(validity) if validity is not None else None,
        above_uid=int(place.get("uid") or 0),
        at_most=AT_MOST,
    )


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """What came, and the cursor behind it.

    Under a new UIDVALIDITY the old UIDs mean nothing: the folder is read again from its beginning, and what is known
    already is recognised by its external id. A mailbox whose older mail is to be left is read from its end on.
    """
    if not isinstance(answer, MailAnswer):
        raise Unreadable("The mail server gave an answer that is not one to reading a folder.")
    box = mailbox(settings)
    turn = _turn(cursor, box)
    place = _place(cursor, turn)
    known = place.get("uid_validity")
    if known is not None and int(known) != answer.uid_validity:
        return Page((), _moved(cursor, turn, turn, {"uid_validity": answer.uid_validity, "uid": 0}), more=True)
    if known is None and box.leaves_older and answer.next_uid:
        behind = {"uid_validity": answer.uid_validity, "uid": answer.next_uid - 1}
        following = _following(turn, box)
        return Page((), _moved(cursor, turn, following, behind), more=following == "sent")
    above = int(place.get("uid") or 0)
    mails = sorted((mail for mail in answer.mails if mail.uid > above), key=lambda mail: mail.uid)
    reached = {"uid_validity": answer.uid_validity, "uid": mails[-1].uid if mails else above}
    full = bool(mails) and max([0, *answer.uids]) > reached["uid"]
    following = turn if full else _following(turn, box)
    return Page(
        items=tuple(_raw(mail, _folder(cursor, box), answer.uid_validity) for mail in mails),
        cursor=_moved(cursor, turn, following, reached),
        more=full or following == "sent",
    )


def roll_call(day: str, settings: Mapping[str, Any]) -> ListMail:
    """Raises `Unsupported` for a mailbox that is forwarded to us: then nobody but us counts."""
    box = mailbox(settings)
    if box.imap is None:
        raise Unsupported("This mailbox is forwarded to us; its server cannot be asked what it holds.")
    return ListMail(box.imap, box.folder, day)


def present(answer: Answer) -> tuple[str, ...]:
    if not isinstance(answer, MailAnswer):
        raise Unreadable("The mail server gave an answer that is not one to listing a day.")
    return tuple(_mark(answer.uid_validity, uid) for uid in answer.uids)


def before(mark: str) -> Mapping[str, Any]:
    validity, _, uid = mark.partition(":")
    return {"uid_validity": int(validity), "uid": int(uid) - 1}


def _mark(validity: int, uid: int) -> str:
    return f"{validity}:{uid}"


def _raw(mail: FetchedMail, folder: str, validity: int) -> Raw:
    """A mail cut to its header is another item than the whole one, so that the whole one is not taken for known."""
    headers = {
        "uid": str(mail.uid),
        "uid_validity": str(validity),
        "folder": folder,
        "seen_at": mail.seen_at,
        "mark": _mark(validity, mail.uid),
    }
    if mail.cut:
        return Raw(mail.body, headers | {"cut": "1"}, f"cut:{external_id(mail.body)}")
    return Raw(mail.body, headers, external_id(mail.body))


def _turn(cursor: Mapping[str, Any], box: Mailbox) -> str:
    return "sent" if box.sent_folder and cursor.get("turn") == "sent" else ""


def _following(turn: str, box: Mailbox) -> str:
    return "sent" if box.sent_folder and not turn else ""


def _folder(cursor: Mapping[str, Any], box: Mailbox) -> str:
    return box.sent_folder if _turn(cursor, box) else box.folder


def _place(cursor: Mapping[str, Any], turn: str) -> Mapping[str, Any]:
    return cursor.get("sent") or {} if turn else cursor


def _moved(cursor: Mapping[str, Any], turn: str, following: str, reached: Mapping[str, Any]) -> dict[str, Any]:
    moved = {**cursor, "sent": dict(reached)} if turn else {**cursor, **reached}
    return {**moved, "turn": following} if following or "turn" in moved else moved
