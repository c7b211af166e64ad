"""`docs/channels.md`, made from what the channels declare: `python -m answerable.channels.table` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from answerable.channels import proofs
from answerable.channels.contract import (
    Can,
    Connector,
    GivesContext,
    LooksAgain,
    LooksUp,
    Measures,
    Polls,
    Rations,
    TakesBack,
    Uploads,
    Verifies,
)
from answerable.channels.contract_approved import OffersApproved
from answerable.channels.contract_authorising import Authorises
from answerable.channels.contract_continuing import Continues
from answerable.channels.contract_fetching import AsksForWords
from answerable.channels.contract_slicing import Slices
from answerable.channels.registry import OURS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"
HEAD = """# Channels

Made from what the channels declare (`python -m answerable.channels.table`); a test holds it current. How to add one:
[writing a channel](writing-a-channel.md).

What a channel does not declare does not exist for it: no page offers it and no verb tries it. *Proved against* says what the live tests
of a channel speak to. A stand-in is a small server of our own that behaves as the network's papers say; it proves our side only.

A tier is computed from the tests that are there, and every change must pass them: **A** real, **B** the vendor's description, with or
without a stand-in, **C** a stand-in, **D** the conformance kit alone. All channels pass the kit.
"""
CAN = {
    Can.HEAR_MENTIONS: "hears mentions",
    Can.HEAR_COMMENTS: "hears comments",
    Can.HEAR_KEYWORDS: "hears key words",
    Can.HEAR_PRIVATE: "hears private words",
    Can.REPLY_PUBLIC: "answers in public",
    Can.REPLY_PRIVATE: "answers in private",
    Can.START_PRIVATE: "writes first",
    Can.ANSWER_BY_HAND: "answers in public, posted by hand",
    Can.HIDE: "hides comments",
    Can.ATTACH_IMAGE: "sends pictures",
    Can.ATTACH_FILE: "sends files",
    Can.NOTICE_EDIT: "follows edits",
    Can.NOTICE_DELETION: "follows deletions",
    Can.CONFIRM_DELIVERY: "knows what was delivered",
    Can.CONFIRM_SEEN: "knows what was seen",
    Can.LOOK_UP_PROFILE: "looks up profiles",
    Can.LOOK_UP_REPLY: "looks up answers",
    Can.SHOW_CONTEXT: "shows what was said around",
    Can.TAKE_BACK: "takes answers back",
    Can.ASK_CLOSURE: "asks the site to close",
}
PARTS = {
    Polls: "asks for news",
    Verifies: "takes signed pushes",
    LooksUp: "settles unknown outcomes",
    Measures: "counts and previews as the network does",
    Rations: "keeps to the calls that are left",
    GivesContext: "fetches threads",
    LooksAgain: "asks after edits and deletions",
    Uploads: "uploads files before the words",
    TakesBack: "takes answers of ours back",
    Authorises: "is signed in to by browser",
    OffersApproved: "says approved texts outside the window",
    AsksForWords: "asks for what it was only told of",
    Slices: "takes files of any length",
    Continues: "goes on at an address that the person left",
}


def page() -> str:
    """The whole page."""
    lines = [
        HEAD,
        *_tiers(),
        "",
        *_capabilities(),
        "",
        "## One by one",
        "",
        *(line for each in OURS for line in _one(each)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _tiers() -> Iterator[str]:
    yield "| Channel | Tier | By the vendor's description | Live, real server | Live, stand-in |"
    yield "|---|---|---|---|---|"
    for each in OURS:
        found = proofs.of(each.spec.kind)
        names = (", ".join(f"`{name}`" for name in part) for part in (found.contract, found.real, found.stand_in))
        yield f"| {each.spec.label} | {found.tier(each)} | {' | '.join(names)} |"


def _capabilities() -> Iterator[str]:
    used = [can for can in Can if any(can in each.spec.can for each in OURS)]
    yield f"| | {' | '.join(each.spec.label for each in OURS)} |"
    yield "|---|" + ":-:|" * len(OURS)
    for can in used:
        yield f"| {CAN[can]} | {' | '.join('●' if can in each.spec.can else '' for each in OURS)} |"


def _one(connector: Connector) -> Iterator[str]:
    spec = connector.spec
    parts = [words for part, words in PARTS.items() if isinstance(connector, part)]
    yield f"### {spec.label}"
    yield ""
    yield f"Proved against: **{spec.proved}**. [Credentials, limits, terms, gaps](../{spec.docs})."
    yield ""
    if parts:
        yield f"- It {', '.join(parts)}."
    yield from _terms(connector)
    yield ""


def _terms(connector: Connector) -> Iterator[str]:
    spec = connector.spec
    if spec.max_text:
        yield f"- An answer has at most {spec.max_text:,} characters."
    for span, words in (
        (spec.poll_every, "It is asked every {}."),
        (spec.reply_window, "It takes an answer for {} after the last word."),
        (spec.look_again_for, "Edits and deletions are asked after for {}."),
        (spec.forget_withdrawn, "What its author took away loses its words here after {}."),
        (spec.store_for, "What was said may be held for {}."),
    ):
        if span is not None:
            yield f"- {words.format(_span(span))}"


def _span(span: timedelta) -> str:
    for unit, name in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if span >= unit and not span % unit:
            return f"{span // unit} {name}{'s' if span // unit > 1 else ''}"
    return f"{span.total_seconds():g} seconds"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
