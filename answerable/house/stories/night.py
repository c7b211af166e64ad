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

from django.utils.translation import gettext_noop

from answerable.core.moments import now, told_at
from answerable.house.stories.stage import PASSWORD, Stage
from answerable.house.stories.story import Step, Story
from answerable.replies import answering_groups, checking_lines, groups, regrouping, sending_groups
from answerable.replies.sending_groups import Outcome
from answerable.safety import deciding
from answerable.safety.models import Decision, Report
from answerable.triage import deciding_groups, group_queries
from answerable.triage.models import Group, GroupMessage

LASTS = timedelta(hours=8)
HELEN = "Helen"


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
    """The night passes: the messages come in spread over its hours, mixed as people write, a copy after its first.

    Before the eyes of a visitor they come in at once: what is heard now was not heard earlier.
    """
    told, dawn, lasts = _mixed(messages()), now(), LASTS if stage.opens else timedelta()
    with stage.gathering():
        for place, each in enumerate(told):
            with told_at(dawn - lasts + lasts * place / len(told)):
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


def report_of(name: str, stage: Stage) -> Report:
    """What was put on record of this person's words."""
    return Report.objects.get(message__filing__case=stage.first_case(name))


def sign(name: str, stage: Stage) -> Decision:
    """Sol has read the words, and says that they are to be reported."""
    report = report_of(name, stage)
    return deciding.decide(
        report,
        expected=report.versions.latest("number").number,
        outcome=Decision.Outcome.REPORTABLE,
        reason="Harm after the medicine, in the words of somebody who was there.",
        password=PASSWORD,
        by=stage.viewer("Sol"),
    )


def _is_signed(stage: Stage) -> None:
    sign("Daughter", stage)


def _is_answered(stage: Stage) -> None:
    answer_together("storage", stage)


NIGHT = Story(
    key="night",
    whose=HELEN,
    title=gettext_noop("Two hundred in one night"),
    about=gettext_noop(
        "People write overnight, in three languages. What may be an adverse event is read first; the same question is answered once."
    ),
    steps=(
        Step(
            HELEN,
            gettext_noop(
                "and many others write in the night: questions, fears, harm, praise, and a good deal of noise."
            ),
            fall,
            LASTS,
        ),
        Step(
            "Sol",
            gettext_noop(
                "reads what a daughter wrote, and signs that it is to be reported. Its limits run since she wrote."
            ),
            _is_signed,
            timedelta(minutes=40),
        ),
        Step(
            "Mira",
            gettext_noop(
                "answers once how to keep the medicine, reads line by line, and each person gets it in their language."
            ),
            _is_answered,
            timedelta(hours=1),
        ),
    ),
)
