"""The demo listens: what went by on a square, the queries that Ben saved after it, and what they found since.

`listening.toml` holds the queries and the posts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.resources import files

from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.core.moments import now, told_at
from answerable.house.stories.stage import Stage
from answerable.listening import glimpsing, saving
from answerable.listening.posts import Post

SAVED = timedelta(hours=7)
"""So long ago the queries were saved: before every post, and so late that no promised answer to one is due."""
DOOR = "heard"


def listen(stage: Stage) -> None:
    """What went by the day before, the queries that were tried on it, and what they found since."""
    told = tomllib.loads(files("answerable.house.stories").joinpath("listening.toml").read_text("utf-8"))
    at, gone_by = now(), told["passing"]
    _go_by(gone_by["texts"], stage, at - timedelta(hours=gone_by["hours"]))
    with told_at(at - SAVED):
        for each in told["query"]:
            _save(each, stage, by=stage.viewer("Ben"))
    for each in told["post"]:
        with told_at(at - timedelta(hours=each["hours"])):
            _go_by([each["text"]], stage, now())
            stage.say(each["who"], each["text"], door=DOOR)


def _go_by(texts: Sequence[str], stage: Stage, at: datetime) -> None:
    """A square that is public as a whole, so that each post of it may be in the sample."""
    source = stage.sources[DOOR]
    glimpsing.keep(source, [Post(each, channel=source.kind) for each in texts], at=at)


def _save(told: Mapping[str, str], stage: Stage, *, by: Viewer) -> None:
    holder = User.objects.get(pk=stage.viewer(told["holder"]).user_id)
    saving.save(name=told["name"], text=told["text"], team=stage.team(told["team"]), holder=holder, by=by)
