"""The `answerable` command. Each subcommand loads only what it needs, so that help comes at once."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from answerable.house import channel_commands, safety_desk
from answerable.house import state as states
from answerable.house.listening import describe as describe_listening
from answerable.house.trouble import Trouble

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["manage"]:
        return _guarded(lambda: manage(words[1:]))
    options = _parser().parse_args(words)
    return _guarded(lambda: _run(options))


def serve(options: argparse.Namespace) -> int:
    from answerable.house import serving

    def furnish(address: serving.Address, _: serving.Step) -> serving.Welcome:
        return lambda: print(f"Page:   http://127.0.0.1:{address.web}", flush=True)

    serving.serve(states.default(), serving.Address(options.host, options.port, options.smtp_port), furnish=furnish)
    return 0


def demo(options: argparse.Namespace) -> int:
    from answerable.house import demo, serving

    demo.run(serving.Address(options.host, options.port, options.smtp_port), reset=options.reset)
    return 0


def web(options: argparse.Namespace) -> int:
    with _house():
        import uvicorn

        # Live pages keep their connection open for hours; an end must not wait for them.
        uvicorn.run(
            "answerable.house.asgi:application",
            host=options.host,
            port=options.port,
            access_log=False,
            log_config=None,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=3,
        )
    return 0


def worker(_: argparse.Namespace) -> int:
    with _house():
        from answerable.channels import gaps
        from answerable.core import heartbeats, jobs, moments
        from answerable.house.settled import settle

        settle()
        seen = heartbeats.last("worker")
        if seen is not None and not heartbeats.alive("worker"):
            gaps.house_was_away(since=seen, at=moments.now())
        jobs.work()
    return 0


def listen(_: argparse.Namespace) -> int:
    with _house():
        from answerable.house import mailroom
        from answerable.intake import listener

        mailroom.open_in_demo()
        listener.listen()
    return 0


def setup(options: argparse.Namespace) -> int:
    with _house():
        from answerable.house import setting_up

        setting_up.set_up(states.default())
        if options.workspace:
            print(setting_up.found(options.workspace, email=options.admin, person=options.person))
    return 0


def seed(options: argparse.Namespace) -> int:
    with _house():
        import json

        from answerable.house import seeding
        from answerable.house.database import unprivileged

        seeded = seeding.seed()
        unprivileged.keep_together(states.default().files)
        print(json.dumps(seeded, indent=None if options.json else 2))
    return 0


def doctor(_: argparse.Namespace) -> int:
    with _house():
        from answerable.house import doctor

        findings = list(doctor.examine(states.default(), *_ports()))
        print(*findings, sep="\n")
    return 0 if all(finding.ok for finding in findings) else 1


def backup(options: argparse.Namespace) -> int:
    with _house() as url:
        from answerable.house import backup

        print(backup.back_up(states.default(), url, options.file))
    return 0


def restore(options: argparse.Namespace) -> int:
    from answerable.house import backup, database

    state = states.default()
    with database.alone(state) as url:
        print(backup.restore(state, url, options.file, force=options.force))
    return 0


def replay(options: argparse.Namespace) -> int:
    with _house():
        from answerable.core.access import House
        from answerable.core.errors import HouseError
        from answerable.house.database import unprivileged
        from answerable.intake import replaying
        from answerable.intake.models import Envelope

        workspace_id = Envelope.objects.filter(pk=options.envelope).values_list("workspace_id", flat=True).first()
        try:
            hops = replaying.replay(options.envelope, by=House(workspace_id or 0, "command line"), dry=options.dry)
        except HouseError as error:
            raise Trouble(str(error)) from error
        unprivileged.keep_together(states.default().files)
        print(*(f"{hop.name}: {hop.words}" for hop in hops), sep="\n")
    return 0


def journal(_: argparse.Namespace) -> int:
    with _house():
        from answerable.core import journal

        findings = [f"{finding.place}: {finding.sentence}" for finding in journal.verify()]
        print(*(findings or ["The journal is whole: every entry follows from the one before it."]), sep="\n")
    return 1 if findings else 0


def channel(options: argparse.Namespace) -> int:
    if options.action != "record":
        return (channel_commands.new if options.action == "new" else channel_commands.check)(options)
    with _house():
        return channel_commands.record(options)


def triage(options: argparse.Namespace) -> int:
    from answerable.core.errors import Invalid
    from answerable.triage.detecting import scripting

    def said(lines: TextIO) -> Iterator[str]:
        if options.action == "train":
            return scripting.train(lines, options.out, products=options.product)
        if options.action == "evaluate":
            return scripting.evaluate(lines, products=options.product, by=options.by)
        return scripting.score(lines, products=options.product, model=options.model)

    try:
        with sys.stdin if options.file == "-" else Path(options.file).open(encoding="utf-8") as lines:
            for line in said(lines):
                print(line)
    except (Invalid, OSError, UnicodeDecodeError) as error:
        raise Trouble(str(error)) from error
    return 0


def listening(options: argparse.Namespace) -> int:
    from answerable.house import hearing_the_past, listening

    if options.action != "backfill":
        return listening.run(options)
    with _house():
        return hearing_the_past.run(options)


def safety(options: argparse.Namespace) -> int:
    from answerable.house import safety

    if options.action not in safety_desk.ACTIONS:
        return safety.run(options)
    with _house():
        return safety_desk.run(options)


def clocks(options: argparse.Namespace) -> int:
    from answerable.house import time_limits

    if options.action == "due":
        return time_limits.tell(options)
    with _house():
        return time_limits.catch_up()


def manage(words: Sequence[str]) -> int:
    with _house():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["answerable manage", *words])
    return 0


@contextmanager
def _house() -> Iterator[str]:
    """Django, set up on a running database. Whoever used the embedded one last stops it."""
    from answerable.house import database

    state = states.default()
    with database.held(state) as url:
        os.environ.update(states.environment(state), DJANGO_SETTINGS_MODULE="answerable.house.settings")
        import django

        django.setup()
        yield url


def _ports() -> tuple[int, int]:
    known = states.environment()
    return int(known["ANSWERABLE_WEB_PORT"]), int(known["ANSWERABLE_SMTP_PORT"])


def _run(options: argparse.Namespace) -> int:
    if getattr(options, "tied", False):
        from answerable.house.tied import end_with_parent

        end_with_parent()
    command: Command = options.command
    return command(options)


def _guarded(command: Callable[[], int]) -> int:
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        return command()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="answerable", description="The care desk, from one command.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, does: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=does, description=does)
        one.set_defaults(command=command)
        return one

    _add_house(add)
    _add_parts(add)
    _add_care(add)
    return parser


_Add = Callable[[str, Command, str], argparse.ArgumentParser]


def _add_house(add: _Add) -> None:
    for name, command, does in (
        ("serve", serve, "run everything: database, pages, jobs and mail"),
        ("demo", demo, "run everything with a furnished pretend world"),
    ):
        one = add(name, command, does)
        _add_address(one)
        one.add_argument("--smtp-port", type=int, default=states.SMTP_PORT, help="where mail is taken in")
    one.add_argument("--reset", action="store_true", help="remove this checkout's demo first")
    one = add("setup", setup, "make the database or bring it up to date, and found a workspace")
    one.add_argument("--workspace", help="the name of a new workspace")
    one.add_argument("--admin", default="", help="the e-mail address of its first admin")
    one.add_argument("--person", default="Admin", help="the name of that person")
    add("seed", seed, "fill the demo").add_argument("--json", action="store_true", help="on one line, for programs")


def _add_parts(add: _Add) -> None:
    parts = {
        "web": add("web", web, "run the pages alone"),
        "worker": add("worker", worker, "run the jobs alone"),
        "listen": add("listen", listen, "take in mail alone"),
    }
    _add_address(parts["web"])
    for part in parts.values():
        part.add_argument("--tied", action="store_true", help="end when standard input does")


def _add_care(add: _Add) -> None:
    add("doctor", doctor, "say what is well and what is not, and how to mend it")
    add("backup", backup, "write everything into one file").add_argument("file", type=Path)
    one = add("restore", restore, "bring back what a backup holds")
    one.add_argument("file", type=Path)
    one.add_argument("--force", action="store_true", help="even over a workspace that holds something")
    one = add("replay", replay, "open one stored envelope again and show each hop")
    one.add_argument("envelope", metavar="ENVELOPE", type=int, help="its number, as the ledger shows it")
    one.add_argument("--dry", action="store_true", help="change nothing, only show")
    one = add("journal", journal, "prove that no entry was changed or taken out")
    one.add_argument("action", choices=["verify"])
    channel_commands.add_arguments(
        add("channel", channel, "begin a channel, make samples of what came in, run the kit")
    )
    _add_triage(add("triage", triage, "read texts with all detectors; train them on verdicts; say how good they are"))
    describe_listening(add("listening", listening, "say what a saved query means, and match posts with queries"))
    one = add(
        "clocks", clocks, "say when a time limit of the law runs out, or bring the clocks of old cases up to date"
    )
    one.add_argument("action", choices=["due", "catch-up"])
    _add_due(one)
    _add_safety(add("safety", safety, "check a message for an authority, read its answer, say when a report is due"))
    add("manage", lambda _: manage([]), "pass the rest to Django's own commands")


def _add_due(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rule", help="the id of the rule, as eu.mdr.87.3")
    parser.add_argument(
        "--from", dest="since", metavar="DATE", help="the day of awareness, or the moment: 2026-07-01T09:30"
    )
    parser.add_argument("--zone", default="UTC", help="the time zone of the workspace, as Europe/Warsaw")
    parser.add_argument("--holidays", default="", help="whose holidays decide, as PL; the first of the rule by itself")


def _add_safety(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    validate = actions.add_parser("validate", help="each fault of an E2B(R3) message: its rule, its place, a sentence")
    validate.add_argument("file", metavar="FILE.xml", type=Path)
    validate.add_argument("--schemas", metavar="FOLDER", type=Path, help="HL7's schemas that you loaded from ICH")
    validate.add_argument("--json", action="store_true", help="a line of JSON for each fault")
    answered = actions.add_parser("acknowledged", help="what an authority answered to a batch, message by message")
    answered.add_argument("file", metavar="FILE.ack", type=Path)
    write = actions.add_parser("write", help="an E2B(R3) message of a hand-over in JSON")
    write.add_argument("file", metavar="HANDOVER.json", type=Path)
    for name in ("organisation", "sender", "receiver", "batch"):
        write.add_argument(f"--{name}", required=True, help="as agreed with the receiver")
    write.add_argument("--batch-receiver", default="", help="the receiver by itself")
    write.add_argument("--zone", default="UTC", help="where reports are made, as Europe/Lisbon")
    write.add_argument("--trial", action="store_true", help="mark it as a test")
    form = actions.add_parser("form", help="a device report of a hand-over: form 3500A and the complaint record")
    form.add_argument("file", metavar="HANDOVER.json", type=Path)
    both = actions.add_parser("reconcile", help="every difference between our referrals and the other side's list")
    both.add_argument("file", metavar="OURS.csv", type=Path)
    both.add_argument("theirs", metavar="THEIRS.csv", type=Path)
    _add_due(actions.add_parser("due", help="when a rule runs out, strictly and by law, and why then"))
    safety_desk.describe(actions)


def _add_triage(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    score = actions.add_parser("score", help="a line of JSON for each text: scores, evidence, when a person looks")
    score.add_argument("--model", type=Path, help="what train wrote")
    train = actions.add_parser("train", help="learn from texts with verdicts")
    train.add_argument("--out", type=Path, required=True, help="where the model goes")
    evaluate = actions.add_parser("evaluate", help="figures on texts that were left out of the learning")
    evaluate.add_argument("--by", default="group", metavar="FIELD", help="texts with the same FIELD stay together")
    for one in (score, train, evaluate):
        one.add_argument(
            "file", metavar="TEXTS.jsonl", help="a JSON object with a text on each line; - is standard input"
        )
        one.add_argument(
            "--product", action="append", default=[], help="a name to find, also misspelt; may be repeated"
        )


def _add_address(parser: argparse.ArgumentParser) -> None:
    port = int(os.environ.get("ANSWERABLE_WEB_PORT") or states.WEB_PORT)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=port, help="where the pages are")


if __name__ == "__main__":
    sys.exit(main())
