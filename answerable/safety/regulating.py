"""Regulating: a workspace says where it receives reports, and what the law says of its products. Time limits follow from it."""

from __future__ import annotations

import re
from collections.abc import Collection

from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.safety.models import Desk, RegulatedProduct

COUNTRY = re.compile(r"[A-Z]{2}")
MOST_COUNTRIES, LONGEST = 250, 80


def receive_in(country: str, *, by_itself: bool = True, by: Actor) -> Desk:
    """Say in which country reports are received: it stands where a reporter says none. Raises `Invalid` for none.

    Without `by_itself` only people open reports.
    """
    _may(by)
    code = _countries([country], "country")[0]
    facts = {"country": code, "by_itself": by_itself, "user_id": _user(by), "at": now()}
    desk, _ = Desk.objects.update_or_create(workspace_id=by.workspace_id, defaults=facts)
    journal.write("safety_desk_kept", by=by, data={"country": code, "by_itself": by_itself})
    return desk


def regulate(name: str, *, kind: str, countries: Collection[str], holder: str = "", by: Actor) -> RegulatedProduct:
    """Say what the law says of a product, and where it is sold. What was said of it before ends and is kept.

    Raises `Invalid` for no name, no kind, and what is no country.
    """
    _may(by)
    words = " ".join(clean(name).split())
    if not words or len(words) > LONGEST:
        raise Invalid("Give the product its name, in at most 80 letters. Nothing was kept.", "name")
    if kind not in RegulatedProduct.Kind.values:
        raise Invalid("Choose what the product is. Nothing was kept.", "kind")
    codes = _countries(countries, "countries")
    RegulatedProduct.objects.filter(workspace_id=by.workspace_id, name=words, ended_at=None).update(ended_at=now())
    product = RegulatedProduct.objects.create(
        workspace_id=by.workspace_id,
        name=words,
        kind=kind,
        countries=codes,
        holder=clean(holder).strip()[:120],
        user_id=_user(by),
        at=now(),
    )
    journal.write("product_regulated", by=by, data={"product": product.pk, "kind": kind, "countries": codes})
    return product


def end(product: RegulatedProduct, *, by: Viewer) -> None:
    """Take it away: its reports have our own limit only. Clocks that run go on."""
    _may(by)
    if RegulatedProduct.objects.filter(pk=product.pk, ended_at=None).update(ended_at=now()):
        journal.write("product_regulation_ended", by=by, data={"product": product.pk})


def _may(by: Actor) -> None:
    if isinstance(by, Viewer):
        by.require(Right.SIGN_REPORTS)


def _user(by: Actor) -> int | None:
    return by.user_id if isinstance(by, Viewer) else None


def _countries(told: Collection[str], field: str) -> list[str]:
    codes = sorted({each.strip().upper() for each in told if each.strip()})
    if not codes or len(codes) > MOST_COUNTRIES or not all(COUNTRY.fullmatch(each) for each in codes):
        raise Invalid("Name each country by its two letters, such as PL. Nothing was kept.", field)
    return codes
