"""Saying what a case is about: subject, product, tags, and the fields of its product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from answerable.cases.facts import LONGEST_TAG, folded
from answerable.cases.models import Case, ProductField
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Invalid

MOST_TAGS = 20
MOST_CHARACTERS = 200


def describe(case: Case, *, subject: str, product: str, by: Viewer) -> Case:
    """Change subject and product. Raises `Invalid` for an empty subject."""
    by.require(Right.ANSWER)
    if not subject.strip():
        raise Invalid("A case needs a subject. The old one was kept.", "subject")
    case.subject, case.product = clean(subject).strip()[:400], clean(product).strip()[:120]
    case.save(update_fields=["subject", "product"])
    journal.write("case_described", by=by, case_id=case.pk, team_id=case.team_id, data={"product": case.product})
    return case


def set_product(case: Case, product: str, *, by: Actor) -> bool:
    """Say which product it is about; False when the case says so already."""
    _may(by)
    name = clean(product).strip()[:120]
    changed = Case.objects.filter(pk=case.pk).exclude(product=name).update(product=name)
    case.product = name
    if changed:
        journal.write("case_described", by=by, case_id=case.pk, team_id=case.team_id, data={"product": name})
    return bool(changed)


def tag(case: Case, words: Sequence[str], *, by: Actor) -> list[str]:
    """Put tags to a case; returns those that it did not have. Tags are folded, so that one word is one tag.

    Raises `Invalid` for an empty or long one and for too many; the case keeps what it had.
    """
    _may(by)
    wanted = [tag_of(each) for each in words]
    tags = _tags_of(case)
    fresh = [each for each in dict.fromkeys(wanted) if each not in tags]
    if len(tags) + len(fresh) > MOST_TAGS:
        raise Invalid(
            "A case has at most %(most)d tags. Nothing was added. Take one away first.", "tag", most=MOST_TAGS
        )
    if fresh:
        _keep_tags(case, [*tags, *fresh], "case_tagged", fresh, by)
    return fresh


def untag(case: Case, words: Sequence[str], *, by: Actor) -> list[str]:
    """Take tags away; returns those that it had."""
    _may(by)
    tags, gone = _tags_of(case), {tag_of(each) for each in words}
    had = [each for each in tags if each in gone]
    if had:
        _keep_tags(case, [each for each in tags if each not in gone], "case_untagged", had, by)
    return had


def tag_of(word: str) -> str:
    """A tag as it is kept. Raises `Invalid` for an empty or a long one."""
    kept = folded(clean(word))
    if kept is None:
        raise Invalid(
            "A tag has 1 to %(most)d characters. Nothing was added. Choose another word.", "tag", most=LONGEST_TAG
        )
    return kept


def fields_of(case: Case) -> QuerySet[ProductField]:
    """The fields that this case has: those of its product and those of every case, in their order."""
    ours = ProductField.objects.filter(workspace_id=case.workspace_id, ended_at=None)
    return ours.filter(product__in=["", case.product]).order_by("place", "pk")


def set_fields(case: Case, given: Mapping[str, str], *, by: Actor) -> list[str]:
    """Keep the fields that were given, each as its sort; an empty one is taken away. Returns the keys that changed.

    Raises `Invalid` at the field ("field-KEY") when a value does not fit; then nothing was kept. Fields that are not
    named stay, and so do those of a product that the case no longer has.
    """
    _may(by)
    known = {each.key: each for each in fields_of(case)}
    for key in given:
        if key not in known:
            raise Invalid("This case has no field “%(key)s”. Nothing was kept.", f"field-{key}", key=key)
    read = {key: _read(known[key], text) for key, text in given.items()}
    before = Case.objects.select_for_update().values_list("fields", flat=True).get(pk=case.pk)
    after = {key: value for key, value in {**before, **read}.items() if value is not None}
    case.fields = after
    changed = sorted(key for key in read if before.get(key) != after.get(key))
    if changed:
        Case.objects.filter(pk=case.pk).update(fields=after)
        journal.write("case_fields_set", by=by, case_id=case.pk, team_id=case.team_id, data={"keys": changed})
    return changed


def _may(by: Actor) -> None:
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)


def _tags_of(case: Case) -> list[str]:
    """The tags of this moment; nobody else changes them until we are done."""
    return list(Case.objects.select_for_update().values_list("tags", flat=True).get(pk=case.pk))


def _keep_tags(case: Case, tags: list[str], kind: str, which: list[str], by: Actor) -> None:
    Case.objects.filter(pk=case.pk).update(tags=tags)
    case.tags = tags
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data={"tags": which})


def _read(field: ProductField, given: str) -> Any:
    """The value as its sort has it, None for an empty one."""
    text = " ".join(clean(given).split())
    if not text:
        return None
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            "“%(label)s” has at most %(most)d characters. Nothing was kept.",
            f"field-{field.key}",
            label=field.label,
            most=MOST_CHARACTERS,
        )
    return READERS[ProductField.Sort(field.sort)](field, text)


def _text(field: ProductField, text: str) -> str:
    return text


def _number(field: ProductField, text: str) -> int | float:
    """Figures with a point or a comma before the decimals; up to 15 digits, so that none is lost."""
    whole, _, decimals = text.replace(",", ".").partition(".")
    digits = whole.removeprefix("-") + decimals
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 15 and whole.removeprefix("-")):
        raise Invalid(
            "“%(label)s” is a number, for example 12 or 12.5. Nothing was kept.",
            f"field-{field.key}",
            label=field.label,
        )
    return float(f"{whole}.{decimals}") if decimals else int(whole)


def _date(field: ProductField, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid(
            "“%(label)s” is a date, for example 2026-07-31. Nothing was kept.",
            f"field-{field.key}",
            label=field.label,
        ) from None


def _choice(field: ProductField, text: str) -> str:
    if text not in field.choices:
        raise Invalid(
            "“%(label)s” is one of its list. Nothing was kept. Choose again.", f"field-{field.key}", label=field.label
        )
    return text


def _yes_no(field: ProductField, text: str) -> bool:
    if text not in {"yes", "no"}:
        raise Invalid("“%(label)s” is yes or no. Nothing was kept.", f"field-{field.key}", label=field.label)
    return text == "yes"


READERS = {
    ProductField.Sort.TEXT: _text,
    ProductField.Sort.NUMBER: _number,
    ProductField.Sort.DATE: _date,
    ProductField.Sort.CHOICE: _choice,
    ProductField.Sort.YES_NO: _yes_no,
}
