"""Why an utterance is here, and on what basis we know who said it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.conversations.models.saying import Identity, Message, of_message, through_case
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.listening.models import QueryVersion
from answerable.listening.relevance import Why


class Basis(models.Model):
    """The ground on which we know who is behind a handle: what makes it lawful to listen for this person.

    It is put on file by a person, in words that somebody can check. It holds for all handles of the same contact, and
    moves with its handle when two people are joined or parted. One that ended stays, and serves nothing any more.
    """

    class Sort(models.TextChoices):
        CONSENT = "consent"
        CONTRACT = "contract"
        DUTY = "duty"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="bases")
    sort = models.CharField(max_length=10, choices=Sort.choices)
    words = models.CharField(max_length=400)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="basis_has_words")]
        indexes = [
            # streams: is there a basis for knowing one of these authors?
            models.Index(fields=["identity"], condition=Q(ended_at=None), name="basis_standing"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """As its contact."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & through_case(viewer, "identity__contact__cases__")


class Relevance(models.Model):
    """One reason for which a message was kept; the first of a message is the one that decided.

    `version` is that of the saved query. `evidence` holds `spans`, the places in the text that show it (characters, from and to), and `facts` beside the text. A topic counts
    only with the `basis` on which its author is known.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reasons")
    why = models.CharField(max_length=10, choices=[(each, each) for each in Why])
    version = models.ForeignKey(QueryVersion, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=40, default="")
    basis = models.ForeignKey(Basis, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(why=Why.KNOWN) | Q(basis__isnull=False), name="relevance_known_has_basis"
            ),
            models.CheckConstraint(
                condition=Q(why=Why.QUERY, version__isnull=False) | (~Q(why=Why.QUERY) & Q(version=None)),
                name="relevance_query_has_version",
            ),
        ]
        indexes = [
            # queries and radar: the newest messages that a version found
            models.Index(fields=["version", "-id"], condition=Q(version__isnull=False), name="relevance_found"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return of_message(viewer)
