"""The ways to a safety system, without a network: what they ask, and what they make of every sort of answer."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.core import wire
from answerable.core.wire.calls import FetchedMail, HttpAnswer, MailAnswer, PutFile, SmtpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.safety import handing_over, looking_up, outcomes, reconciling, referring
from answerable.safety.models import Discrepancy, Referral, SystemAnswer
from answerable.safety.systems import answers, api, folder, mailbox
from answerable.safety.systems.values import Parcel, Word, judged
from answerable.safety.tests.passing_on import officer_of, report_of, system_of
from answerable.testing.cast import Cast

KEY = "PT-GLIMO-000001." + "a" * 32
PARCEL = Parcel(KEY, "PT-GLIMO-000001", 1, "a" * 64, b"{}")
AT = {"address": "https://safety.example.org/api/", "key": "secret", "seconds": 15}
BOX = {
    "to": "safety@example.org",
    "sender": "desk@example.org",
    "smtp_host": "mx",
    "smtp_port": 587,
    "smtp_security": "tls",
    "imap_host": "mx",
    "imap_port": 993,
    "imap_security": "tls",
}


def told(**tree: Any) -> HttpAnswer:
    return HttpAnswer(200, body=json.dumps({"key": KEY, **tree}).encode())


def test_a_report_is_put_under_its_key_and_the_access_key_stays_out_of_sight() -> None:
    call = api.hand_over(PARCEL, AT)
    assert (call.method, call.url) == ("PUT", f"https://safety.example.org/api/reports/{KEY}")
    assert (call.headers["Idempotency-Key"], call.repeatable) == (KEY, False)
    assert "secret" not in repr(call)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (409, Refused),
        (302, Refused),
        (401, Reauthorise),
        (403, Reauthorise),
        (429, TryLater),
        (503, TryLater),
        (500, Unreadable),
        (502, Unreadable),
    ],
)
def test_each_status_carries_its_decision(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        api.taken(HttpAnswer(status), PARCEL)


def test_only_taken_acknowledges_and_only_about_this_report() -> None:
    said = api.taken(told(said="taken", theirs=7), PARCEL)
    assert said is not None
    assert (said.word, said.theirs) == (Word.TAKEN, "7")
    assert api.taken(told(said="held"), PARCEL) is None
    with pytest.raises(Unreadable):
        api.taken(told(key="PT-GLIMO-000002." + "b" * 32, said="taken"), PARCEL)
    for body in (b"", b"[]", b"{}", b"\xff", b"[" * 100_000):
        with pytest.raises(Unreadable):
            api.taken(HttpAnswer(200, body=body), PARCEL)


def test_other_contents_acknowledge_nothing() -> None:
    said = answers.told({"key": KEY, "said": "taken", "digest": "B" * 64})
    assert judged(said, "b" * 64).word is Word.TAKEN
    assert judged(said, "a" * 64).word is Word.DIFFERENT


def mail(words: str, *, sender: str = "safety@example.org", subject: str = f"Re: Safety report [{KEY}]") -> FetchedMail:
    head = f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{len(words)}@x>\r\nContent-Type: text/plain; charset=utf-8"
    return FetchedMail(7, f"{head}\r\n\r\n{words}\r\n\r\n> Please answer with “acknowledged”\r\n".encode())


@pytest.mark.parametrize(
    ("words", "word"),
    [
        ("Acknowledged. Our number is 26-4471.", Word.TAKEN),
        ("ACKNOWLEDGED", Word.TAKEN),
        ("It is not acknowledged yet.", Word.UNCLEAR),
        ("This was rejected: no product.", Word.REFUSED),
        ("I am away until Monday.", Word.UNCLEAR),
        ("Thank you.", Word.UNCLEAR),
        ("", Word.UNCLEAR),
        (f"Received, we look at it.\r\n{mailbox.LINES[0]}\r\nPlease say acknowledged", Word.UNCLEAR),
        ("What do you mean by “acknowledged”?", Word.UNCLEAR),
    ],
)
def test_an_answer_by_mail_says_the_word_outside_of_what_it_quotes(words: str, word: Word) -> None:
    (said,) = mailbox.news(MailAnswer(1, [mail(words)]), {}, BOX).told
    assert (said.word, said.about) == (word, KEY)


def test_others_acknowledge_nothing_and_a_mail_without_a_key_is_passed() -> None:
    strange = [mail("Acknowledged.", sender="pia@example.net"), mail("Acknowledged.", subject="Hello")]
    news = mailbox.news(MailAnswer(1, strange), {}, BOX)
    assert (news.told, news.cursor) == ([], {"validity": 1, "above": 7})
    named = {**BOX, "answers_from": "qa@example.org, Pia@example.net"}
    assert mailbox.news(MailAnswer(1, strange[:1]), {}, named).told


def test_a_bounce_refuses() -> None:
    body = (
        b"From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered\r\nMessage-ID: <b@x>\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="c"\r\n\r\n--c\r\n'
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"--c\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + KEY.encode() + b"@example.org>\r\n--c--\r\n"
    )
    (said,) = mailbox.news(MailAnswer(1, [FetchedMail(8, body)]), {}, BOX).told
    assert (said.word, said.about) == (Word.REFUSED, KEY)


def test_the_mail_server_s_no_is_for_good_or_for_now() -> None:
    assert mailbox.taken(SmtpAnswer(250), PARCEL) is None
    with pytest.raises(Refused):
        mailbox.taken(SmtpAnswer(250, refused={"safety@example.org": (550, "no such user")}), PARCEL)
    with pytest.raises(TryLater):
        mailbox.taken(SmtpAnswer(451), PARCEL)


def test_a_file_is_there_whole_once_and_never_in_place_of_another(settings: Any, tmp_path: Path) -> None:
    settings.ANSWERABLE_FOLDERS_OUT = [str(tmp_path)]
    call = folder.hand_over(PARCEL, {"folder": str(tmp_path)})
    wire.run(call)
    wire.run(call)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"{}"]
    with pytest.raises(NoAnswer) as failure:
        wire.run(PutFile(call.folder, call.name, b"other"))
    assert not failure.value.sent
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"{}"]


def test_nothing_is_put_where_nobody_allowed_it(settings: Any, tmp_path: Path) -> None:
    settings.ANSWERABLE_FOLDERS_OUT = [str(tmp_path / "out")]
    with pytest.raises(NoAnswer, match="ANSWERABLE_FOLDERS_OUT"):
        wire.run(PutFile(str(tmp_path), "x.json", b"{}"))


def left(path: Path, body: bytes) -> None:
    """As a program there leaves a file a minute ago."""
    path.write_bytes(body)
    os.utime(path, (time.time() - 60, time.time() - 60))


@pytest.mark.django_db
def test_a_report_by_file_is_acknowledged_by_their_file_and_compared_with_their_list(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    out, back = tmp_path / "out", tmp_path / "back"
    out.mkdir()
    back.mkdir()
    settings.ANSWERABLE_FOLDERS, settings.ANSWERABLE_FOLDERS_OUT = [str(back)], [str(out)]
    system = system_of(cast, "folder", folder=str(out), answers=str(back))
    handing_over.send(referring.refer(report_of(cast), system=system, by=officer_of(cast)))
    referral = Referral.objects.get()
    assert (referral.state, [each.read_text() for each in out.iterdir()]) == ("sent", [referral.version.document])

    left(back / "a.json", b"no json")
    left(back / "b.json", json.dumps({"key": referral.key, "said": "taken", "theirs": "26-4471"}).encode())
    left(back / "c.csv", b"number,digest,received_at\nPT-ELSE-1,x,2026-07-02T10:15:00Z\n")
    lists = looking_up.read_news(system)

    referral.refresh_from_db()
    assert (referral.state, referral.theirs) == ("acknowledged", "26-4471")
    assert SystemAnswer.objects.get(referral=None).words.startswith("a.json")
    for lines in lists:
        reconciling.reconcile(system, lines, listed_by="folder", by=outcomes.house(system))
    assert set(Discrepancy.objects.values_list("number", flat=True)) == {referral.report.number, "PT-ELSE-1"}
    assert looking_up.read_news(system) == [], "each file is read once"
