"""Nouns of what comes after a report was opened: later words, questions that were asked, and reports that tell the same."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.safety.models.reports import Report, Version, through_report


class FollowUp(models.Model):
    """A later message of the same case that may say more about a report. It waits for a person, and never opens a twin.

    `found` is what was read in its words (`extracting.Found`). Taken, it became version `version`; `significant` says that
    it can change the assessment, so that new time limits run from its receipt.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a person")
        TAKEN = "taken", _("Taken into the report")
        DECLINED = "declined", _("Says nothing new")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="follow_ups")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="follow_ups")
    found = models.JSONField(default=dict)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    significant = models.BooleanField(default=False)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.TextField(default="")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "message"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None) | Q(settled_at__isnull=False, user__isnull=False),
                name="follow_up_settled_by",
            ),
        ]
        # queries.waiting: the reports with words that nobody has looked at
        indexes = [models.Index(fields=["report"], condition=Q(state="waiting"), name="follow_up_waiting")]

    def __str__(self) -> str:
        return f"{self.report_id}, follow-up {self.pk}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "report__message__filing__case__")


class Inquiry(models.Model):
    """One time that we asked the reporter for what is missing: when, how, by whom, and what came of it.

    `questions` are the keys of what was asked (`questions.Ask`). `answer` is the message that answered.
    """

    class Way(models.TextChoices):
        WRITTEN = "written", _("In writing")
        CALLED = "called", _("By telephone")
        MET = "met", _("In person")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("No answer yet")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("The reporter does not want to say more")
        UNREACHED = "unreached", _("Nobody was reached")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="inquiries")
    questions = ArrayField(models.CharField(max_length=60))
    words = models.TextField(default="")
    way = models.CharField(max_length=8, choices=Way.choices)
    asked_at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.WAITING)
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        # queries.record, asking: the tries of a report in the order of time
        indexes = [models.Index(fields=["report", "asked_at"], name="inquiry_in_order")]

    def __str__(self) -> str:
        return f"{self.report_id}, asked {self.asked_at:%Y-%m-%d}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "report__message__filing__case__")


class Link(models.Model):
    """Two reports that may tell of the same patient, product and event: suggested with the reasons, linked by a person.

    Ended it is one that was refused or undone; it stays, with who and why. `first` has the lower number.
    """

    first = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links_on")
    second = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links_back")
    shared = models.JSONField(default=dict)
    suggested_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)
    linked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_because = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], condition=Q(ended_at=None), name="report_link_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="report_link_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"

    @property
    def is_linked(self) -> bool:
        return self.linked_at is not None and self.ended_at is None

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        one = through_report(viewer, "first__message__filing__case__")
        return one & through_report(viewer, "second__message__filing__case__")


class OpinionAsked(models.Model):
    """Another qualified person was asked what they think of a version. Their own signed decision is the answer."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="opinions_asked")
    of = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "of"], name="opinion_asked_once")]

    def __str__(self) -> str:
        return f"{self.version_id}, asked of {self.of_id}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_report(viewer, "version__report__message__filing__case__")
