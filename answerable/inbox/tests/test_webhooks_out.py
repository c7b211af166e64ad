"""Webhooks out, against a real receiver on loopback: signed, once-only by their id, tried again, and switched off in the end."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from answerable.cases import assigning, noting
from answerable.core import following, handing_on, journal
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Delivery, Event, Hook, HookTry, User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


class Receiver:
    """A program elsewhere: it keeps what came, and answers as it is told."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers = 200
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                peer.came.append((dict(self.headers.items()), body))
                self.send_response(peer.answers)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/told"

    @property
    def once(self) -> dict[str, bytes]:
        """What a receiver that knows the ids takes."""
        return {headers["Answerable-Delivery"]: body for headers, body in self.came}


@pytest.fixture
def peer(settings: Any) -> Iterator[Receiver]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def hook(cast: Cast, peer: Receiver) -> Hook:
    return handing_on.make(label="Shop", address=peer.address, kinds=["case_opened", "note_left"], by=cast.root)[0]


def due_now() -> None:
    Delivery.objects.update(next_at=now())


def test_what_happens_is_told_signed_with_ids_and_no_words(cast: Cast, peer: Receiver) -> None:
    hook, secret = handing_on.make(label="Shop", address=peer.address, kinds=[], by=cast.root)
    case = arrive(letter("A zebra leaks.", sender="Barbara <barbara@example.net>"), cast.mailbox)
    assert case is not None
    handing_on.deliver_due(hook.pk)
    told = {json.loads(body)["kind"]: (headers, body) for headers, body in peer.came}
    headers, body = told["case_opened"]
    assert json.loads(body)["case"] == case.pk
    given = dict(part.split("=", 1) for part in headers["Answerable-Signature"].split(","))
    assert given["v1"] == handing_on.signature(secret, given["t"], body)
    assert abs(int(given["t"]) - now().timestamp()) < 60
    everything = b"".join(body for _, body in peer.came).lower()
    assert not [word for word in (b"zebra", b"barbara", b"example.net") if word in everything]
    assert b"webhook" not in everything


def test_only_the_kinds_that_were_asked_for_and_only_of_the_own_workspace(
    cast: Cast, peer: Receiver, hook: Hook
) -> None:
    journal.write("case_opened", by=House(cast.otto.workspace_id, "tests"))
    case = arrive(letter("It leaks."), cast.mailbox)
    assert case is not None
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    handing_on.deliver_due(hook.pk)
    assert {json.loads(body)["kind"] for _, body in peer.came} == {"case_opened"}
    assert len(peer.came) == 1


