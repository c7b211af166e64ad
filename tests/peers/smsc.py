"""A centre for short messages on loopback, made of the npm package `smpp` (`npm/smsc.cjs`): another hand than ours wrote its PDUs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.peers import programs

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / ".peers/npm/node_modules"
SCRIPT = Path(__file__).parent / "npm/smsc.cjs"


def node() -> str:
    """The Node.js that `make peers` brought, else that of the system."""
    ours = sorted(MODULES.glob("node-linux-*/bin/node"))
    return str(ours[0]) if ours else shutil.which("node") or ""


def missing() -> bool:
    return not node() or not (MODULES / "smpp").is_dir()


@dataclass
class Centre:
    """`stop` and `start` make an outage; what was not acknowledged then is lost, as its memory is."""

    folder: Path
    port: int = field(default_factory=programs.free_port)
    control: int = field(default_factory=programs.free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        os.environ["NODE_PATH"] = str(MODULES)
        command = [node(), str(SCRIPT), str(self.port), str(self.control)]
        self.process = programs.start(command, port=self.control, log=self.folder / "smsc.log")

    def stop(self) -> None:
        if self.process is not None:
            programs.end(self.process)
            self.process = None

    def hears(self, who: str, words: str, *, udh: str = "", coding: int = 0, esm_class: int = 0) -> None:
        """Somebody sends an SMS to our number."""
        told = {"source_addr": who, "destination_addr": "48221234567", "short_message": words, "data_coding": coding}
        self._ask("hear", {**told, "esm_class": esm_class | (0x40 if udh else 0), **({"udh": udh} if udh else {})})

    def reports(self, message_id: str, stat: str) -> None:
        """In figures of ten, as many centres do, although the id was given in figures of sixteen."""
        words = (
            f"id:{int(message_id, 16)} sub:001 dlvrd:001 submit date:2607021812 done date:2607021813"
            f" stat:{stat} err:000 text:"
        )
        self.hears("48600100200", words, esm_class=4)

    def password(self, password: str) -> None:
        self._ask("password", {"password": password})

    def drop(self) -> None:
        self._ask("drop")

    def sent(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("")["sent"]
        return found

    def waiting(self) -> int:
        """So many were delivered and not acknowledged."""
        return int(self._ask("")["waiting"])

    def bound(self) -> int:
        return int(self._ask("")["bound"])

    def _ask(self, what: str, told: dict[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(told or {}).encode()
        with urlopen(f"http://127.0.0.1:{self.control}/{what}", data=body, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found
