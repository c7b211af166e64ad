"""The demo's mailroom: read what the desk sent, as its customers do, and write to it as one of them.

A stand-in for the world's mail: there is no such page outside the demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import make_msgid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from answerable.channels.models import Source
from answerable.channels.sandbox import mailroom
from answerable.core import wire
from answerable.core.errors import HouseError, Invalid, NotThere
from answerable.core.web.saying import said
from answerable.core.wire.calls import MailServer, SendMail
from answerable.portal.frame import not_too_often, public, show

NEWEST = 30
SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")


@dataclass(frozen=True)
class Letter:
    """One mail of a mailbox, as the page shows it."""

    headers: list[tuple[str, str]]
    subject: str
    sender: str
    message_id: str
    text: str


@public("email")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, source: Source) -> HttpResponse:
    """The mails of one customer, and a form to write as that customer. 404 outside the demo."""
    if not settings.ANSWERABLE_DEMO:
        raise NotThere("There is no such page. Ask whoever gave you the address for a new one.")
    given = {name: request.POST.get(name, "").strip() for name in ("me", "subject", "text", "answers")}
    if request.method != "POST":
        return _show(request, source, request.GET.get("me", "") or next(iter(mailroom.addresses()), ""))
    not_too_often(request, source)
    try:
        _write(source, **given)
    except HouseError as error:
        return _show(request, source, given["me"], given=given, sentence=said(error), status=422)
    return redirect(f"{reverse('portal:mailroom', args=[source.slug])}?me={given['me']}")


def _write(source: Source, *, me: str, subject: str, text: str, answers: str) -> None:
    """A real mail through the house's own listener."""
    if "@" not in me or not text or len({*"\r\n,<> "} & {*me}):
        raise Invalid("Write an address and a text. Nothing was sent.", "text")
    mail = EmailMessage(policy=default)
    mail["From"], mail["To"], mail["Subject"] = me, source.address, " ".join(subject.split())[:200]
    mail["Message-ID"] = make_msgid(domain="mailroom.example")
    if answers:
        mail["In-Reply-To"] = mail["References"] = " ".join(answers.split())[:400]
    mail.set_content(text)
    door = MailServer(settings.ANSWERABLE_SMTP_HOST, settings.ANSWERABLE_SMTP_PORT, security="none")
    wire.run(SendMail(door, me, [source.address], mail.as_bytes()), allow_private=True)


def _show(
    request: HttpRequest,
    source: Source,
    me: str,
    *,
    given: dict[str, str] | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    letters = [_letter(mail) for mail in mailroom.mails(me)[:NEWEST]]
    newest = letters[0] if letters else None
    filled = given or {
        "me": me,
        "subject": newest.subject if newest else "",
        "text": "",
        "answers": newest.message_id if newest else "",
    }
    people = mailroom.addresses()
    return show(
        request, source, "portal/mailroom.html", status,
        letters=letters, filled=filled, me=me, people=people, sentence=sentence,
    )  # fmt: skip


def _letter(mail: Message) -> Letter:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    body = parts[0].get_payload(decode=True) if parts else b""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else ""
    headers = [(name, str(mail[name])) for name in SHOWN_HEADERS if mail[name]]
    return Letter(headers, str(mail["Subject"] or ""), str(mail["From"] or ""), str(mail["Message-ID"] or ""), text)
