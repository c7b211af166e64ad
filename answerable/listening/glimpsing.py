"""A bounded sample of the public posts that went by, for estimates and for trying a query before it is saved.

Each post draws a lot between 0 and 1; the lowest lots of a source and day are kept. So every post of a day has the same
chance, however many come, and two processes together keep the same as one. Nobody's name is kept: neither the author's
nor a handle, an address or a number in the text (decision 0014). Only what everybody can read may be handed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import SystemRandom

from django.db import connection

from answerable.channels.models import Source
from answerable.core import inserting
from answerable.core.text.keepable import clean
from answerable.core.text.masking import mask
from answerable.listening.models import Glimpse, Passing
from answerable.listening.posts import Post

SAMPLE = 2_000
"""Posts of one source and day; between two trimmings there are up to twice as many."""
DAYS = 3
LONGEST = 2_000
HANDLE = re.compile(r"(?<!\w)@[\w.-]*\w(?:@[\w.-]*\w)?")

_GO_BY = """
INSERT INTO listening_passing (source_id, day, posts, bar) VALUES (%(source)s, %(day)s, %(posts)s, 1)
ON CONFLICT (source_id, day) DO UPDATE SET posts = listening_passing.posts + EXCLUDED.posts RETURNING bar
"""
_LOTS = SystemRandom()


def keep(source: Source, posts: Sequence[Post], *, at: datetime) -> None:
    """Count the posts of a batch as gone by, matched or not, and take some of them into the sample of the day."""
    if not posts:
        return
    day = at.astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(_GO_BY, {"source": source.pk, "day": day, "posts": len(posts)})
        bar = cursor.fetchone()[0]
    drawn = [(lot, post) for post in posts if (lot := _LOTS.random()) < bar]
    if drawn:
        inserting.insert(_glimpse(source, post, lot, at) for lot, post in drawn)
        _trim(source, at)


def forget(*, at: datetime) -> None:
    """What is older than `DAYS` whole days goes."""
    oldest = at.astimezone(UTC).date() - timedelta(days=DAYS)
    Glimpse.objects.filter(day__lt=oldest).delete()
    Passing.objects.filter(day__lt=oldest).delete()


def nameless(text: str) -> str:
    """A text as the sample keeps it."""
    return mask(HANDLE.sub("@…", clean(text)[:LONGEST]))


def _glimpse(source: Source, post: Post, lot: float, at: datetime) -> Glimpse:
    day = at.astimezone(UTC).date()
    return Glimpse(source=source, day=day, lot=lot, text=nameless(post.text), language=post.language[:10], at=at)


def _trim(source: Source, at: datetime) -> None:
    """Once there are twice as many as wanted, the lowest lots stay, and the highest of these is the new bar."""
    of_today = Glimpse.objects.filter(source=source, day=at.astimezone(UTC).date())
    if of_today.count() < 2 * SAMPLE:
        return
    bar = of_today.order_by("lot").values_list("lot", flat=True)[SAMPLE]
    of_today.filter(lot__gte=bar).delete()
    Passing.objects.filter(source=source, day=at.astimezone(UTC).date()).update(bar=bar)
