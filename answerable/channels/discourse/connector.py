"""Discourse as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, objects
from answerable.channels.common.signatures import is_signed
from answerable.channels.contract import (
    Audience,
    Can,
    Family,
    Item,
    NotGenuine,
    Page,
    Proved,
    Raw,
    Reply,
    Said,
    Setting,
    Spec,
    Unsupported,
)
from answerable.channels.discourse import forum, polling, posts, writing
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

SPEC = Spec(
    kind="discourse",
    label="Discourse",
    icon="thread",
    family=Family.FORUM,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.SHOW_CONTEXT, Can.TAKE_BACK, Can.ANSWER_BY_HAND}
    ),
    settings=(
        Setting("server", "Web address of the forum", hint="For instance https://forum.example."),
        Setting(
            "username",
            "Your name there",
            hint="The account that shall answer, without @. Its posts are not heard: they are known already.",
        ),
        Setting(
            "api_key",
            "API key",
            secret=True,
            required=False,
            hint="An administrator makes it: Admin, Advanced, API keys, New. User level: Single user, the account above. "
            "Scope: Granular, with topics (read, write), posts (list, edit) and users’ private messages. In a forum of "
            "others leave it empty: then only public posts are heard, and answers are posted by hand.",
        ),
        Setting(
            "words",
            "Only posts with one of these words",
            required=False,
            default="",
            hint="Parted by commas. Posts that name you with @, and private messages, are always heard. Empty hears all.",
        ),
        Setting(
            "hook_secret",
            "Secret of the webhook",
            secret=True,
            required=False,
            hint="Only if the forum shall push: Admin, Advanced, Webhooks. Enter the same secret there, at least 12 letters.",
        ),
    ),
    max_text=writing.LONGEST,
    poll_every=timedelta(minutes=1),
    look_again_for=timedelta(days=14),
    forget_withdrawn=timedelta(days=7),
    docs="answerable/channels/discourse/README.md",
    proved=Proved.STAND_IN_AND_CONTRACT,
)


class DiscourseConnector:
    """Hears one forum, and answers from one account of it, or by hand where there is no key."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        """HMAC-SHA-256 over the body. No time is signed, nor the name of the event, so the body alone is believed."""
        key, given = str(settings.get("hook_secret") or ""), headers.get("x-discourse-event-signature", "")
        if not is_signed(given.removeprefix("sha256="), key, body):
            raise NotGenuine("The delivery does not prove that it comes from the forum. It was not stored.")

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [posts.item(raw.body, settings)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return posts.name_of(forum.told(answer))

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def where(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        """With a key the house answers. Without one: the post itself, by its short address."""
        if forum.has_key(settings):
            return ""
        if reply.audience is not Audience.PUBLIC:
            raise Unsupported("Without a key of the forum there is no private answer. Nothing was kept.")
        at = posts.place(reply.in_reply_to)
        return addresses.server(settings) + (f"/p/{at.id}" if at else "/")

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return forum.call("DELETE", f"/posts/{_known(external_id).id}.json", settings)

    def taken_back(self, answer: Answer) -> None:
        if not forum.gone(answer):
            forum.checked(answer)

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        at = posts.place(external_id)
        return forum.call("GET", f"/t/-/{at.topic}/{at.number}.json" if at else "/t/0.json", settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        """The posts of the topic around it, as far as others wrote them."""
        topic = forum.told(answer)
        found = objects(an_object(topic.get("post_stream")).get("posts"))
        private = topic.get("archetype") == posts.PRIVATE
        asked = answer.asked.rpartition("/")[2] if isinstance(answer, HttpAnswer) else ""
        others = [post for post in found if f"{post.get('post_number')}.json" != asked]
        others = [post for post in others if not posts.is_ours(post, settings) and not private]
        return tuple(posts.said(post, settings) for post in others)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        at = posts.place(external_id)
        return forum.call("GET", f"/posts/{at.id if at else 0}.json", settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        at = posts.place(external_id)
        if forum.gone(answer) and at is not None:
            return posts.withdrawn(at)
        return posts.changed(forum.told(answer), private=bool(at and at.private))


def _known(external_id: str) -> posts.Place:
    at = posts.place(external_id)
    if at is None:
        raise Unsupported("Nobody knows under which id the forum keeps this answer. Nothing was taken back.")
    return at


connector = DiscourseConnector()
