"""PostgreSQL refuses to run as root, so root lends its processes to a user who may do nothing else."""

import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from answerable.house.state import CHECKOUT
from answerable.house.trouble import Trouble


class Identity(TypedDict, total=False):
    """The part of `subprocess` arguments that says as whom to run; empty means as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def identity() -> Identity:
    if os.geteuid() != 0:
        return {}
    person = _lesser_user()
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def give(folder: Path) -> None:
    """Makes a private folder that the unprivileged user can reach, or says why it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    lent = identity()
    if not lent:
        return
    os.chown(folder, lent["user"], lent["group"])
    if not may(folder, "-x"):
        raise Trouble(
            f"PostgreSQL may not run as root, and the user {_lesser_user().pw_name} may not enter {folder}. "
            "No rights were changed. Set ANSWERABLE_HOME to a folder that everybody may enter, "
            "for instance /var/lib/answerable/main."
        )


def may(path: Path, right: str) -> bool:
    """Asked of the kernel as that user, because every folder above the path has a say."""
    return subprocess.run(["test", right, path], check=False, **identity()).returncode == 0


def for_code() -> Identity:
    """As whom our own code runs when root starts it: as the lesser user if that user can load it, else as root."""
    lent = identity()
    if not lent:
        return {}
    load = [sys.executable, "-c", "import answerable, django"]
    try:
        return (
            lent if subprocess.run(load, check=False, capture_output=True, cwd=CHECKOUT, **lent).returncode == 0 else {}
        )
    except PermissionError:
        return {}


def hand_over(folder: Path, to: Identity) -> None:
    """Gives the folder with all in it to whoever our code runs as, which may have changed since the last time."""
    user, group = to.get("user", os.geteuid()), to.get("group", os.getegid())
    if folder.stat().st_uid != user:
        os.chown(folder, user, group)
        keep_together(folder)


def keep_together(folder: Path) -> None:
    """What root wrote into the desk's folder must not stay closed to the desk."""
    keeper = folder.stat()
    for path in folder.rglob("*") if os.geteuid() == 0 else ():
        os.chown(path, keeper.st_uid, keeper.st_gid, follow_symlinks=False)


def _lesser_user() -> pwd.struct_passwd:
    for name in ("answerable", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble(
        "PostgreSQL may not run as root, and this system has neither a user answerable nor a user nobody. "
        "Nothing was started. Create one with: useradd --system answerable"
    )
