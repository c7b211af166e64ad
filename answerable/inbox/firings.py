"""What rules did, for people: on the page of a rule, and on the page of a case as “why is this here”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Viewer
from answerable.inbox import spelling
from answerable.inbox.spelling import Spelling
from answerable.triage import acting, actions, ruling
from answerable.triage.models import Firing, Rule, RuleVersion

MOST = 8


@dataclass(frozen=True)
class Fired:
    """One firing: the rule as it was then, what it asked, and what it did or why not."""

    rule: str
    version: int
    case: Case
    at: datetime
    rested: bool
    asked: list[str]
    did: list[str]


def of_case(case: Case, viewer: Viewer) -> list[Fired]:
    """What rules did to a case, newest first."""
    newest = access.rows(Firing, viewer).filter(case=case).select_related("rule", "case__contact").order_by("-pk")
    return _told(newest[:MOST], viewer)


def of_rule(rule: Rule, viewer: Viewer, *, most: int) -> list[Fired]:
    """What a rule did to cases that the viewer sees, newest first."""
    newest = access.rows(Firing, viewer).filter(rule=rule).select_related("rule", "case__contact").order_by("-pk")
    return _told(newest[:most], viewer)


def _told(rows: Iterable[Firing], viewer: Viewer) -> list[Fired]:
    firings = list(rows)
    if not firings:
        return []
    names = spelling.of(viewer)
    versions = {(each.rule_id, each.version): each for each in _versions(firings)}
    return [_fired(each, versions[each.rule_id, each.version], names) for each in firings]


def _versions(firings: list[Firing]) -> Iterable[RuleVersion]:
    return ruling.versions_of({each.rule_id for each in firings})


def _fired(firing: Firing, version: RuleVersion, names: Spelling) -> Fired:
    return Fired(
        rule=version.name,
        version=firing.version,
        case=firing.case,
        at=firing.at,
        rested=firing.rested,
        asked=[names.condition(each) for each in ruling.conditions_of(version)],
        did=[_did(each, names) for each in firing.did],
    )


def _did(each: Mapping[str, str], names: Spelling) -> str:
    (action,) = actions.parse([{"do": each["do"], "value": each["value"]}])
    words, why_not = names.action(action), each.get("why_not", "")
    return _("%(action)s – not done: %(why)s") % {"action": words, "why": _why_not(why_not)} if why_not else words


def _why_not(code: str) -> str:
    return {
        acting.ALREADY: _("it was so already"),
        acting.HELD: _("somebody held the case"),
        acting.NOBODY: _("nobody held the case"),
        acting.GONE: _("who or what it names is not there or may not see the case"),
        acting.FULL: _("the case has as many tags as it can have"),
    }.get(code, code)
