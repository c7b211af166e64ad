"""What X counts, what it costs, and that nobody's reach is asked for or kept."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from answerable.channels import calling, connecting
from answerable.channels.common.signatures import base64, signature
from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Audience, Enclosure, TryLater, Unsupported
from answerable.channels.models import Source
from answerable.channels.x import pushes
from answerable.channels.x.connector import connector
from answerable.channels.x.counting import weight
from answerable.core import wire
from answerable.core.wire.calls import HttpAnswer, HttpCall
from answerable.intake.models import Envelope
from answerable.testing.cast import Cast

VALUES = settings(connector)
OF_REACH = ("metrics", "follower", "verified", "following", "like", "impression", "subscri")
LANES = ("mentions", "own", "quotes", "direct", "search:glimo beeps")


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("a" * 280, 280),
        ("Zażółć", 6),
        ("e\u0301", 1),
        ("日本語", 6),
        ("한국", 4),
        ("👩‍⚕️", 2),
        ("👍🏽🇧🇷", 4),
        ("1️⃣", 2),
        ("“quoted” – yes…", 16),
        ("https://example.org/" + "a" * 300, 23),
        ("see example.com/path, please", 4 + 23 + 8),
        ("write to pia@example.com", 24),
        ("Hi.There", 8),
    ],
)
def test_x_counts_in_its_own_way(text: str, counted: int) -> None:
    assert weight(text) == counted


def test_a_post_of_280_japanese_letters_is_refused_and_140_go() -> None:
    connector.say(reply(connector, text="語" * 140), VALUES)
    with pytest.raises(Unsupported, match="280"):
        connector.say(reply(connector, text="語" * 141), VALUES)


def test_nobodys_reach_is_ever_asked_for() -> None:
    known = {"me": "1", "rules": ["(glimo beeps) -is:retweet -from:glimocare"]}
    questions: list[str] = [connector.ask({"lane": lane, **known}, VALUES).url for lane in LANES]
    questions += [connector.ask({}, VALUES).url, connector.stream({}, VALUES).url]
    questions += [connector.ask_context("1", VALUES).url, connector.ask_again("1", VALUES).url]
    questions.append(connector.look_up(reply(connector), VALUES).url)
    for url in questions:
        fields = [part for name, values in parse_qs(urlsplit(url).query).items() if name != "query" for part in values]
        assert not [word for word in OF_REACH if word in ",".join(fields)], url


def test_reach_that_comes_unasked_is_taken_out_and_nothing_else() -> None:
    user = {"id": "1", "screen_name": "pia", "followers_count": 9, "friends_count": 2, "verified": True}
    post = {"text": "It beeps. followers_count", "favorite_count": 3, "public_metrics": {"like_count": 3}, "user": user}
    kept = json.loads(pushes.winnowed(json.dumps({"tweet_create_events": [post], "users": {"1": user}}).encode()))
    bare = {"id": "1", "screen_name": "pia"}
    assert kept == {"tweet_create_events": [{"text": post["text"], "user": bare}], "users": {"1": bare}}
    assert pushes.winnowed(b"\xffno json") == b"\xffno json"


def test_a_post_keeps_only_what_was_chosen() -> None:
    told = {"id": "1", "text": "a", "author_id": "2", "public_metrics": {"like_count": 7}, "source": "web"}
    users = [{"id": "2", "username": "pia", "name": "Pia", "public_metrics": {"followers_count": 9}, "verified": True}]
    answer = HttpAnswer(200, body=json.dumps({"data": [told], "includes": {"users": users}, "meta": {}}).encode())
    page = connector.page(
        answer, {"lane": "mentions", "me": "3", "rules": ["(glimo beeps) -is:retweet -from:glimocare"]}, VALUES
    )
    stored = page.items[0].body.decode()
    assert not [word for word in (*OF_REACH, "source") if word in stored]


def cost(call: HttpCall, told: Any = None) -> Decimal:
    answer = None if told is None else HttpAnswer(200, body=json.dumps(told).encode())
    return connector.cost(call, VALUES, answer).amount


def test_what_a_call_costs_before_and_after_its_answer() -> None:
    mentions = connector.ask(
        {"lane": "mentions", "me": "1", "rules": ["(glimo beeps) -is:retweet -from:glimocare"]}, VALUES
    )
    assert cost(mentions) == Decimal("0.5")
    assert cost(mentions, {"meta": {"result_count": 0}}) == 0
    assert cost(mentions, {"data": [{}, {}], "includes": {"users": [{}]}}) == Decimal("0.02")
    assert connector.cost(mentions, VALUES, HttpAnswer(429)).amount == 0
    assert cost(connector.say(reply(connector), VALUES)) == Decimal("0.015")
    assert cost(connector.say(reply(connector, text="See https://example.org"), VALUES)) == Decimal("0.2")
    assert cost(connector.say(reply(connector, audience=Audience.PRIVATE), VALUES)) == Decimal("0.015")
    assert cost(connector.ask_again("1", VALUES)) == Decimal("0.025")


def test_that_nothing_was_found_proves_nothing() -> None:
    with pytest.raises(TryLater):
        connector.found(HttpAnswer(200, body=b'{"meta": {"result_count": 0}}'))
    with pytest.raises(Unsupported):
        connector.look_up(reply(connector, audience=Audience.PRIVATE), VALUES)


def test_pictures_go_apart_and_are_described() -> None:
    picture = Enclosure("glimo.png", "image/png", b"\x89PNG", alt="A Glimo on a table")
    for audience, kind in ((Audience.PUBLIC, "tweet_image"), (Audience.PRIVATE, "dm_image")):
        sent = json.loads(connector.upload(picture, reply(connector, audience=audience), VALUES).body)
        assert sent["media_category"] == kind
    there = replace(picture, reference=connector.uploaded(HttpAnswer(200, body=b'{"data": {"id": "77"}}')))
    told = connector.describe(there, VALUES)
    assert told is not None
    assert json.loads(told.body) == {"id": "77", "metadata": {"alt_text": {"text": "A Glimo on a table"}}}
    assert connector.describe(replace(there, alt=" "), VALUES) is None
    said = json.loads(connector.say(reply(connector, enclosures=(there,)), VALUES).body)
    assert said["media"] == {"media_ids": ["77"]}


def test_only_rules_that_this_desk_set_are_taken_away() -> None:
    old = {"lane": "rules", "me": "1", "rules": ["(old words) -is:retweet -from:glimocare"]}
    assert json.loads(connector.ask(old, VALUES).body) == {"delete": {"values": old["rules"]}}
    new = {"lane": "rules", "me": "1", "rules": []}
    assert json.loads(connector.ask(new, VALUES).body)["add"][0]["value"] == "(glimo beeps) -is:retweet -from:glimocare"
    with pytest.raises(Unsupported):
        connector.stream({}, {**VALUES, "bearer_token": ""})


def test_a_token_that_x_withdrew_early_is_renewed_once_and_the_call_made_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"address": "@care", "client_id": "a", "client_secret": "b", "refresh_token": "first"}
    source = connecting.connect("x", label="X", team=cast.front_line, values=values, by=cast.root)
    made: list[str] = []

    def run(call: HttpCall, **_: object) -> HttpAnswer:
        made.append(call.secret_headers["Authorization"])
        if call.url.endswith("/2/oauth2/token"):
            given = {"access_token": f"access-{len(made)}", "expires_in": 7200, "refresh_token": f"refresh-{len(made)}"}
            return HttpAnswer(200, body=json.dumps(given).encode())
        return HttpAnswer(401 if made[-1].endswith("access-1") or refuses else 200)

    monkeypatch.setattr(wire, "run", run)
    refuses = False
    assert calling.call(source, lambda known: connector.ask_again("1", known)) == HttpAnswer(200)
    assert [each.partition(" ")[2] for each in made if each.startswith("Bearer")] == ["access-1", "access-3"]
    assert Source.objects.get(pk=source.pk).values()["refresh_token"] == "refresh-3"

    refuses = True
    assert calling.call(source, lambda known: connector.ask_again("1", known)) == HttpAnswer(401)
    assert len([each for each in made if each.startswith("Basic")]) == 3


def test_a_push_is_stored_without_anybodys_reach(cast: Cast) -> None:
    values = {"address": "@care", "client_id": "a", "refresh_token": "c", "consumer_secret": "hush"}
    source = connecting.connect("x", label="X", team=cast.front_line, values=values, by=cast.root)
    user = {"id_str": "7", "screen_name": "pia", "name": "Pia", "followers_count": 12, "verified": True}
    post = {"id_str": "8", "text": "@care It beeps.", "user": user, "created_at": "Fri Jul 03 18:16:00 +0000 2026"}
    body = json.dumps({"for_user_id": "9", "tweet_create_events": [{**post, "favorite_count": 4}]}).encode()
    signed = f"sha256={signature('hush', body, form=base64)}"
    answer = Client().post(
        f"/hooks/{source.slug}",
        body,
        content_type="application/json",
        headers={"x-twitter-webhooks-signature": signed},
    )
    assert answer.status_code == 200
    stored = Envelope.objects.get(source=source).bytes()
    assert b"It beeps." in stored
    assert not [each for each in (b"followers", b"favorite", b"verified", b"12") if each in stored]
