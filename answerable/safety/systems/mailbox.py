"""A safety system that is a mailbox: a report goes there as a mail, and their answer by mail acknowledges it.

The key stands in the Message-ID and in the subject, so that an answer leads back to its report. An answer counts when it
comes from the address that was written to (or one that is named), and holds the word that was agreed; one without it is kept
for a person to read. An absence note holds no such word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

from django.utils.translation import gettext_noop as _

from answerable.channels.contract import Refused, Setting, TryLater, Unreadable
from answerable.channels.email import addresses, automatic, content, quoting
from answerable.channels.email.parts import Dissection, Part
from answerable.core.wire.calls import (
    Answer,
    FetchedMail,
    FetchMail,
    FindMail,
    Login,
    MailAnswer,
    MailServer,
    SendMail,
    SmtpAnswer,
)
from answerable.safety.systems import answers
from answerable.safety.systems.values import Cursor, Found, News, Parcel, Told, Values, Way, Word

SECURITIES = ("tls", "starttls", "none")
SETTINGS = (
    Setting("to", "Address of the safety mailbox"),
    Setting("sender", "Address from which we write", hint=_("Answers come to this mailbox.")),
    Setting("answers_from", "Further addresses that may acknowledge", required=False, hint=_("Separated by commas. The address that we write to always may.")),
    Setting("taken_word", "Word that acknowledges", required=False, default="acknowledged", hint=_("An answer acknowledges a report when it holds this word, outside of what it quotes.")),
    Setting("refused_word", "Word that refuses", required=False, default="rejected"),
    Setting("smtp_host", "Server that takes our mail (SMTP)"),
    Setting("smtp_port", "Its port", kind=int, required=False, default=587),
    Setting("smtp_security", "Its security", required=False, default="starttls", choices=SECURITIES),
    Setting("smtp_user", "Its user", required=False),
    Setting("smtp_password", "Its password", secret=True, required=False),
    Setting("imap_host", "Server from which answers are read (IMAP)"),
    Setting("imap_port", "Its port", kind=int, required=False, default=993),
    Setting("imap_security", "Its security", required=False, default="tls", choices=SECURITIES),
    Setting("imap_user", "Its user"),
    Setting("imap_password", "Its password", secret=True),
    Setting("folder", "Folder in which answers lie", required=False, default="INBOX", rarely=True),
    Setting("copies", "Folder with copies of what we sent", required=False, rarely=True, hint=_("Where the server files sent mail, a doubtful sending is looked up there. Empty: a person says.")),
)  # fmt: skip
# A long Message-ID that is folded comes out encoded, and answers no longer lead back to it.
WHOLE_LINES = SMTP.clone(max_line_length=998)
KEY = re.compile(r"[A-Z0-9-]{4,110}\.[0-9a-f]{32}")
FAILED = re.compile(r"^action:\s*failed", re.IGNORECASE | re.MULTILINE)
DENIED = r"\b(?:not|never|cannot be|can't be|não|nunca|nie)\s+(?:yet\s+|been\s+|foi\s+|jest\s+)?"
LONGEST_MAIL = 4 * 1024 * 1024
AT_ONCE = 20
TRANSIENT, FINAL = 400, 500
LINES = (
    "A report of a suspicion is enclosed as JSON.",
    "Number: {number}, version {version}",
    "Key: {key}",
    "SHA-256: {digest}",
    "",
    "Please answer this mail with the word “{word}” when it is in your system.",
)


def hand_over(parcel: Parcel, values: Values) -> SendMail:
    mail = EmailMessage(policy=WHOLE_LINES)
    mail["From"], mail["To"] = str(values["sender"]), str(values["to"])
    mail["Subject"] = f"Safety report {parcel.number}, version {parcel.version} [{parcel.key}]"
    mail["Message-ID"] = message_id(parcel, values)
    facts = {"number": parcel.number, "version": parcel.version, "key": parcel.key, "digest": parcel.digest}
    mail.set_content("\n".join(LINES).format(word=_word(values, "taken_word"), **facts))
    mail.add_attachment(parcel.body, maintype="application", subtype="json", filename=f"{parcel.key}.json")
    return SendMail(_server(values, "smtp"), str(values["sender"]), [str(values["to"])], mail.as_bytes())


def taken(answer: Answer, parcel: Parcel) -> Told | None:
    """A mail server that takes it has sent it on; only their own mail acknowledges it."""
    if not isinstance(answer, SmtpAnswer):
        raise Unreadable("The mail server gave an answer that is not one to a sending.")
    code, words = next(iter(answer.refused.values()), (answer.code, answer.text))
    if code >= FINAL:
        raise Refused(f"The mail server does not take the report ({code}): {words[:300]}")
    if code >= TRANSIENT:
        raise TryLater(f"The mail server asks to wait ({code}): {words[:300]}")
    return None


def look_up(parcel: Parcel, values: Values) -> FindMail | None:
    if not values.get("copies"):
        return None
    return FindMail(_server(values, "imap"), str(values["copies"]), message_id(parcel, values))


def found(answer: Answer, parcel: Parcel) -> Found:
    """A copy proves that it left. None proves nothing: not every server files one."""
    if not isinstance(answer, MailAnswer):
        raise Unreadable("The mail server gave an answer that is not one to a search.")
    if not answer.uids:
        raise Refused(
            "No copy of it lies there, which proves nothing. Ask the safety unit, and say here what they answer."
        )
    return Found(there=True)


def ask(cursor: Cursor, values: Values) -> FetchMail:
    folder = str(values.get("folder") or "INBOX")
    validity, above = cursor.get("validity"), int(cursor.get("above", 0))
    return FetchMail(_server(values, "imap"), folder, validity, above, AT_ONCE, LONGEST_MAIL)


def news(answer: Answer, cursor: Cursor, values: Values) -> News:
    if not isinstance(answer, MailAnswer):
        raise Unreadable("The mail server gave an answer that is not one to a reading.")
    told: list[Told] = []
    lists: list[str] = []
    for each in answer.mails:
        part = Dissection(each.body).part()
        if not each.cut and _may_answer(part, values):
            told += _told(part, each, values)
            lists += [piece.body().decode("utf-8", "replace") for piece in part.walk() if answers.is_list(piece.name)]
    above = max((each.uid for each in answer.mails), default=int(cursor.get("above", 0)))
    if cursor.get("validity") not in (None, answer.uid_validity) and not answer.mails:
        above = 0
    more = len(answer.uids) > len(answer.mails)
    return News(told, lists, {"validity": answer.uid_validity, "above": above}, more=more)


def message_id(parcel: Parcel, values: Values) -> str:
    return f"<{parcel.key}@{str(values['sender']).rpartition('@')[2]}>"


def _may_answer(part: Part, values: Values) -> bool:
    """Whose word counts: the safety mailbox, those who are named, and a mail server that could not deliver."""
    sender = next((each.value for each in addresses.handles(part.headers.every("from"))), "")
    named = {addresses.normal(each.strip()) for each in f"{values['to']},{values.get('answers_from') or ''}".split(",")}
    return sender in named - {""} or _is_bounce(part)


def _told(part: Part, mail: FetchedMail, values: Values) -> Iterator[Told]:
    """A file in the mail speaks for itself; else the words of the mail do, about the key that it names."""
    files = [piece for piece in part.walk() if piece.name.lower().endswith((".json", ".xml"))]
    read = [
        each for piece in files for each in answers.readable(piece.name, piece.body()) if each.word is not Word.UNCLEAR
    ]
    if read:
        yield from read
        return
    about = _key_of(part)
    if about:
        word, words = _said(part, values)
        yield Told(word, about, words=words, once=answers.once_of(part.headers.first("message-id").encode(), mail.body))


def _key_of(part: Part) -> str:
    named = [*part.headers.every("in-reply-to"), *part.headers.every("references"), part.headers.text("subject")]
    texts = [*named, *content.words_in(part)]
    return next((match[0] for text in texts if (match := KEY.search(text))), "")


def _said(part: Part, values: Values) -> tuple[Word, str]:
    if _is_bounce(part):
        return (
            Word.REFUSED,
            "The mail could not be delivered. Correct the address, or ask the safety unit for a new one.",
        )
    own = _own(next(content.words_in(part), ""), values)
    subject = part.headers.text("subject")
    said = f"{'' if automatic.away(subject) else subject}\n{own}".casefold()
    if _word(values, "refused_word").casefold() in said:
        return Word.REFUSED, own.strip()[: answers.LONGEST]
    taken_word = re.escape(_word(values, "taken_word").casefold())
    if re.search(taken_word, said) and not re.search(rf"{DENIED}{taken_word}", said):
        return Word.TAKEN, own.strip()[: answers.LONGEST]
    return Word.UNCLEAR, own.strip()[: answers.LONGEST]


def _own(text: str, values: Values) -> str:
    """What they wrote themselves. Our own request holds the word too, however it is quoted: it is cut out for certain."""
    own, _quoted = quoting.split(text)
    lines = [line for line in own.partition(LINES[0])[0].splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(lines).replace(f"“{_word(values, 'taken_word')}”", "")


def _is_bounce(part: Part) -> bool:
    reports = part.media_type == "multipart/report" and part.options.get("report-type") == "delivery-status"
    return reports and any(FAILED.search(text) for text in content.words_in(part))


def _word(values: Values, name: str) -> str:
    default = next(each.default for each in SETTINGS if each.name == name)
    return str(values.get(name) or default)


def _server(values: Values, name: str) -> MailServer:
    user = str(values.get(f"{name}_user") or "")
    login = Login(user, str(values.get(f"{name}_password") or "")) if user else None
    return MailServer(str(values[f"{name}_host"]), int(values[f"{name}_port"]), str(values[f"{name}_security"]), login)


WAY = Way(
    kind="mailbox",
    label=_("A mailbox (e-mail)"),
    hint=_("Each report goes there as a mail with the report enclosed. It is acknowledged by their answer."),
    settings=SETTINGS,
    hand_over=hand_over,
    taken=taken,
    look_up=look_up,
    found=found,
    ask=ask,
    news=news,
)
