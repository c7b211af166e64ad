"""What proves a channel, found in the tests themselves: the kit, tests against the vendor's description, live journeys.

Never claimed: a module of tests proves the channels that its name holds, or those that its `PROVES` names. A live module
speaks to a real server unless its name says stand-in or emulator. Every change has to pass them all, so a tier is as true
as the last check of the project.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from answerable.channels.contract import Connector, Proved
from answerable.channels.registry import connectors

TESTS = Path(__file__).resolve().parents[2] / "tests"
PRETEND = ("stand_in", "emulator")


class Tier(StrEnum):
    """From the strongest proof to the weakest."""

    OURS = "A: served by this installation"
    REAL = "A: live against a real server"
    BOTH = "B: live against a stand-in, and by the vendor's description"
    CONTRACT = "B: by the vendor's description"
    STAND_IN = "C: live against a stand-in"
    KIT = "D: the kit alone"


@dataclass(frozen=True)
class Proofs:
    """The modules of tests that prove one channel, by their names."""

    contract: tuple[str, ...]
    real: tuple[str, ...]
    stand_in: tuple[str, ...]

    def tier(self, connector: Connector) -> Tier:
        if connector.spec.proved is Proved.OURS:
            return Tier.OURS
        if self.real:
            return Tier.REAL
        if self.stand_in:
            return Tier.BOTH if self.contract else Tier.STAND_IN
        return Tier.CONTRACT if self.contract else Tier.KIT


def of(kind: str) -> Proofs:
    """What proves this channel."""
    live = [module.stem for module in _modules("peers") if kind in proves(module)]
    pretend = tuple(name for name in live if any(word in name for word in PRETEND))
    contract = tuple(module.stem for module in _modules("contracts") if kind in proves(module))
    return Proofs(contract, tuple(name for name in live if name not in pretend), pretend)


@cache
def proves(module: Path) -> tuple[str, ...]:
    """The kinds that a module of tests is about."""
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "PROVES" for each in node.targets):
            named: tuple[str, ...] = ast.literal_eval(node.value)
            return named
    words = module.stem.split("_")
    names = {"".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    return tuple(kind for kind in connectors() if kind.replace("_", "") in names)


def _modules(folder: str) -> Iterator[Path]:
    yield from sorted((TESTS / folder).glob("test_*.py"))
