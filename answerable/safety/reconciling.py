"""Reconciling: the day's balance with a safety system. Every difference stays open until it is gone, or a person says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db import transaction

from answerable.channels.contract import ConnectorError
from answerable.conversations.cleaning import clean
from answerable.core import journal, wire
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.safety import reconciliation, referral_queries, telling
from answerable.safety.models import Discrepancy, Reconciliation, SafetySystem
from answerable.safety.reconciliation import Difference, Received
from answerable.safety.systems.registry import values_of, way

LONGEST_LIST = 32 * 1024 * 1024
MOST_PAGES = 2_000


@transaction.atomic
def reconcile(system: SafetySystem, theirs: Iterable[Received], *, listed_by: str, by: Actor) -> Reconciliation:
    """Compare both sides now. `listed_by` says where their list came from: program, file, mail.

    What was open and agrees now is gone; what a person settled stays settled while it is the same.
    """
    if isinstance(by, Viewer):
        by.require(Right.REFER_REPORTS)
    at = now()
    SafetySystem.objects.select_for_update().get(pk=system.pk)
    balance = reconciliation.reconcile(referral_queries.ours(system), theirs, at=at)
    made = Reconciliation.objects.create(
        workspace_id=system.workspace_id,
        system=system,
        user_id=by.user_id if isinstance(by, Viewer) else None,
        day=at.astimezone(UTC).date(),
        at=at,
        listed_by=listed_by,
        sent=balance.sent,
        acknowledged=balance.acknowledged,
        there=balance.there,
        differences=len(balance.differences),
    )
    fresh = _keep(system, balance.differences, at)
    data = {"system": system.pk, "reconciliation": made.pk, "differences": made.differences, "fresh": fresh}
    journal.write("safety_reconciled", by=by, data=data)
    if fresh:
        telling.tell(system, "reconciliation_differs", by=by)
    return made


def ask_and_reconcile(system: SafetySystem, *, by: Actor) -> Reconciliation:
    """Ask the safety system for its list, and compare. Raises `Invalid` where it cannot list, or does not answer."""
    if isinstance(by, Viewer):
        by.require(Right.REFER_REPORTS)
    try:
        theirs = _list_of(system)
    except (NoAnswer, ConnectorError) as error:
        raise Invalid(
            "Their list could not be read, so nothing was compared. %(why)s", "system", why=error.sentence
        ) from error
    return reconcile(system, theirs, listed_by="program", by=by)


def missed(system: SafetySystem, *, words: str, by: Actor) -> None:
    """There was no balance today: its people are told, because counts must agree every day."""
    SafetySystem.objects.filter(pk=system.pk).update(trouble=words[:2000])
    journal.write("safety_not_reconciled", by=by, data={"system": system.pk})
    telling.tell(system, "reconciliation_missed", by=by)


def settle(discrepancy: Discrepancy, *, because: str, by: Viewer) -> Discrepancy:
    """A person says what a difference is and what was done about it. Raises `Invalid` without that, `Conflict` if it is closed."""
    by.require(Right.REFER_REPORTS)
    words = clean(because).strip()
    if not words:
        raise Invalid("Say in a sentence what it is and what was done. It stays open.", "because")
    still = Discrepancy.objects.filter(pk=discrepancy.pk, gone_at=None, settled_at=None)
    if not still.update(settled_at=now(), settled_by_id=by.user_id, because=words):
        raise Conflict("This difference is closed already. Nothing was changed.")
    journal.write("discrepancy_settled", by=by, data={"system": discrepancy.system_id, "discrepancy": discrepancy.pk})
    discrepancy.refresh_from_db()
    return discrepancy


def _list_of(system: SafetySystem) -> list[Received]:
    """Everything that they hold, page by page. Raises what the wire and the way raise, and `Invalid` where they cannot list."""
    to = way(system.way)
    if to.ask_list is None or to.page is None:
        raise Invalid(
            "This safety system cannot be asked for its list. Nothing was compared. Hand in their list as a file."
        )
    values, first, last, after = values_of(system), system.made_at.date(), now().date(), ""
    lines: list[Received] = []
    for _ in range(MOST_PAGES):
        call = to.ask_list(first, last, after, values)
        page = to.page(wire.run(call, allow_private=to.in_house, max_bytes=LONGEST_LIST))
        lines += page.lines
        if not page.next or page.next == after:
            return lines
        after = page.next
    raise Invalid("Their list has no end. Nothing was compared. Ask who runs the safety system.")


def _keep(system: SafetySystem, found: Sequence[Difference], at: datetime) -> int:
    """Returns how many are new. A settled one whose words changed is another one."""
    known = {(each.number, each.gap): each for each in system.discrepancies.filter(gone_at=None)}
    here = {(each.number[:200], str(each.gap)): each for each in found}
    gone = [each.pk for key, each in known.items() if key not in here or _is_another(each, here[key])]
    Discrepancy.objects.filter(pk__in=gone).update(gone_at=at)
    same = {key: each for key, each in known.items() if each.pk not in set(gone)}
    Discrepancy.objects.filter(pk__in=[each.pk for each in same.values()]).update(seen_at=at)
    fresh = [_discrepancy(system, key, each, at) for key, each in here.items() if key not in same]
    Discrepancy.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)


def _is_another(known: Discrepancy, found: Difference) -> bool:
    return known.settled_at is not None and known.words != found.words[:300]


def _discrepancy(system: SafetySystem, key: tuple[str, str], found: Difference, at: datetime) -> Discrepancy:
    number, gap = key
    facts: Mapping[str, object] = {"number": number, "gap": gap, "words": found.words[:300]}
    return Discrepancy(workspace_id=system.workspace_id, system=system, found_at=at, seen_at=at, **facts)
