"""Stand-ins for the review pages of three shops, on loopback: Google Play, Google reviews, the App Store.

They are ours and no shop; they know what the tests need. Each keeps reviews and one answer to each, gives access by renewing
(Google) or checks the signature of each call (Apple). `stop` and `start` make an outage.
"""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from answerable.channels.appstore import signing
from answerable.channels.appstore.connector import connector as appstore
from answerable.channels.conformance.samples import settings

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
class Shop:
    """`revoked` refuses every sign-in. A page holds `per_page` reviews, the newest first."""

    kind: str
    per_page: int = 20
    reviews: dict[str, Written] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    revoked: bool = False
    minutes: int = 0
    port: int = 0

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"shop": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def values(self) -> dict[str, str]:
        """The settings of a source of this shop."""
        address = f"http://localhost:{self.port}"
        if self.kind == "appstore":
            return {**settings(appstore), "server": address}
        own = {"package": "org.example.glimo"} if self.kind == "playstore" else {"location": "accounts/1/locations/2"}
        google = {"client_id": "a-client", "client_secret": "a-secret", "refresh_token": "a-refresh-token"}
        return {**own, **google, "server": address, "sign_in": address}

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


class _Handler(BaseHTTPRequestHandler):
    shop: Shop

    def do_GET(self) -> None:
        shop, path = self.shop, unquote(urlsplit(self.path).path)
        if not self._admitted():
            return
        last = path.rpartition("/")[2]
        if last in ("reviews", "customerReviews"):
            self._list(parse_qs(urlsplit(self.path).query))
        elif last in shop.reviews:
            told = shop.told(shop.reviews[last])
            self._answer(200, {"data": told} if shop.kind == "appstore" else told)
        else:
            self._answer(404, {"error": {"code": 404, "status": "NOT_FOUND"}})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._renew()
        elif self._admitted():
            self._write(json.loads(body))

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        if self._admitted():
            parts = unquote(self.path).removesuffix("/reply").rpartition("/")[2].removeprefix("answer-to-")
            self.shop.reviews[parts].answer = ""
            self._answer(200, {})

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Nothing is written among the lines of the tests."""

    def _list(self, asked: dict[str, list[str]]) -> None:
        shop = self.shop
        newest = sorted(shop.reviews.values(), key=lambda each: each.at, reverse=True)
        names = ("token", "pageToken", "cursor")
        begin = int(next((asked[name][0] for name in names if name in asked), "0"))
        end = begin + shop.per_page
        page, following = [shop.told(each) for each in newest[begin:end]], str(end) if len(newest) > end else ""
        match shop.kind:
            case "playstore":
                onward = {"tokenPagination": {"nextPageToken": following}} if following else {}
                self._answer(200, {**({"reviews": page} if page else {}), **onward})
            case "googlereviews":
                self._answer(200, {"reviews": page, "totalReviewCount": len(newest), "nextPageToken": following})
            case _:
                links = {"next": f"http://localhost/x?cursor={following}"} if following else {}
                self._answer(200, {"data": page, "links": links})

    def _write(self, told: dict[str, Any]) -> None:
        """One answer to a review; a second takes the place of the first."""
        match self.shop.kind:
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
        self.shop.reviews[review].answer = words
        self._answer(200, answer)

    def _renew(self) -> None:
        if self.shop.revoked:
            self._answer(400, {"error": "invalid_grant"})
            return
        self.shop.tokens.add(f"token-{len(self.shop.tokens)}")
        self._answer(200, {"access_token": f"token-{len(self.shop.tokens) - 1}", "expires_in": 3600})

    def _admitted(self) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        good = _is_apples(token) if self.shop.kind == "appstore" else token in self.shop.tokens
        if good and not self.shop.revoked:
            return True
        self._answer(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
        return False

    def _answer(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


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
