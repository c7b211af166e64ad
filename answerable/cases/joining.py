"""Merging: two cases that are one problem of one person become one. The number of the other leads here for ever."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from answerable.cases import belongings, endings, figures, moves, redirects, reviving, tracing
from answerable.cases.models import Case, Move, Suggestion
from answerable.conversations import linking
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Identity, Link
from answerable.core.access import Actor, Viewer
from answerable.core.errors import Conflict, Invalid


@transaction.atomic
def merge(
    case: Case, *, into: Case, reason: str, by: Actor, evidence: moves.Evidence = (), confirm: bool = False
) -> Move:
    """Let `case` go on in `into`, or in the case where that goes on. It is no closure, and it can be undone.

    1. Every message goes over, and with them promises, remedies, invitations, followers and the people on the case.
    2. The case that stays has no other holder than before, and owes what is due first. A closed one opens again when
       the other was open.
    3. Cases of two contacts are merged only by a person who `confirm`s and says why; then the two are suggested to be
       one person.

    Raises `Invalid` without a reason or for two people, `Conflict` when one of them goes on in the other already.
    """
    at, words = moves.begin(by=by), clean(reason).strip()
    moves.same_workspace(case, by=by)
    moves.same_workspace(into, by=by)
    case, into = _the_two(case, into)
    _check(case, into, words, evidence, confirm=confirm, by=by)
    was_open, before = case.is_open, {"from": moves.as_it_was(case), "into": moves.as_it_was(into)}
    filings = moves.filings_of(case)
    evidence = [*evidence, *_links(case, into)]
    move = moves.record(Move.Sort.MERGE, case, into, filings, reason=words, evidence=evidence, by=by, at=at)
    moves.remember(move, **before, **belongings.take(case, into, by=by))
    if was_open and not into.is_open:
        reviving.open_for(move, into, by=by, at=at)
    _go_on(case, into, was_open=was_open, by=by, at=at)
    _decide_suggestions(move, by=by, at=at)
    moves.tell("case_merged", move, [case, into], by=by, at=at, messages=len(filings))
    if case.contact_id != into.contact_id:
        _suggest_link(case, into, words, by=by)
    return move


def _the_two(case: Case, into: Case) -> tuple[Case, Case]:
    """Both, locked, as they are now."""
    locked = redirects.lock([case.pk, into.pk])
    living, target = locked[case.pk], locked[into.pk]
    if living.pk == target.pk:
        raise Conflict(
            "These two are one case already: it goes on in %(number)s. Nothing was changed.", number=living.number
        )
    if living.pk != case.pk:
        raise Conflict(
            "%(number)s goes on in %(living)s already. Nothing was changed. Merge that one, if they belong together.",
            number=case.number,
            living=living.number,
        )
    return living, target


def _check(case: Case, into: Case, words: str, evidence: moves.Evidence, *, confirm: bool, by: Actor) -> None:
    if case.contact_id == into.contact_id:
        if not words and not evidence:
            raise Invalid("Say why these are one problem. Nothing was merged.", "reason")
        return
    if not isinstance(by, Viewer) or not confirm:
        raise Invalid(
            "These cases are of two people: %(one)s and %(other)s. Nothing was merged. Say that they are one person, and why.",
            "confirm",
            one=case.contact.name,
            other=into.contact.name,
        )
    if not words:
        raise Invalid("Say how you know that they are one person. Nothing was merged.", "reason")


def _links(case: Case, into: Case) -> list[dict[str, Any]]:
    """The links between people without which these would be cases of two: when one is undone, so is the merge."""
    either = Q(cases__contains=[case.pk]) | Q(cases__contains=[into.pk])
    linked = Link.objects.filter(either, state=Link.State.CONFIRMED, workspace_id=into.workspace_id).order_by("pk")
    return [{"sort": "link", "link": each.pk} for each in linked if not {case.pk, into.pk} <= set(each.cases)]


def _go_on(case: Case, into: Case, *, was_open: bool, by: Actor, at: datetime) -> None:
    if was_open:
        into.promised_at = min(into.promised_at, case.promised_at)
    into.tags = _together(into.tags, case.tags)
    into.resolved_at = None if endings.unkept(into).exists() else into.resolved_at
    into.save(update_fields=["promised_at", "tags", "resolved_at"])
    moves.lead_on(case, into, because="merged", by=by, at=at)
    figures.renew(into)
    tracing.retrace([case])


def _together(tags: list[str], more: Collection[str]) -> list[str]:
    return [*tags, *(tag for tag in more if tag not in tags)]


def _decide_suggestions(move: Move, *, by: Actor, at: datetime) -> None:
    between = Q(case=move.from_case, other=move.into_case) | Q(case=move.into_case, other=move.from_case)
    Suggestion.objects.filter(between, state=Suggestion.State.OPEN).update(
        state=Suggestion.State.CONFIRMED, decided_at=at, decided_by_id=move.user_id, move=move
    )


def _suggest_link(case: Case, into: Case, words: str, *, by: Actor) -> None:
    linking.suggest(into.contact, case.contact, evidence=Identity.Evidence.AGENT_SAID, words=words, by=by)
