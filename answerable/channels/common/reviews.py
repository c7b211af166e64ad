"""A review of a shop as a value. Shops keep one review of a person, which they may write anew, and one answer to it.

No shop names people by an id, and names are not theirs alone: each review is a person of its own until somebody joins them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common import walking
from answerable.channels.common.objects import canonical, plain, storable
from answerable.channels.contract import (
    Audience,
    Edited,
    Handle,
    Item,
    Page,
    Raw,
    Reply,
    Said,
    Spec,
    Unreadable,
    Unsupported,
    Withdrawn,
)

LANES = ("reviews",)
MOST_STARS = 5
NOT_A_REVIEW = "This is not a review of the shop. Its bytes are kept."


@dataclass(frozen=True)
class Review:
    """`at` is when it was written last, in ISO form; `beside` are facts that the shop gives with it."""

    id: str
    name: str
    title: str
    text: str
    stars: int
    at: str
    language: str = ""
    beside: tuple[str, ...] = ()


class HearsReviews:
    """The part of a connector that reads them. What we answer has no id of ours."""

    spec: Spec

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [item(raw.body, self.spec.kind)]

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""


def raw(review: Review) -> Raw:
    """The same state of a review is the same item."""
    return Raw(canonical({"review": asdict(review)}), external_id=f"{review.id}:{review.at}")


def page(found: Sequence[Review], cursor: Mapping[str, Any], following: str) -> Page:
    """A page of reviews that begins with the newest; `following` asks for the next one."""
    after, more = walking.on(cursor, LANES, [each.at for each in found], following)
    fresh = [each for each in found if each.at >= walking.since(cursor, LANES[0])]
    return Page(tuple(raw(each) for each in reversed(fresh)), after, more=more)


def withdrawn(external_id: str) -> Raw:
    return Raw(canonical({"withdrawn": external_id}), external_id=f"withdrawn:{external_id}")


def item(body: bytes, namespace: str) -> Item:
    """The shop says when a review was written last, never that it was changed: one that we never had is said to us now."""
    try:
        kept = storable(json.loads(body))
        if "withdrawn" in kept:
            return Withdrawn(text(kept["withdrawn"]))
        told = kept["review"]
        review = Review(**{**told, "beside": tuple(map(str, told["beside"]))})
        return Edited(text(review.id), said(review, namespace), moment(review.at))
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Unreadable(NOT_A_REVIEW) from error


def said(review: Review, namespace: str) -> Said:
    stars = "★" * min(MOST_STARS, max(0, int(review.stars))) + "☆" * (
        MOST_STARS - min(MOST_STARS, max(0, int(review.stars)))
    )
    title = str(review.title).strip()
    return Said(
        external_id=text(review.id),
        author=Handle(namespace, f"review:{review.id}", str(review.name)),
        audience=Audience.PUBLIC,
        subject=f"{stars} {title}".strip(),
        text=str(review.text).strip() or title or stars,
        posted_at=moment(review.at),
        own_ids=(text(review.id),),
        language=str(review.language),
        notes=tuple(each for each in review.beside if each),
    )


def check(reply: Reply, *, most: int, length: int) -> None:
    """Raises `Unsupported` for what an answer to a review cannot be."""
    if reply.audience is not Audience.PUBLIC:
        raise Unsupported("To a review there is only an answer that everybody reads. Nothing was sent.")
    if reply.enclosures:
        raise Unsupported("Files cannot be sent here. Nothing was sent; the text is kept.")
    if length > most:
        raise Unsupported(f"The shop takes {most} characters. Nothing was sent; shorten the text.")


def moment(at: str) -> datetime | None:
    if not at:
        return None
    read = datetime.fromisoformat(at)
    return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)


def text(value: Any) -> str:
    if not isinstance(value, str) or not plain(value):
        raise Unreadable(NOT_A_REVIEW)
    return plain(value)
