"""What the whole idle house holds in memory: parent, web, worker, listener and every process of PostgreSQL."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from answerable.house.database.cluster import Cluster
from answerable.house.state import State
from bench import house
from bench.figures import Figure

AIM = 450
KIND = re.compile(r"cli (web|worker|listen|serve)")


def measure(state: State, *, settle: float) -> list[Figure]:
    """PSS counts a page that several share once; RSS counts it for each."""
    with house.served() as served:
        time.sleep(settle)
        postmaster = Cluster(state).pid
        assert postmaster is not None
        sizes = {pid: _size(pid) for root in (served.parent, postmaster) for pid in _family(root)}
        names = {pid: _name(pid) for pid in sizes}
    parts: dict[str, float] = {}
    for pid, (pss, _) in sizes.items():
        parts[names[pid]] = parts.get(names[pid], 0) + pss
    told = ", ".join(f"{name} {size:.0f}" for name, size in sorted(parts.items()))
    rss = sum(rss for _, rss in sizes.values())
    return [
        Figure("Memory of the idle house, PSS", sum(pss for pss, _ in sizes.values()), "MB", most=AIM, note=told),
        Figure("Memory of the idle house, RSS", rss, "MB", note="shared pages counted several times"),
    ]


def _family(root: int) -> Iterator[int]:
    yield root
    for path in Path("/proc").glob("[0-9]*/stat"):
        pid, parent = int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])
        if parent == root:
            yield from _family(pid)


def _size(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    values = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines[1:])}
    return values["Pss"], values["Rss"]


def _name(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    found = KIND.search(command)
    return found.group(1) if found else "PostgreSQL"
