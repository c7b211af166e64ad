"""The demo's theatre: a visitor watches a story from its first word, step by step or by itself. In the demo only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from answerable.channels.models import Source
from answerable.core.errors import HouseError, NotThere
from answerable.core.web.saying import said
from answerable.house.stories import playing
from answerable.house.stories.stage import Stage, doors
from answerable.house.stories.story import Story
from answerable.house.stories.tellers import STORIES
from answerable.portal.frame import public, show


@dataclass
class Playing:
    """What a visitor's session remembers: which story, how far, whether it goes on by itself, and who is who in it."""

    story: str
    mark: str
    done: int = 0
    alone: bool = False
    kept: dict[str, Any] | None = None


@public("email")
@require_GET
def page(request: HttpRequest, source: Source) -> HttpResponse:
    _only_in_the_demo()
    return _show(request, source, _remembered(request))


@public("email")
@require_POST
def begin(request: HttpRequest, source: Source, key: str) -> HttpResponse:
    """Play a story from the start, with people who were never heard before."""
    _only_in_the_demo()
    _remember(request, Playing(_story(key).key, secrets.token_hex(2)))
    return redirect("stories", source.slug)


@public("email")
@require_POST
def go_on(request: HttpRequest, source: Source) -> HttpResponse:
    """Play the next step, or switch between step by step and by itself."""
    _only_in_the_demo()
    playing_, wrong = _remembered(request), None
    if playing_ is None:
        return redirect("stories", source.slug)
    if "alone" in request.POST:
        playing_.alone = request.POST["alone"] == "yes"
    else:
        wrong = _step(playing_, source)
    _remember(request, playing_)
    if getattr(request, "htmx", False):
        return _show(request, source, playing_, wrong)
    return _show(request, source, playing_, wrong) if wrong else redirect("stories", source.slug)


def _step(playing_: Playing, source: Source) -> HouseError | None:
    """A step may come too early: the desk is still opening what arrived. Then nothing happened, and it comes again."""
    story = _story(playing_.story)
    if playing_.done >= len(story.steps):
        return None
    stage = Stage(source.workspace, doors(source.workspace), playing_.mark, kept=dict(playing_.kept or {}))
    try:
        playing.step(story, stage, playing_.done)
    except HouseError as error:
        return error
    playing_.done += 1
    playing_.kept = stage.kept
    playing_.alone = playing_.alone and playing_.done < len(story.steps)
    return None


def _show(
    request: HttpRequest, source: Source, playing_: Playing | None, wrong: HouseError | None = None
) -> HttpResponse:
    story = _story(playing_.story) if playing_ else None
    context: dict[str, Any] = {
        "stories": STORIES,
        "story": story,
        "playing": playing_,
        "case": playing_.kept.get("case") if playing_ and playing_.kept else None,
        "sentence": said(wrong) if wrong else "",
        "inbox": reverse("inbox:inbox"),
    }
    return show(request, source, "portal/stories.html", **context)


def _story(key: str) -> Story:
    for story in STORIES:
        if story.key == key:
            return story
    raise NotThere("There is no such story. Choose one from the list.")


def _only_in_the_demo() -> None:
    if not settings.ANSWERABLE_DEMO:
        raise NotThere("There is no such page. Stories are played in the demo only.")


def _remembered(request: HttpRequest) -> Playing | None:
    known = request.session.get("story")
    return Playing(**known) if known else None


def _remember(request: HttpRequest, playing_: Playing) -> None:
    request.session["story"] = vars(playing_)
