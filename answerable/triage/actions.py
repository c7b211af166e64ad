"""What a rule does, as data: `{"do": "tag", "value": "recall"}`. A closed list; each action takes one value or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from answerable.cases.facts import folded
from answerable.conversations.cleaning import clean
from answerable.core.errors import Invalid

MOST_ACTIONS = 10
LONGEST_NOTE = 1000
LONGEST_PRODUCT = 120


class Do(StrEnum):
    """No action answers a customer, closes a case or takes it from a person against their will."""

    QUEUE = "queue"
    TAG = "tag"
    UNTAG = "untag"
    PRODUCT = "product"
    NOTE = "note"
    TELL = "tell"
    RAISE = "raise"
    RETURN = "return"


LABELS: Mapping[Do, Any] = {
    Do.QUEUE: _("Put it into the queue of a team"),
    Do.TAG: _("Add a tag"),
    Do.UNTAG: _("Take a tag away"),
    Do.PRODUCT: _("Set the product"),
    Do.NOTE: _("Leave a note"),
    Do.TELL: _("Tell somebody"),
    Do.RAISE: _("Raise it"),
    Do.RETURN: _("Return it to its queue"),
}
TOLD = {"lead": _("the lead of its team"), "holder": _("who holds it")}
WITHOUT_VALUE = frozenset({Do.RAISE, Do.RETURN})


@dataclass(frozen=True)
class Action:
    """One thing to do. `value` is a team, a tag, a product, the words of a note, or whom to tell ("lead", "7")."""

    do: Do
    value: str = ""


Actions = tuple[Action, ...]


def parse(data: Any) -> Actions:
    """The actions in this data. Raises `Invalid` with a sentence; its `field` is "action-N", counted from 0."""
    if not isinstance(data, list | tuple) or not 0 < len(data) <= MOST_ACTIONS:
        raise Invalid("A rule does 1 to %(most)d things. Nothing was kept.", "actions", most=MOST_ACTIONS)
    return tuple(_action(each, f"action-{place}") for place, each in enumerate(data))


def as_data(actions: Iterable[Action]) -> list[dict[str, str]]:
    """What `parse` reads back as the same actions."""
    return [{"do": str(each.do), "value": each.value} for each in actions]


def _action(data: Any, field: str) -> Action:
    given = data if isinstance(data, Mapping) else {}
    do, value = given.get("do"), given.get("value", "")
    if not isinstance(do, str) or do not in list(Do) or not isinstance(value, str):
        raise Invalid("Choose what is to be done. Nothing was kept.", field)
    if do in WITHOUT_VALUE:
        return Action(Do(do))
    read = _value(Do(do), " ".join(clean(value).split()) if do != Do.NOTE else clean(value).strip())
    if not read:
        raise Invalid("“%(action)s” needs a value that fits. Nothing was kept.", field, action=str(LABELS[Do(do)]))
    return Action(Do(do), read)


def _value(do: Do, text: str) -> str:
    """The value as it is kept, empty for one that does not fit."""
    if do in {Do.TAG, Do.UNTAG}:
        return folded(text) or ""
    if do == Do.PRODUCT:
        return text if len(text) <= LONGEST_PRODUCT else ""
    if do == Do.NOTE:
        return text if len(text) <= LONGEST_NOTE else ""
    if do == Do.TELL and text in TOLD:
        return text
    return str(int(text)) if text.isascii() and text.isdecimal() and len(text) <= 18 else ""
