"""What Twilio is told to do with a call: announce, ask, put through, take a message.

Sources: Twilio's pages “TwiML Voice: <Dial>, <Gather>, <Record>, <Say>” and “Twilio's request to your application”.
Which step a call has come to is read from the fields of its push alone, because its address is signed and always the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from answerable.channels.common import twilio
from answerable.channels.contract_pushing import PushAnswer

AGREES = "1"
LONGEST_MESSAGE = "300"
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
ANSWERED = frozenset({"completed", "answered"})


@dataclass(frozen=True)
class Prompts:
    """What is said where the settings say nothing else."""

    code: str
    announced: str
    asked: str
    leave_a_message: str


PROMPTS: Mapping[str, Prompts] = {
    "en": Prompts(
        "en-US",
        "This call is recorded.",
        "May we record this call? If you agree, press 1. If not, press 2.",
        "Nobody can answer right now. Please leave a message after the tone.",
    ),
    "pt-br": Prompts(
        "pt-BR",
        "Esta ligação será gravada.",
        "Podemos gravar esta ligação? Se concorda, tecle 1. Se não, tecle 2.",
        "Ninguém pode atender agora. Deixe um recado depois do sinal.",
    ),
    "pl": Prompts(
        "pl-PL",
        "Ta rozmowa jest nagrywana.",
        "Czy możemy nagrać tę rozmowę? Jeśli tak, proszę nacisnąć 1. Jeśli nie, proszę nacisnąć 2.",
        "Nikt nie może teraz odebrać. Proszę zostawić wiadomość po sygnale.",
    ),
}


def response(told: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
    """The next step of a call to us; nothing to do for all that only tells of one."""
    root = Element("Response")
    if _is_step(told):
        if "DialCallStatus" in told:
            _after_dialling(root, told, settings)
        elif "Digits" in told:
            _put_through(root, settings, recorded=told["Digits"] == AGREES)
        else:
            _greet(root, settings)
    return PushAnswer("text/xml", '<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, "unicode"))


def prompts(settings: Mapping[str, Any]) -> Prompts:
    return PROMPTS.get(str(settings.get("language") or ""), PROMPTS["en"])


def _is_step(told: Mapping[str, str]) -> bool:
    """Twilio asks what to do now. A finished recording and the end of a call are only told."""
    is_news = any(name in told for name in ("RecordingStatus", "TranscriptionStatus", "CallbackSource"))
    has_left_a_message = "RecordingUrl" in told and "DialCallStatus" not in told
    ours = told.get("Direction", "inbound") == "inbound"
    return ours and not (is_news or has_left_a_message or told.get("CallStatus", "") in OVER | {""})


def _greet(root: Element, settings: Mapping[str, Any]) -> None:
    words = str(settings.get("announcement") or "").strip()
    match settings.get("recording"):
        case "announced":
            _say(root, words or prompts(settings).announced, settings)
            _put_through(root, settings, recorded=True)
        case "asked":
            gather = SubElement(
                root, "Gather", input="dtmf", numDigits="1", timeout="8", action=twilio.hook(settings), method="POST"
            )
            _say(gather, words or prompts(settings).asked, settings)
            # Whoever presses nothing did not agree.
            _put_through(root, settings, recorded=False)
        case _:
            if words:
                _say(root, words, settings)
            _put_through(root, settings, recorded=False)


def _put_through(root: Element, settings: Mapping[str, Any], *, recorded: bool) -> None:
    number = str(settings.get("forward_to") or "").strip()
    if not number:
        _take_a_message(root, settings)
        return
    where = twilio.hook(settings)
    ring_for = str(settings.get("ring_for") or 25)
    dial = SubElement(root, "Dial", timeout=ring_for, action=where, method="POST", answerOnBridge="true")
    if recorded:
        dial.set("record", "record-from-answer-dual")
        dial.set("recordingStatusCallback", where)
    SubElement(dial, "Number").text = number


def _after_dialling(root: Element, told: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    if told["DialCallStatus"] in ANSWERED:
        SubElement(root, "Hangup")
    else:
        _take_a_message(root, settings)


def _take_a_message(root: Element, settings: Mapping[str, Any]) -> None:
    if not settings.get("voicemail", True):
        SubElement(root, "Hangup")
        return
    where = twilio.hook(settings)
    _say(root, prompts(settings).leave_a_message, settings)
    SubElement(
        root,
        "Record",
        maxLength=LONGEST_MESSAGE,
        playBeep="true",
        action=where,
        method="POST",
        recordingStatusCallback=where,
        transcribe="true",
        transcribeCallback=where,
    )


def _say(parent: Element, words: str, settings: Mapping[str, Any]) -> None:
    SubElement(parent, "Say", language=prompts(settings).code).text = words
