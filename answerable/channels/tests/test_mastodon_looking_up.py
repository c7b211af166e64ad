"""Whether an answer stands under the post that it answers: there, certainly not there, or a person must look."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Unsupported
from answerable.channels.mastodon.connector import connector
from answerable.core.wire.calls import HttpAnswer

AT = datetime(2026, 7, 2, 16, 10, tzinfo=UTC)
LINK = '<a href="https://example.org/a"><span class="invisible">https://</span><span>example.org/a</span></a>'
PIA = '<span class="h-card"><a href="https://friends.example/@pia" class="u-url mention">@<span>pia</span></a></span>'


def ours(content: str, *, at: datetime = AT, under: str = "114780000000000007", who: str = "care") -> dict[str, Any]:
    account = {"acct": who, "display_name": "Glimo Care"}
    said = {"id": "9", "content": content, "account": account, "in_reply_to_id": under, "visibility": "unlisted"}
    return {**said, "created_at": at.isoformat()}


def found(
    *descendants: dict[str, Any], status: int = 200, text: str = "Thank you 👍, see https://example.org/a!"
) -> str | None:
    asked = connector.look_up(reply(connector, at=AT, text=text), settings(connector)).url
    assert not urlsplit(asked).query
    body = json.dumps({"ancestors": [], "descendants": list(descendants)}).encode()
    return connector.found(HttpAnswer(status, body=body, asked=asked))


def test_the_same_words_as_the_server_shows_them_are_it() -> None:
    assert found(ours(f"<p>{PIA} Thank you 👍, see {LINK}!</p>")) == "9"


@pytest.mark.parametrize(
    "other",
    [
        ours("<p>Thank you.</p>", who="rob"),
        ours("<p>Thank you.</p>", under="5"),
        ours("<p>Thank you.</p>", at=AT - timedelta(minutes=5)),
    ],
)
def test_what_others_said_or_we_said_elsewhere_or_before_is_not_it(other: dict[str, Any]) -> None:
    assert found(other) is None


def test_where_we_said_something_else_there_a_person_must_look() -> None:
    with pytest.raises(Unsupported):
        found(ours("<p>Since when?</p>"))


def test_where_the_post_is_gone_nobody_can_say() -> None:
    with pytest.raises(Unsupported):
        found(status=404)
