"""What may be given to make good: rules for remedies, with their limits."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import is_currency

from answerable.cases import allowances
from answerable.cases.models import RemedyKind, RemedyPolicy
from answerable.conversations.cleaning import clean
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Team, Workspace
from answerable.core.moments import now

MOST_DAYS = 90


def allow(
    kind: str,
    *,
    by: Viewer,
    free_to: Decimal = Decimal(0),
    most: Decimal = Decimal(0),
    currency: str = "",
    team: Team | None = None,
    product: str = "",
    words: str = "",
) -> RemedyPolicy:
    """Make a rule. Raises `Invalid` for an unknown kind or currency, and for limits that contradict each other."""
    by.require(Right.MANAGE_RULES)
    if team is not None:
        access.one(Team, by, pk=team.pk)
    currency = currency.strip().upper()
    _check(kind, free_to, most, currency)
    made = RemedyPolicy.objects.create(
        workspace_id=by.workspace_id,
        team=team,
        kind=kind,
        product=clean(product).strip()[:120],
        currency=currency,
        free_to=free_to,
        most=most,
        words=clean(words).strip(),
    )
    journal.write("remedy_policy_made", by=by, data={"policy": made.pk, "kind": kind})
    return made


def end(policy: RemedyPolicy, *, by: Viewer) -> None:
    """End a rule; what was given under it stays. Raises `Conflict` when it ended before."""
    by.require(Right.MANAGE_RULES)
    if not RemedyPolicy.objects.filter(pk=policy.pk, ended_at=None).update(ended_at=now()):
        raise Conflict("This rule ended already. Nothing was changed.")
    journal.write("remedy_policy_ended", by=by, data={"policy": policy.pk})


def count_silence_after(workspace: Workspace, *, days: int, by: Viewer) -> None:
    """Say after how many days without an answer the policy counts a case as solved. Questions on their way keep theirs."""
    by.require(Right.MANAGE_RULES)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("Choose from 1 to %(most)s days. Nothing was changed.", "silence_days", most=MOST_DAYS)
    Workspace.objects.filter(pk=workspace.pk).update(silence_days=days)
    journal.write("silence_days_set", by=by, data={"days": days})


def _check(kind: str, free_to: Decimal, most: Decimal, currency: str) -> None:
    if kind not in RemedyKind.values:
        raise Invalid("Choose what may be given. Nothing was kept.", "kind")
    allowances.check_amount(free_to, "free_to")
    allowances.check_amount(most, "most")
    if free_to > most:
        raise Invalid("What one gives alone cannot be more than the most. Nothing was kept.", "free_to")
    if most and not is_currency(currency):
        raise Invalid("An amount needs a currency, like EUR. Nothing was kept.", "currency")
