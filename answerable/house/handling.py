"""How the web process takes a request: once into a thread, and out with the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpResponseBase
from django.urls import set_script_prefix


class OneThread(ASGIHandler):
    """Django's own handler changes between the loop and a new thread ten times for one page; this one does it once.

    1. Middlewares and views are plain functions, and all of a request runs in one of a few threads that stay.
    2. There are as many threads as connections to the database: in a rush requests wait, and none is refused for want
       of a connection.
    3. A stream is opened by its thread and gives it back; the loop hands its lines out until the reader leaves.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(settings.POOL["max_size"], thread_name_prefix="page")

    async def handle(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self.threads, copy_context().run, self.answer, scope, body)
        if response.streaming:
            await self.stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def answer(self, scope: Mapping[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """The whole of a request. Its connection goes back to the pool before the answer is sent."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response = refusal if request is None else self.get_response(request)
        assert response is not None, "a request that cannot be read comes with its refusal"
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

    async def stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Until the stream ends or its reader leaves, whichever comes first."""
        tasks = [
            asyncio.ensure_future(self.send_response(response, send)),
            asyncio.ensure_future(self.listen_for_disconnect(receive)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            sent, _left = await asyncio.gather(*tasks, return_exceptions=True)
            await sync_to_async(response.close)()
        if isinstance(sent, Exception):
            raise sent
