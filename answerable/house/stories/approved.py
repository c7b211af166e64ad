"""The approved wordings of the demo: Ben proposes them, Mira approves them. `texts.toml` holds what they say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files

from django.conf import settings

from answerable.core.moments import now
from answerable.house.stories.stage import Stage
from answerable.replies import proposing, vouching

VALID = timedelta(days=270)


def approve_all(stage: Stage) -> None:
    """Every text of the file, in each of its languages."""
    for told in tomllib.loads(files("answerable.house.stories").joinpath("texts.toml").read_text("utf-8"))["wording"]:
        _approve(told, stage)


def _approve(told: Mapping[str, str], stage: Stage) -> None:
    ben, mira, today = stage.viewer("Ben"), stage.viewer("Mira"), now().date()
    says = {name: told[name] for name in ("code", "title", "product", "topic", "audience")}
    wording = proposing.begin(**says, by=ben)
    for language in (code for code, _ in settings.LANGUAGES if code in told):
        version = proposing.propose(
            wording,
            language=language,
            text=told[language],
            because="Asked every week.",
            sources=told["sources"],
            valid_from=today - timedelta(days=30),
            valid_to=today + VALID,
            by=ben,
        )
        vouching.approve(version, by=mira)
