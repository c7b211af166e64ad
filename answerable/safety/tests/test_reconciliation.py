"""Sums: 2,000 referrals to a safety system that drops, delays, doubles and lies. Each difference is named, none is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from answerable.core.errors import Invalid
from answerable.safety import reconciliation
from answerable.safety.reconciliation import Gap, Received, Referral, reconcile

START = datetime(2026, 7, 1, 8, tzinfo=UTC)
DUE = START + timedelta(days=15)
LATER = START + timedelta(days=20)


def sent(number: str = "PT-ACME-1", **said: object) -> Referral:
    usual = Referral(number, f"hash of {number}", START, DUE, START + timedelta(hours=1))
    return replace(usual, **said)  # type: ignore[arg-type]


def there(referral: Referral, hours: float = 2, **said: object) -> Received:
    usual = Received(referral.number, referral.digest, START + timedelta(hours=hours))
    return replace(usual, **said)  # type: ignore[arg-type]


def gaps(ours: Iterable[Referral], theirs: Iterable[Received], at: datetime = START) -> list[Gap]:
    return [each.gap for each in reconcile(ours, theirs, at=at).differences]


def test_when_both_hold_the_same_it_balances() -> None:
    found = reconcile([sent()], [there(sent())], at=LATER)
    assert found.balances
    assert (found.sent, found.acknowledged, found.there) == (1, 1, 1)


@pytest.mark.parametrize(
    ("ours", "theirs", "at", "expected"),
    [
        (sent(acknowledged_at=None), [], START, [Gap.NOT_THERE]),
        (sent(acknowledged_at=None), [], LATER, [Gap.NOT_THERE, Gap.OVERDUE]),
        (sent(sent_at=None, acknowledged_at=None), [], LATER, [Gap.NOT_THERE, Gap.OVERDUE]),
        (sent(), [], START, [Gap.ACKNOWLEDGED_NOT_THERE]),
        (sent(acknowledged_at=None), [there(sent())], START, [Gap.NOT_ACKNOWLEDGED]),
        (sent(), [there(sent()), there(sent())], START, [Gap.DOUBLED]),
        (sent(), [there(sent(), digest="other")], START, [Gap.DIFFERENT]),
        (sent(), [there(sent(), hours=24 * 16)], LATER, [Gap.LATE]),
        (sent(), [there(sent()), there(sent(), hours=24 * 16)], LATER, [Gap.DOUBLED]),
        (sent(), [there(sent()), there(sent("US-OTHER-1"))], START, [Gap.NOT_OURS]),
    ],
)
def test_each_difference_has_its_name(
    ours: Referral, theirs: list[Received], at: datetime, expected: list[Gap]
) -> None:
    assert gaps([ours], theirs, at) == expected


class Liar:
    """A safety system that keeps no promise, and tells us afterwards which ones it broke."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.lines: list[Received] = []
        self.did: dict[Gap, set[str]] = {gap: set() for gap in Gap}

    def take(self, referral: Referral) -> Referral:
        """What it does with one referral; the answer is what we then believe."""
        chosen = self.random.choice(["fine"] * 4 + ["drop", "swallow", "mute", "double", "forge", "delay"])
        getattr(self, f"_{chosen}")(referral)
        silent = chosen in {"drop", "mute"}
        return replace(referral, acknowledged_at=None if silent else START + timedelta(hours=1))

    def invent(self, number: str) -> None:
        self.lines.append(Received(number, "made up", START))
        self.did[Gap.NOT_OURS].add(number)

    def _fine(self, referral: Referral) -> None:
        self.lines.append(there(referral))

    def _drop(self, referral: Referral) -> None:
        self.did[Gap.NOT_THERE].add(referral.number)
        self.did[Gap.OVERDUE].add(referral.number)

    def _swallow(self, referral: Referral) -> None:
        self.did[Gap.ACKNOWLEDGED_NOT_THERE].add(referral.number)
        self.did[Gap.OVERDUE].add(referral.number)

    def _mute(self, referral: Referral) -> None:
        self._fine(referral)
        self.did[Gap.NOT_ACKNOWLEDGED].add(referral.number)

    def _double(self, referral: Referral) -> None:
        self.lines += [there(referral)] * self.random.randint(2, 4)
        self.did[Gap.DOUBLED].add(referral.number)

    def _forge(self, referral: Referral) -> None:
        self.lines.append(there(referral, digest="forged"))
        self.did[Gap.DIFFERENT].add(referral.number)

    def _delay(self, referral: Referral) -> None:
        self.lines.append(there(referral, hours=24 * 15 + self.random.randint(1, 90)))
        self.did[Gap.LATE].add(referral.number)


@pytest.mark.parametrize("seed", range(5))
def test_two_thousand_referrals_to_a_liar(seed: int) -> None:
    liar = Liar(seed)
    ours = [liar.take(sent(f"PT-ACME-{number}")) for number in range(2_000)]
    for number in range(40):
        liar.invent(f"XX-NOBODY-{number}")
    liar.random.shuffle(liar.lines)
    listed = "number,digest,received_at\n" + "".join(
        f"{each.number},{each.digest},{each.received_at.isoformat()}\n" for each in liar.lines
    )
    found = reconcile(ours, reconciliation.read(listed), at=LATER)
    assert {gap: found.of(gap) for gap in Gap} == liar.did
    quiet = {each.number for each in ours} - {each.number for each in found.differences}
    assert all(sum(line.number == number for line in liar.lines) == 1 for number in sorted(quiet)[:50])
    assert (found.sent, found.there) == (2_000, len(liar.lines))


def test_our_side_is_written_for_an_inspector_and_runs_nothing() -> None:
    text = reconciliation.written([sent(), sent("=cmd()", acknowledged_at=None)])
    assert text.splitlines() == [
        "number,digest,sent_at,due_at,acknowledged_at",
        "PT-ACME-1,hash of PT-ACME-1,2026-07-01T08:00:00+00:00,2026-07-16T08:00:00+00:00,2026-07-01T09:00:00+00:00",
        "'=cmd(),hash of =cmd(),2026-07-01T08:00:00+00:00,2026-07-16T08:00:00+00:00,",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column digest, number, received_at"),
        ("number;digest\n1;2\n", "no column received_at"),
        ("number,digest,received_at\n1,2,yesterday\n", "Line 2 of the list has “yesterday” for a time"),
        ("number,digest,received_at\n1,2,2026-07-01\n,2,2026-07-01\n", "Line 3"),
        ("number,digest,received_at\n1\n", "Line 2"),
        ("number,digest,received_at\n1,2,\n", "Line 2 of the list lacks a time"),
    ],
)
def test_a_list_is_taken_whole_or_not(text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        reconciliation.read(text)


def test_a_list_with_semicolons_a_mark_of_order_and_no_zone_is_taken() -> None:
    found = reconciliation.read("\ufeffnumber;received_at;digest\nPT-1;2026-07-01T08:00;abc\n")
    assert found == [Received("PT-1", "abc", START)]


def test_our_side_is_read_again_as_it_was_written() -> None:
    ours = [sent(), sent("=cmd()", acknowledged_at=None), sent("PT-2", sent_at=None)]
    assert reconciliation.read_ours(reconciliation.written(ours)) == ours
    with pytest.raises(Invalid, match="Line 2 of the list lacks a time"):
        reconciliation.read_ours("number,digest,sent_at,due_at,acknowledged_at\n1,2,,,\n")
