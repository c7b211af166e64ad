"""Nouns of channels: the source."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from answerable.channels.contract import Audience, Can, Spec
from answerable.channels.registry import connector
from answerable.core import secrets
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Source(models.Model):
    """One connected mailbox, page or search. Cases from it wait in the queue of `team`.

    `settings` are plain, `sealed` are the encrypted secrets. `cursor` moves only in the transaction that stores what
    it passed. `silence_hours` without anything heard raises the silence alarm; 0 is no alarm. `unauthorised_since` is
    set while the credentials are known not to work: a person enters new ones. `monthly_cap` is what its calls may cost in
    a month, in the currency of its channel. `stream_cursor` is as `cursor`, for what is listened to; `failing_in_stream`
    says which of the two hears nothing, so that news from the other does not end it. `authorised_until` is when a person
    must sign in again, where the network says so; `end_told` is at how many days before it they were told last.
    """

    class State(models.TextChoices):
        ON = "on"
        PAUSED = "paused"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="sources")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    address = models.CharField(max_length=254, default="")
    slug = models.SlugField(max_length=60, unique=True)
    settings = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ON)
    cursor = models.JSONField(default=dict)
    stream_cursor = models.JSONField(default=dict)
    silence_hours = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failing_in_stream = models.BooleanField(default=False)
    trouble = models.TextField(default="")
    silence_told_at = models.DateTimeField(null=True)
    unauthorised_since = models.DateTimeField(null=True)
    authorised_until = models.DateTimeField(null=True)
    end_told = models.PositiveSmallIntegerField(null=True)
    monthly_cap = models.DecimalField(null=True, max_digits=12, decimal_places=2)
    cap_set_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "address"], condition=~Q(address=""), name="source_address_once"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Sources of the viewer's teams; all of them for those who see the whole workspace."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(team_id__in=viewer.team_ids)

    @property
    def spec(self) -> Spec:
        return connector(self.kind).spec

    def can(self, capability: Can) -> bool:
        return capability in self.spec.can

    def takes(self, audience: str) -> bool:
        """Does it take answers to this audience, sent by the house or posted by a person's hand?"""
        if audience == Audience.PUBLIC:
            return self.can(Can.REPLY_PUBLIC) or self.can(Can.ANSWER_BY_HAND)
        return self.can(Can.REPLY_PRIVATE)

    def values(self) -> dict[str, Any]:
        """Settings and opened secrets together, defaults filled in, and where this house lives, for the connector."""
        defaults = {setting.name: setting.default for setting in self.spec.settings if setting.default is not None}
        house = {"address": self.address, "slug": self.slug, "house_url": settings.ANSWERABLE_PUBLIC_URL}
        return {**defaults, **self.settings, **secrets.unseal(bytes(self.sealed)), **house}


class Allowance(models.Model):
    """How many calls the other side of a source still takes in one of its counts, by its own words."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="allowances")
    bucket = models.CharField(max_length=80, default="")
    left = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    renews_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "bucket"], name="allowance_once")]


class Spending(models.Model):
    """What the calls of a source cost in one month (its first day), by what was paid for; our own count of it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="spending")
    month = models.DateField()
    what = models.CharField(max_length=60)
    amount = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "month", "what"], name="spending_once")]


class SourceNotice(models.Model):
    """Something that one person of the house must know about a source. It stays until they looked at the channels."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="source_notices")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # also the index by which the bell counts what somebody has not seen
            models.UniqueConstraint(
                fields=["user", "source", "kind"], condition=Q(seen_at=None), name="source_notice_unseen_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)


class SigningIn(models.Model):
    """Somebody is on the network's own page to let us in. `state` is the SHA-256 of what comes back with them, `session` of
    what proves that it is them; the verifier (RFC 7636) is sealed. It serves once, and not for long.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=64, unique=True)
    session = models.CharField(max_length=64)
    sealed = models.BinaryField()
    started_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Gap(models.Model):
    """A while in which nothing could be heard from a source, and why. `last_answer_at` is when the other side last answered
    before it; what was posted from then on and came after the end came late.
    """

    class Why(models.TextChoices):
        PEER = "peer"
        HOUSE = "house"
        PAUSE = "pause"
        AUTHORISATION = "authorisation"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="gaps")
    why = models.CharField(max_length=20, choices=Why.choices)
    last_answer_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(ended_at=None), name="gap_open_once"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="gap_forwards"),
        ]
        # channel health and ledger: the newest of a source
        indexes = [models.Index(fields=["source", "-began_at"], name="gap_of_source")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        everything = Q(source__workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(source__team_id__in=viewer.team_ids)
