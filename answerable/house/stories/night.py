"""The night's messages: what two hundred people wrote while the desk slept, in three languages over three channels.

`night.tsv` holds one message a line: what it is about (for whoever checks, the house never reads it), its language, the door
by which it comes, who says it, and the words. All of them are made up by us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

from answerable.core.moments import now, told_at
from answerable.house.stories.stage import Stage
from answerable.replies import answering_groups, checking_lines, groups, regrouping, sending_groups
from answerable.replies.sending_groups import Outcome
from answerable.triage import deciding_groups, group_queries
from answerable.triage.models import Group, GroupMessage

LASTS = timedelta(hours=8)
ASIDE = frozenset({"spam", "giveaway", "copy"})


@dataclass(frozen=True)
class Said:
    """One message of the night. `about` is what its writer meant."""

    about: str
    language: str
    door: str
    name: str
    text: str


@cache
def messages() -> Sequence[Said]:
    """All of them, in the order of the file."""
    lines = files("answerable.house.stories").joinpath("night.tsv").read_text("utf-8").splitlines()
    return [Said(*line.split("\t")) for line in lines]


def fall(stage: Stage) -> None:
    """The night passes: the messages come in spread over its hours, mixed as people write, a copy after its first."""
    told, dawn = _mixed(messages()), now()
    with stage.gathering():
        for place, each in enumerate(told):
            with told_at(dawn - LASTS + LASTS * place / len(told)):
                _arrive(each, stage)


def _mixed(told: Sequence[Said], *, step: int = 7) -> Sequence[Said]:
    """Every seventh, then those after them: no two of a sort in a row, copies still behind what they copy."""
    first, last = [each for each in told if each.about != "copy"], [each for each in told if each.about == "copy"]
    return [each for start in range(step) for each in first[start::step]] + last


def _arrive(each: Said, stage: Stage) -> None:
    if each.door == "mail":
        stage.mail(each.name, each.text[:60], each.text, language=each.language)
    else:
        stage.say(each.name, each.text, door=each.door)


def group_of(question: str, stage: Stage) -> Group:
    """What the house suggests to answer together, for one question."""
    mira = stage.viewer("Mira")
    regrouping.regroup(stage.workspace.pk, by=mira)
    return next(each.group for each in group_queries.open_groups(mira) if each.group.question == question)


def answer_together(question: str, stage: Stage) -> list[Outcome]:
    """Mira confirms that it is one question, chooses an approved wording for each language, reads line by line, and sends."""
    mira = stage.viewer("Mira")
    group = deciding_groups.confirm(group_of(question, stage), by=mira)
    for language in sorted({each.language for each in groups.items(group, mira)}):
        answering_groups.choose(group, groups.choices(group, language, mira)[0], by=mira)
    for each in groups.items(group, mira):
        if each.line.state == GroupMessage.State.IN:
            checking_lines.check(each.line, by=mira)
    return sending_groups.send(group, by=mira)
