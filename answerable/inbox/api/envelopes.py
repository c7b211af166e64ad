"""Envelopes: what came in, what became of it, its bytes as they came, opening it again; and the ledger over all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Schema, Status

from answerable.conversations.models import Message
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, NotThere
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, answers
from answerable.inbox.api.paging import Cursor, Limit, Page, newest_first
from answerable.intake import reconciling, replaying, stuck
from answerable.intake.models import Envelope

router = Router(tags=["envelopes"])
BYTES = {
    "responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}
}


class EnvelopeOut(Schema):
    """`state` is waiting, filed, set_aside or quarantined; the last two with a reason."""

    id: int
    source: int
    state: str
    reason: str
    size: int
    digest: str
    received_at: datetime
    opened_at: datetime | None
    tries: int


class OpenedOut(EnvelopeOut):
    """With the messages that it carried, as far as the viewer sees them."""

    messages: list[int]


class Replay(Schema):
    """`dry` tells what would happen and changes nothing."""

    dry: bool = False


class HopOut(Schema):
    name: str
    words: str


class JobOut(Schema):
    id: int
    task: str
    tries: int


class LineOut(Schema):
    """One source on one UTC day; `held` is always filed + set_aside + quarantined + waiting, `passed_by` was not kept."""

    source: int
    day: date
    says: int | None
    held: int
    filed: int
    set_aside: int
    quarantined: int
    waiting: int
    passed_by: int
    checked_at: datetime | None
    difference: int | None
    balanced: bool


@router.get("/envelopes", auth=Bearer(Right.REPLAY), response=answers(Page[EnvelopeOut]))
def index(
    request: Asked,
    state: Literal["waiting", "filed", "set_aside", "quarantined"] | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Page[EnvelopeOut]:
    envelopes = access.rows(Envelope, request.auth).defer("body", "headers")
    found, next_ = newest_first(envelopes.filter(state=state) if state else envelopes, cursor, limit)
    return Page[EnvelopeOut](items=[EnvelopeOut(**_facts(each)) for each in found], next=next_)


@router.get("/envelopes/{pk}", auth=Bearer(Right.SEE_HEALTH), response=answers(OpenedOut))
def read(request: Asked, pk: Id) -> OpenedOut:
    envelope = access.one(Envelope, request.auth, pk=pk)
    carried = access.rows(Message, request.auth).filter(sightings__envelope=envelope).order_by("pk")
    return OpenedOut(**_facts(envelope), messages=list(carried.values_list("pk", flat=True)))


@router.get("/envelopes/{pk}/bytes", auth=Bearer(Right.REPLAY), response=answers(None), openapi_extra=BYTES)
def raw(request: Asked, pk: Id) -> HttpResponse:
    """The bytes as they came. They hold a person's words, so reading them is kept in the read log."""
    envelope = access.one(Envelope, request.auth, pk=pk)
    reading.log("envelope", envelope.pk, by=request.auth)
    try:
        return saved(envelope.bytes(), f"envelope-{envelope.pk}.bin")
    except FileNotFoundError:
        raise NotThere("The bytes are no longer in the file store. What was read from them is kept.") from None


@router.post("/envelopes/{pk}/replays", auth=Bearer(Right.REPLAY), response=answers(list[HopOut]))
def replay(request: Asked, pk: Id, given: Replay) -> list[HopOut]:
    """Open it again; its time of arrival stays."""
    hops = replaying.replay(pk, dry=given.dry, by=request.auth)
    return [HopOut(name=hop.name, words=hop.words) for hop in hops]


@router.post("/envelopes/{pk}/case", auth=Bearer(Right.REPLAY), response=answers(list[HopOut]))
def open_as_case(request: Asked, pk: Id) -> list[HopOut]:
    """What was set aside is a case after all."""
    hops = replaying.open_set_aside(access.one(Envelope, request.auth, pk=pk), by=request.auth)
    if not hops:
        raise Conflict("There is no message in it that could become a case. Open it again first.")
    return [HopOut(name=hop.name, words=hop.words) for hop in hops]


@router.get("/jobs", auth=Bearer(Right.REPLAY), response=answers(list[JobOut]))
def jobs(request: Asked) -> list[JobOut]:
    """Jobs that used up their tries, newest first."""
    return [JobOut(id=each.id, task=each.task_name, tries=each.attempts) for each in stuck.failed(request.auth)[:200]]


@router.post("/jobs/{pk}/tries", auth=Bearer(Right.REPLAY), response=answers(None, 204))
def again(request: Asked, pk: Id) -> Status[None]:
    """Give a failed job a new chance."""
    stuck.again(pk, by=request.auth)
    return Status(204, None)


@router.get("/ledger", auth=Bearer(Right.SEE_HEALTH), response=answers(list[LineOut]))
def ledger(request: Asked, days: Annotated[int, Query(ge=1, le=366)] = 14) -> list[LineOut]:
    """What the providers say against what is held, newest day first."""
    return [_line(line, request.auth) for line in reconciling.ledger(request.auth, days=days)]


def saved(body: bytes, name: str) -> HttpResponse:
    """Foreign bytes: to be saved, never to be shown as something of ours."""
    answer = HttpResponse(body, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _facts(envelope: Envelope) -> dict[str, Any]:
    return {name: getattr(envelope, name) for name in EnvelopeOut.model_fields if name != "source"} | {
        "source": envelope.source_id
    }


def _line(line: reconciling.Line, viewer: Viewer) -> LineOut:
    facts = {name: getattr(line, name) for name in LineOut.model_fields if name != "source"}
    return LineOut(source=line.source.pk, **facts)
