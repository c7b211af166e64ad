"""Only by chat: a maker that forces one channel, and a man who has none but his telephone."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Step, Story

ANTONIO = "Antonio"


def _calls(stage: Stage) -> None:
    stage.call(
        ANTONIO,
        waited=25,
        language="pt-br",
        product="Falo",
        summary="Comprei o aparelho Falo em 2005 e ele não liga mais. Não tenho computador, só o telefone.",
    )


def _complains_in_public(stage: Stage) -> None:
    stage.say(
        "Celia", "Falo manda meu pai abrir chat para reclamar de um aparelho que não liga. Ele não tem computador!"
    )


CHAT = Story(
    key="chat",
    whose=ANTONIO,
    title=gettext_noop("Only by chat"),
    about=gettext_noop(
        "Antonio has a telephone and no computer. Whatever can be asked can be asked where he is; being sent to the chat is no answer."
    ),
    steps=(
        Step(ANTONIO, gettext_noop("calls: his old telephone no longer starts."), _calls),
        Step(
            "Celia",
            gettext_noop("his daughter says it in public: he is to use the chat, and has no computer."),
            _complains_in_public,
            timedelta(hours=20),
        ),
    ),
)
