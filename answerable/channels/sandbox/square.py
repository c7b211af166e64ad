"""The square itself: posting on it, and its HTTP API as a foreign network would offer it."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from answerable.channels.models import Source
from answerable.channels.sandbox.models import Picture, Post
from answerable.core import files, jobs
from answerable.core.errors import Invalid
from answerable.core.moments import now

PAGE = 50
MAX_TEXT = 500


def post(square: Source, *, handle: str, name: str, text: str, private: bool, parent: Post | None = None) -> Post:
    """A visitor posts, in public or to the company alone. The square then pushes it, as networks do.

    Raises `Invalid` for an empty or overlong text or a handle that is none.
    """
    words, who = text.strip(), handle.strip().lstrip("@").lower()
    if not words or len(words) > MAX_TEXT:
        raise Invalid(f"Write between 1 and {MAX_TEXT} characters. Nothing was posted.", "text")
    if not who.replace("_", "").isalnum() or len(who) > 40:
        raise Invalid("A handle has letters, figures and _ only. Nothing was posted.", "handle")
    made = Post.objects.create(
        square=square.slug,
        handle=who,
        name=name.strip()[:80],
        text=words,
        private=private,
        parent=parent,
        posted_at=now(),
    )
    _push(made)
    return made


def take_back(made: Post) -> None:
    """The author deletes a post; the square says so."""
    made.gone_at = now()
    made.save(update_fields=["gone_at"])
    _push(made)


def told(made: Post) -> dict[str, Any]:
    """A post as the API and the pushes tell it."""
    if made.gone_at:
        return {"id": made.pk, "gone": made.gone_at.isoformat()}
    return {
        "id": made.pk,
        "handle": made.handle,
        "name": made.name,
        "text": made.text,
        "private": made.private,
        "parent": made.parent_id,
        "at": made.posted_at.isoformat(),
    }


def _push(made: Post) -> None:
    jobs.later("channels.sandbox.jobs.push", post_id=made.pk)


@require_http_methods(["GET"])
def posts(request: HttpRequest, slug: str) -> HttpResponse:
    """Posts of visitors after an id, oldest first, and how many deliveries there were today."""
    if not _authorised(request, slug):
        return JsonResponse({"error": "no"}, status=401)
    after = request.GET.get("after", "0")
    theirs = Post.objects.filter(square=slug).exclude(handle="").filter(Post.holding(request.GET.get("words", "")))
    page = list(theirs.filter(pk__gt=int(after) if after.isdecimal() else 0).order_by("pk")[: PAGE + 1])
    today = now().date()
    return JsonResponse(
        {
            "posts": [told(each) for each in page[:PAGE]],
            "more": len(page) > PAGE,
            "today": today.isoformat(),
            "count_today": theirs.filter(posted_at__date=today).count() + theirs.filter(gone_at__date=today).count(),
        }
    )


@csrf_exempt
@require_http_methods(["POST"])
def replies(request: HttpRequest, slug: str) -> HttpResponse:
    """The company speaks. The same idempotency key again is the same post."""
    if not _authorised(request, slug):
        return JsonResponse({"error": "no"}, status=401)
    try:
        words, key = json.loads(request.body), unquote(request.headers["Idempotency-Key"])
        parent = Post.objects.filter(square=slug, pk=int(words["parent"] or 0)).first()
        fields = {"text": str(words["text"]), "private": bool(words["private"]), "to": str(words["to"])[:40]}
        pictures = [(int(each["id"]), str(each["alt"])[:1000]) for each in words.get("pictures", ())]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not a reply"}, status=422)
    made, fresh = Post.objects.get_or_create(
        square=slug, key=key, defaults={**fields, "name": "", "parent": parent, "posted_at": now()}
    )
    for pk, alt in pictures if fresh else ():
        Picture.objects.filter(square=slug, pk=pk, post=None).update(post=made, alt=alt)
    return JsonResponse({"id": made.pk}, status=201 if fresh else 200)


@csrf_exempt
@require_http_methods(["POST"])
def pictures(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a picture in; a reply names it afterwards."""
    if not _authorised(request, slug):
        return JsonResponse({"error": "no"}, status=401)
    named = request.GET.get("type", "")[:120]
    if not named.startswith("image/") or not request.body:
        return JsonResponse({"error": "not a picture"}, status=422)
    made = Picture.objects.create(square=slug, media_type=named, file=files.keep(request.body))
    return JsonResponse({"id": made.pk}, status=201)


@csrf_exempt
@require_http_methods(["DELETE"])
def company_post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The company takes an own post away. What is gone already says 404."""
    if not _authorised(request, slug):
        return JsonResponse({"error": "no"}, status=401)
    gone = Post.objects.filter(square=slug, pk=pk, handle="", gone_at=None).update(gone_at=now())
    return JsonResponse({"id": pk}) if gone else JsonResponse({"error": "none"}, status=404)


@require_http_methods(["GET"])
def reply(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Is there a post with this key? 404 says for certain that there is none."""
    if not _authorised(request, slug):
        return JsonResponse({"error": "no"}, status=401)
    made = Post.objects.filter(square=slug, key=key).first()
    return JsonResponse({"id": made.pk}) if made else JsonResponse({"error": "none"}, status=404)


def _authorised(request: HttpRequest, slug: str) -> bool:
    source = Source.objects.filter(slug=slug, kind="sandbox").first()
    key = str(source.values().get("token_key") or "") if source else ""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(key) and hmac.compare_digest(key.encode(), given.encode("utf-8", "replace"))
