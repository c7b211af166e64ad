"""Lending a package that is not installed to a run: its folder on the path, and its entry point in metadata of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from answerable.core.errors import Invalid

GROUP = "answerable.channels"


def lend(folder: Path, into: Path) -> list[Path]:
    """Write metadata for the package in `folder` below `into`; returns what belongs on the path."""
    points = _points(folder)
    info = into / "lent_channel-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lent-channel\nVersion: 0\n", "utf-8")
    lines = [f"[{GROUP}]", *(f"{name} = {target}" for name, target in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return [into, folder.resolve()]


def kinds(folder: Path) -> list[str]:
    """The kinds that the package in this folder brings."""
    return sorted(_points(folder))


def _points(folder: Path) -> Mapping[str, str]:
    page = folder / "pyproject.toml"
    if not page.exists():
        raise Invalid("%(name)s has no pyproject.toml with an entry point for a channel.", name=str(folder))
    told = tomllib.loads(page.read_text("utf-8")).get("project", {}).get("entry-points", {}).get(GROUP, {})
    if not told:
        raise Invalid("%(name)s names no entry point in the group answerable.channels.", name=str(page))
    return {str(name): str(target) for name, target in told.items()}
