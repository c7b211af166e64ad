"""Nouns of coding: dictionaries that a workspace loaded, their terms, and which term a person chose for which words."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import through_case
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.safety.models.reports import Version


class Dictionary(models.Model):
    """One release of a dictionary in one language, from a file of the workspace's own. None comes with this package.

    A file is taken whole or not at all: `bad` holds its lines that cannot be taken, each with its sentence.
    """

    class Kind(models.TextChoices):
        MEDDRA = "meddra", _("MedDRA (llt.asc)")
        IMDRF = "imdrf", _("IMDRF codes (list)")
        PRODUCTS = "products", _("Products (list of your own)")

    class State(models.TextChoices):
        LOADING = "loading", _("Is being loaded")
        READY = "ready", _("In use")
        REFUSED = "refused", _("Not taken")
        ENDED = "ended", _("Out of use")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    release = models.CharField(max_length=20)
    language = models.CharField(max_length=3)
    name = models.CharField(max_length=255)
    file = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOADING)
    lines = models.PositiveIntegerField(default=0)
    terms = models.PositiveIntegerField(default=0)
    bad_count = models.PositiveIntegerField(default=0)
    bad = models.JSONField(default=list)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "release", "language", "file"],
                condition=Q(state__in=["loading", "ready"]),
                name="dictionary_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.release} ({self.language})"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class DictionaryTerm(models.Model):
    """One term that may be chosen. `current` is false for one that the dictionary keeps for old reports only.

    `stems` are the beginnings of its folded words: people write “dizzy” and “dizziness”.
    """

    dictionary = models.ForeignKey(Dictionary, on_delete=models.CASCADE, related_name="entries")
    code = models.CharField(max_length=20)
    words = models.TextField()
    parent = models.CharField(max_length=20, blank=True)
    current = models.BooleanField(default=True)
    stems = ArrayField(models.CharField(max_length=5))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dictionary", "code"], name="dictionary_term_code")]
        # terms.suggested: the terms that share the beginning of a word with what was said
        indexes = [GinIndex(fields=["stems"], name="dictionary_term_stems")]

    def __str__(self) -> str:
        return f"{self.words} ({self.code})"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(dictionary__workspace_id=viewer.workspace_id)


class Coding(models.Model):
    """A person chose a term for some words, which made this version of the report. The same words are offered it again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="codings")
    dictionary = models.ForeignKey(Dictionary, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=250)
    code = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        # terms.chosen_before: which terms people chose for these folded words
        indexes = [models.Index(fields=["workspace", "words"], name="coding_by_words")]

    def __str__(self) -> str:
        return f"{self.code} in version {self.version_id}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer, "version__report__message__filing__case__")
