"""A group as its page shows it: its languages with what is answered in each, its lines, and the line that somebody is on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from answerable.core.access import Viewer
from answerable.inbox.marked import Piece, pieces
from answerable.listening.showing import Shown
from answerable.replies import groups
from answerable.replies.concerns import Concern
from answerable.replies.groups import REPORT, Item
from answerable.replies.models import CheckedLine, GroupAnswer, WordingVersion
from answerable.triage import questions
from answerable.triage.models import Group, GroupMessage
from answerable.triage.waiting import FOUND

PARTS = re.compile(r"\s+|[^\s]+")
NAMES = {"en": "English", "pt": "Português", "pl": "Polski"}


@dataclass(frozen=True)
class Tongue:
    """One language of a group: how many lines speak it, what is answered in it, and what may be chosen."""

    code: str
    name: str
    lines: int
    answer: GroupAnswer | None
    choices: Sequence[WordingVersion]


@dataclass(frozen=True)
class Change:
    """A stretch of a text: kept, put in, or left out."""

    text: str
    sort: str


@dataclass(frozen=True)
class Detail:
    """The line somebody is on: what would go, what was changed in it, what speaks against it, and why it is here."""

    item: Item
    text: str
    changes: Sequence[Change]
    concerns: Sequence[Concern]
    why: Sequence[str]


def tongues(group: Group, items: Sequence[Item], viewer: Viewer) -> list[Tongue]:
    """The languages of the lines in the group, the most spoken first."""
    inside = [each.language for each in items if each.line.state == GroupMessage.State.IN]
    answers = groups.answers_of(group)
    codes = sorted({*inside, *answers}, key=lambda code: (-inside.count(code), code))
    return [
        Tongue(code, NAMES.get(code, code), inside.count(code), answers.get(code), groups.choices(group, code, viewer))
        for code in codes
    ]


def words(line: GroupMessage) -> list[Piece]:
    """What was said, with the words marked that put it here; unmarked where its author changed it since."""
    message = line.message
    told = line.evidence.get("places", []) if message.edited_at is None else []
    return pieces(message.text, [Shown(each["start"], each["end"]) for each in told])


def detail(item: Item, viewer: Viewer, *, text: str = "") -> Detail:
    """One line in full. `text` is what somebody wrote and what could not be kept."""
    own = groups.text_for(item.answer, item.case, viewer) if item.answer else ""
    said = text or (item.checked.text if item.checked and not item.newer else own)
    found = groups.concerns(item, said) if item.answer else []
    return Detail(item, said, changes(own, said) if own != said else [], found, why(item))


def changes(before: str, after: str) -> list[Change]:
    """What was changed, word by word."""
    old, new = PARTS.findall(before), PARTS.findall(after)
    found = list[Change]()
    for sort, begin, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sort == "equal":
            found.append(Change("".join(old[begin:end]), "kept"))
        else:
            found += [Change("".join(old[begin:end]), "out"), Change("".join(new[start:stop]), "in")]
    return [each for each in found if each.text]


def why(item: Item) -> list[str]:
    """Why a line is in its group, and why it is only near."""
    told = []
    for reason in item.line.evidence.get("why", []):
        sort, _colon, what = reason.partition(":")
        if sort == "asks":
            name = questions.name(what, get_language() or "en")
            told.append(_("It asks something else, too: %(what)s.") % {"what": name})
        else:
            told.append(_("It names no product; the group is about one."))
    return told


def held(line: GroupMessage, reason: str) -> str:
    """Why a person looks at a line first."""
    if line.state == GroupMessage.State.PULLED_OUT:
        return line.because
    if reason == REPORT:
        return _("There is a report on it. The group’s answer will not reach this person.")
    if reason == FOUND:
        return _("A person found an event in it. The group’s answer will not reach this person.")
    return _(
        "The detectors call a person for it. The group’s answer will not reach this person before somebody looked."
    )


def next_line(items: Sequence[Item], after: int) -> int:
    """The line to go on with: the next that is to be checked, from this one on, then from the beginning."""
    keys = [each.line.pk for each in items]
    at = keys.index(after) if after in keys else -1
    ordered = [*items[at + 1 :], *items[: at + 1]]
    return next((each.line.pk for each in ordered if is_to_check(each)), after)


def is_to_check(item: Item) -> bool:
    """Has a person still to say that the answer fits?"""
    open_ = item.line.state == GroupMessage.State.IN and item.answer is not None and item.answer.is_approved
    return open_ and (item.checked is None or item.newer)


def state(item: Item) -> tuple[str, str, str]:
    """How a line stands: words, kind of chip, drawing."""
    checked = item.checked
    if checked is not None and checked.state == CheckedLine.State.SENT:
        return _("Sent"), "good", "send"
    if item.line.group.state == Group.State.SUGGESTED:
        return _("Not decided yet"), "", "hourglass"
    if item.answer is None or not item.answer.is_approved:
        return _("Does not go"), "late", "alert"
    if checked is None or item.newer:
        return _("To check") if checked is None else _("Check again: more was said"), "soon", "hourglass"
    return {
        CheckedLine.State.INVITED: (_("Invited to private"), "", "lock"),
        CheckedLine.State.FAILED: (_("Did not leave"), "late", "alert"),
    }.get(
        CheckedLine.State(checked.state),
        (str(checked.get_fit_display() if checked.fit == "adapted" else _("Checked")), "good", "check"),
    )
