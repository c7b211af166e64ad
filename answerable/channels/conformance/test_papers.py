"""A channel can be carried by somebody who did not write it."""

from __future__ import annotations

import pytest

from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.samples import folder

CHAPTERS = ("Credentials", "Limits", "Terms", "Gaps")

pytestmark = pytest.mark.parametrize("kind", everyone())


def test_its_readme_has_every_chapter(kind: str) -> None:
    readme = folder(connector(kind)) / "README.md"
    lines = readme.read_text("utf-8").splitlines()
    assert [chapter for chapter in CHAPTERS if f"## {chapter}" not in lines] == []


def test_its_readme_names_every_setting(kind: str) -> None:
    readme = (folder(connector(kind)) / "README.md").read_text("utf-8")
    assert [setting.name for setting in connector(kind).spec.settings if f"`{setting.name}`" not in readme] == []


def test_the_declaration_points_to_the_readme(kind: str) -> None:
    assert connector(kind).spec.docs.endswith(f"{folder(connector(kind)).name}/README.md")
