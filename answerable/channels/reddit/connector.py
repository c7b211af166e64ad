"""Reddit as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from answerable.channels.common import addresses, oauth
from answerable.channels.common.objects import an_object, objects
from answerable.channels.common.signing_in import REFRESH_TOKEN, SignsIn
from answerable.channels.contract import (
    Allowance,
    Can,
    Family,
    Item,
    Page,
    Proved,
    Raw,
    Reply,
    Said,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.channels.reddit import api, polling, things, writing
from answerable.core.wire.calls import Answer, Call, HttpCall

SIGN_IN = "https://www.reddit.com"
RIGHTS = "identity read submit edit privatemessages"

SPEC = Spec(
    kind="reddit",
    label="Reddit",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.SHOW_CONTEXT, Can.TAKE_BACK}
    ),
    settings=(
        Setting("username", "Your name there", hint="The account that shall answer, without u/."),
        Setting(
            "client_id",
            "Client id",
            hint="Sign in as that account, open reddit.com/prefs/apps, “create another app”, choose “web app”. Reddit must "
            "have approved your use of its Data API. The id stands below the name of the app.",
        ),
        Setting("client_secret", "Client secret", secret=True, hint="On the same page, beside “secret”."),
        REFRESH_TOKEN,
        Setting("subreddits", "Communities to hear", required=False, default="", hint="Without r/, parted by commas."),
        Setting(
            "words",
            "Of communities only what has one of these words",
            required=False,
            default="",
            hint="Parted by commas. Empty hears everything that is said there.",
        ),
        Setting("searches", "Words to search all posts for", required=False, default="", hint="Parted by commas."),
        Setting(
            "server",
            "Address of the API",
            required=False,
            default="https://oauth.reddit.com",
            hint="Leave it.",
            rarely=True,
        ),
        Setting(
            "sign_in", "Address to sign in at", required=False, default=SIGN_IN, hint="Leave it as it is.", rarely=True
        ),
    ),
    max_text=writing.LONGEST,
    poll_every=timedelta(minutes=1),
    look_again_for=timedelta(days=14),
    look_again_every=timedelta(hours=1),
    forget_withdrawn=timedelta(days=2),
    lasting="refresh_token",
    docs="answerable/channels/reddit/README.md",
    proved=Proved.STAND_IN,
)


class RedditConnector(SignsIn):
    """Hears one account, communities and searches, and answers from that account."""

    spec = SPEC

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        asked = {"redirect": redirect, "state": state, "challenge": challenge, "scope": RIGHTS, "duration": "permanent"}
        return oauth.page(f"{_sign_in(settings)}/authorize", self.client(settings), **asked)

    def client(self, settings: Mapping[str, Any]) -> oauth.Client:
        name, secret = addresses.token(settings, "client_id"), addresses.token(settings, "client_secret")
        return oauth.Client(f"{_sign_in(settings)}/access_token", name, secret, by_header=True)

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [things.item(raw.body, settings)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def receipt(self, answer: Answer) -> str:
        """The name of the new thing. Reddit gives none to a message that begins a conversation."""
        made = api.done(answer).get("data") or {}
        found = objects(an_object(made).get("things") or [])
        return things.said(found[0]).external_id if found else "message"

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        _, own = things.named(external_id)
        if not own or own.startswith("t4_"):
            raise Unsupported("A private message cannot be taken back there. Nothing was changed.")
        return api.call("POST", "/api/del", settings, form={"id": own})

    def taken_back(self, answer: Answer) -> None:
        api.value(answer)

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        under, own = things.named(external_id)
        asked = f"&comment={own[3:]}&context=8" if own.startswith("t1_") else ""
        return api.call("GET", f"/comments/{under[3:] or '0'}?limit=30&raw_json=1{asked}", settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        """The post, and the comments above and below, as far as others wrote them."""
        parts = objects(api.value(answer))
        if not parts:
            raise Unreadable(things.NOT_A_THING)
        asked = answer.asked.partition("&comment=")[2].partition("&")[0] if hasattr(answer, "asked") else ""
        found = [each for part in parts for each in _flat(part)]
        others = [each for each in found if not things.is_ours(each, settings)]
        told = (things.said(each) for each in others if each.get("kind") in ("t1", "t3"))
        return tuple(each for each in told if each.external_id != f"t1_{asked}")

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        _, own = things.named(external_id)
        return api.call("GET", f"/api/info?raw_json=1&id={quote(own, safe='')}", settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """Reddit tells here of posts and comments only, so that of a message nothing follows from silence."""
        found = api.listing(answer)
        _, own = things.named(external_id)
        if not found:
            return things.withdrawn(own) if own.startswith(("t1_", "t3_")) else None
        return things.changed(found[0])

    def bucket(self, call: Call) -> str:
        """Reddit counts all calls of a client together."""
        return ""

    def allowance(self, answer: Answer) -> Allowance | None:
        return api.allowance(answer)


def _sign_in(settings: Mapping[str, Any]) -> str:
    return str(settings.get("sign_in") or SIGN_IN).rstrip("/") + "/api/v1"


def _flat(part: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """A tree of comments, each before what answers it."""
    for each in api.children(part):
        yield each
        below = an_object(each.get("data")).get("replies")
        if isinstance(below, dict) and depth < 20:
            yield from _flat(below, depth + 1)


connector = RedditConnector()
