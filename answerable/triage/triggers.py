"""What starts a rule: lines of the journal by their kinds, or the turn of the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Trigger:
    """`kinds` are the lines that start it; `spoken` where only a customer's own word counts."""

    label: Any
    kinds: frozenset[str]
    spoken: bool = False


HOURLY = "hourly"
TRIGGERS: Mapping[str, Trigger] = {
    "opened": Trigger(_("A case is opened"), frozenset({"case_opened"})),
    "written": Trigger(_("The customer writes"), frozenset({"message_filed"}), spoken=True),
    "described": Trigger(
        _("Product, tags or fields change"),
        frozenset({"case_described", "case_tagged", "case_untagged", "case_fields_set"}),
    ),
    "returned": Trigger(_("A case comes back to its queue"), frozenset({"case_returned"})),
    "reopened": Trigger(_("A case is opened again"), frozenset({"case_reopened"})),
    "raised": Trigger(_("A case is raised"), frozenset({"case_raised"})),
    HOURLY: Trigger(_("Every hour, for what stays as it is"), frozenset()),
}
KINDS = frozenset[str]().union(*(trigger.kinds for trigger in TRIGGERS.values()))
