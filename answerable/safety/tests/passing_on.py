"""For tests of referral: reports on record, the pretend safety system, and a wire to it that fails as a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from answerable.cases.models import Case, Filing
from answerable.core import moments, wire
from answerable.core.access import House, Viewer
from answerable.core.wire.calls import Call, HttpAnswer, HttpCall
from answerable.core.wire.failures import NoAnswer
from answerable.safety import arranging, reporting
from answerable.safety.models import PretendRecord, Report, SafetySystem
from answerable.safety.tests.by_hand import by_hand_only
from answerable.safety.tests.told import pia
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user


@dataclass
class Line:
    """The wire to the pretend safety system. `next` says how the coming calls go: ok, cut, lost, late, or a status."""

    next: list[str | int] = field(default_factory=list)
    calls: list[HttpCall] = field(default_factory=list)

    def run(self, call: Call, *, before_handover: Callable[[], None] | None = None, **_: object) -> HttpAnswer:
        assert isinstance(call, HttpCall)
        how = self.next.pop(0) if self.next else "ok"
        if how == "cut":
            raise NoAnswer("The line is cut.")
        if before_handover is not None:
            before_handover()
        self.calls.append(call)
        if isinstance(how, int):
            return HttpAnswer(how, body=b"no")
        if how == "lost":
            raise NoAnswer("Nothing came back.", sent=True)
        answer = _asked(call)
        if how == "late":
            raise NoAnswer("No answer in time.", sent=True)
        return answer

    @property
    def put(self) -> int:
        return sum(call.method == "PUT" for call in self.calls)


def _asked(call: HttpCall) -> HttpAnswer:
    parts = urlsplit(call.url)
    headers = {**call.headers, **call.secret_headers}
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    answer = Client().generic(call.method, path, call.body, headers=headers)
    return HttpAnswer(answer.status_code, {}, answer.content)


class Watch:
    """The time of the house, which a test moves on."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.real = moments.now

    def __call__(self) -> Any:
        return self.real() + self.ahead

    def on(self, **more: float) -> None:
        self.ahead += timedelta(**more)


def watch_over(monkeypatch: pytest.MonkeyPatch, *modules: Any) -> Watch:
    found = Watch()
    for module in modules:
        monkeypatch.setattr(module, "now", found)
    return found


def line_of(monkeypatch: pytest.MonkeyPatch) -> Line:
    found = Line()
    monkeypatch.setattr(wire, "run", found.run)
    return found


def officer_of(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Sol"), ["safety_officer"], [cast.front_line])


def system_of(cast: Cast, kind: str = "sandbox", label: str = "Safety", **values: object) -> SafetySystem:
    return arranging.arrange(kind, label=label, values=values, by=House(cast.workspace.pk, "tests"))


def report_of(cast: Cast, words: str = "It made me dizzy.", sender: str = "pia@example.net") -> Report:
    by_hand_only(cast)
    case = arrive(letter(f"{words} I fell.", sender=sender), cast.mailbox)
    assert case is not None
    return opened(case, by=cast.ada)


def opened(case: Case, *, by: Viewer) -> Report:
    message = Filing.objects.filter(case=case).earliest("pk").message
    at = message.received_at
    values = replace(pia(), received_at=at, latest_at=at, criteria={}, reactions=(), products=())
    return reporting.open_report(message, values=values, reason="A suspicion was told.", by=by)


def held() -> int:
    return PretendRecord.objects.count()
