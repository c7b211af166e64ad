"""Nouns of conversations: contacts and their identities, conversations, messages, attachments."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from answerable.channels.contract import Audience, Mark
from answerable.channels.models import Source
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Contact(models.Model):
    """A person who wrote to us, over all channels."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """A contact is seen by those who see one of its cases; `Case.reach` says which."""
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything
        return everything & (Q(cases__team_id__in=viewer.team_ids) | Q(cases__holder_user_id=viewer.user_id))


class Identity(models.Model):
    """One handle, address or number of a contact, and on what evidence we hold it to be theirs."""

    class Evidence(models.TextChoices):
        WROTE_FROM = "wrote_from"
        WAS_ADDRESSED = "was_addressed"
        AGENT_SAID = "agent_said"
        HANDED_IN = "handed_in"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities")
    namespace = models.CharField(max_length=40)
    value = models.CharField(max_length=320)
    display = models.CharField(max_length=200, default="")
    evidence = models.CharField(max_length=20, choices=Evidence.choices)
    unreachable_at = models.DateTimeField(null=True)
    unreachable_because = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "namespace", "value"], name="identity_once")]

    def __str__(self) -> str:
        return self.display or self.value


class Conversation(models.Model):
    """The messages of one thread on one source. `people` are the identities that wrote in it or were addressed."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="conversations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="conversations")
    people = models.ManyToManyField(Identity, related_name="conversations")
    subject = models.CharField(max_length=400, default="")
    started_at = models.DateTimeField()


class Message(models.Model):
    """One utterance, in or out, or a note. Written once; what was shown stays shown.

    `once` is what makes it one: the source (or, where ids are global, the channel) and the external id. A note has
    no conversation. `text` is what was said now, `quoted` what was repeated below it; together they lose nothing.
    """

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"
        NOTE = "note"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, null=True, related_name="messages")
    once = models.CharField(max_length=500)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    audience = models.CharField(max_length=10, choices=[(each, each) for each in Audience])
    author = models.ForeignKey(Identity, on_delete=models.PROTECT, null=True, related_name="messages")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="messages")
    subject = models.CharField(max_length=400, default="")
    text = models.TextField()
    quoted = models.TextField(default="")
    html = models.TextField(default="")
    language = models.CharField(max_length=10, default="")
    marks = ArrayField(models.CharField(max_length=20, choices=[(each, each) for each in Mark]), default=list)
    notes = ArrayField(models.TextField(), default=list)
    recipients = models.JSONField(default=dict)
    posted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    search = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "once"], name="message_once"),
            models.CheckConstraint(
                condition=Q(direction="note", conversation=None, audience="internal")
                | (~Q(direction="note") & Q(conversation__isnull=False) & ~Q(audience="internal")),
                name="message_note_is_internal",
            ),
        ]
        indexes = [
            # search screen: the words of every message
            GinIndex(fields=["search"], name="message_search", fastupdate=False),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """A message is seen by those who see its case; `Case.reach` says which."""
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything & Q(filing__isnull=False)
        return everything & (
            Q(filing__case__team_id__in=viewer.team_ids) | Q(filing__case__holder_user_id=viewer.user_id)
        )


class Reference(models.Model):
    """An id under which a thread may be found again: every id that we ever sent or saw. Newest wins."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    namespace = models.CharField(max_length=40)
    value = models.CharField(max_length=400)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="references")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="references")

    class Meta:
        indexes = [
            # threading: the conversation of an id that a mail names
            models.Index(fields=["workspace", "namespace", "value"], name="reference_value"),
        ]


class Attachment(models.Model):
    """A file of a message. `media_type` is what the content is; `declared_type` is what the sender called it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    declared_type = models.CharField(max_length=120, default="")
    size = models.PositiveBigIntegerField()
    file = models.CharField(max_length=64)
    inline_id = models.CharField(max_length=400, default="")

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        everything = Q(message__workspace_id=viewer.workspace_id, message__filing__isnull=False)
        if viewer.sees_all:
            return everything
        return everything & (
            Q(message__filing__case__team_id__in=viewer.team_ids)
            | Q(message__filing__case__holder_user_id=viewer.user_id)
        )
