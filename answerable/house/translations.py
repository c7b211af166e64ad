"""Keeps the catalogues of the screens: `python -m answerable.house.translations update|compile|check`.

`update` collects the sentences from templates and code into the three catalogues, `compile` makes what Django reads,
`check` fails on any sentence that a language lacks or doubts. The English catalogue repeats the sentence.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "house" / "locale"
LANGUAGES = ("en", "pt_BR", "pl")
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**/tests/**", "ignore"), ("**.py", "python")]
OPTIONS = {
    "**/templates/**.html": {"encoding": "utf-8", "newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
}
# The first words of an expected refusal are shown to a person, so they are sentences of the screens too.
REFUSALS = ("NotAllowed", "NotThere", "Conflict", "Invalid", "Misread", "HouseError")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys((*REFUSALS, "gettext_lazy", "gettext_noop"), None),
    "Concern": (2,),
    "Setting": (2,),
}
PLACE = re.compile(r"%\((\w+)\)[sd]")
# The catalogues change when the sentences do, not with the day on which somebody collects them.
PAPERS = {
    "project": "Answerable",
    "version": "1",
    "msgid_bugs_address": "see README",
    "last_translator": "The Answerable authors",
    "language_team": "The Answerable authors",
}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def collect() -> Catalog:
    """Every sentence that the screens may show, with the files that say it."""
    found = Catalog(project="Answerable", charset="utf-8", creation_date=BEGINNING, revision_date=BEGINNING)
    for file, _line, words, comments, context in extract_from_dir(PACKAGE, METHODS, OPTIONS, KEYWORDS):
        if not "".join(words).strip():
            continue
        found.add(words, None, [(f"answerable/{file}", None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    for place, sentence in _declared():
        found.add(sentence, None, [(place, None)])  # type: ignore[list-item]
    return found


def update() -> list[str]:
    """Bring the catalogues up to the sentences of today. Nothing is guessed: what is new stays empty."""
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(collect(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy, catalog.header_comment = False, f"# The sentences of Answerable: {language}."
        if language == "en":
            _repeat(catalog)
        with path(language).open("wb") as file:
            write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False)
    return []


def compile_() -> list[str]:
    for language in LANGUAGES:
        path(language).with_suffix(".mo").write_bytes(_compiled(read(language)))
    return []


def check() -> list[str]:
    """What is wrong with the catalogues, one line each."""
    found = collect()
    return [
        f"{language}: {problem}" for language in LANGUAGES for problem in _problems(read(language), found, language)
    ]


def read(language: str) -> Catalog:
    if not path(language).exists():
        path(language).parent.mkdir(parents=True, exist_ok=True)
        return Catalog(locale=language, creation_date=BEGINNING, revision_date=BEGINNING, **PAPERS)  # type: ignore[arg-type]
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _declared() -> Iterator[tuple[str, str]]:
    """What channels declare about themselves as keywords: the label of a `Spec`, the hint of a `Setting`."""
    for file in sorted((PACKAGE / "channels").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())) if "tests" not in file.parts else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Spec", "Setting"}:
                for word in node.keywords:
                    if word.arg in {"label", "hint"} and isinstance(word.value, ast.Constant) and word.value.value:
                        yield f"answerable/{file.relative_to(PACKAGE)}", str(word.value.value)


def _problems(catalog: Catalog, found: Catalog, language: str) -> Iterator[str]:
    known = {(message.id, message.context): message for message in catalog if message.id}
    for sentence in found:
        if sentence.id and (sentence.id, sentence.context) not in known:
            yield f"not collected: {sentence.id!r}"
    for message in known.values():
        yield from _doubts(message)
    compiled = path(language).with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != _compiled(catalog):
        yield "the compiled catalogue is not of these sentences; run compile"


def _doubts(message: Message) -> Iterator[str]:
    """A translation must be there, be sure, and name no place that the sentence does not have."""
    said = [str(each or "") for each in (message.string if isinstance(message.string, tuple) else [message.string])]
    asked = " ".join(message.id) if isinstance(message.id, tuple) else str(message.id)
    if not all(said):
        yield f"missing: {message.id!r}"
    elif message.fuzzy:
        yield f"fuzzy: {message.id!r}"
    elif not set(PLACE.findall(" ".join(said))) <= set(PLACE.findall(asked)):
        yield f"names another place: {message.id!r}"


def _repeat(catalog: Catalog) -> None:
    for message in catalog:
        if message.id:
            message.string = message.id


def _compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    verbs = {"update": update, "compile": compile_, "check": check}
    if len(arguments) != 1 or arguments[0] not in verbs:
        print(__doc__)
        return 2
    problems = verbs[arguments[0]]()
    print("\n".join(problems) or "The three languages are complete." if arguments[0] == "check" else "Done.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
