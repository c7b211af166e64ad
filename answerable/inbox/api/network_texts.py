"""Texts that the network of a source approved: the only ones that it takes where its window is closed."""

from __future__ import annotations

from ninja import Router, Schema

from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, answers
from answerable.replies import fetching_texts
from answerable.replies.models import NetworkText

router = Router(tags=["sources"])


class NetworkTextOut(Schema):
    """`{{1}}` and so on are its places. An answer that says it, its places filled, goes out as it."""

    id: int
    name: str
    language: str
    text: str
    places: int
    category: str


@router.get("/sources/{pk}/network-texts", auth=Bearer(Right.READ_CASES), response=answers(list[NetworkTextOut]))
def index(request: Asked, pk: Id) -> list[NetworkTextOut]:
    """What can be said now where the network takes nothing else."""
    return _of(access.one(Source, request.auth, pk=pk), request.auth)


@router.post("/sources/{pk}/network-texts", auth=Bearer(Right.MANAGE_SOURCES), response=answers(list[NetworkTextOut]))
def fetch(request: Asked, pk: Id) -> list[NetworkTextOut]:
    """Fetch them from the network, and give them."""
    source = access.one(Source, request.auth, pk=pk)
    fetching_texts.fetch(source, by=request.auth)
    return _of(source, request.auth)


def _of(source: Source, viewer: Viewer) -> list[NetworkTextOut]:
    texts = access.rows(NetworkText, viewer).filter(source=source, ended_at=None).order_by("name", "language")
    return [
        NetworkTextOut(
            id=each.pk,
            name=each.name,
            language=each.language,
            text=each.text,
            places=each.places,
            category=each.category,
        )
        for each in texts
    ]
