"""`answerable backup` and `answerable restore`: everything an installation must not lose, in one file.

The file holds the database, the files and the keys without which encrypted fields stay unreadable. Whoever has it can
read everything, so it is written for its maker's eyes only.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from answerable.core.moments import now
from answerable.house import state as states
from answerable.house.database import binaries, unprivileged
from answerable.house.state import State
from answerable.house.trouble import Trouble

DUMP, KEYS, PAPERS = "database.dump", "keys.json", "papers.json"
MEMBER = re.compile(r"(database\.dump|keys\.json|papers\.json|files(/[0-9A-Za-z_-][0-9A-Za-z._-]*)+)")


def back_up(state: State, url: str, target: Path) -> str:
    """Whole or not at all: the file gets its name when it is complete. Returns what to tell the person.

    The database comes first: each file it names was on disk before, and files are not rewritten.
    """
    if target.exists():
        raise Trouble(f"{target} exists already. Nothing was written. Choose another name or remove it.")
    with _workshop(target.absolute().parent) as workshop:
        _dump(state, url, workshop / DUMP)
        states.write(workshop / KEYS, _keys(state), mode=0o600)
        states.write(workshop / PAPERS, _papers(workshop / DUMP), mode=0o600)
        draft = workshop / "draft"
        count = _pack(workshop, state.files, draft)
        draft.replace(target)
    return (
        f"{target} holds the database and {count} files, as of now. It also holds the keys: whoever has this file can "
        "read everything. Keep it where only you can reach it."
    )


def restore(state: State, url: str, source: Path, *, force: bool) -> str:
    """The backup is unpacked and proven first; the old database stays until the new one is complete."""
    if not force and _holds_something(url):
        raise Trouble(
            "This installation already holds a workspace. Nothing was changed. "
            "To replace it by the backup, run the same command with --force."
        )
    with _workshop(state.home) as workshop:
        made = _unpack(source, workshop)
        _load(state, url, workshop / DUMP)
        _take_keys(state, json.loads((workshop / KEYS).read_text()))
        shutil.copytree(workshop / "files", state.files, dirs_exist_ok=True)
        unprivileged.keep_together(state.files)
        _swap(url)
        _forget_other_files(state.files, workshop / "files")
    return (
        f"Everything is as it was on {made}. Run: answerable setup. Replies that were waiting then go out when the "
        "worker starts; look them through first if they may have gone out since."
    )


def _dump(state: State, url: str, target: Path) -> None:
    with target.open("wb") as output:
        _tool(state, url, "pg_dump", "--format=custom", "--no-owner", "--no-acl", stdout=output.fileno())


def _load(state: State, url: str, dump: Path) -> None:
    with psycopg.connect(_maintenance(url), autocommit=True) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(_name(url, "_new")))
        server.execute(sql.SQL("create database {}").format(_name(url, "_new")))
    fresh = make_conninfo(url, dbname=_name(url, "_new").as_string(None).strip('"'))
    with dump.open("rb") as content:
        options = ("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", "--dbname", "")
        _tool(state, fresh, "pg_restore", *options, stdin=content.fileno())


def _swap(url: str) -> None:
    with psycopg.connect(_maintenance(url), autocommit=True) as server:
        server.execute(sql.SQL("drop database {} with (force)").format(_name(url)))
        server.execute(sql.SQL("alter database {} rename to {}").format(_name(url, "_new"), _name(url)))


def _maintenance(url: str) -> str:
    return make_conninfo(url, dbname="postgres")


def _name(url: str, ending: str = "") -> sql.Identifier:
    return sql.Identifier(f"{conninfo_to_dict(url)['dbname']}{ending}")


def _tool(
    state: State, url: str, name: str, *options: str, stdin: int | None = None, stdout: int | None = None
) -> None:
    """The password goes by the environment, because everybody on the machine can read a command line."""
    found = binaries.find(state)
    where = conninfo_to_dict(url)
    access = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
    environment = {variable: str(where[part]) for variable, part in access.items() if part in where}
    done = subprocess.run(
        found.command(name, *options),
        env=found.environment | environment,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd="/",
        check=False,
        **unprivileged.identity(),
    )
    if done.returncode:
        raise Trouble(f"{name} did not succeed. What was there before is kept. It said: {done.stderr.decode()}")


def _keys(state: State) -> dict[str, str]:
    known = states.environment(state)
    return {"secret_key": known["ANSWERABLE_SECRET_KEY"], "field_key": known["ANSWERABLE_FIELD_KEY"]}


def _take_keys(state: State, keys: dict[str, str]) -> None:
    """The passwords of the database here stay; what was sealed there must be opened with the keys from there."""
    states.keep_secrets(state)
    here = json.loads(state.secret_file.read_text())
    states.write(state.secret_file, here | keys, mode=0o600)


def _papers(dump: Path) -> dict[str, str]:
    return {"made": f"{now():%Y-%m-%d %H:%M} UTC", "database_sha256": _digest(dump)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(workshop: Path, files: Path, draft: Path) -> int:
    kept = sorted(path for path in files.rglob("*") if path.is_file() and not path.name.startswith("."))
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        with tarfile.open(fileobj=output, mode="w:gz", compresslevel=6) as archive:
            for name in (PAPERS, KEYS, DUMP):
                archive.add(workshop / name, arcname=name)
            for path in kept:
                archive.add(path, arcname=f"files/{path.relative_to(files)}")
        output.flush()
        os.fsync(output.fileno())
    return len(kept)


def _unpack(source: Path, workshop: Path) -> str:
    """Nothing is trusted: neither names, nor kinds, nor that the file is whole. Returns when it was made."""
    (workshop / "files").mkdir()
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            for member in archive:
                _take(archive, member, workshop)
        papers = json.loads((workshop / PAPERS).read_text())
        whole = papers["database_sha256"] == _digest(workshop / DUMP)
    except (OSError, EOFError, tarfile.TarError, KeyError, ValueError) as problem:
        raise Trouble(f"{source} is not a readable backup ({problem}). Nothing was changed.") from problem
    if not whole:
        raise Trouble(f"The database in {source} is damaged. Nothing was changed. Use another backup.")
    return str(papers["made"])


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, workshop: Path) -> None:
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or not MEMBER.fullmatch(member.name):
        raise ValueError(f"it holds {member.name!r}, which no backup holds")
    path = workshop / member.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)


def _holds_something(url: str) -> bool:
    with psycopg.connect(url) as there:
        row = there.execute("select to_regclass('core_workspace')").fetchone()
        return bool(row and row[0]) and bool(there.execute("select 1 from core_workspace limit 1").fetchone())


def _forget_other_files(files: Path, kept: Path) -> None:
    """What the backup does not know may be somebody's data, and nothing would ever remove it."""
    for path in files.rglob("*"):
        if path.is_file() and not (kept / path.relative_to(files)).exists():
            path.unlink()


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".answerable-") as path:
        yield Path(path)
