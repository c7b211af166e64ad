"""Questions about groups, always for a viewer: what a group holds is what they see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import NotThere
from answerable.triage import questions
from answerable.triage.models import Group, GroupMessage

State = GroupMessage.State


@dataclass(frozen=True)
class Card:
    """A group in a list: how many of its lines the viewer sees, how many are held or pulled out, in which languages."""

    group: Group
    lines: int
    apart: int
    languages: Sequence[str]


def open_groups(viewer: Viewer) -> list[Card]:
    """Confirmed ones first, then suggestions; the largest first. A group of which the viewer sees no line is not there."""
    seen = _lines(viewer).filter(group__ended_at=None)
    counted = {
        row["group"]: row
        for row in seen.values("group").annotate(
            inside=Count("pk", filter=Q(state=State.IN)), apart=Count("pk", filter=~Q(state=State.IN))
        )
    }
    languages: dict[int, set[str]] = {}
    for group_id, language in seen.filter(state=State.IN).values_list("group", "language").distinct():
        languages.setdefault(group_id, set()).add(language.partition("-")[0])
    groups = access.rows(Group, viewer).filter(pk__in=counted).select_related("holder")
    cards = [_card(each, counted[each.pk], languages.get(each.pk, set())) for each in groups]
    return sorted(cards, key=lambda each: (each.group.state != Group.State.CONFIRMED, -each.lines, each.group.pk))


def count(viewer: Viewer) -> int:
    """How many open groups the viewer sees something of."""
    if not viewer.may(Right.REVIEW):
        return 0
    return _lines(viewer).filter(group__ended_at=None).values("group").distinct().count()


def ended(viewer: Viewer) -> QuerySet[Group]:
    """What people ended, the newest first."""
    by_people = access.rows(Group, viewer).filter(ended_by__isnull=False, lines__in=access.rows(GroupMessage, viewer))
    return by_people.select_related("holder", "ended_by").distinct().order_by("-ended_at", "-pk")


def one(viewer: Viewer, pk: int) -> Group:
    """A group of which the viewer sees something. Raises `NotThere` for every other."""
    group = access.one(Group, viewer, pk=pk)
    if not access.rows(GroupMessage, viewer).filter(group=group).exists():
        raise NotThere("There is nothing here for you. It may have been moved, or it belongs to somebody else.")
    return group


def lines_of(group: Group, viewer: Viewer) -> list[GroupMessage]:
    """Its lines that the viewer sees; of one that was ended, as they stood then."""
    related = ("group", "message__conversation__source", "message__author", "message__filing__case__contact", "user")
    found = access.rows(GroupMessage, viewer).filter(group=group, ended_at=group.ended_at)
    return list(found.select_related(*related).order_by("language", "message_id"))


def line(viewer: Viewer, pk: int) -> GroupMessage:
    """One line. Raises `NotThere` for one of a case that is not theirs."""
    return access.one(GroupMessage, viewer, pk=pk)


def said_before(group: Group, viewer: Viewer) -> QuerySet[Group]:
    """Groups that asked the same about the same product, or about none that was named, and were answered, newest first."""
    done = access.rows(Group, viewer).filter(state=Group.State.DONE, question=group.question)
    if group.product:
        done = done.filter(product__in=[group.product, ""])
    return done.exclude(question="").exclude(pk=group.pk).order_by("-ended_at")


def title(group: Group, language: str) -> str:
    """What a screen calls it: in a person's words, else what the house knows of it."""
    return group.title or (questions.name(group.question, language) if group.question else group.words)


def _lines(viewer: Viewer) -> QuerySet[GroupMessage]:
    return access.rows(GroupMessage, viewer).filter(ended_at=None)


def _card(group: Group, counted: Mapping[str, Any], languages: set[str]) -> Card:
    return Card(group, counted["inside"], counted["apart"], sorted(languages - {""}))
