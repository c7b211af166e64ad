"""Asking the real web process over one kept connection, as a browser does."""

from __future__ import annotations

import time
from http.client import HTTPConnection

WARM_UP = 8


class Browser:
    """Signed in by a cookie; times are milliseconds from asking to the last byte."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": cookie}

    def ask(self, path: str) -> float:
        begin = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begin) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
        return took

    def times(self, paths: list[str], rounds: int) -> list[float]:
        """Each path so many times, after a few that do not count."""
        for path in (paths * WARM_UP)[:WARM_UP]:
            self.ask(path)
        return [self.ask(path) for _ in range(rounds) for path in paths]
