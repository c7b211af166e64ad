"""Asking for complaints that changed, page by page, and one item for each utterance in them.

The site takes ten calls a minute, so each question is one page; the cursor remembers the place. Complaints are asked for in the order
in which they were made, which never changes, by their last change since a moment. The next moment lies before the first page of
this round by the site's own clock, so that what changes while pages are read is asked for again; once-only ids keep it single.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import Page, Raw, Unreadable
from answerable.channels.reclameaqui import server
from answerable.channels.reclameaqui.complaints import TAKEN_AWAY, is_theirs
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

AT_MOST = 50
OVERLAP = timedelta(minutes=5)
NOT_KEPT = frozenset({"interactions", "historical", "autos", "sticky_notes", "attached", "personalized_fields"})


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    since = str(cursor.get("since") or settings.get("from_day") or "")
    query = {"last_modification_date[gte]": since} if since else {}
    query |= {
        "page[size]": str(AT_MOST),
        "page[number]": str(int(cursor.get("page") or 1)),
        "sort[creation_date]": "ASC",
    }
    return server.ask(urlencode(query), settings)


def page(answer: Answer, cursor: Mapping[str, Any]) -> Page:
    """The utterances of these complaints, and the cursor behind them."""
    told = server.told(answer)
    complaints = objects(told.get("data"))
    try:
        items = tuple(each for complaint in complaints for each in _items(complaint))
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable("Reclame Aqui answered with something else than complaints.") from error
    number, begun = int(cursor.get("page") or 1), str(cursor.get("begun") or _clock(answer))
    if len(complaints) >= AT_MOST:
        return Page(items, {"since": str(cursor.get("since") or ""), "page": number + 1, "begun": begun})
    newest = max([str(cursor.get("since") or ""), *(str(each["last_modification_date"]) for each in complaints)])
    return Page(items, {"since": min(newest, begun) if begun and newest else newest})


def _items(complaint: Mapping[str, Any]) -> Iterator[Raw]:
    said = objects(complaint.get("interactions") or [])
    about = {name: value for name, value in complaint.items() if name not in NOT_KEPT}
    for each in said:
        yield Raw(
            canonical({"complaint": about, "said": each}), external_id=f"said:{int(each['ticket_interaction_id'])}"
        )
    if int(complaint["ra_status"]["id"]) in TAKEN_AWAY:
        gone = [int(each["ticket_interaction_id"]) for each in said if is_theirs(each)]
        yield Raw(canonical({"withdrawn": gone}), external_id=f"gone:{int(complaint['id'])}")


def _clock(answer: Answer) -> str:
    """A little before now, by the site's clock, as it writes times."""
    date = answer.headers.get("date", "") if isinstance(answer, HttpAnswer) else ""
    try:
        at = parsedate_to_datetime(date).astimezone(UTC) - OVERLAP
    except (ValueError, TypeError):
        return ""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z") if at > datetime(2000, 1, 1, tzinfo=UTC) else ""
