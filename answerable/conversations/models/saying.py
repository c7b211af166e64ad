"""Contacts and their identities, conversations, messages, attachments."""

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
    preferred_channel = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """A contact is seen by those who see one of its cases; `Case.reach` says which."""
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything
        return everything & through_case(viewer, "cases__")


class Identity(models.Model):
    """One handle, address or number of a contact, and on what evidence we hold it to be theirs.

    `elsewhere` is an address that they left for answers which they do not see here.
    """

    class Evidence(models.TextChoices):
        WROTE_FROM = "wrote_from"
        WAS_ADDRESSED = "was_addressed"
        AGENT_SAID = "agent_said"
        HANDED_IN = "handed_in"
        VERIFIED_CODE = "verified_code"
        INVITATION = "invitation"
        SAID_SO = "said_so"
        ACCOUNT_MATCH = "account_match"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities")
    namespace = models.CharField(max_length=40)
    value = models.CharField(max_length=320)
    display = models.CharField(max_length=200, default="")
    evidence = models.CharField(max_length=20, choices=Evidence.choices)
    unreachable_at = models.DateTimeField(null=True)
    unreachable_because = models.TextField(default="")
    elsewhere = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "namespace", "value"], name="identity_once")]

    def __str__(self) -> str:
        return self.display or self.value


