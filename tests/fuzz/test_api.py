"""Whatever a program sends to the API, the answer is one that the API describes, and never an error of ours.

A few tries of each operation belong to every run; the long run comes with `make test-peers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.core.models import Tally
from answerable.inbox.tests.asking import Program
from answerable.intake import pipeline
from answerable.testing.cast import Cast
from tests.our_world import World, make_world
from tests.test_otto import ROWS

CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance, status_code_conformance]
SHORT, LONG = 2, 40


@pytest.fixture
def operations(db: None) -> Iterator[list[Any]]:
    """In this process and in the transaction of the test, so a request may not close the connection when it ends."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema: Any = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    yield [operation.ok() for operation in schema.get_all_operations()]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_breaks_the_api(cast: Cast, operations: list[Any]) -> None:
    assert ask_all(operations, cast, SHORT) > len(operations)


@pytest.mark.peers
def test_no_request_of_many_breaks_the_api(cast: Cast, operations: list[Any]) -> None:
    assert ask_all(operations, cast, LONG) > 20 * len(operations)


def ask_all(operations: list[Any], cast: Cast, tries: int) -> int:
    """Ask each operation in well-formed and in malformed ways; returns how often."""
    program, world, asked = Program(cast.root), make_world(cast), 0
    door = connecting.connect("api", label="App", team=cast.front_line, values={}, by=cast.root)
    calm = settings(
        max_examples=tries,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for operation in operations:
        for mode in GenerationMode:

            @calm
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal asked
                asked += 1
                _ask(case, program, world)

            ask()
    _open_what_was_handed_in(door)
    return asked


def _open_what_was_handed_in(door: Source) -> None:
    """What the API took is understood: whoever handed in something else was still there to be told."""
    while pipeline.open_waiting(door):
        pass
    ends = door.envelopes.values_list("state", "reason")
    assert {state for state, _ in ends} == {"filed"}, list(ends)


def _ask(case: Any, program: Program, world: World) -> None:
    """Most requests go to a row that is there: what is not there answers 404 and tries nothing."""
    Tally.objects.all().delete()
    if "pk" in (case.path_parameters or {}) and case.path_parameters["pk"]:
        case.path_parameters["pk"] = getattr(world, _row_of(case.path))
    response = case.call(headers={"Authorization": f"Bearer {program.token}"})
    case.validate_response(response, checks=CHECKS)


def _row_of(path: str) -> str:
    bare = path.removeprefix("/api/")
    return next(row for begin, row in ROWS if bare.startswith(begin))
