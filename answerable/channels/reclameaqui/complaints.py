"""Complaints to values. One utterance (“interaction”) is one item; the complaint that it belongs to comes with it.

Sorts of utterances, by their number on the site: 1 complaint, 2 our public answer, 3 our private message, 6 the person's private
message, 7 a comment of somebody else, 11 rating, 8 to 10 and 151 the site's own doings. Of any other the one who said it decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from answerable.channels.common.objects import named_if_any, plain
from answerable.channels.contract import Audience, Handle, Item, Reachable, Said, Unsupported, Withdrawn

COMPLAINT, OUR_PRIVATE, THEIR_PRIVATE, COMMENT, RATING = 1, 3, 6, 7, 11
DOINGS_OF_THE_SITE = frozenset({8, 9, 10, 151})
PRIVATE = frozenset({OUR_PRIVATE, THEIR_PRIVATE})
SOLVED, AGAIN, GRADE, FILES = 4, 5, 6, (15, 33)
TAKEN_AWAY = frozenset({12, 13})
"""States of a complaint that nobody can read any more: ended by the person, or by the site."""
RATED = {SOLVED: "Solved, by the customer’s word", AGAIN: "Would do business again", GRADE: "Rating, of 10"}


def items(kept: Mapping[str, Any]) -> Sequence[Item]:
    """Raises KeyError, ValueError or TypeError for what is none, `Unsupported` for what the site does by itself."""
    if "withdrawn" in kept:
        return [Withdrawn(str(int(each))) for each in kept["withdrawn"]]
    complaint, said = kept["complaint"], kept["said"]
    if int(said["ticket_interaction_type_id"]) in DOINGS_OF_THE_SITE:
        raise Unsupported("The site moderated or moved the complaint by itself. Its words are kept here, as they came.")
    utterance = _said(complaint, said)
    mail = _first(complaint["customer"].get("email"))
    is_first = int(said["ticket_interaction_type_id"]) == COMPLAINT and not utterance.by_us
    if not (is_first and "@" in mail):
        return [utterance]
    return [utterance, Reachable(f"address:{utterance.external_id}", utterance.author, Handle("email", mail.lower()))]


def is_theirs(said: Mapping[str, Any]) -> bool:
    """Did somebody outside say it? The site names the colleague of ours who spoke."""
    sort = int(said["ticket_interaction_type_id"])
    return sort in {COMPLAINT, THEIR_PRIVATE, COMMENT, RATING} or (
        sort not in {2, OUR_PRIVATE, *DOINGS_OF_THE_SITE} and not said.get("responsible_id")
    )


def own_id(complaint: str, text: str) -> str:
    """The name of an answer of ours, by its words: the site gives none when it takes it."""
    return f"said:{complaint}:{sha256(' '.join(text.split()).encode('utf-8', 'replace')).hexdigest()[:32]}"


def _said(complaint: Mapping[str, Any], said: Mapping[str, Any]) -> Said:
    number, interaction = str(int(complaint["id"])), str(int(said["ticket_interaction_id"]))
    text, theirs = plain(str(said.get("message") or "")).strip(), is_theirs(said)
    person = _person(complaint, said)
    return Said(
        external_id=interaction,
        author=person if theirs else Handle("reclameaqui", "company", plain(str(said.get("responsible_name") or ""))),
        audience=_audience(said),
        text=text,
        posted_at=_moment(said.get("creation_date")),
        subject=plain(str(complaint.get("complaint_title") or "")),
        thread_ids=(f"complaint:{number}",),
        own_ids=(f"{number}/{interaction}",) if theirs else (f"{number}/{interaction}", own_id(number, text)),
        to=() if theirs else (_customer(complaint),),
        language="pt-br",
        by_us=not theirs,
        notes=_facts(said),
    )


def _person(complaint: Mapping[str, Any], said: Mapping[str, Any]) -> Handle:
    """Whoever comments on somebody else's complaint is somebody else, also where the site does not say who."""
    customer = _customer(complaint)
    if int(said["ticket_interaction_type_id"]) != COMMENT or str(said.get("customer_id")) == customer.value:
        return customer
    return Handle(
        "reclameaqui", named_if_any(said.get("customer_id")) or f"comment:{int(said['ticket_interaction_id'])}"
    )


def _customer(complaint: Mapping[str, Any]) -> Handle:
    customer = complaint["customer"]
    return Handle("reclameaqui", str(int(customer["id"])), plain(str(customer.get("name") or "")))


def _audience(said: Mapping[str, Any]) -> Audience:
    """Private where the site says so in either way; a doubt is never public."""
    is_private = str(said.get("privacy", "")).lower() in {"true", "1"}
    return Audience.PRIVATE if is_private or int(said["ticket_interaction_type_id"]) in PRIVATE else Audience.PUBLIC


def _facts(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Ratings and files, as facts beside the words."""
    found = []
    for detail in said.get("details") or ():
        sort, value = int(detail["ticket_detail_type_id"]), plain(str(detail.get("value") or ""))[:500]
        if sort in RATED:
            found.append(f"{RATED[sort]}: {value}")
        elif sort in FILES:
            found.append(f"File on the site: {value}")
    return tuple(found)


def _first(value: Any) -> str:
    return str(value[0]).strip() if isinstance(value, list) and value else ""


def _moment(text: Any) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(str(text))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
