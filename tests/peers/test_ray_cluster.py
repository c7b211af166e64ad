"""An archive that is read by two machines brings the same rows as one process."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.models import User
from answerable.intake import backfilling, spreading
from answerable.intake.leafing import Leafed, Stretch
from answerable.intake.models import Backfill, Envelope
from answerable.listening import saving
from answerable.testing.cast import Cast
from tests.peers import ray_cluster

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


def networks_cannot_be_made() -> bool:
    """A container may forbid it also to root."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)
    return made.returncode != 0


CANNOT = [
    os.geteuid() != 0 and "only root makes network namespaces",
    not importlib.util.find_spec("ray") and "Ray is not installed (answerable[ray])",
    not shutil.which("ip") and "the command ip is not installed",
    networks_cannot_be_made() and "network namespaces cannot be made here",
]
SAID = ["My Velorin pump beeps", "Velorin boli", "a Velorin não funciona", "lovely weather", "nothing to say", "né"]


def the_past(cast: Cast, label: str) -> Source:
    values = {"audience": "public", "namespace": "harbour.example"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("lists", label=label, team=cast.front_line, values=values, by=by)


def archive(path: Path, rows: int = 6_000) -> Path:
    said = (
        {"id": number, "author": f"somebody{number % 50}", "text": f"{SAID[number % 6]}, {number}"}
        if number % 97
        else []
        for number in range(rows)
    )
    path.write_text("".join(f"{json.dumps(each)}\n" for each in said))
    return path


def outcome(source: Source, heard: Backfill | None) -> tuple[Any, ...]:
    assert heard is not None
    envelopes = Envelope.objects.filter(source=source).order_by("pk")
    rows = [(each.once, each.bytes(), each.headers, each.heard) for each in envelopes]
    return rows, heard.rows, heard.kept, heard.fresh, heard.passed_by, heard.left


@pytest.mark.skipif(any(CANNOT), reason="; ".join(each for each in CANNOT if each))
def test_two_nodes_bring_the_same_rows_as_one_process(cast: Cast, tmp_path: Path) -> None:
    root = User.objects.get(pk=cast.root.user_id)
    for text in ("velorin NOT lang:de", "pump NEAR/3 beeps"):
        saving.save(name=text, text=text, team=cast.front_line, holder=root, by=cast.root)
    path, alone, together = archive(tmp_path / "said.jsonl"), the_past(cast, "Alone"), the_past(cast, "Together")
    seen: dict[str, Any] = {}

    def read(source: Source, stretches: Iterable[Stretch]) -> Iterator[Leafed]:
        asked, answered = tmp_path / "asked", tmp_path / "answered"
        asked.write_bytes(pickle.dumps(([*stretches], spreading.sieve_of(source))))
        words = [sys.executable, "-m", "tests.peers.ray_cluster", str(asked), str(answered)]
        with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as folder, ray_cluster.two_nodes(Path(folder)) as at:
            subprocess.run([*at, *words], check=True, timeout=120, env=ray_cluster.environment(), cwd=ray_cluster.ROOT)
        seen.update(pickle.loads(answered.read_bytes()))
        yield from seen["leafed"]

    one = outcome(alone, backfilling.back_fill(alone, path, by=cast.ada))
    two = outcome(together, backfilling.back_fill(together, path, by=cast.ada, leafing=read))
    assert len(one[0]) > 2_900
    assert two == one
    assert seen["nodes"] == [ray_cluster.FIRST, ray_cluster.SECOND]
    assert seen["idle"] == 0, "each of the two has a reader"
    assert sum(len(each.candidates) for each in seen["leafed"]) == len(one[0]), "the nodes left out what nobody wants"
