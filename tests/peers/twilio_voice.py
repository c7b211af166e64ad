"""A stand-in for the telephone exchange of Twilio: it places calls, and does what our answers (TwiML) tell it to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from tests.peers.twilio import ACCOUNT, CARE, Twilio, now_there


@dataclass
class Call:
    """One call to us, from its first ring on. `heard` is what the caller was told; `step` is what the exchange does now."""

    peer: Twilio
    who: str
    sid: str
    heard: list[str] = field(default_factory=list)
    step: ET.Element | None = None

    def press(self, key: str) -> None:
        assert self._is("Gather"), "nothing was asked"
        self._ask({"CallStatus": "in-progress", "Digits": key})

    def say_nothing(self) -> None:
        """The question runs out, and what stands behind it is done."""
        assert self._is("Gather"), "nothing was asked"
        self.step = self.after

    def answered(self, seconds: int, sound: bytes = b"") -> None:
        """A colleague answers where it was put through to, and both speak."""
        assert self._is("Dial"), "it was put through to nobody"
        recorded = self.step is not None and self.step.get("record") is not None
        self._ask({"CallStatus": "in-progress", "DialCallStatus": "completed", "DialCallDuration": str(seconds)})
        if recorded:
            self._recorded(sound, seconds, "DialVerb")
        self._over("completed", seconds + 5)

    def nobody_answers(self) -> None:
        assert self._is("Dial"), "it was put through to nobody"
        self._ask({"CallStatus": "in-progress", "DialCallStatus": "no-answer"})

    def leave_message(self, sound: bytes, words: str) -> None:
        assert self._is("Record"), "no message is taken"
        url = self._kept(sound)
        self._ask({"CallStatus": "in-progress", "RecordingUrl": url, "RecordingDuration": "12", "Digits": "hangup"})
        self._over("completed", 40)
        told = {"CallSid": self.sid, "RecordingSid": url.rpartition("/")[2], "RecordingUrl": url}
        self.peer.deliver({**told, "RecordingStatus": "completed", "RecordingDuration": "12"})
        self.peer.deliver({**told, "TranscriptionStatus": "completed", "TranscriptionText": words})

    def hang_up(self, after: int) -> None:
        self._over("completed", after)

    def _is(self, verb: str) -> bool:
        return self.step is not None and self.step.tag == verb

    def _ask(self, told: dict[str, str]) -> None:
        answer = self.peer.deliver({**_facts(self), **told})
        verbs = list(ET.fromstring(answer)) if answer else []
        self.heard += [said.text or "" for verb in verbs for said in verb.iter("Say")]
        doing = [verb for verb in verbs if verb.tag != "Say"]
        self.step, self.after = (doing[0] if doing else None), (doing[1] if len(doing) > 1 else None)

    def _recorded(self, sound: bytes, seconds: int, source: str) -> None:
        url = self._kept(sound)
        told = {"RecordingSid": url.rpartition("/")[2], "RecordingUrl": url, "RecordingDuration": str(seconds)}
        self.peer.deliver({"CallSid": self.sid, "RecordingStatus": "completed", "RecordingSource": source, **told})

    def _kept(self, sound: bytes) -> str:
        name = self.peer.sid("RE")
        self.peer.files[f"{name}.wav"] = ("audio/x-wav", sound)
        return f"{self.peer.seen_as}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{name}"

    def _over(self, status: str, seconds: int) -> None:
        self.step = None
        self.peer.calls[self.sid] |= {"status": status, "duration": str(seconds), "end_time": now_there()}
        self.peer.deliver(
            {**_facts(self), "CallStatus": status, "CallDuration": str(seconds), "Timestamp": now_there()}
        )


def ring(peer: Twilio, who: str) -> Call:
    """Somebody calls our number."""
    call = Call(peer, who, peer.sid("CA"))
    peer.calls[call.sid] = _row(call.sid, who, CARE, "inbound", "ringing")
    call._ask({"CallStatus": "ringing"})
    return call


def called(peer: Twilio, to: str, status: str, seconds: int) -> None:
    """A colleague called somebody by our number."""
    sid = peer.sid("CA")
    peer.calls[sid] = _row(sid, CARE, to, "outbound-api", status) | {"duration": str(seconds)}
    told = {"CallSid": sid, "From": CARE, "To": to, "Direction": "outbound-api", "CallStatus": status}
    peer.deliver({**told, "CallDuration": str(seconds), "Timestamp": now_there()})


def _facts(call: Call) -> dict[str, str]:
    return {"CallSid": call.sid, "From": call.who, "To": CARE, "Direction": "inbound"}


def _row(sid: str, who: str, to: str, direction: str, status: str) -> dict[str, Any]:
    at = now_there()
    empty = ("parent_call_sid", "phone_number_sid", "answered_by", "forwarded_from", "group_sid", "caller_name")
    return {
        **dict.fromkeys((*empty, "price", "trunk_sid")),
        "sid": sid,
        "account_sid": ACCOUNT,
        "from": who,
        "to": to,
        "from_formatted": who,
        "to_formatted": to,
        "date_created": at,
        "date_updated": at,
        "start_time": at,
        "end_time": at,
        "duration": "0",
        "direction": direction,
        "status": status,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "queue_time": "0",
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{sid}.json",
        "subresource_uris": {},
    }
