"""The verbs of the chat's own network: a chat begins, a line is kept, a chat ends and is forgotten."""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from answerable.channels.models import Source
from answerable.channels.webchat.models import Chat, Line
from answerable.core.errors import HouseError
from answerable.core.moments import now

TOPIC = "answerable_chat"
FOR = timedelta(days=7)


class Unknown(HouseError):
    """No chat has this secret, or not any more."""


def begin(source: Source, *, language: str, origin: str, agreed_to: str) -> tuple[Chat, str]:
    """A person said yes to the text that stood there. Returns the chat and its secret, which is told once."""
    token, at = random.token_urlsafe(32), now()
    chat = Chat.objects.create(
        source=source,
        token=_digest(token),
        language=language,
        origin=origin[:200],
        agreed_to=agreed_to,
        agreed_at=at,
        last_at=at,
    )
    return chat, token


def holder(source: Source, token: str) -> Chat:
    """The chat whose window holds this secret. Raises `Unknown`, also after an end and after a long silence."""
    chats = Chat.objects.filter(source=source, ended_at=None, last_at__gt=now() - FOR)
    chat = chats.filter(token=_digest(token)).first() if token else None
    if chat is None:
        raise Unknown("This chat is over. Nothing was sent. Begin a new one: what was said is kept.")
    return chat


def keep(chat: Chat, *, key: str, text: str, by_us: bool, agent: str = "", files: Sequence[str] = ()) -> Line:
    """Keep a line and tell every open window of this chat. The same key again is the same line."""
    at = now()
    line, fresh = Line.objects.get_or_create(
        chat=chat,
        key=key[:200],
        defaults={"text": text, "by_us": by_us, "agent": agent[:120], "files": list(files), "at": at},
    )
    if fresh:
        Chat.objects.filter(pk=chat.pk).update(last_at=at)
        _tell(chat)
    return line


def end(chat: Chat) -> None:
    """The person closes the chat for good: its secret opens nothing from now on."""
    Chat.objects.filter(pk=chat.pk, ended_at=None).update(ended_at=now())
    _tell(chat)


def forget(at: datetime) -> int:
    """Windows whose time is over are forgotten, with their lines; what was said stays in its case."""
    gone = 0
    for source in Source.objects.filter(pk__in=Chat.objects.values("source")):
        days = int(source.values().get("keep_days") or 1)
        gone += Chat.objects.filter(source=source, last_at__lt=at - timedelta(days=days)).delete()[0]
    return gone


def after(chat_id: int, line_id: int) -> list[Line]:
    """The lines of a chat after this one, oldest first."""
    return list(Line.objects.filter(chat_id=chat_id, pk__gt=line_id).order_by("pk"))


def ours(chat: Chat, ids: Sequence[int]) -> list[int]:
    """Which of these lines are answers of ours in this chat."""
    return list(Line.objects.filter(chat=chat, by_us=True, pk__in=ids).values_list("pk", flat=True))


def _tell(chat: Chat) -> None:
    """Heard by the web processes when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [TOPIC, str(chat.pk)])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
