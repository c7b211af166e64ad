"""Nouns of the pretend town square."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q


class Post(models.Model):
    """One post on a square, or one private message. `handle` is empty where the company speaks.

    `to` is the handle that a private message of the company goes to. `key` makes a repeated request one post.
    """

    square = models.CharField(max_length=60)
    handle = models.CharField(max_length=40, default="")
    name = models.CharField(max_length=80, default="")
    text = models.TextField()
    private = models.BooleanField(default=False)
    to = models.CharField(max_length=40, default="")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - NULL keeps the unique constraint off posts without a key
    posted_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["square", "key"], name="post_key_once")]
        indexes = [models.Index(fields=["square", "id"], name="post_of_square")]

    @property
    def by_company(self) -> bool:
        return not self.handle

    @classmethod
    def holding(cls, words: str) -> Q:
        """What a search finds: posts with any of these words, parted by commas. No words find everything."""
        wanted = [Q(text__icontains=each.strip()) for each in words.split(",") if each.strip()]
        return reduce(or_, wanted, Q())

    @classmethod
    def seen_by(cls, square: str, handle: str) -> Q:
        """What somebody on the square sees: everything public, and the own private messages."""
        return Q(square=square) & (Q(private=False) | Q(handle=handle) | Q(to=handle))


class Picture(models.Model):
    """A picture that the company uploaded; it hangs on no post until one names it."""

    square = models.CharField(max_length=60)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="pictures")
    media_type = models.CharField(max_length=120)
    file = models.CharField(max_length=64)
    alt = models.CharField(max_length=1000, default="")
