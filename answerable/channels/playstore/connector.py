"""Reviews on Google Play. Source: "Reply to Reviews" and "REST Resource: reviews" (Google Play Developer API, v3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from answerable.channels.common import google, reviews, walking
from answerable.channels.common.objects import an_object, objects
from answerable.channels.common.reviews import Review
from answerable.channels.contract import Can, Family, Page, Proved, Raw, Reply, Setting, Spec, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

NAMESPACE = "playstore"
LONGEST = 350

SPEC = Spec(
    kind=NAMESPACE,
    label="Google Play",
    icon="thread",
    family=Family.FORUM,
    can=frozenset({Can.HEAR_COMMENTS, Can.REPLY_PUBLIC, Can.NOTICE_EDIT, Can.NOTICE_DELETION}),
    settings=(
        Setting(
            "package", "Package name of the app", hint="For instance org.example.glimo; it stands in its web address."
        ),
        *google.settings("https://androidpublisher.googleapis.com"),
    ),
    max_text=LONGEST,
    poll_every=timedelta(minutes=15),
    look_again_for=timedelta(days=14),
    look_again_every=timedelta(days=1),
    forget_withdrawn=timedelta(days=7),
    lasting="refresh_token",
    one_answer=True,
    docs="answerable/channels/playstore/README.md",
    proved=Proved.STAND_IN,
)


class PlayStoreConnector(google.SignsInWithGoogle, reviews.HearsReviews):
    """Hears the reviews of one app, and keeps one answer to each."""

    spec = SPEC
    rights = "https://www.googleapis.com/auth/androidpublisher"

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        following = {"token": token} if (token := walking.token(cursor)) else {}
        return google.call("GET", _place(settings), settings, asked={"maxResults": "100", **following})

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        """The newest first, by when they were written last; Google shows those of the last week."""
        told = google.told(answer)
        if not isinstance(told.get("reviews", []), list) or not set(told) <= {"reviews", "tokenPagination", "pageInfo"}:
            raise Unreadable("Google answered with something else than reviews.")
        found = [_review(each) for each in objects(told.get("reviews") or [])]
        following = str(an_object(told.get("tokenPagination") or {}).get("nextPageToken") or "")
        return reviews.page(found, cursor, following)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        reviews.check(reply, most=LONGEST, length=len(reply.text))
        path = f"{_place(settings)}/{quote(reply.in_reply_to, safe='')}:reply"
        return google.call("POST", path, settings, body={"replyText": reply.text})

    def receipt(self, answer: Answer) -> str:
        """Google gives an answer no id; it is the one below its review."""
        result = an_object(google.told(answer).get("result"))
        if not result.get("replyText"):
            raise Unreadable("Google did not say that the answer is kept.")
        return "answer:" + _asked(answer)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return google.call("GET", f"{_place(settings)}/{quote(external_id, safe='')}", settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """A newer text comes with the list of the week; here only whether it is there is asked."""
        if google.gone(answer):
            return reviews.withdrawn(external_id)
        _review(google.told(answer))
        return None


def _place(settings: Mapping[str, Any]) -> str:
    return f"/androidpublisher/v3/applications/{quote(str(settings.get('package') or '').strip(), safe='.')}/reviews"


def _asked(answer: Answer) -> str:
    path = urlsplit(answer.asked).path if isinstance(answer, HttpAnswer) else ""
    return unquote(path.rpartition("/")[2].removesuffix(":reply"))


def _review(told: Mapping[str, Any]) -> Review:
    """A review holds what its author wrote last, and perhaps our answer. Tab parts the title of old reviews from the text."""
    written = [an_object(each.get("userComment")) for each in objects(told.get("comments")) if "userComment" in each]
    if not written:
        raise Unreadable(reviews.NOT_A_REVIEW)
    comment = written[0]
    title, _, text = str(comment.get("text") or "").rpartition("\t")
    beside = (str(comment.get(name) or "") for name in ("appVersionName", "device"))
    return Review(
        id=reviews.text(told.get("reviewId")),
        name=str(told.get("authorName") or ""),
        title=title.strip(),
        text=text.strip(),
        stars=_figure(comment.get("starRating")),
        at=datetime.fromtimestamp(_figure(an_object(comment.get("lastModified")).get("seconds")), UTC).isoformat(),
        language=str(comment.get("reviewerLanguage") or ""),
        beside=tuple(each for each in beside if each),
    )


def _figure(value: Any) -> int:
    try:
        return min(abs(int(str(value))), 4_102_444_800)
    except ValueError as error:
        raise Unreadable(reviews.NOT_A_REVIEW) from error


connector = PlayStoreConnector()
