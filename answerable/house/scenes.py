"""What the customers of the demo say. All of it is made up by us; the people are the cast of the stories."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mail:
    """One mail of a scene. `answers` is the Message-ID that it continues."""

    hours_ago: float
    name: str
    address: str
    language: str
    subject: str
    text: str
    message_id: str
    answers: str = ""


MAILS = (
    Mail(
        20,
        "Joana",
        "joana@example.com",
        "pt-br",
        "Pulsa perde o sinal toda noite",
        "Olá,\n\no sensor da Pulsa no braço perde o sinal toda noite, por volta das três. De manhã volta sozinho."
        "\nÉ só comigo?\n\nObrigada,\nJoana",
        "<pulsa-1@example.com>",
    ),
    Mail(
        9,
        "Pia",
        "pia@example.org",
        "en",
        "Dizzy since I take Velorin",
        "Good morning,\n\nI have taken Velorin for five days and since the second day I am dizzy when I get up."
        "\nShould I stop?\n\nPia",
        "<velorin-1@example.org>",
    ),
    Mail(
        3,
        "Rob",
        "rob@example.net",
        "en",
        "Is the arm allowed for Pulsa?",
        "Hi, I look after my mother's Pulsa. Her clinic says belly only, but the leaflet has a picture of an arm."
        "\nWhich is right?\n\nRob",
        "<pulsa-2@example.net>",
    ),
    Mail(
        1,
        "Miguel",
        "miguel@example.com",
        "en",
        "Why did you call me?",
        "I had a voicemail from your number yesterday. I have not asked for anything. What is this about?\n\nMiguel",
        "<pulsa-3@example.com>",
    ),
)
