"""The tags and typed fields of a case, as its page shows and asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from answerable.cases import describing
from answerable.cases.models import Case, ProductField
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import HouseError
from answerable.core.web.saying import said

OFFERED = 100
RECENT = 200


@dataclass(frozen=True)
class Shown:
    """One field of the form: its sort decides the control. `value` is as it was kept, or as it was given."""

    key: str
    name: str
    label: str
    sort: str
    choices: Sequence[tuple[str, str]]
    value: str
    words: str
    error: str = ""


def of(case: Case, *, given: Mapping[str, str] | None = None, wrong: HouseError | None = None) -> list[Shown]:
    """The fields that this case has, with what it holds or what was just given and could not be kept."""
    return [_shown(field, case, given or {}, wrong) for field in describing.fields_of(case)]


def read(case: Case, given: Mapping[str, str]) -> dict[str, str]:
    """What a form gives for the fields of a case; what it does not name stays."""
    return {each.key: given[f"field-{each.key}"] for each in describing.fields_of(case) if f"field-{each.key}" in given}


def tags_of(viewer: Viewer) -> list[str]:
    """Tags of the newest cases of the viewer, for the browser to offer."""
    newest = access.rows(Case, viewer).order_by("-pk").values_list("tags", flat=True)[:RECENT]
    return sorted({tag for tags in newest for tag in tags})[:OFFERED]


def _shown(field: ProductField, case: Case, given: Mapping[str, str], wrong: HouseError | None) -> Shown:
    name = f"field-{field.key}"
    value = given.get(name, _written(case.fields.get(field.key)))
    choices = _choices(field)
    error = said(wrong) if wrong is not None and getattr(wrong, "field", "") == name else ""
    return Shown(field.key, name, field.label, field.sort, choices, value, dict(choices).get(value, value), error)


def _choices(field: ProductField) -> list[tuple[str, str]]:
    if field.sort == ProductField.Sort.YES_NO:
        return [("", "–"), ("yes", _("yes")), ("no", _("no"))]
    return [("", "–"), *((each, each) for each in field.choices)] if field.sort == ProductField.Sort.CHOICE else []


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
