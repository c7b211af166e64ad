"""A real Bluesky network on loopback: the data server, identity directory and AppView of `@atproto/dev-env`, and its people."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
from django.db import connection

from tests.peers.programs import end, eventually, free_port, start

HERE = Path(__file__).parent / "npm"
MADE = Path(__file__).resolve().parents[2] / ".peers/npm"
POSTS = "app.bsky.feed.post"


def node() -> Path | None:
    """The Node.js that came with the servers: they want a newer one than Debian has."""
    return next(iter(sorted(MADE.glob("node_modules/node-linux-*/bin/node"))), None)


@dataclass
class Network:
    """Everybody's posts are on one data server, and its own event stream is the firehose."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = node()
        assert program is not None
        for name in ("bluesky.mjs", "loopback.cjs"):
            shutil.copy(HERE / name, MADE / name)
        self._drop_database()
        with psycopg.connect(self._database("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {self._name}")
        command = [str(program), "--require", str(MADE / "loopback.cjs"), str(MADE / "bluesky.mjs")]
        self.process = start(
            [*command, str(self.port), self._database(self._name)],
            port=self.port,
            log=self.home / "bluesky.log",
            within=90,
        )
        eventually(lambda: httpx.get(f"{self.address}/xrpc/_health").status_code == 200)

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)
        self._drop_database()

    def person(self, name: str) -> Person:
        """The one with this name, who has an account from the first time on."""
        if name not in self.people:
            told = {"handle": f"{name}.test", "email": f"{name}@example.net", "password": f"of-{name}"}
            made = httpx.post(f"{self.address}/xrpc/com.atproto.server.createAccount", json=told, timeout=20)
            made.raise_for_status()
            facts = made.json()
            client = httpx.Client(
                base_url=f"{self.address}/xrpc/", headers={"Authorization": f"Bearer {facts['accessJwt']}"}, timeout=20
            )
            self.people[name] = Person(facts["handle"], facts["did"], client)
        return self.people[name]

    @property
    def _name(self) -> str:
        return f"bluesky_{self.port}"

    def _drop_database(self) -> None:
        with psycopg.connect(self._database("postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _database(self, name: str) -> str:
        return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{name}".format(**connection.settings_dict, name=name)


@dataclass
class Person:
    """Somebody with an account, using the network as its own app does."""

    handle: str
    did: str
    client: httpx.Client

    def post(
        self,
        text: str,
        *,
        mentions: Person | None = None,
        answers: dict[str, Any] | None = None,
        quotes: dict[str, Any] | None = None,
        langs: Sequence[str] = ("en",),
    ) -> dict[str, Any]:
        """Its address and hash, and those of the first post of its thread."""
        record: dict[str, Any] = {"$type": POSTS, "text": text, "createdAt": _moment(), "langs": list(langs)}
        if mentions is not None:
            record["facets"] = [_mention(text, mentions)]
        if answers is not None:
            root = answers.get("root") or answers
            record["reply"] = {"parent": _strong(answers), "root": _strong(root)}
        if quotes is not None:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": _strong(quotes)}
        told = {"repo": self.did, "collection": POSTS, "record": record}
        made = self._tell("com.atproto.repo.createRecord", told)
        return {**made, **({"root": _strong(root)} if answers is not None else {})}

    def take_back(self, post: dict[str, Any]) -> None:
        told = {"repo": self.did, "collection": POSTS, "rkey": post["uri"].rpartition("/")[2]}
        self._tell("com.atproto.repo.deleteRecord", told)

    def app_password(self, name: str) -> str:
        return str(self._tell("com.atproto.server.createAppPassword", {"name": name})["password"])

    def revoke(self, name: str) -> None:
        self._tell("com.atproto.server.revokeAppPassword", {"name": name})

    def thread(self, uri: str) -> dict[str, Any]:
        """As everybody sees it in the AppView."""
        return dict(self._ask("app.bsky.feed.getPostThread", uri=uri)["thread"])

    def posts(self) -> list[dict[str, Any]]:
        """What is in their own repository."""
        return list(self._ask("com.atproto.repo.listRecords", repo=self.did, collection=POSTS, limit=100)["records"])

    def notifications(self) -> list[dict[str, Any]]:
        return list(self._ask("app.bsky.notification.listNotifications")["notifications"])

    def finds(self, words: str) -> list[str]:
        found = self._ask("app.bsky.feed.searchPosts", q=words, sort="latest")["posts"]
        return [each["record"]["text"] for each in found]

    def _ask(self, method: str, **asked: Any) -> dict[str, Any]:
        return _told(self.client.get(method, params=asked))

    def _tell(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        return _told(self.client.post(method, json=told))


def _told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.content or b"{}"))


def _strong(post: dict[str, Any]) -> dict[str, str]:
    return {"uri": post["uri"], "cid": post["cid"]}


def _mention(text: str, person: Person) -> dict[str, Any]:
    start = len(text[: text.index(f"@{person.handle}")].encode())
    index = {"byteStart": start, "byteEnd": start + len(f"@{person.handle}")}
    return {"index": index, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": person.did}]}


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
