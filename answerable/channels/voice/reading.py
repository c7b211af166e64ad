"""From a push, or a row of the list of calls, to the call as it is known so far.

Sources: Twilio's pages “Twilio's request to your application”, “<Dial>: action”, “<Record>: action and callbacks”, “Call resource”.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from answerable.channels.common import objects, twilio
from answerable.channels.common.call_sentences import Sentences, heard, made, sentences
from answerable.channels.contract import (
    Audience,
    CallNews,
    Consented,
    Handle,
    Item,
    Mark,
    Piece,
    Raw,
    Said,
    Sound,
    Telephoned,
    Unreadable,
    Unsupported,
)
from answerable.channels.voice.twiml import AGREES, ANSWERED, OVER

WITHHELD = frozenset({"", "anonymous", "restricted", "unavailable", "unknown", "private", "+266696687", "+86282452253"})
RECORDING = "recording"
UNANSWERED = frozenset({"busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True)
class Line:
    """What the source says of its line."""

    slug: str
    language: str
    recording: str

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Line:
        return cls(str(settings["slug"]), str(settings.get("language") or "en"), str(settings.get("recording") or "no"))


@dataclass(frozen=True)
class Told:
    """A call as far as one push or row tells of it."""

    sid: str
    caller: str
    called: str
    name: str
    at: datetime | None
    line: Line
    words: Sentences = field(repr=False)


def item(raw: Raw, settings: Mapping[str, Any]) -> Item:
    line = Line.of(settings)
    if raw.body.lstrip()[:1] == b"{":
        return _of_row(objects.an_object(objects.parsed(raw.body)), line)
    form = {name: value.replace("\0", "") for name, value in twilio.form(raw.body).items()}
    sid = form.get("CallSid", "")[:200]
    if not sid:
        raise Unreadable("This is no call as Twilio tells of it. Its bytes are kept.")
    if "TranscriptionStatus" in form or "RecordingStatus" in form:
        return _sound(form, sid)
    told = _told(sid, form, twilio.moment(form.get("Timestamp")), line)
    if form.get("Direction", "inbound") != "inbound":
        return _ours(told, form)
    return _step(told, form)


def _step(told: Told, form: Mapping[str, str]) -> Item:
    """What a step of a call to us says; the order asks for the most particular first."""
    if "DialCallStatus" in form:
        if form["DialCallStatus"] not in ANSWERED:
            raise Unsupported("Nobody answered. What the caller does now is told next.")
        talked = _seconds(form.get("DialCallDuration", ""))
        return _news(
            told, "dialled", heard(told.words, abandoned=False, waited=None, talked=talked), talked=talked or 0
        )
    if "RecordingUrl" in form:
        return _message_left(told, form)
    if "Digits" in form:
        given = form["Digits"] == AGREES
        consent = Consented(RECORDING, given=given, how=f"pressed {form['Digits'][:10] or 'nothing'}")
        return _news(told, "agreed", told.words.ringing, consents=(consent,))
    status = form.get("CallStatus", "")
    if status in OVER:
        waited = _seconds(form.get("CallDuration", ""))
        words = heard(told.words, abandoned=True, waited=waited, talked=None)
        return _news(told, f"over:{status}", words, waited=waited, abandoned=True, certain=False)
    if status != "ringing":
        raise Unsupported("The call goes on. What became of it is told when it is over.")
    announced = Consented(RECORDING, given=True, how="announced at the beginning of the call")
    consents = (announced,) if told.line.recording == "announced" else ()
    return _said(told, told.words.ringing, Telephoned(told.at, line=told.called[:60]), consents=consents)


def _message_left(told: Told, form: Mapping[str, str]) -> CallNews:
    """Whoever speaks after the tone wants it kept."""
    seconds = _seconds(form.get("RecordingDuration", ""))
    words = told.words.voicemail.format(time=told.words.duration(seconds or 0))
    left = Consented(RECORDING, given=True, how="left a message after the tone")
    return _news(told, "message", words, consents=(left,), marks=frozenset({Mark.CALL, Mark.VOICEMAIL}))


def _ours(told: Told, form: Mapping[str, str]) -> Said:
    if form.get("ParentCallSid"):
        raise Unsupported("It is the way of a call to a colleague.")
    status = form.get("CallStatus", "")
    if status not in OVER:
        raise Unsupported("The call goes on. What became of it is told when it is over.")
    return _made(told, status, _seconds(form.get("CallDuration", "")))


def _made(told: Told, status: str, talked: int | None) -> Said:
    """Our own line said it, to the number that was called."""
    to = _person(told.called, told)
    reached = status not in UNANSWERED
    call = Telephoned(told.at, talked=talked if reached else None, line=told.caller[:60])
    return Said(
        external_id=told.sid,
        author=Handle("line", told.caller[:80] or told.line.slug),
        audience=Audience.PRIVATE,
        text=made(told.words, reached=reached, talked=call.talked),
        posted_at=told.at,
        thread_ids=_thread(to),
        own_ids=(f"call:{told.sid}",),
        to=(to,),
        language=told.line.language,
        marks=frozenset({Mark.CALL}),
        by_us=True,
        call=call,
    )


def _of_row(row: Mapping[str, Any], line: Line) -> Item:
    sid, status = objects.named_if_any(row.get("sid"))[:200], str(row.get("status") or "")
    if not sid or status not in OVER:
        raise Unreadable("This is no call as Twilio tells of it. Its bytes are kept.")
    form = {"From": row.get("from"), "To": row.get("to"), "CallerName": row.get("caller_name")}
    words = {name: objects.named_if_any(value) for name, value in form.items()}
    told = _told(sid, words, twilio.moment(row.get("start_time") or row.get("date_created")), line)
    lasted = _seconds(str(row.get("duration") or ""))
    if str(row.get("direction") or "").startswith("outbound"):
        return _made(told, status, lasted)
    if status in UNANSWERED:
        gave_up = heard(told.words, abandoned=True, waited=None, talked=None)
        return _news(told, f"row:{status}", gave_up, abandoned=True, certain=False)
    # The list does not say whether a colleague or only a machine answered.
    return _news(told, f"row:{status}", told.words.over, certain=False)


def _sound(form: Mapping[str, str], sid: str) -> Sound:
    recording, url = form.get("RecordingSid", "")[:200], form.get("RecordingUrl", "")
    if not recording or not url:
        raise Unreadable("This report names no recording. Its bytes are kept.")
    if form.get("RecordingStatus", "completed") != "completed":
        raise Unsupported("There is no recording of this call.")
    return Sound(
        external_id=recording,
        piece=Piece(f"{recording}.wav", "audio/x-wav", reference=f"{url.removesuffix('.wav')}.wav"),
        call_ids=(f"call:{sid}",),
        seconds=_seconds(form.get("RecordingDuration", "")),
        words=form.get("TranscriptionText", "") if form.get("TranscriptionStatus") == "completed" else "",
    )


def _news(
    told: Told,
    what: str,
    text: str,
    *,
    waited: int | None = None,
    talked: int | None = None,
    abandoned: bool = False,
    certain: bool = True,
    consents: tuple[Consented, ...] = (),
    marks: frozenset[Mark] = frozenset({Mark.CALL}),
) -> CallNews:
    call = Telephoned(told.at, waited=waited, talked=talked, abandoned=abandoned, line=told.called[:60])
    all_marks = marks | ({Mark.ABANDONED_CALL} if abandoned else set())
    said = _said(told, text, call, consents=consents, marks=all_marks)
    return CallNews(f"{what}:{told.sid}"[:300], said, certain)


def _said(
    told: Told,
    text: str,
    call: Telephoned,
    *,
    consents: tuple[Consented, ...] = (),
    marks: frozenset[Mark] = frozenset({Mark.CALL}),
) -> Said:
    author = _person(told.caller, told)
    return Said(
        external_id=told.sid,
        author=author,
        audience=Audience.PRIVATE,
        text=text,
        posted_at=told.at,
        thread_ids=_thread(author),
        own_ids=(f"call:{told.sid}",),
        language=told.line.language,
        marks=marks,
        call=call,
        consents=consents,
    )


def _told(sid: str, form: Mapping[str, str], at: datetime | None, line: Line) -> Told:
    caller, called, name = (form.get(name, "").strip() for name in ("From", "To", "CallerName"))
    return Told(sid, caller, called, name[:120], at, line, sentences(line.language))


def _person(number: str, told: Told) -> Handle:
    """Nobody else ever calls from a withheld number, so that it joins nothing."""
    if number.lower() in WITHHELD:
        return Handle("withheld", f"{told.line.slug}:{told.sid}"[:300], told.words.withheld)
    known = twilio.handle(number, "sip")
    return Handle(known.namespace, known.value, told.name if number == told.caller else "")


def _thread(who: Handle) -> tuple[str, ...]:
    return () if who.namespace == "withheld" else (f"{who.namespace}:{who.value}",)


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None
