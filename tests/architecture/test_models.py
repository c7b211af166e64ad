"""Nouns: foreign keys follow the direction of the rooms, models save themselves like any other, nothing listens in secret."""

from __future__ import annotations

import ast

from django.apps import apps

from tests.architecture.source import name_of, product_files, tree

ORDER = (
    "core",
    "channels",
    "listening",
    "conversations",
    "cases",
    "clocks",
    "triage",
    "safety",
    "replies",
    "intake",
    "metrics",
)
OURS = {*ORDER, "sandbox", "webchat", "inbox", "portal"}
LEVEL = {**{label: level for level, label in enumerate(ORDER)}, "sandbox": 1, "webchat": 1, "inbox": 9, "portal": 9}


def test_foreign_keys_point_down() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if getattr(field, "remote_field", None) and not field.auto_created and field.related_model is not None
        if field.related_model._meta.app_label in OURS
        if LEVEL[field.related_model._meta.app_label] > LEVEL[model._meta.app_label]
    ]
    assert not wrong


def test_no_model_overrides_save_or_delete() -> None:
    wrong = [
        f"{name_of(path)}: {node.name}"
        for path in product_files()
        if path.name == "models.py" or path.parent.name == "models"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "full_clean"}
    ]
    assert not wrong


def test_nobody_uses_signals() -> None:
    wrong = [name_of(path) for path in product_files() if "django.db.models.signals" in path.read_text()]
    assert not wrong


def test_every_model_with_a_workspace_says_whom_it_reaches() -> None:
    silent = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OURS
        if any(field.name == "workspace" for field in model._meta.get_fields())
        if not hasattr(model, "reach") and model._meta.label not in SEEN_THROUGH_ANOTHER
    ]
    assert not silent


SEEN_THROUGH_ANOTHER = {
    "conversations.Identity": "read through its contact",
    "conversations.Conversation": "read through the messages of a case",
    "cases.Trace": "an index for matching, never shown",
    "conversations.Reference": "an index for threading, never shown",
}
