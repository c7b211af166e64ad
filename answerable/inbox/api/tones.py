"""How messages sound and what they are for, and what people say to it."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema, Status
from pydantic import Field

from answerable.conversations.models import Message
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.core.errors import NotThere
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.listening import speaking
from answerable.triage import tone_queries, toning
from answerable.triage.models import ToneVerdict

router = Router(tags=["tones"])


class ToneVerdictOut(Schema):
    """`said` is what had been found before."""

    id: int
    sort: str
    answer: str
    said: str
    user: str
    at: datetime


class TonePart(Schema):
    """Places count characters of the text; `weight` is what they add to the answer, in log-odds."""

    answer: str
    start: int
    end: int
    weight: float


class ToneOut(Schema):
    """`tone`: negative, neutral, positive or unknown. `intent`: complaint, question, praise, other or unknown. `language`: one of
    the workspace's, "other", or empty where it is not known. `learned` is the number of the sum that says so, or null for the start.
    """

    message: int
    language: str
    tone: str
    intent: str
    parts: list[TonePart]
    learned: int | None
    at: datetime
    verdicts: list[ToneVerdictOut]


class ToneJudging(Schema):
    """`sort`: tone or intent. `answer` to "tone": negative, neutral, positive; to "intent": complaint, question, praise, other."""

    sort: Words
    answer: Words


class Languages(Schema):
    """Codes of two letters, for example en, pl, pt."""

    languages: list[Words] = Field(max_length=100)


@router.get("/messages/{pk}/tone", auth=Bearer(Right.READ_CASES), response=answers(ToneOut))
def read(request: Asked, pk: Id) -> ToneOut:
    """How a message sounds, with the verdicts that stand."""
    message = access.one(Message, request.auth, pk=pk)
    reading.log("message", message.pk, by=request.auth)
    found = tone_queries.of_message(message, request.auth)
    if found is None:
        raise NotThere("Nobody has heard how this message sounds yet.")
    made = found.assessment
    return ToneOut(
        message=made.message_id,
        language=made.language,
        tone=made.tone,
        intent=made.intent,
        parts=[TonePart(**each) for each in made.parts],
        learned=made.used.number if made.used else None,
        at=made.at,
        verdicts=[_verdict(each) for each in found.verdicts.values()],
    )


@router.post("/messages/{pk}/tone-verdicts", auth=Bearer(Right.ANSWER), response=answers(ToneVerdictOut, 201))
def judge(request: Asked, pk: Id, given: ToneJudging) -> Status[ToneVerdictOut]:
    """Say how it sounds, or what it is for. The same again changes nothing; another answer takes the place of the one before."""
    message = access.one(Message, request.auth, pk=pk)
    return Status(201, _verdict(toning.judge(message, given.sort, given.answer, by=request.auth)))


@router.put("/languages", auth=Bearer(Right.MANAGE_RULES), response=answers(Languages))
def speak(request: Asked, given: Languages) -> Languages:
    """Choose the languages that customers write in, by their codes. They count for what comes from now on."""
    return Languages(languages=speaking.speak(given.languages, by=request.auth))


def _verdict(each: ToneVerdict) -> ToneVerdictOut:
    return ToneVerdictOut(
        id=each.pk, sort=each.sort, answer=each.answer, said=each.said, user=each.user.name, at=each.at
    )
