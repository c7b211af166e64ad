"""Stand-ins for the review pages of three shops, on loopback: Google Play, Google reviews, the App Store.

They are ours and no shop; they know what the tests need. Each keeps reviews and one answer to each, gives access by renewing
(Google) or checks the signature of each call (Apple). `stop` and `start` make an outage.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from answerable.channels.appstore import signing
from answerable.channels.appstore.connector import connector as appstore
from answerable.channels.conformance.samples import settings
from tests.peers.serving import Handler, Peer

BEGAN = datetime(2026, 7, 2, 10, tzinfo=UTC)
STARS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")


@dataclass
class Written:
    """A review; `at` is when it was written last."""

    id: str
    name: str
    words: str
    stars: int
    at: datetime
    answer: str = ""


@dataclass
class Shop(Peer):
    """`revoked` refuses every sign-in. A page holds `per_page` reviews, the newest first."""

    kind: str
    per_page: int = 20
    reviews: dict[str, Written] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    revoked: bool = False
    minutes: int = 0

    def handler(self) -> type[Handler]:
        return _Handler

    @property
    def values(self) -> dict[str, str]:
        """The settings of a source of this shop."""
        if self.kind == "appstore":
            return {**settings(appstore), "server": self.address}
        own = {"package": "org.example.glimo"} if self.kind == "playstore" else {"location": "accounts/1/locations/2"}
        google = {"client_id": "a-client", "client_secret": "a-secret", "refresh_token": "a-refresh-token"}
        return {**own, **google, "server": self.address, "sign_in": self.address}

    def write(self, name: str, words: str, *, stars: int = 2) -> str:
        """Somebody writes a review, or writes theirs anew."""
        self.minutes += 1
        before = next((each for each in self.reviews.values() if each.name == name), None)
        made = before.id if before else f"r{len(self.reviews) + 1}"
        at = BEGAN + timedelta(minutes=self.minutes)
        self.reviews[made] = Written(made, name, words, stars, at, before.answer if before else "")
        return made

    def remove(self, review: str) -> None:
        del self.reviews[review]

    def told(self, each: Written) -> dict[str, Any]:
        """The review as this shop writes it."""
        match self.kind:
            case "playstore":
                last = {"seconds": str(int(each.at.timestamp())), "nanos": 0}
                words = {"text": each.words, "lastModified": last, "starRating": each.stars, "reviewerLanguage": "en"}
                return {"reviewId": each.id, "authorName": each.name, "comments": [{"userComment": words}]}
            case "googlereviews":
                at = each.at.isoformat().replace("+00:00", "Z")
                kept = {
                    "reviewId": each.id,
                    "reviewer": {"displayName": each.name},
                    "starRating": STARS[each.stars - 1],
                }
                return {**kept, "comment": each.words, "createTime": at, "updateTime": at}
        said = {
            "rating": each.stars,
            "title": "",
            "body": each.words,
            "reviewerNickname": each.name,
            "territory": "POL",
        }
        return {"type": "customerReviews", "id": each.id, "attributes": {**said, "createdDate": each.at.isoformat()}}


class _Handler(Handler):
    peer: Shop

    def get(self) -> None:
        shop = self.peer
        if not self._admitted():
            return
        last = self.parts[-1]
        if last in ("reviews", "customerReviews"):
            self._list()
        elif last in shop.reviews:
            told = shop.told(shop.reviews[last])
            self.answer(200, {"data": told} if shop.kind == "appstore" else told)
        else:
            self.answer(404, {"error": {"code": 404, "status": "NOT_FOUND"}})

    def post(self) -> None:
        body = self.given()
        if self.path == "/token":
            self._renew()
        elif self._admitted():
            self._write(json.loads(body))

    def put(self) -> None:
        self.post()

    def delete(self) -> None:
        if self._admitted():
            parts = unquote(self.path).removesuffix("/reply").rpartition("/")[2].removeprefix("answer-to-")
            self.peer.reviews[parts].answer = ""
            self.answer(200, {})

    def _list(self) -> None:
        shop, asked = self.peer, self.asked
        newest = sorted(shop.reviews.values(), key=lambda each: each.at, reverse=True)
        names = ("token", "pageToken", "cursor")
        begin = int(next((asked[name] for name in names if name in asked), "0"))
        end = begin + shop.per_page
        page, following = [shop.told(each) for each in newest[begin:end]], str(end) if len(newest) > end else ""
        match shop.kind:
            case "playstore":
                onward = {"tokenPagination": {"nextPageToken": following}} if following else {}
                self.answer(200, {**({"reviews": page} if page else {}), **onward})
            case "googlereviews":
                self.answer(200, {"reviews": page, "totalReviewCount": len(newest), "nextPageToken": following})
            case _:
                links = {"next": f"http://localhost/x?cursor={following}"} if following else {}
                self.answer(200, {"data": page, "links": links})

    def _write(self, told: dict[str, Any]) -> None:
        """One answer to a review; a second takes the place of the first."""
        match self.peer.kind:
            case "playstore":
                review, words = unquote(self.path).rpartition("/")[2].removesuffix(":reply"), told["replyText"]
                answer: dict[str, Any] = {"result": {"replyText": words, "lastEdited": {"seconds": "1"}}}
            case "googlereviews":
                review, words = unquote(self.path).removesuffix("/reply").rpartition("/")[2], told["comment"]
                answer = {"comment": words, "updateTime": BEGAN.isoformat()}
            case _:
                review, words = (
                    told["data"]["relationships"]["review"]["data"]["id"],
                    told["data"]["attributes"]["responseBody"],
                )
                answer = {"data": {"id": f"answer-to-{review}", "attributes": {"state": "PENDING_PUBLISH"}}}
        self.peer.reviews[review].answer = words
        self.answer(200, answer)

    def _renew(self) -> None:
        if self.peer.revoked:
            self.answer(400, {"error": "invalid_grant"})
            return
        self.peer.tokens.add(f"token-{len(self.peer.tokens)}")
        self.answer(200, {"access_token": f"token-{len(self.peer.tokens) - 1}", "expires_in": 3600})

    def _admitted(self) -> bool:
        good = _is_apples(self.bearer) if self.peer.kind == "appstore" else self.bearer in self.peer.tokens
        if good and not self.peer.revoked:
            return True
        self.answer(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
        return False


def _is_apples(token: str) -> bool:
    """Signed by our key, for now, and for not longer than twenty minutes."""
    head, _, rest = token.partition(".")
    claims, _, proof = rest.partition(".")
    if not proof:
        return False
    r, s = (int.from_bytes(_bytes(proof)[start : start + 32], "big") for start in (0, 32))
    public = signing._key(settings(appstore)).public_key()
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ECDSA(SHA256()))
    told, at = json.loads(_bytes(claims)), datetime.now(UTC).timestamp()
    return bool(told["iat"] <= at + 5 and at < told["exp"] <= told["iat"] + 1200)


def _bytes(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
