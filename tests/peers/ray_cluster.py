"""A Ray cluster of two nodes with one core each, each in a network namespace of its own; a wire leads from one to the other.

`python -m tests.peers.ray_cluster ASKED ANSWERED` is the process that asks it, run in the namespace of the first.
"""

from __future__ import annotations

import logging
import os
import pickle
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

FIRST, SECOND, PORT = "10.77.91.1", "10.77.91.2", 6399
PATIENCE = 60.0
TOKEN = secrets.token_hex(32)
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def two_nodes(folder: Path) -> Iterator[list[str]]:
    """Gives the words with which a command is run beside the first node."""
    names = [f"ray-{os.getpid()}-{number}" for number in (1, 2)]
    with ExitStack() as stack:
        for name in names:
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "delete", name)
        _ip("link", "add", "wire", "netns", names[0], "type", "veth", "peer", "name", "wire", "netns", names[1])
        for name, address in zip(names, (FIRST, SECOND), strict=True):
            _ip("-n", name, "address", "add", f"{address}/30", "dev", "wire")
            for link in ("lo", "wire"):
                _ip("-n", name, "link", "set", link, "up")
        head = ["--head", f"--port={PORT}", f"--temp-dir={folder}", "--include-dashboard=false"]
        stack.enter_context(_node(names[0], FIRST, *head))
        _until_it_listens(_inside(names[0]))
        stack.enter_context(_node(names[1], SECOND, f"--address={FIRST}:{PORT}"))
        yield _inside(names[0])


@contextmanager
def _node(namespace: str, address: str, *words: str) -> Iterator[None]:
    """In the foreground, so that its processes end with it."""
    ray = [sys.executable, "-c", "from ray.scripts.scripts import main; main()", "start", "--block", "--num-cpus=1"]
    command = [*_inside(namespace), *ray, f"--node-ip-address={address}", "--object-store-memory=100000000", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment(), cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _until_it_listens(inside: list[str]) -> None:
    asked = [*inside, "bash", "-c", f"exec 3<>/dev/tcp/{FIRST}/{PORT}"]
    deadline = time.monotonic() + PATIENCE
    while subprocess.run(asked, check=False, stderr=subprocess.DEVNULL).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError("The first node of the cluster does not listen.")
        time.sleep(0.2)


def environment() -> dict[str, str]:
    """Nodes and who asks them prove themselves by a word that is made for this one run."""
    proof = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
    return {**os.environ, **proof, "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}


def _inside(namespace: str) -> list[str]:
    return ["ip", "netns", "exec", namespace]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _ask(asked: Path, answered: Path) -> None:
    import django

    django.setup()
    import ray

    from answerable.intake import spreading

    ray.init(address=f"{FIRST}:{PORT}", log_to_driver=False, logging_level=logging.ERROR)
    while len([each for each in ray.nodes() if each["Alive"]]) < 2:
        time.sleep(0.2)
    ray.shutdown()
    stretches, sieve = pickle.loads(asked.read_bytes())
    seen: dict[str, Any] = {"leafed": []}
    for leafed in spreading.spread(stretches, sieve, f"{FIRST}:{PORT}"):
        seen["leafed"].append(leafed)
        seen["nodes"] = sorted(each["NodeManagerAddress"] for each in ray.nodes() if each["Alive"])
        seen["idle"] = ray.available_resources().get("CPU", 0)
    answered.write_bytes(pickle.dumps(seen))


if __name__ == "__main__":
    _ask(*map(Path, sys.argv[1:]))
