"""Nouns of what goes out: the draft, the reply in the outbox, the attempts to send it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.cases.models import Case, through_case
from answerable.conversations.models import Conversation, Message
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.replies.models.wordings import WordingVersion


class Draft(models.Model):
    """What one agent is writing in one case. Kept on the server, so that nothing is lost with a browser.

    `not_deflection` says why it sends nobody elsewhere, although its words look like it. `wording` is the version of a wording
    with which it began.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    audience = models.CharField(max_length=10, default="private")
    text = models.TextField(default="")
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    not_deflection = models.CharField(max_length=400, default="", db_default="")
    wording = models.ForeignKey(WordingVersion, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="draft_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(case__workspace_id=viewer.workspace_id, user_id=viewer.user_id)


class DraftFile(models.Model):
    """A file that will go out with a draft. `alt` says in words what a picture shows."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    file = models.CharField(max_length=64)
    alt = models.CharField(max_length=1000, default="", db_default="")

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(draft__case__workspace_id=viewer.workspace_id, draft__user_id=viewer.user_id)


class Reply(models.Model):
    """A reply in the outbox, written in the transaction of its message. `key` makes a double click one reply.

    `unknown` means that it may have gone out: it is looked up on the channel or settled by a person, never sent again
    by itself. `next_try_at` is set while it waits for another try. `by_hand` waits for a person who posts it at `place` and
    says where it stands, which is then its `external_id`; `taken_back` was never posted. `went_on_as` carried it to another
    address, because it was not seen where it was said. `approved` says which text that the network
    approved it is, where its window was closed: its name, its language and what stands in its places. `wording` is the version
    of our own wording that it says, or that its words left.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        SEEN = "seen"
        UNKNOWN = "unknown"
        FAILED = "failed"
        BY_HAND = "by_hand"
        TAKEN_BACK = "taken_back"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="replies")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="reply")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    key = models.CharField(max_length=200)
    in_reply_to = models.CharField(max_length=400, default="")
    automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    trouble = models.TextField(default="")
    external_id = models.CharField(max_length=500, default="")
    place = models.CharField(max_length=2000, default="", db_default="")
    approved = models.JSONField(null=True)
    wording = models.ForeignKey(WordingVersion, on_delete=models.PROTECT, null=True, related_name="replies")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    went_on_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="carries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="reply_once")]
        indexes = [
            # outbox: what is still to be sent or to be settled
            models.Index(
                fields=["state", "next_try_at"],
                condition=Q(state__in=["queued", "sending", "unknown"]),
                name="reply_unsettled",
            ),
            # receipts: the reply with this id on its channel
            models.Index(fields=["workspace", "external_id"], name="reply_external"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything
        return everything & through_case(viewer, "message__filing__case__")


class Attempt(models.Model):
    """One try to send a reply, committed before anything leaves. `handed_over_at` is the point of no return."""

    class State(models.TextChoices):
        STARTED = "started"
        SENT = "sent"
        REFUSED = "refused"
        LATER = "later"
        UNKNOWN = "unknown"
        BY_HAND = "by_hand"
        TAKEN_BACK = "taken_back"

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    started_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "number"], name="attempt_once")]


class TakingBack(models.Model):
    """Somebody asked for a reply of ours to be taken back: who, when, why, and when it was gone. `trouble` says why it is
    there still; an `ended_at` without `done_at` is a refusal for good.
    """

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="taking_back")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=400)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(default="")
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class ClosureRequest(models.Model):
    """Somebody asked a complaint site to close: on which ground, why, and what became of it. `taken_at` is when the site took
    the request; an `ended_at` without it is a refusal, and the same ground may be asked again.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closure_requests")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="closure_requests")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=40)
    words = models.TextField(default="")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(default="")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "ground"],
                condition=Q(ended_at=None) | Q(taken_at__isnull=False),
                name="closure_request_once",
            )
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)
