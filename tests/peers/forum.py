"""A real forum (django-machina) on loopback, and people who use its pages as a browser does, without one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.peers import programs

HERE = Path(__file__).parent
PYTHON = Path(__file__).resolve().parents[2] / ".peers/python/bin/python"
PASSWORD = "a-password-of-the-forum"
FIELD = re.compile(r"<(?:input|textarea)\b[^<>]*>(?:[^<]*</textarea>)?")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
TOPIC = re.compile(r"/forum/[\w-]+-[0-9]+/topic/[\w-]+-[0-9]+/")


class Forum:
    """One process. `stop` and `start` make an outage; what was posted is there afterwards."""

    def __init__(self, home: Path) -> None:
        if not PYTHON.exists():
            pytest.skip("The forum is not installed here. Run `make peers`.")
        self.home, self.port = home, programs.free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["env", f"FORUM_DATABASE={self.home / 'forum.sqlite'}", f"PYTHONPATH={HERE / 'python'}"]
        command += ["DJANGO_SETTINGS_MODULE=forum_site.settings"]
        command += [str(PYTHON), str(HERE / "python/forum_site/run.py"), str(self.port), PASSWORD]
        self.process = programs.start(command, port=self.port, log=self.home / "forum.log")

    def stop(self) -> None:
        if self.process is not None:
            programs.end(self.process)
        self.process = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def feed(self) -> str:
        return f"{self.address}/feeds/topics/"


class Person:
    """Somebody signed in to the forum."""

    def __init__(self, forum: Forum, name: str) -> None:
        self.browser = httpx.Client(base_url=forum.address, follow_redirects=True, trust_env=False)
        self._send("/sign-in", username=name, password=PASSWORD)

    def begin(self, subject: str, words: str, *, forum: str = "glimo-1") -> str:
        """Begin a topic; the address of its first post."""
        return self._stands(self._send(f"/forum/{forum}/topic/create/", subject=subject, content=words))

    def answer(self, place: str, words: str) -> str:
        """Answer in the topic of a post; the address of the answer, as the browser shows it."""
        return self._stands(self._send(f"{_topic(place)}post/create/", content=words))

    def edit(self, place: str, words: str) -> None:
        """Change the first post of a topic."""
        self._send(f"{_topic(place)}update/", content=words)

    def delete(self, place: str) -> None:
        self._send(f"{_topic(place)}{place.rpartition('#')[2]}/post/delete/")

    def _send(self, page: str, **words: str) -> httpx.Response:
        """Open the page with the form, fill it in, send it."""
        shown = self.browser.get(page)
        assert shown.status_code == 200, (page, shown.status_code)
        given = {**_filled(shown.text), **words}
        answer = self.browser.post(page, data=given, headers={"Referer": str(shown.url)})
        assert answer.status_code == 200, answer.text[:2000]
        assert answer.history, f"The forum kept its form: {answer.text[:4000]}"
        return answer

    def _stands(self, answer: httpx.Response) -> str:
        """A topic shows where each of its posts stands; the newest is the one just written."""
        topic = TOPIC.search(str(answer.url))
        assert topic is not None, answer.url
        numbers = [int(each) for each in re.findall(r'<div id="([0-9]+)"', answer.text)]
        return urljoin(str(self.browser.base_url), f"{topic[0]}?post={max(numbers)}#{max(numbers)}")


def _topic(place: str) -> str:
    found = TOPIC.search(place)
    assert found is not None, place
    return found[0]


def _filled(page: str) -> dict[str, str]:
    """What the form holds already: its token, its hidden fields and what the forum proposes."""
    fields = [dict(ATTRIBUTE.findall(each)) for each in FIELD.findall(page)]
    kept = [each for each in fields if each.get("type") not in ("checkbox", "submit", "file", "search")]
    return {each["name"]: each.get("value", "") for each in kept if "name" in each}
