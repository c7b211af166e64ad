"""What was said around a post, and what became of it since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Raw, Said, Unreadable, Unsupported
from answerable.channels.x import keeping, posts
from answerable.channels.x.api import call, number, told
from answerable.channels.x.direct import PREFIX
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

LOOKED_AGAIN = {
    "post.fields": "created_at,edit_controls,entities,lang,note_post,text",
    "expansions": "author_id,edit_history_post_ids",
    "user.fields": "name,username",
}
# X says of one post that it is not there, or that we may no longer see it: to us it is gone either way.
GONE = ("resource-not-found", "not-authorized-for-resource", "resource-unavailable", "disallowed-resource")


def ask_context(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """The post with what it answers or quotes, and the number of its conversation."""
    return call("GET", "/2/tweets", settings, asked={"ids": number(external_id), **keeping.ASKED})


def ask_further(answer: Answer, settings: Mapping[str, Any]) -> HttpCall | None:
    """The rest of its conversation, as far as the search of X goes back: a week."""
    rows = _objects(told(answer).get("data"))
    conversation = str(rows[0].get("conversation_id") or "") if rows else ""
    if not conversation:
        return None
    asked = {"query": f"conversation_id:{number(conversation)} -is:retweet", "max_results": "30", **keeping.ASKED}
    return call("GET", "/2/tweets/search/recent", settings, asked=asked)


def context(answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
    """What others said in it, oldest first; the post that was asked after is known by the one id in the question."""
    said = told(answer)
    if "data" not in said and "meta" not in said and "errors" not in said:
        raise Unreadable("X answered with something else than posts.")
    includes = said.get("includes") or {}
    beside = _objects(includes.get("posts") or includes.get("tweets"))
    rows = beside if "meta" not in said or not _objects(said.get("data")) else _objects(said.get("data"))
    try:
        kept = [keeping.kept(each, includes) for each in rows if not posts.is_repost(each)]
        heard = [posts.said(each, settings) for each in kept]
    except posts.TROUBLE as error:
        raise Unreadable(posts.NOT_A_POST) from error
    others = {each.external_id: each for each in heard if not each.by_us}
    return tuple(sorted(others.values(), key=lambda each: (len(each.external_id), each.external_id)))


def ask_again(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    if external_id.startswith(PREFIX):
        raise Unsupported("Direct messages of X are not changed, and are not asked after.")
    return call("GET", "/2/tweets", settings, asked={"ids": number(external_id), **LOOKED_AGAIN})


def again(answer: Answer, external_id: str) -> Raw | None:
    """X gives the version that was asked for, and the newest beside it."""
    if isinstance(answer, HttpAnswer) and answer.status == 404:
        return posts.withdrawn(external_id)
    said = told(answer)
    rows = _objects(said.get("data"))
    if not rows:
        problems = _objects(said.get("errors"))
        if any(str(each.get("type") or "").endswith(GONE) for each in problems):
            return posts.withdrawn(external_id)
        raise Unreadable("X answered neither with the post nor with the news that it is gone.")
    includes = said.get("includes") or {}
    versions = {
        str(each.get("id")): each for each in (*_objects(includes.get("posts") or includes.get("tweets")), *rows)
    }
    try:
        newest = posts.history(keeping.kept(rows[0], includes))[-1]
    except posts.TROUBLE as error:
        raise Unreadable(posts.NOT_A_POST) from error
    if newest == external_id or newest not in versions:
        return None
    return posts.raw({**rows[0], **versions[newest]}, includes)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Unreadable("X answered with something else than a list.")
    return value
