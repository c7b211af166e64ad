"""Running the conformance kit for one channel, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from answerable.channels import conformance
from answerable.channels.registry import connectors
from answerable.channels.workshop import lending
from answerable.core.errors import Invalid

ONLY = "CHANNEL_KIT_ONLY"
NEEDED = ("pytest", "hypothesis")
KIT = Path(conformance.__file__).parent


def check(name: str) -> int:
    """Run the kit for a kind, for a folder of ours, or for a folder of somebody else's package; 0 where all is kept."""
    missing = [each for each in NEEDED if find_spec(each) is None]
    if missing:
        raise Invalid("The kit needs %(what)s, which is not installed: pip install %(what)s", what=" ".join(missing))
    folder = Path(name)
    if name in connectors():
        return _run([name], [])
    if folder.is_dir() and folder.name in connectors() and (folder / "connector.py").exists():
        return _run([folder.name], [])
    if not folder.is_dir():
        raise Invalid("There is no channel and no folder %(name)s.", name=name)
    with tempfile.TemporaryDirectory() as metadata:
        return _run(lending.kinds(folder), lending.lend(folder, Path(metadata)))


def _run(kinds: list[str], paths: list[Path]) -> int:
    """Without the settings of whatever project we stand in, and without a database: connectors touch none."""
    known = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join([*map(str, paths), *([known] if known else [])])
    command = [sys.executable, "-m", "pytest", "-q", str(KIT)]
    command += [
        "-c",
        os.devnull,
        f"--rootdir={KIT}",
        f"--confcutdir={KIT}",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": path, ONLY: " ".join(kinds)}
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own interpreter and kit
