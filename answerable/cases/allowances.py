"""Questions about remedies: which rule holds for a case, and how much of it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum

from answerable.cases.models import Case, Remedy, RemedyPolicy
from answerable.core.errors import Invalid
from answerable.core.text.fold import fold

MOST = Decimal("9999999999.99")
CENT = Decimal("0.01")
COUNTS = (Remedy.State.PROPOSED, Remedy.State.APPROVED, Remedy.State.GIVEN)


@dataclass(frozen=True)
class Allowance:
    """What a rule still leaves for one case: given alone, and with somebody's approval."""

    policy: RemedyPolicy
    used: Decimal

    @property
    def alone(self) -> Decimal:
        return max(self.policy.free_to - self.used, Decimal(0))

    @property
    def approved(self) -> Decimal:
        return max(self.policy.most - self.used, Decimal(0))


def of(case: Case) -> list[Allowance]:
    """What may be given in this case, one for each kind and currency: the rule that fits it best."""
    fitting = [each for each in _in_force(case) if _fits(each, case)]
    best = {(each.kind, each.currency): each for each in sorted(fitting, key=_closeness)}
    used = _used(case, best.values())
    chosen = sorted(best.values(), key=lambda each: (each.kind, each.currency))
    return [Allowance(policy, used.get(policy.pk, Decimal(0))) for policy in chosen]


def for_remedy(case: Case, kind: str, currency: str) -> Allowance | None:
    """The rule for one kind of remedy; what costs nothing needs no currency."""
    same = [each for each in of(case) if each.policy.kind == kind]
    exact = [each for each in same if each.policy.currency == currency]
    return next(iter(exact or ([] if currency else same)), None)


def check_amount(amount: Decimal, field: str) -> None:
    """Raises `Invalid` for what is no amount of money: less than nothing, too large, or parts of a cent."""
    if not amount.is_finite() or not 0 <= amount <= MOST or amount != amount.quantize(CENT):
        raise Invalid("That is no amount of money. Write it with at most two decimals. Nothing was kept.", field)


def _in_force(case: Case) -> Iterable[RemedyPolicy]:
    ours = Q(team=None) | Q(team_id=case.team_id)
    return RemedyPolicy.objects.filter(ours, workspace_id=case.workspace_id, ended_at=None).order_by("pk")


def _fits(policy: RemedyPolicy, case: Case) -> bool:
    return not policy.product or fold(policy.product).strip() == fold(case.product).strip()


def _closeness(policy: RemedyPolicy) -> tuple[bool, bool, int]:
    return bool(policy.product), policy.team_id is not None, policy.pk


def _used(case: Case, policies: Iterable[RemedyPolicy]) -> dict[int | None, Decimal]:
    counted = Remedy.objects.filter(case=case, policy__in=list(policies), state__in=COUNTS)
    totals = counted.values("policy").annotate(total=Sum(F("amount") * F("times")))
    return {row["policy"]: Decimal(row["total"]) for row in totals}
