"""What the documents say is true: links lead somewhere, and every setting, dependency, command and channel is described."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from answerable.channels import table
from answerable.channels.contract import Can
from answerable.channels.registry import connectors
from answerable.house import cli

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "answerable").rglob("README.md")]
LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]+)[^)]*\)")
FOR_TESTS_ONLY = {"ANSWERABLE_TEST_DATABASE_URL", "ANSWERABLE_TEST_NAME"}


def links() -> list[tuple[str, str, str]]:
    return [
        (str(path.relative_to(ROOT)), text, target)
        for path in DOCUMENTS
        for text, target in LINK.findall(path.read_text(encoding="utf-8"))
        if not target.startswith(("http:", "https:", "mailto:"))
    ]


@pytest.mark.parametrize(("document", "text", "target"), links())
def test_links_lead_somewhere(document: str, text: str, target: str) -> None:
    assert ((ROOT / document).parent / target).exists()


@pytest.mark.parametrize(("document", "text", "target"), [link for link in links() if link[0] == "docs/tour.md"])
def test_the_tour_names_what_is_there(document: str, text: str, target: str) -> None:
    path = (ROOT / document).parent / target
    if path.suffix != ".py" or path.name == "__init__.py":
        return
    name = text.strip("`").rpartition(".")[2]
    source = path.read_text(encoding="utf-8")
    known = {"quarantine", "settings", "email", "ledger", "settled"}
    assert name in known or re.search(rf"^\s*(async def|def|class) {name}\b|^{name}\b.*=", source, re.MULTILINE)


def test_every_setting_is_documented_and_read() -> None:
    named = set(re.findall(r"ANSWERABLE_[A-Z_]+", "".join(_sources())))
    documented = set(re.findall(r"`(ANSWERABLE_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text()))
    assert named - FOR_TESTS_ONLY == documented


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = [each for extra in project["project"]["optional-dependencies"].values() for each in extra]
    wanted = [*project["project"]["dependencies"], *extras, *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=;~ ]", each)[0] for each in wanted}
    documented = set(re.findall(r"^\| ([a-z0-9-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE))
    assert names == documented


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^    \{?([a-z,]+)\}?", cli._parser().format_help(), re.MULTILINE)
    missing = [name for line in commands for name in line.split(",") if f"answerable {name}" not in readme]
    assert not [name for name in missing if name not in {"demo", "seed"}]


def test_every_channel_has_its_page() -> None:
    missing = [kind for kind, each in connectors().items() if not (ROOT / each.spec.docs).is_file()]
    assert not missing


def test_the_table_of_the_channels_is_current() -> None:
    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "python -m answerable.channels.table writes it anew"


def test_every_capability_has_its_words_in_the_table() -> None:
    assert set(table.CAN) == set(Can)


def _sources() -> list[str]:
    paths = (path for path in (ROOT / "answerable").rglob("*.py") if "tests" not in path.parts)
    return [path.read_text(encoding="utf-8") for path in paths]
