"""Is an answer there, of which nobody knows whether it arrived?

The API cannot be asked by a key. But an answer stands under the post that it answers, and its author sees all that stands
there: if we said nothing under that post since, it is certainly not there; if we said these words, it is. Where we said
other words, a person must look. And where it is sent again, the key makes it the same post for an hour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from answerable.channels.common.objects import objects
from answerable.channels.contract import Reply, Unreadable, Unsupported
from answerable.channels.mastodon import statuses, writing
from answerable.channels.mastodon.server import call, gone, told
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

# Between our clock and the server's.
MARGIN = timedelta(seconds=60)


def ask(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """What we look for stands behind the #, which never leaves the house."""
    if not reply.in_reply_to:
        raise Unsupported("It answers no post, so it cannot be looked up. Look at the account itself.")
    since = (reply.at or datetime.min.replace(tzinfo=UTC) + MARGIN) - MARGIN
    wanted = {
        "under": reply.in_reply_to,
        "by": str(settings.get("address") or ""),
        "words": fingerprint(writing.as_shown(reply, settings)),
        "since": since.isoformat(),
    }
    return call("GET", f"/api/v1/statuses/{quote(reply.in_reply_to, safe='')}/context#{urlencode(wanted)}", settings)


def found(answer: Answer) -> str | None:
    if gone(answer) or not isinstance(answer, HttpAnswer):
        raise Unsupported("The post that it answers is gone, so the server cannot say whether it is there.")
    under = objects(told(answer).get("descendants"))
    wanted = {name: values[0] for name, values in parse_qs(urlsplit(answer.asked).fragment).items()}
    try:
        ours = [each for each in under if _may_be_it(each, wanted)]
        same = [each for each in ours if fingerprint(statuses.text(each)) == wanted["words"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable("The server answered with something else than a thread.") from error
    if ours and not same:
        raise Unsupported("Something else stands there from us. Look whether this answer is there, too.")
    return statuses.id_of(same[0]) if same else None


def fingerprint(words: str) -> str:
    """The same for words as they were written and as the server shows them: letters and figures, names without servers."""
    short = writing.MENTION.sub(lambda named: f"@{named.group(1)}", words)
    return hashlib.sha256("".join(filter(str.isalnum, short.casefold())).encode("utf-8", "replace")).hexdigest()


def _may_be_it(status: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    said_at = datetime.fromisoformat(str(status["created_at"]))
    recent = said_at.replace(tzinfo=said_at.tzinfo or UTC) >= datetime.fromisoformat(wanted["since"])
    ours = statuses.is_ours(status, {"address": wanted["by"]})
    return recent and ours and str(status.get("in_reply_to_id")) == wanted["under"]
