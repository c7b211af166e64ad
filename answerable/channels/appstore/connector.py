"""Reviews in the App Store. Source: "Customer Reviews" and "Customer Review Responses" (App Store Connect API)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from answerable.channels.appstore import signing
from answerable.channels.common import addresses, reviews, walking
from answerable.channels.common.objects import an_object, canonical, objects, parsed
from answerable.channels.common.reviews import Review
from answerable.channels.contract import (
    Can,
    Family,
    Page,
    Proved,
    Raw,
    Reauthorise,
    Refused,
    Reply,
    Setting,
    Spec,
    TryLater,
    Unreadable,
)
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

NAMESPACE = "appstore"
LONGEST = 5970
ANSWERS = "/v1/customerReviewResponses"

SPEC = Spec(
    kind=NAMESPACE,
    label="App Store",
    icon="thread",
    family=Family.FORUM,
    can=frozenset({Can.HEAR_COMMENTS, Can.REPLY_PUBLIC, Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.TAKE_BACK}),
    settings=(
        Setting(
            "app", "Apple ID of the app", hint="Only figures: App Store Connect, your app, App information, General."
        ),
        Setting(
            "issuer_id", "Issuer ID", hint="App Store Connect, Users and access, Integrations, App Store Connect API."
        ),
        Setting("key_id", "Key ID", secret=True, hint="Of a key with the role “Customer Support”, on the same page."),
        Setting(
            "private_key", "Private key", secret=True, hint="Open the .p8 file of the key as text and paste all of it."
        ),
        Setting(
            "server",
            "Address of the API",
            required=False,
            default="https://api.appstoreconnect.apple.com",
            hint="Leave it.",
            rarely=True,
        ),
    ),
    max_text=LONGEST,
    poll_every=timedelta(minutes=15),
    look_again_for=timedelta(days=30),
    look_again_every=timedelta(days=1),
    forget_withdrawn=timedelta(days=7),
    one_answer=True,
    docs="answerable/channels/appstore/README.md",
    proved=Proved.STAND_IN,
)


class AppStoreConnector(reviews.HearsReviews):
    """Hears the reviews of one app in all countries, and keeps one answer to each."""

    spec = SPEC

    def signed(self, call: HttpCall, at: datetime, settings: Mapping[str, Any]) -> HttpCall:
        return replace(call, secret_headers={"Authorization": f"Bearer {signing.token(at, settings)}"})

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        following = {"cursor": token} if (token := walking.token(cursor)) else {}
        asked = urlencode({"sort": "-createdDate", "limit": "200", **following})
        app = quote(str(settings.get("app") or "").strip(), safe="")
        return _call("GET", f"/v1/apps/{app}/customerReviews?{asked}", settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        told = _told(answer)
        found = [_review(each) for each in objects(told.get("data"))]
        onward = parse_qs(urlsplit(str(an_object(told.get("links") or {}).get("next") or "")).query)
        return reviews.page(found, cursor, "".join(onward.get("cursor", [])[:1]))

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        reviews.check(reply, most=LONGEST, length=len(reply.text))
        to = {"review": {"data": {"type": "customerReviews", "id": reply.in_reply_to}}}
        data = {"type": "customerReviewResponses", "attributes": {"responseBody": reply.text}, "relationships": to}
        return _call("POST", ANSWERS, settings, body=canonical({"data": data}))

    def receipt(self, answer: Answer) -> str:
        """Apple shows it within a day; until then its state is “pending publish”."""
        return reviews.text(an_object(_told(answer).get("data")).get("id"))

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return _call("DELETE", f"{ANSWERS}/{quote(external_id, safe='')}", settings)

    def taken_back(self, answer: Answer) -> None:
        if not _is_gone(answer):
            _checked(answer)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return _call("GET", f"/v1/customerReviews/{quote(external_id, safe='')}", settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """A newer text comes with the list; here only whether it is there is asked."""
        if _is_gone(answer):
            return reviews.withdrawn(external_id)
        _review(an_object(_told(answer).get("data")))
        return None


def _call(method: str, path: str, settings: Mapping[str, Any], *, body: bytes = b"") -> HttpCall:
    headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
    return HttpCall(method, addresses.server(settings) + path, headers, body=body, repeatable=method == "GET")


def _told(answer: Answer) -> Mapping[str, Any]:
    return an_object(parsed(_checked(answer).body))


def _is_gone(answer: Answer) -> bool:
    return isinstance(answer, HttpAnswer) and answer.status in (404, 410)


def _checked(answer: Answer) -> HttpAnswer:
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Apple answered with something that is not HTTP.")
    match answer.status:
        case 200 | 201 | 204:
            return answer
        case 401 | 403:
            raise Reauthorise(
                "Apple no longer accepts our key, or it lacks the role “Customer Support”. Make a new one."
            )
        case 429:
            raise TryLater("Apple takes no more calls for now.", 3600.0)
        case status if status >= 500:
            raise TryLater("Apple has trouble of its own.")
        case status:
            raise Refused(f"Apple refused it (HTTP {status}). {_words(answer.body)}".strip())


def _words(body: bytes) -> str:
    try:
        return " ".join(str(each.get("detail") or each.get("title")) for each in json.loads(body)["errors"])[:300]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _review(told: Mapping[str, Any]) -> Review:
    said = an_object(told.get("attributes"))
    stars = said.get("rating")
    return Review(
        id=reviews.text(told.get("id")),
        name=str(said.get("reviewerNickname") or ""),
        title=str(said.get("title") or ""),
        text=str(said.get("body") or ""),
        stars=stars if isinstance(stars, int) else 0,
        at=_utc(reviews.text(said.get("createdDate"))),
        beside=(str(said.get("territory") or ""),),
    )


def _utc(text: str) -> str:
    """Apple writes the time of California; in one zone moments can be compared as texts."""
    try:
        at = reviews.moment(text)
    except ValueError as error:
        raise Unreadable(reviews.NOT_A_REVIEW) from error
    return at.isoformat() if at else ""


connector = AppStoreConnector()
