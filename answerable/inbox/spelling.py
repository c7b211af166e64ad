"""Conditions and actions as people read and write them: teams and people by name, choices by their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from answerable.cases.conditions import Condition
from answerable.cases.facts import FACTS, FIELD, Fact, Op, Use, known
from answerable.channels.registry import connectors
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Membership, Team
from answerable.core.text.fold import fold
from answerable.triage.actions import LABELS, TOLD, Action, Do


@dataclass(frozen=True)
class Line:
    """One row of a form: what is asked or done, how, and the value in words. `error` stands beside it."""

    what: str = ""
    how: str = ""
    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class Spelling:
    """The names of one workspace, as its viewer knows them."""

    teams: Mapping[str, str]
    people: Mapping[str, str]
    channels: Mapping[str, str]

    def condition(self, each: Condition) -> str:
        """One condition as a sentence without its stop."""
        words = _(" or ").join(self.said(each.fact, value) for value in each.values)
        return f"{label(each.fact)} {op_words(each.op)} {words}"

    def action(self, each: Action) -> str:
        """One action as a phrase."""
        value = self._names_of_action(each.do).get(each.value, each.value)
        return f"{LABELS[each.do]}: {value}" if value else str(LABELS[each.do])

    def said(self, fact: str, value: str) -> str:
        return self._names(known(fact)).get(value, value)

    def read(self, fact: str, words: str) -> list[str]:
        """The values in words that commas part; what is no name stays as it is, and the language refuses it."""
        names = {fold(name): key for key, name in self._names(known(fact)).items()}
        parts = [part.strip() for part in words.split(",") if part.strip()]
        return [names.get(fold(part), part) for part in parts]

    def read_action(self, do: str, words: str) -> str:
        names = self._names_of_action(Do(do)) if do in list(Do) else {}
        return {fold(name): key for key, name in names.items()}.get(fold(words.strip()), words)

    def action_value(self, each: Action) -> str:
        return self._names_of_action(each.do).get(each.value, each.value)

    def suggestions(self) -> list[str]:
        """What may be written as a value, for the browser to offer."""
        choices = {str(words) for fact in FACTS.values() for words in fact.choices.values()}
        told = (str(words) for words in TOLD.values())
        return sorted({*self.teams.values(), *self.people.values(), *self.channels.values(), *choices, *told})

    def _names(self, fact: Fact | None) -> dict[str, str]:
        if fact is None:
            return {}
        rows = {"team": self.teams, "person": self.people, "channel": self.channels}.get(fact.of, {})
        return {**rows, **{key: str(words) for key, words in fact.choices.items()}}

    def _names_of_action(self, do: Do) -> dict[str, str]:
        if do == Do.QUEUE:
            return dict(self.teams)
        return {**self.people, **{key: str(words) for key, words in TOLD.items()}} if do == Do.TELL else {}


def of(viewer: Viewer) -> Spelling:
    """The names that this viewer may know."""
    members = access.rows(Membership, viewer).filter(ended_at=None).order_by("user__name", "pk")
    teams = access.rows(Team, viewer).order_by("name")
    return Spelling(
        teams={str(pk): name for pk, name in teams.values_list("pk", "name")},
        people={str(pk): name for pk, name in members.values_list("user_id", "user__name")},
        channels={kind: str(_(each.spec.label)) for kind, each in connectors().items()},
    )


def label(fact: str) -> str:
    """What a fact is called; a field of a product is called by its key."""
    declared = FACTS.get(fact)
    return str(declared.label) if declared else _("Field “%(key)s”") % {"key": fact.removeprefix(FIELD)}


def facts(use: Use, fields: Iterable[tuple[str, str]] = ()) -> list[tuple[str, str]]:
    """What can be asked, for a select: the declared facts, then the fields of products."""
    declared = [(name, str(fact.label)) for name, fact in FACTS.items() if use in fact.uses]
    return [("", "–"), *declared, *((f"{FIELD}{key}", words) for key, words in fields)]


def ops() -> list[tuple[str, str]]:
    return [(str(op), op_words(op)) for op in Op]


def op_words(op: Op) -> str:
    return {
        Op.IS: _("is"),
        Op.IS_NOT: _("is not"),
        Op.AT_LEAST: _("is at least"),
        Op.LESS_THAN: _("is less than"),
        Op.HAVE: _("have"),
        Op.HAVE_NOT: _("do not have"),
    }[op]
