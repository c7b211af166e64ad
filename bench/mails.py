"""Mails as a care desk gets them: new problems and answers, short and long, with and without HTML and files."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from bench.words import Words

ANSWERS, WITH_HTML, WITH_FILE, AUTOMATIC = 0.4, 0.5, 0.05, 0.03


def mails(count: int, *, to: str, words: Words) -> Iterator[bytes]:
    """`count` mails; four in ten answer an earlier one, by its author."""
    earlier: list[tuple[str, str]] = []
    for number in range(count):
        parent = words.random.choice(earlier) if earlier and words.random.random() < ANSWERS else None
        author = parent[1] if parent else f"Person {number} <p{number}@customers.example>"
        identity = f"<{number}.{words.random.getrandbits(64):x}@customers.example>"
        earlier.append((identity, author))
        yield _mail(identity, author, to, parent[0] if parent else "", words).as_bytes()


def _mail(identity: str, author: str, to: str, parent: str, words: Words) -> EmailMessage:
    mail, chance = EmailMessage(), words.random
    mail["From"], mail["To"], mail["Message-ID"] = author, to, identity
    mail["Subject"] = ("Re: " if parent else "") + words.sentence(6)
    mail["Date"] = "Thu, 02 Jul 2026 18:12:00 +0200"
    if parent:
        mail["In-Reply-To"] = mail["References"] = parent
    if chance.random() < AUTOMATIC:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(words.text(int(chance.lognormvariate(4, 1))))
    if chance.random() < WITH_HTML:
        mail.add_alternative(f"<html><body><p>{words.text(80)}</p></body></html>", subtype="html")
    if chance.random() < WITH_FILE:
        size = chance.randint(2_000, 400_000)
        mail.add_attachment(chance.randbytes(size), maintype="image", subtype="png", filename="picture.png")
    return mail
