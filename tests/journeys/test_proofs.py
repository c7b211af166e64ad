"""What a channel says of its proof is what the tests hold."""

from __future__ import annotations

import pytest

from answerable.channels import proofs
from answerable.channels.contract import Proved
from answerable.channels.registry import OURS

OF_NO_CHANNEL = {
    "test_checking_proxy.py",
    "test_detector_figures.py",
    "test_e2b_schemas.py",
    "test_ray_cluster.py",
    "test_safety_mailbox.py",
    "test_safety_system.py",
}
NEEDS = {
    Proved.REAL_SERVER: ("real",),
    Proved.VENDOR_CONTRACT: ("contract",),
    Proved.STAND_IN: ("stand_in",),
    Proved.STAND_IN_AND_CONTRACT: ("stand_in", "contract"),
}


@pytest.mark.parametrize("connector", OURS, ids=lambda each: each.spec.kind)
def test_a_channel_is_proved_as_it_says(connector: object) -> None:
    spec = connector.spec  # type: ignore[attr-defined]
    found = proofs.of(spec.kind)
    missing = [part for part in NEEDS.get(spec.proved, ()) if not getattr(found, part)]
    assert not missing, f"{spec.kind} says “{spec.proved}”, and there is no such test"


def test_every_live_module_says_whom_it_proves() -> None:
    modules = [*proofs.TESTS.glob("peers/test_*.py"), *proofs.TESTS.glob("contracts/test_*.py")]
    assert {each.name for each in modules if not proofs.proves(each)} == OF_NO_CHANNEL
