"""Files of messages, to be saved. Who fetched one is kept in the read log."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from answerable.conversations import attaching
from answerable.conversations.models import Attachment
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, answers
from answerable.inbox.api.envelopes import BYTES, saved

router = Router(tags=["messages"])


@router.get("/attachments/{pk}", auth=Bearer(Right.READ_CASES), response=answers(None), openapi_extra=BYTES)
def read(request: Asked, pk: Id) -> HttpResponse:
    attachment = access.one(Attachment, request.auth, pk=pk)
    reading.log("attachment", attachment.pk, by=request.auth)
    return saved(attaching.bytes_of(attachment), attachment.name)
