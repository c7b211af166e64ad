"""Requests go into a thread and out again; streams end with their readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from answerable.house.handling import OneThread

ended: list[str] = []


async def _lines() -> AsyncIterator[str]:
    try:
        yield "here\n"
        await asyncio.sleep(60)
    finally:
        ended.append("stream")


async def _broken() -> AsyncIterator[str]:
    yield "here\n"
    raise ValueError("The stream broke.")


def _stream(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(_broken() if request.GET else _lines())


def _echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


urlpatterns = [path("echo", _echo), path("stream", _stream)]


@pytest.fixture
def handler(settings: Any) -> OneThread:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["answerable.core.web.policy.headers"]
    ended.clear()
    return OneThread()


async def _ask(handler: OneThread, where: str, body: bytes = b"", *, leaves: bool = False) -> list[dict[str, Any]]:
    """What is sent for one request. A reader who leaves does so at the first line."""
    sent: list[dict[str, Any]] = []
    asked, begun = asyncio.Queue[dict[str, Any]](), asyncio.Event()
    asked.put_nowait({"type": "http.request", "body": body})

    async def receive() -> dict[str, Any]:
        if asked.empty():
            await begun.wait() if leaves else await asyncio.Event().wait()
            return {"type": "http.disconnect"}
        return asked.get_nowait()

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(dict(message))
        if message.get("body"):
            begun.set()

    address, _, query = where.partition("?")
    scope = {"type": "http", "method": "POST", "path": address, "query_string": query.encode(), "headers": []}
    await handler(scope, receive, send)
    return sent


def test_more_requests_than_threads_are_all_answered(handler: OneThread) -> None:
    bodies = [b"letter %d" % number for number in range(settings.POOL["max_size"] * 5)]

    async def all_at_once() -> list[list[dict[str, Any]]]:
        return await asyncio.gather(*(_ask(handler, "/echo", body) for body in bodies))

    answers = asyncio.run(all_at_once())

    assert [answer[0]["status"] for answer in answers] == [200] * len(bodies)
    assert [answer[1]["body"] for answer in answers] == bodies
    assert b"Content-Security-Policy" in dict(answers[0][0]["headers"])


def test_a_stream_ends_when_its_reader_leaves(handler: OneThread) -> None:
    sent = asyncio.run(asyncio.wait_for(_ask(handler, "/stream", leaves=True), 20))

    assert [message.get("body") for message in sent] == [None, b"here\n"]
    assert ended == ["stream"]


def test_a_stream_that_breaks_says_so_to_the_server(handler: OneThread) -> None:
    with pytest.raises(ValueError, match="The stream broke"):
        asyncio.run(asyncio.wait_for(_ask(handler, "/stream?broken=1"), 20))


def test_what_is_not_there_is_answered_too(handler: OneThread) -> None:
    assert asyncio.run(_ask(handler, "/nowhere"))[0]["status"] == 404
