"""Nouns of the web chat: one person's chat, and the lines that its window shows."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from answerable.channels.models import Source


class Chat(models.Model):
    """One person at one window. `token` is the digest of the secret that the window holds; it is ours nowhere else.

    `agreed_to` is the privacy text as it stood there, word for word, when the person said yes. `origin` is the site.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="chats")
    name = models.UUIDField(default=uuid4, unique=True)
    token = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    origin = models.CharField(max_length=200, default="")
    agreed_to = models.TextField()
    agreed_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.name)


class Line(models.Model):
    """What the window shows: said by the person, or by us. `key` makes a repeated request one line."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=200)
    by_us = models.BooleanField(default=False)
    agent = models.CharField(max_length=120, default="")
    text = models.TextField()
    files = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "key"], name="line_once")]
