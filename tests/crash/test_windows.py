"""kill -9 at each point of sending a mail, one by one. Whatever the point, the customer gets one mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from answerable.channels import connecting
from answerable.core.access import House
from answerable.replies import answering, sending, settling
from answerable.replies.models import Attempt, Reply
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from tests.crash.dying import POINTS
from tests.crash.sink import Sink, open_sink

pytestmark = pytest.mark.peers

SURELY_NOT_SENT = POINTS[1:3]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with open_sink() as sink:
        yield sink


@pytest.fixture
def reply(committed_cast: Cast, sink: Sink, settings: Settings) -> Reply:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    mailbox = committed_cast.mailbox
    values = {**mailbox.values(), "smtp_port": sink.port}
    connecting.change(
        mailbox, label=mailbox.label, team=mailbox.team, values=values, by=House(mailbox.workspace_id, "tests")
    )
    case = arrive(letter("Which batteries does it take?"), mailbox)
    assert case is not None
    return answering.answer(case, text="A new one is on its way.", audience="private", key="k", by=committed_cast.ada)


def kill_sender(reply: Reply, point: str) -> None:
    settings = connection.settings_dict
    door = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{door}/{settings['NAME']}",
        "ANSWERABLE_PRIVATE_NETWORKS": "127.0.0.0/8",
    }
    command = [sys.executable, "-m", "tests.crash.dying", str(reply.pk), point]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL


def pass_time() -> None:
    long = timedelta(minutes=10)
    Attempt.objects.update(started_at=F("started_at") - long, handed_over_at=F("handed_over_at") - long)


@pytest.mark.parametrize("point", POINTS)
def test_a_mail_goes_out_once_wherever_its_worker_is_killed(reply: Reply, sink: Sink, point: str) -> None:
    kill_sender(reply, point)
    arrived = sink.ids().total() == 1
    assert arrived == (point in POINTS[4:])

    sending.send(reply)
    assert sink.ids().total() == (1 if arrived or point == "before claim" else 0), "tried again before anybody knows"
    pass_time()
    settling.find_interrupted()
    reply.refresh_from_db()
    assert reply.state == expected(point)
    if reply.state == Reply.State.UNKNOWN:
        settling.look_up(reply)
        settling.settle(reply, arrived=arrived, by=House(reply.workspace_id, "tests"))
    sending.send(Reply.objects.get(pk=reply.pk))

    assert list(sink.ids().values()) == [1]
    reply.refresh_from_db()
    assert reply.state == Reply.State.SENT


def expected(point: str) -> Reply.State:
    if point == "before claim":
        return Reply.State.SENT
    return Reply.State.QUEUED if point in SURELY_NOT_SENT else Reply.State.UNKNOWN