class Proof(models.Model):
    """One piece of evidence that an identity is a contact's: how we know, when, and from which message or colleague."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="proofs")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="proofs")
    evidence = models.CharField(max_length=20, choices=Identity.Evidence.choices)
    words = models.TextField(default="")
    message = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Link(models.Model):
    """Two contacts are one person: suggested, confirmed, declined or taken apart again, with the evidence it stands on.

    `identities` and `conversations` are the ids of what went from `joined` to `kept`, so that each can go back.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested"
        CONFIRMED = "confirmed"
        DECLINED = "declined"
        UNDONE = "undone"

    class Strength(models.TextChoices):
        WEAK = "weak"
        GOOD = "good"
        STRONG = "strong"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    kept = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="links")
    joined = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="joined_by")
    evidence = models.CharField(max_length=20, choices=Identity.Evidence.choices)
    strength = models.CharField(max_length=10, choices=Strength.choices)
    words = models.TextField(default="")
    message = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUGGESTED)
    identities = ArrayField(models.BigIntegerField(), default=list)
    conversations = ArrayField(models.BigIntegerField(), default=list)
    cases = ArrayField(models.BigIntegerField(), default=list)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kept", "joined"], condition=Q(state__in=["suggested", "confirmed"]), name="link_once"
            ),
            models.UniqueConstraint(fields=["joined"], condition=Q(state="confirmed"), name="link_joined_once"),
            models.CheckConstraint(condition=~Q(kept=models.F("joined")), name="link_of_two"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Conversation(models.Model):
    """The messages of one thread on one source. `people` are the identities that wrote in it or were addressed."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="conversations")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="conversations")
    people = models.ManyToManyField(Identity, related_name="conversations")
    subject = models.CharField(max_length=400, default="")
    started_at = models.DateTimeField()


class Message(models.Model):
    """One utterance, in or out, or a note. Written once; what was shown stays shown, in `revisions` where its author
    changed it on the network.

    `once` is what makes it one: the source (or, where ids are global, the channel) and the external id. A note has
    no conversation. `text` is what was said now, `quoted` what was repeated below it; together they lose nothing.
    `first_seen_at` is when the first of us opened what a customer said. `topics` are those of which a customer speaks, read from
    the words when they came and when their author changed them.

    `emptied_at` is when its words were removed because the network asks for that; the fact is kept. `kept_because` holds
    them here: what safety records need is not removed. `looked_at` is when we last asked the network after it.
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
    topics = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    recipients = models.JSONField(default=dict)
    posted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    kept_because = models.CharField(max_length=400, default="")
    looked_at = models.DateTimeField(null=True)
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
            # radar: what came in lately
            models.Index(fields=["workspace", "received_at"], condition=Q(direction="in"), name="message_lately"),
            # search screen: the words of every message; the newest, up to 1 MB, wait in a list to be sorted in together
            GinIndex(fields=["search"], name="message_search", fastupdate=True, gin_pending_list_limit=1024),
            # emptying: what its author took away and still has its words
            models.Index(
                fields=["withdrawn_at"],
                condition=Q(withdrawn_at__isnull=False, emptied_at=None),
                name="message_to_empty",
            ),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """A message is seen by those who see its case; `Case.reach` says which."""
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything & Q(filing__isnull=False)
        return everything & through_case(viewer, "filing__case__")


class Revision(models.Model):
    """What a message said before its author changed it. `written_at` is when it was said so."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="revisions")
    subject = models.CharField(max_length=400, default="")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "written_at"], name="revision_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)


class Overheard(models.Model):
    """What somebody said in public around a message of ours: to be understood with it. It is no message to us."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="overheard")
    external_id = models.CharField(max_length=400)
    author = models.CharField(max_length=320)
    text = models.TextField()
    posted_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "external_id"], name="overheard_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)


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
    """A file of a message. `media_type` is what the content is; `declared_type` is what the sender called it.

    `file` is empty while the bytes are still on the other side under `reference`; `trouble` says why they are.
    `alt` says in words what a picture of ours shows.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    declared_type = models.CharField(max_length=120, default="")
    size = models.PositiveBigIntegerField()
    file = models.CharField(max_length=64, default="")
    inline_id = models.CharField(max_length=400, default="")
    reference = models.CharField(max_length=2000, default="")
    trouble = models.TextField(default="")
    alt = models.CharField(max_length=1000, default="", db_default="")

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)


class Consent(models.Model):
    """What somebody allowed us at one of their handles, or took back, how and when. The newest of a sort stands.

    It belongs to the handle: whoever takes a number back from SMS may still be called by mail.
    """

    class To(models.TextChoices):
        WRITING = "writing"
        RECORDING = "recording"

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="consents")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="consents")
    to = models.CharField(max_length=20, choices=To.choices)
    given = models.BooleanField()
    how = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # before each answer: does what somebody said at this handle stand against it?
            models.Index(fields=["identity", "to", "-at"], name="consent_newest"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)


class PhoneCall(models.Model):
    """What is known of a telephone call beside what was said in it. Durations in seconds; null is not known.

    `line` is our own number. `recording` is where the telephone system keeps a recording: a reference, which is shown.
    """

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="call")
    started_at = models.DateTimeField()
    waited = models.PositiveIntegerField(null=True)
    talked = models.PositiveIntegerField(null=True)
    abandoned = models.BooleanField(default=False)
    agent = models.CharField(max_length=120, default="")
    line = models.CharField(max_length=60, default="")
    recording = models.CharField(max_length=500, default="")

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)


class Sound(models.Model):
    """The recording of a telephone call. Without a consent on file its bytes are not fetched, and `file` stays empty.

    `message` is empty until the call is known that it belongs to: by an id (`calls`), or by one of the `numbers` and
    `made_at`.
    `words` are what a machine made of it. Whoever listens is kept in the read log.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="sounds")
    once = models.CharField(max_length=400)
    name = models.CharField(max_length=255)
    reference = models.CharField(max_length=2000)
    calls = ArrayField(models.CharField(max_length=400), default=list)
    numbers = ArrayField(models.CharField(max_length=60), default=list)
    made_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    words = models.TextField(default="")
    media_type = models.CharField(max_length=120, default="")
    size = models.PositiveBigIntegerField(default=0)
    file = models.CharField(max_length=64, default="")
    trouble = models.TextField(default="")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "once"], name="sound_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)


def through_case(viewer: Viewer, path: str) -> Q:
    """The rule of `Case.reach`, along a path to the case; this room does not know the case itself."""
    theirs = Q(**{f"{path}team_id__in": viewer.team_ids}) | Q(**{f"{path}holder_user_id": viewer.user_id})
    return theirs | Q(**{f"{path}id__in": viewer.case_ids}) if viewer.case_ids else theirs


def of_message(viewer: Viewer) -> Q:
    """What hangs on a message is seen by those who see the message."""
    everything = Q(message__workspace_id=viewer.workspace_id, message__filing__isnull=False)
    return everything if viewer.sees_all else everything & through_case(viewer, "message__filing__case__")
