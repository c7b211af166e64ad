"""Nouns of the core: workspaces, people of the company, their rights, the journal."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Viewer


class Role(models.TextChoices):
    """What a person may be trusted with. One person may have several."""

    AGENT = "agent", _("Agent")
    SPECIALIST = "specialist", _("Specialist")
    REVIEWER = "reviewer", _("Medical reviewer")
    SAFETY_OFFICER = "safety_officer", _("Safety officer")
    LEAD = "lead", _("Team lead")
    COACH = "coach", _("Coach")
    REPRESENTATIVE = "representative", _("Representative")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMIN = "admin", _("Admin")


class Workspace(models.Model):
    """One organisation's separate world. `promise_hours` is the promised time to resolution, in calendar hours.

    Nobody answered “is it solved?” for `silence_days`: then the policy counts the case as resolved, and says so.
    """

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en")
    promise_hours = models.PositiveIntegerField(default=48)
    silence_days = models.PositiveIntegerField(default=7)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(pk=viewer.workspace_id)


class Users(BaseUserManager["User"]):
    """Looks users up by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person of the company. Signs in with an e-mail address, kept in lower case."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    theme = models.CharField(max_length=10, default="system")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Users()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(memberships__workspace_id=viewer.workspace_id)


class Team(models.Model):
    """A group with one queue. The lead answers for what waits in it.

    A team that `hands_out` gives new cases to its members in turn. A transfer that is offered to the team, or to one of
    its members, comes back after `offer_hours`. A push is to be answered within `push_hours`. A holder who does nothing
    about a case that waits for us is told after `idle_hours`, and soon afterwards it goes back into the queue; None
    leaves it with them. All are calendar hours.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=80)
    lead = models.ForeignKey(User, on_delete=models.PROTECT, related_name="led_teams")
    hands_out = models.BooleanField(default=False)
    offer_hours = models.PositiveIntegerField(default=24)
    push_hours = models.PositiveIntegerField(default=4)
    idle_hours = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Membership(models.Model):
    """What one user may do in one workspace. `sees_all` widens the view from the own teams to the workspace.

    `skills` are products and languages, in lower case; without any, everything is theirs. `capacity` is how many open
    cases that wait for us one person may hold before no more are handed out; None is no limit. `dealt_at` is when the
    last one was handed out, so that the next goes to who waited longest.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    teams = models.ManyToManyField(Team, related_name="members", blank=True)
    sees_all = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    dealt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="membership_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Absence(models.Model):
    """A member is away from `starts_at` until `ends_at` (None: until they say that they are back)."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=120, default="")
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=Q(returned_at=None), name="absence_one")
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(membership__workspace_id=viewer.workspace_id)


class Grant(models.Model):
    """One case is opened to one member or one team beyond their own queues, and why: they follow it, it is offered to them.

    Part of the one door to personal data: `core.viewers` reads it into the viewer.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    case_id = models.BigIntegerField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="grants")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="grants")
    why = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "user", "team", "why"], nulls_distinct=False, name="grant_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False), name="grant_to_one"
            ),
        ]
        indexes = [
            # what is opened to a viewer
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="grant_of_user"),
            models.Index(fields=["team"], condition=Q(team__isnull=False), name="grant_of_team"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Token(models.Model):
    """An API key: only its SHA-256 is kept. `scopes` narrow the member's own rights and never widen them."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(membership__workspace_id=viewer.workspace_id, membership__user_id=viewer.user_id)


class Event(models.Model):
    """One line of the journal. Append-only: the database refuses update and delete and makes `seq`, `before`, `hash`.

    `chain` names the thing whose history this is ("case:12", "source:3", "workspace:1"). Holds ids and words of
    ours, never words of a person, so that erasing a person leaves the chain whole.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    chain = models.CharField(max_length=60)
    seq = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    part = models.CharField(max_length=40, default="")
    case_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    before = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="event_chain_seq")]
        indexes = [
            # journal page: newest first within a workspace
            models.Index(fields=["workspace", "-id"], name="event_newest"),
            # daily seal: all events of a day
            models.Index(fields=["at"], name="event_day"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Staff who may see the whole workspace read all of it; others what happened in their teams and to cases opened to them."""
        everything = Q(workspace_id=viewer.workspace_id)
        if viewer.sees_all:
            return everything
        return everything & (Q(team_id__in=viewer.team_ids) | Q(case_id__in=viewer.case_ids))


class Hook(models.Model):
    """An address elsewhere that is told what happens here. `sealed` is the secret that signs; no `kinds` are all of them.

    `off_because` says why it was switched off by itself.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="hooks")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=60), default=list)
    sealed = models.BinaryField(default=b"")
    is_on = models.BooleanField(default=True)
    off_because = models.CharField(max_length=500, default="")
    failing_since = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, ended_at=None)


class Delivery(models.Model):
    """One line of the journal on its way to one hook. `name` is the same at every try, so that the other side takes it once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ARRIVED = "arrived"

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    name = models.UUIDField(default=uuid4, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "event"], name="delivery_once")]
        indexes = [
            # the jobs: what is due at a hook
            models.Index(fields=["hook", "next_at"], condition=Q(state="waiting"), name="delivery_due"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(hook__workspace_id=viewer.workspace_id, hook__ended_at=None)


class HookTry(models.Model):
    """One try to hand a delivery on, and what the other side answered; null is no answer."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=500, default="")


class Seal(models.Model):
    """The journal of one UTC day, sealed: `hash` binds every event hash of the day and the seal before it."""

    day = models.DateField(unique=True)
    events = models.PositiveIntegerField()
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()


class Read(models.Model):
    """Somebody looked at a person's data. `what` names the sort of row, `row_id` which."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    what = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "what", "row_id", "-at"], name="read_of_row")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Heartbeat(models.Model):
    """The last sign of life of a part of the house."""

    part = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class Tally(models.Model):
    """How often something was tried in one window; the counter behind every rate limit of ours."""

    key = models.CharField(max_length=160)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="tally_once")]
