"""What speaks against the files of an answer: the channel takes none or not these, or a picture says nothing in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from answerable.channels.contract import Can
from answerable.conversations.models import Conversation
from answerable.replies.concerns import Concern
from answerable.replies.models import DraftFile

NO_FILES = gettext_noop("%(channel)s takes no files. Take “%(name)s” away, or choose another channel.")
PICTURES_ONLY = gettext_noop("%(channel)s takes pictures only. Take “%(name)s” away, or choose another channel.")
TOO_LARGE = gettext_noop("“%(name)s” is larger than %(channel)s takes. Take it away, or make it smaller.")
NO_WORDS = gettext_noop("“%(name)s” says nothing to who cannot see it. Say in a sentence what the picture shows.")


def about_files(conversation: Conversation | None, files: Sequence[DraftFile]) -> list[Concern]:
    """Blocking for what would be refused; a reminder for a picture without words."""
    if conversation is None:
        return []
    return [concern for file in files for concern in _about(conversation, file)]


def _about(conversation: Conversation, file: DraftFile) -> Iterator[Concern]:
    source = conversation.source
    facts = {"name": file.name, "channel": source.spec.label}
    if not source.can(Can.ATTACH_FILE) and not (file.is_picture and source.can(Can.ATTACH_IMAGE)):
        sentence = PICTURES_ONLY if source.can(Can.ATTACH_IMAGE) else NO_FILES
        yield Concern("not_this_file", sentence, True, facts=facts)
        return
    if source.spec.max_attachment and file.size > source.spec.max_attachment:
        yield Concern("file_too_large", TOO_LARGE, True, facts=facts)
    if file.is_picture and source.can(Can.ATTACH_IMAGE) and not file.alt:
        yield Concern("no_words_for_picture", NO_WORDS, False, facts=facts)
