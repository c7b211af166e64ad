"""Suggesting groups: what waits and asks the same is put side by side, and a person decides whether it is one question.

1. A confirmed group keeps its lines; what asks the same and comes in later joins it, to be checked like every line.
2. What a person has to look at first is held: it stands beside its group and gets none of its answer.
3. What a person said not to be one question, or pulled out of it, is not suggested for that question again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from answerable.cases.models import ProductField
from answerable.core import journal
from answerable.core.access import Actor
from answerable.core.models import Workspace
from answerable.core.moments import now
from answerable.core.text.fold import fold
from answerable.core.text.phrases import Line
from answerable.triage import grouping, questions, waiting
from answerable.triage.assessing import names_of
from answerable.triage.detecting.names import Names
from answerable.triage.grouping import Cluster, Member, Said
from answerable.triage.models import Group, GroupMessage
from answerable.triage.waiting import Waiting

State = GroupMessage.State
MOST_GROUPS = 200


def suggest(workspace_id: int, *, apart: Mapping[int, str], by: Actor, products: Iterable[str] = ()) -> list[Group]:
    """Bring the suggestions up to what waits now; returns the groups that are new. Again, it changes nothing.

    `apart` says of cases by their ids why they are answered on their own, whatever triage knows; `products` are
    names beside those that triage knows.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
    found = {each.message.pk: each for each in waiting.waiting(workspace_id)}
    about = _products(list(found.values()), workspace_id, products)
    refused = _refused(workspace_id)
    said = [_said(each, about[pk], apart) for pk, each in found.items()]
    new, kept = list[Group](), set[int]()
    for cluster in grouping.group(said)[:MOST_GROUPS]:
        group, fresh = _group(cluster, refused, by)
        if group is not None:
            kept.add(group.pk)
            _fill(group, cluster, found, refused, by)
            new += [group] if fresh else []
    _let_go(workspace_id, kept)
    return new


def _said(each: Waiting, product: str, apart: Mapping[int, str]) -> Said:
    held = apart.get(each.case.pk, "") or each.held
    return Said(each.message.pk, each.message.text, each.language, product, held)


def _products(told: Sequence[Waiting], workspace_id: int, more: Iterable[str]) -> dict[int, str]:
    """The product that each message names, else the one that its case is about."""
    known = names_of(workspace_id), Names(more)
    spelt = _spelt(told, workspace_id) | {fold(name): name for name in more}
    return {each.message.pk: _product(each, known, spelt) for each in told}


def _product(each: Waiting, known: Iterable[Names], spelt: Mapping[str, str]) -> str:
    line = Line(each.message.text[: questions.LOOKED_AT])
    named = next((place.entry for names in known for place in names.find(line)), "")
    return spelt.get(named, named) or each.case.product


def _spelt(told: Sequence[Waiting], workspace_id: int) -> dict[str, str]:
    """How a product is written, by its folded name."""
    fields = ProductField.objects.filter(workspace_id=workspace_id, ended_at=None).values_list("product", flat=True)
    return {fold(name): name for name in (*fields, *(each.case.product for each in told)) if name}


Refused = Mapping[tuple[str, str], set[int]]


def _refused(workspace_id: int) -> Refused:
    """By question and product, the messages of which a person said that it is not theirs."""
    found: dict[tuple[str, str], set[int]] = {}
    lines = GroupMessage.objects.filter(workspace_id=workspace_id, ended_at__isnull=False)
    dismissed = lines.filter(group__state=Group.State.DISMISSED, group__ended_by__isnull=False)
    for line in (dismissed | lines.filter(state=State.PULLED_OUT)).select_related("group"):
        found.setdefault((line.group.question, line.group.product), set()).add(line.message_id)
    return found


def _group(cluster: Cluster, refused: Refused, by: Actor) -> tuple[Group | None, bool]:
    """The open group of this question, or a new suggestion where enough ask it who are in no group that is worked on."""
    known = _known(cluster, by.workspace_id)
    if known is not None:
        return known, False
    turned = refused.get((cluster.question, cluster.product), set())
    taken = _worked_on([each.key for each in cluster.members])
    if sum(each.key not in turned | taken for each in cluster.members) < grouping.FEWEST:
        return None, False
    facts = {"question": cluster.question, "words": cluster.words, "product": cluster.product, "at": now()}
    group = Group.objects.create(workspace_id=by.workspace_id, **facts)
    data = {"group": group.pk, "question": cluster.question, "messages": len(cluster.members)}
    journal.write("group_suggested", by=by, data=data)
    return group, True


def _known(cluster: Cluster, workspace_id: int) -> Group | None:
    open_ = Group.objects.filter(workspace_id=workspace_id, ended_at=None).order_by("state", "pk")
    if cluster.question:
        return open_.filter(question=cluster.question, product=cluster.product).first()
    keys = [each.key for each in cluster.members]
    return open_.filter(question="", lines__message__in=keys, lines__ended_at=None).first()


def _worked_on(messages: Sequence[int]) -> set[int]:
    lines = GroupMessage.objects.filter(message__in=messages, ended_at=None, group__state=Group.State.CONFIRMED)
    return set(lines.values_list("message_id", flat=True))


def _fill(group: Group, cluster: Cluster, found: Mapping[int, Waiting], refused: Refused, by: Actor) -> None:
    members = {each.key: (each, State.IN) for each in cluster.members}
    members |= {each.key: (each, State.HELD) for each in cluster.held}
    standing = {line.message_id: line for line in group.lines.filter(ended_at=None)}
    turned = refused.get((group.question, group.product), set()) | _worked_on([*members])
    GroupMessage.objects.filter(message__in=[*members], ended_at=None).exclude(group=group).exclude(
        group__state=Group.State.CONFIRMED
    ).update(ended_at=now())
    new = [_line(group, *members[key], found[key]) for key in members if key not in standing and key not in turned]
    GroupMessage.objects.bulk_create(new)
    for key, (member, state) in members.items():
        if key in standing:
            _bring_up(standing[key], member, state)
    if group.state == Group.State.CONFIRMED and new:
        journal.write("group_grew", by=by, data={"group": group.pk, "messages": [line.message_id for line in new]})
    if group.state == Group.State.SUGGESTED:
        group.lines.filter(ended_at=None).exclude(message__in=[*members]).update(ended_at=now())


def _line(group: Group, member: Member, state: str, found: Waiting) -> GroupMessage:
    return GroupMessage(
        workspace_id=group.workspace_id,
        group=group,
        message=found.message,
        state=state,
        language=found.language[:10],
        at=now(),
        **_told(member),
    )


def _told(member: Member) -> dict[str, object]:
    places = [{"start": each.start, "end": each.end, "what": each.what} for each in member.places]
    fit = GroupMessage.Fit.NEAR if member.near else GroupMessage.Fit.SAME
    return {"fit": fit, "evidence": {"places": places, "why": list(member.why)}}


def _bring_up(line: GroupMessage, member: Member, state: str) -> None:
    """The house changes what the house said; what a person said stays."""
    if line.user_id is None and line.state != state:
        line.state = state
        line.save(update_fields=["state"])


def _let_go(workspace_id: int, kept: set[int]) -> None:
    """Suggestions for which nothing speaks any more end by themselves."""
    gone = Group.objects.filter(workspace_id=workspace_id, state=Group.State.SUGGESTED).exclude(pk__in=kept)
    ids = list(gone.values_list("pk", flat=True))
    GroupMessage.objects.filter(group__in=ids, ended_at=None).update(ended_at=now())
    Group.objects.filter(pk__in=ids).update(state=Group.State.DISMISSED, ended_at=now())