def test_a_worker_that_dies_behind_the_answer_tells_it_again_under_the_same_id(
    cast: Cast, peer: Receiver, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(letter("It leaks."), cast.mailbox)
    with monkeypatch.context() as dying:
        dying.setattr(handing_on, "_note", _dies)
        with pytest.raises(SystemExit):
            handing_on.deliver_due(hook.pk)
    assert handing_on.deliver_due(hook.pk) == 0, "leased"
    due_now()
    handing_on.deliver_due(hook.pk)
    assert len(peer.came) == 2
    assert len(peer.once) == 1
    assert Delivery.objects.get().state == "arrived"


def _dies(*_: object) -> bool:
    raise SystemExit


def test_two_workers_at_one_delivery_tell_it_once(cast: Cast, peer: Receiver, hook: Hook) -> None:
    arrive(letter("It leaks."), cast.mailbox)
    assert handing_on._claim(hook.pk) is not None
    assert handing_on._claim(hook.pk) is None


def test_a_failing_address_is_tried_after_growing_pauses_then_switched_off_and_nothing_is_lost(
    cast: Cast, peer: Receiver, hook: Hook
) -> None:
    case = arrive(letter("It leaks."), cast.mailbox)
    assert case is not None
    peer.answers = 500
    pauses = []
    for _ in handing_on.WAITS:
        due_now()
        at = now()
        handing_on.deliver_due(hook.pk)
        pauses.append(round((Delivery.objects.get().next_at - at).total_seconds() / 10) * 10)
    assert pauses == [round(each.total_seconds()) for each in handing_on.WAITS]
    hook.refresh_from_db()
    assert hook.is_on
    assert hook.failing_since is not None
    due_now()
    handing_on.deliver_due(hook.pk)
    off = Hook.objects.get()
    assert not off.is_on
    assert off.off_because == "HTTP 500"
    assert Event.objects.filter(kind="webhook_switched_off").count() == 1
    assert HookTry.objects.count() == len(handing_on.WAITS) + 1
    peer.answers = 200
    handing_on.switch(hook, on=True, by=cast.root)
    due_now()
    handing_on.deliver_due(hook.pk)
    assert Delivery.objects.get().state == "arrived"
    assert len(peer.once) == 1


def test_an_address_that_is_gone_for_good_or_silent(cast: Cast, peer: Receiver, hook: Hook) -> None:
    arrive(letter("It leaks."), cast.mailbox)
    peer.server.shutdown()
    peer.server.server_close()
    handing_on.deliver_due(hook.pk)
    assert HookTry.objects.get().status is None
    hook.refresh_from_db()
    assert hook.is_on


def test_410_switches_it_off_at_once(cast: Cast, peer: Receiver, hook: Hook) -> None:
    arrive(letter("It leaks."), cast.mailbox)
    peer.answers = 410
    handing_on.deliver_due(hook.pk)
    hook.refresh_from_db()
    assert not hook.is_on


def test_a_line_and_its_delivery_are_written_together_or_not_at_all(cast: Cast, hook: Hook) -> None:
    events = [journal.line("case_opened", by=House(cast.workspace.pk, "tests")) for _ in range(3)]
    journal.write_all(events)
    assert Delivery.objects.filter(hook=hook).count() == 3
    following.hand_on(events)
    assert Delivery.objects.filter(hook=hook).count() == 3


def test_the_net_below_the_queue_finds_what_is_due(cast: Cast, peer: Receiver, hook: Hook) -> None:
    arrive(letter("It leaks."), cast.mailbox)
    handing_on.wake()
    Delivery.objects.update(next_at=now() + timedelta(hours=1))
    handing_on.wake()
    assert handing_on.deliver_due(hook.pk) == 0


@pytest.mark.parametrize(
    "address", ["", "ftp://example.org", "https://", "https://u:p@example.org", "http://example.org"]
)
def test_what_is_no_address_is_refused(cast: Cast, address: str) -> None:
    with pytest.raises(Invalid):
        handing_on.make(label="x", address=address, kinds=[], by=cast.root)


def test_who_may_not_change_sources_makes_none(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        handing_on.make(label="x", address="https://example.org", kinds=[], by=cast.ada)


def test_the_secret_is_shown_once_and_each_try_stands_on_the_page(cast: Cast, peer: Receiver) -> None:
    page = Client()
    page.force_login(User.objects.get(pk=cast.root.user_id))
    given = {"label": "Shop", "address": peer.address, "kinds": ["case_opened"]}
    shown = page.post("/settings/webhooks", given, follow=True).content.decode()
    hook = Hook.objects.get()
    assert "It is shown only now." in shown
    assert "It is shown only now." not in page.get(f"/settings/webhooks/{hook.pk}").content.decode()
    arrive(letter("It leaks."), cast.mailbox)
    peer.answers = 503
    handing_on.deliver_due(hook.pk)
    assert "HTTP 503" in page.get(f"/settings/webhooks/{hook.pk}").content.decode()
    peer.answers = 200
    assert page.post(f"/settings/deliveries/{Delivery.objects.get().pk}/repeats").status_code == 303
    handing_on.deliver_due(hook.pk)
    assert Delivery.objects.get().state == "arrived"
    page.post(f"/settings/webhooks/{hook.pk}/state", {"state": "ended"})
    assert page.get(f"/settings/webhooks/{hook.pk}").status_code == 404


def test_the_api_makes_lists_switches_and_repeats(cast: Cast, peer: Receiver) -> None:
    program = Program(cast.root)
    made = program.post("webhooks", {"label": "Shop", "address": peer.address, "kinds": ["note_left", "case_opened"]})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made.json()["secret"]
    assert program.get("webhooks").json()["items"][0]["secret"] is None
    case = arrive(letter("It leaks."), cast.mailbox)
    assert case is not None
    noting.note(case, text="x", key="n", by=cast.ada)
    handing_on.deliver_due(pk)
    (item,) = [
        each for each in program.get(f"webhooks/{pk}/deliveries").json()["items"] if each["kind"] == "case_opened"
    ]
    assert item["state"] == "arrived"
    assert program.put(f"webhooks/{pk}/state", {"on": False}).json()["is_on"] is False
    assert program.post(f"deliveries/{item['id']}/repeats").status_code == 409
    with pytest.raises(Conflict):
        handing_on.again(Delivery.objects.get(pk=item["id"]), by=cast.root)
    assert program.send("DELETE", f"webhooks/{pk}").status_code == 200
