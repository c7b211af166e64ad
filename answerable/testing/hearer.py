"""Another process that listens: for each line of a batch that it reads, it answers with the queries that match, as JSON.

`python -m answerable.testing.hearer WORKSPACE` asks its engine once a batch, as a stream does; `Hearer` starts it and talks
to it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Self

from answerable.testing.crowd import address


class Hearer:
    """A process with an engine of its own. Ends with the block that it is used in."""

    def __init__(self, workspace_id: int) -> None:
        environment = {**os.environ, "DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "answerable.house.settings"}
        command = [sys.executable, "-m", "answerable.testing.hearer", str(workspace_id)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def hear(self, *texts: str) -> tuple[list[list[int]], float]:
        """The versions that each text of one batch matches, and how many seconds the batch took over there."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(texts) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return told["versions"], told["seconds"]


def listen(workspace_id: int) -> None:
    """Until nobody says anything more."""
    import django

    django.setup()
    from answerable.listening.engines import engine_of
    from answerable.listening.posts import Post

    for line in sys.stdin:
        texts: Sequence[str] = json.loads(line)
        began = time.monotonic()
        engine = engine_of(workspace_id)
        versions = [engine.match(Post(text)).versions for text in texts]
        sys.stdout.write(json.dumps({"versions": versions, "seconds": time.monotonic() - began}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    listen(int(sys.argv[1]))
