"""Asking the API as a program does: with a token and JSON."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from answerable.core import viewers
from answerable.core.access import House, Right, Viewer
from answerable.core.models import Membership

EVERYTHING = tuple(Right)


class Program:
    """A program with a token of one member."""

    def __init__(self, viewer: Viewer, *scopes: str) -> None:
        member = Membership.objects.get(workspace_id=viewer.workspace_id, user_id=viewer.user_id)
        house = House(viewer.workspace_id, "tests")
        self.token = viewers.issue(member, label="program", scopes=scopes or EVERYTHING, by=house)
        self._client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"/api/{path}", query, headers={"authorization": f"Bearer {self.token}"})

    def send(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"authorization": f"Bearer {self.token}", **({"idempotency-key": key} if key else {})}
        data = body if isinstance(body, str) else json.dumps(body)
        return self._client.generic(method, f"/api/{path}", data, "application/json", headers=headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        return self.send("POST", path, body, key=key)

    def put(self, path: str, body: Any = None) -> Any:
        return self.send("PUT", path, body)


def told(answer: Any, status: int = 200) -> Any:
    """The body, if the status is the expected one."""
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)
