"""How a case comes to its end: promises, remedies, deflections, the closure, and the question whether it is solved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models.case import Case, through_case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Disposition(models.TextChoices):
    """How a case ended. A closed list, because measures stand on it."""

    SOLVED = "solved", _("Solved")
    ANSWERED = "answered", _("Question answered")
    WITHDRAWN = "withdrawn", _("The customer took it back")
    NO_WORD = "no_word", _("The customer no longer answers")
    ELSEWHERE = "elsewhere", _("Another company must solve it")
    NOT_A_CASE = "not_a_case", _("Not a problem of a customer")


class Closure(models.Model):
    """One closing of a case. `whose_word` says who holds it to be solved; only the customer's or a policy's counts."""

    class Word(models.TextChoices):
        AGENT = "agent", _("The agent's word")
        CUSTOMER = "customer", _("The customer's word")
        POLICY = "policy", _("No answer in time; counted by policy")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    disposition = models.CharField(max_length=20, choices=Disposition.choices)
    what_solved_it = models.TextField(default="")
    whose_word = models.CharField(max_length=10, choices=Word.choices, default=Word.AGENT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    reopened_because = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(reopened_at=None), name="closure_one_in_force"),
        ]


class Asking(models.Model):
    """“Is it solved?”, asked of the customer on their own channel and in their language. Silence is a policy's word."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        SILENCE = "silence", _("No answer in time")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="askings")
    closure = models.ForeignKey(Closure, on_delete=models.PROTECT, related_name="askings")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, default="en")
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    words = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closure"], name="asking_once")]
        indexes = [
            # silence: whose time is up
            models.Index(fields=["answer_by"], condition=Q(answered_at=None), name="asking_time_up"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Promise(models.Model):
    """What we said we would do, and by when. Open or broken it keeps the case from counting as resolved."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        RELEASED = "released", _("Released by the customer")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises")
    text = models.TextField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    broken_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.TextField(default="")

    class Meta:
        indexes = [
            # promises whose day has come
            models.Index(fields=["due_at"], condition=Q(state="open"), name="promise_due"),
            models.Index(fields=["case", "due_at"], name="promise_of_case"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class RemedyKind(models.TextChoices):
    REFUND = "refund", _("Refund")
    DISCOUNT = "discount", _("Discount")
    REPLACEMENT = "replacement", _("Replacement")
    CORRECTION = "correction", _("Correction")
    APOLOGY = "apology", _("Apology")


class RemedyPolicy(models.Model):
    """What may be given to make good. Amounts are of all remedies of one case under it, in all instalments.

    Up to `free_to` an agent gives it alone; up to `most` somebody else with the right approves; above nobody gives it.
    Of several that fit the one for the team and the product goes before those for one of them or for all.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=12, choices=RemedyKind.choices)
    product = models.CharField(max_length=120, default="")
    currency = models.CharField(max_length=3, default="")
    free_to = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    most = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    words = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(free_to__lte=models.F("most")), name="remedy_policy_limits")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Remedy(models.Model):
    """What we give to make good: `amount` in `currency`, `times` over, within a policy; with `due_at` promised by then.

    Who proposed it never decides on it; without `decided_by` an approved one needed nobody's leave.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remedies")
    policy = models.ForeignKey(RemedyPolicy, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=12, choices=RemedyKind.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, default="")
    times = models.PositiveIntegerField(default=1)
    text = models.TextField(default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="remedies")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    due_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=models.F("user")), name="remedy_four_eyes"),
            models.CheckConstraint(condition=Q(amount__gte=0, times__gte=1), name="remedy_gives_something"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Deflection(models.Model):
    """A sent answer that sends the person elsewhere. It is no answer and no resolution.

    With `refuted` an agent said before sending that it is none, and why: then it counts as an answer.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deflections")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deflections")
    phrase = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    words = models.TextField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    refuted = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "phrase"], name="deflection_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)
