"""The live stream: one LISTEN connection per web process, fanned out to the pages that are open.

A note carries ids only and is a hint to look again; what a page then shows comes through `core.access` like any page.
Whoever was away, read too slowly or lost the database for a moment hears "gap" and looks again, so nothing is missed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.core.web.notified import notes
from answerable.inbox import presence

Note = Mapping[str, Any]

CHANNEL = "answerable_live"
ROOM = 100
CATCH_UP = 100
BREATH = 15.0
# Rights are read when a stream opens. It ends after this time, and the browser opens the next one by itself.
LIFETIME = timedelta(minutes=10)
GAP: Note = {"kind": "gap"}


@dataclass(eq=False)
class Listener:
    """One open page. What does not fit into its room becomes one "gap"."""

    viewer: Viewer
    room: asyncio.Queue[Note] = field(default_factory=lambda: asyncio.Queue(ROOM))

    def tell(self, note: Note) -> None:
        if note is not GAP and not access.may_hear(self.viewer, note):
            return
        self.learn(note)
        if note is not GAP and access.is_to(self.viewer, note):
            note = {**note, "you": True}
        if self.room.full():
            while not self.room.empty():
                self.room.get_nowait()
            note = GAP
        self.room.put_nowait(note)

    def learn(self, note: Note) -> None:
        """A case is opened to the viewer, or no longer: the rights of an open stream follow at once."""
        if not access.is_to(self.viewer, note):
            return
        if note["kind"] == "case_opened_to":
            self.viewer = replace(self.viewer, case_ids=self.viewer.case_ids | {note["case"]})
        elif note["kind"] == "case_closed_to":
            self.viewer = replace(self.viewer, case_ids=self.viewer.case_ids - {note["case"]})


class Hub:
    """All open pages of this process and the connection that they share."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.task: asyncio.Task[None] | None = None

    def join(self, viewer: Viewer) -> Listener:
        listener = Listener(viewer)
        self.listeners.add(listener)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.run())
        return listener

    async def run(self) -> None:
        """Listen while the process lives; after a lost connection everybody looks again."""
        async for payload in notes(CHANNEL, "answerable live"):
            self.tell(GAP if payload is None else json.loads(payload))

    def tell(self, note: Note) -> None:
        if note["kind"] == "presence":
            presence.heard(note, at=now())
        for listener in self.listeners:
            listener.tell(note)


HUB = Hub()


def stream(request: HttpRequest) -> HttpResponseBase:
    """The notes that this viewer may hear, from the event after the last one that the page knows of."""
    after = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    viewer, missed = _open(request, int(after) if after.isdecimal() else None)
    if viewer is None:
        return HttpResponse(status=204)
    answer = StreamingHttpResponse(_lines(viewer, missed), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


def _open(request: HttpRequest, after: int | None) -> tuple[Viewer | None, list[Note]]:
    """Read the rights and what was missed, and give the database connection back before the stream begins."""
    viewer: Viewer | None = request.viewer or None  # type: ignore[attr-defined]
    missed = [] if viewer is None or after is None else list(_missed(viewer, after))
    connections.close_all()
    return viewer, missed


def _missed(viewer: Viewer, after: int) -> Iterable[Note]:
    events = access.rows(Event, viewer).filter(pk__gt=after).order_by("pk")[:CATCH_UP]
    for event in events.values("pk", "kind", "case_id", "team_id"):
        yield {"event": event["pk"], "kind": event["kind"], "case": event["case_id"], "team": event["team_id"]}


async def _lines(viewer: Viewer, missed: list[Note]) -> AsyncIterator[str]:
    listener, ends = HUB.join(viewer), now() + LIFETIME
    try:
        yield ": here\n\nretry: 3000\n\n"
        for note in missed:
            yield _line(note)
        while now() < ends:
            try:
                yield _line(await asyncio.wait_for(listener.room.get(), BREATH))
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        HUB.listeners.discard(listener)


def _line(note: Note) -> str:
    number = f"id: {note['event']}\n" if note.get("event") else ""
    shown = {name: note[name] for name in ("kind", "case", "you") if name in note}
    return f"{number}event: note\ndata: {json.dumps(shown)}\n\n"
