"""What a visitor of the square may see there."""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.channels.sandbox.models import Picture, Post

# No handle on the square looks like this, so it sees what everybody sees.
STRANGER = "-"


def seen(square: str, handle: str) -> QuerySet[Post]:
    """The posts that somebody with this handle, or with none, reads on the square, newest first."""
    return (
        Post.objects.filter(Post.seen_by(square, handle or STRANGER))
        .select_related("parent")
        .prefetch_related("pictures")
        .order_by("-pk")
    )


def picture(square: str, handle: str, pk: int) -> Picture | None:
    """A picture of a post that somebody with this handle reads and that still stands."""
    return Picture.objects.filter(post__in=seen(square, handle).filter(gone_at=None).values("pk"), pk=pk).first()


def own(square: str, handle: str, pk: int) -> Post | None:
    """A post of this handle that still stands."""
    return Post.objects.filter(square=square, handle=handle or STRANGER, pk=pk, gone_at=None).first()
