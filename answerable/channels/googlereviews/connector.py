"""Reviews of a place. Source: "Work with review data" and "accounts.locations.reviews" (Google My Business API, v4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from answerable.channels.common import google, reviews, walking
from answerable.channels.common.objects import an_object, objects
from answerable.channels.common.reviews import Review
from answerable.channels.contract import (
    Can,
    Family,
    Measured,
    Page,
    Proved,
    Raw,
    Reply,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

NAMESPACE = "googlereviews"
LONGEST = 4096
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
TRANSLATED = re.compile(r"\(Translated by Google\).*?\(Original\)\s*|\s*\(Translated by Google\).*", re.DOTALL)
PLACE = re.compile(r"accounts/[0-9]+/locations/[0-9]+")

SPEC = Spec(
    kind=NAMESPACE,
    label="Google reviews",
    icon="thread",
    family=Family.FORUM,
    can=frozenset({Can.HEAR_COMMENTS, Can.REPLY_PUBLIC, Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.TAKE_BACK}),
    settings=(
        Setting(
            "location", "The place", hint="As Google names it: accounts/123/locations/456. Google must have let you in."
        ),
        *google.settings("https://mybusiness.googleapis.com"),
    ),
    poll_every=timedelta(minutes=15),
    look_again_for=timedelta(days=30),
    look_again_every=timedelta(days=1),
    forget_withdrawn=timedelta(days=7),
    lasting="refresh_token",
    one_answer=True,
    docs="answerable/channels/googlereviews/README.md",
    proved=Proved.STAND_IN,
)


class GoogleReviewsConnector(google.SignsInWithGoogle, reviews.HearsReviews):
    """Hears the reviews of one place, and keeps one answer to each."""

    spec = SPEC
    rights = "https://www.googleapis.com/auth/business.manage"

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        following = {"pageToken": token} if (token := walking.token(cursor)) else {}
        asked = {"pageSize": "50", "orderBy": "updateTime desc", **following}
        return google.call("GET", f"{_place(settings)}/reviews", settings, asked=asked)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        told = google.told(answer)
        if told and not {"reviews", "totalReviewCount", "averageRating"} & set(told):
            raise Unreadable("Google answered with something else than reviews.")
        found = [_review(each) for each in objects(told.get("reviews") or [])]
        return reviews.page(found, cursor, str(told.get("nextPageToken") or ""))

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        reviews.check(reply, most=LONGEST, length=self.measured(reply, settings).length)
        return google.call("PUT", _answer_to(reply.in_reply_to, settings), settings, body={"comment": reply.text})

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        """Counted in bytes."""
        return Measured(len(reply.text.encode("utf-8", "replace")), LONGEST, reply.text)

    def receipt(self, answer: Answer) -> str:
        """Google gives an answer no id; it is the one below its review."""
        if not google.told(answer).get("comment"):
            raise Unreadable("Google did not say that the answer is kept.")
        path = urlsplit(answer.asked).path if isinstance(answer, HttpAnswer) else ""
        return "answer:" + unquote(path.removesuffix("/reply").rpartition("/")[2])

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return google.call("DELETE", _answer_to(external_id.removeprefix("answer:"), settings), settings)

    def taken_back(self, answer: Answer) -> None:
        if not google.gone(answer):
            google.checked(answer)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return google.call("GET", f"{_place(settings)}/reviews/{quote(external_id, safe='')}", settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """A newer text comes with the list; here only whether it is there is asked."""
        if google.gone(answer):
            return reviews.withdrawn(external_id)
        _review(google.told(answer))
        return None


def _place(settings: Mapping[str, Any]) -> str:
    """Raises `Unsupported` for what is no name of a place."""
    location = str(settings.get("location") or "").strip().strip("/")
    if not PLACE.fullmatch(location):
        raise Unsupported("The name of the place is not like accounts/123/locations/456. Nothing was sent; mend it.")
    return f"/v4/{location}"


def _answer_to(review: str, settings: Mapping[str, Any]) -> str:
    return f"{_place(settings)}/reviews/{quote(review, safe='')}/reply"


def _review(told: Mapping[str, Any]) -> Review:
    """What Google translated is left out: the person's own words count."""
    reviewer = an_object(told.get("reviewer") or {})
    return Review(
        id=reviews.text(told.get("reviewId")),
        name=str(reviewer.get("displayName") or ""),
        title="",
        text=TRANSLATED.sub("", str(told.get("comment") or "")).strip(),
        stars=STARS.get(str(told.get("starRating")), 0),
        at=reviews.text(told.get("updateTime")),
    )


connector = GoogleReviewsConnector()
