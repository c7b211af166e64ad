"""One data folder and the server on it: made, started, stopped."""

import logging
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from answerable.house.database import survivors, unprivileged
from answerable.house.database.binaries import Binaries
from answerable.house.state import State, keep_secrets
from answerable.house.trouble import Trouble

PATIENCE = 30.0
RECOVERY = 600
LOG_LIMIT = 10_000_000

# Small, because the whole desk is meant to fit on a small machine; ANSWERABLE_PG_SETTINGS overrides each.
SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# What protects the data and the door is not for overriding.
GUARDS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "full_page_writes": "on",
}
RECKLESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cluster:
    state: State

    @property
    def data(self) -> Path:
        return self.state.cluster / "data"

    @property
    def log_file(self) -> Path:
        return self.state.cluster / "server.log"

    @property
    def pid(self) -> int | None:
        return survivors.postmaster(self.data)

    def make(self, binaries: Binaries) -> None:
        """Whole or not at all: a half-made folder is never taken for a cluster."""
        if self.data.exists():
            self._refuse_other_version(binaries)
            return
        unprivileged.give(self.state.cluster)
        draft = self.state.cluster / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password = self._password_file()
        try:
            done = self._run(binaries, "initdb", "--pgdata", draft, "--pwfile", password, *_layout(binaries))
        finally:
            password.unlink()
        if done.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder. Nothing was kept. It said: {done.stderr}")
        draft.replace(self.data)

    def start(self, binaries: Binaries, port: int, *, durable: bool) -> None:
        """Returns when the server is ready or has given up; whether it lets us in is for the caller to try."""
        settings = {"port": str(port), **_small(binaries), **_wishes(), **GUARDS, **({} if durable else RECKLESS)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        survivors.clear(self.data)
        self._keep_log_short()
        where = ("--pgdata", self.data, "--log", self.log_file)
        self._run(binaries, "pg_ctl", "start", *where, f"--timeout={RECOVERY}", "--options", shlex.join(options))

    def stop(self) -> None:
        """Open connections are cut, their transactions rolled back, everything committed is on disk."""
        for sign in (signal.SIGINT, signal.SIGQUIT):
            pid = self.pid
            if pid is None:
                return
            os.kill(pid, sign)
            deadline = time.monotonic() + PATIENCE
            while self.pid and time.monotonic() < deadline:
                time.sleep(0.02)

    def last_words(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines() if self.log_file.exists() else []
        grave = [line for line in lines[-50:] if "FATAL" in line or "PANIC" in line]
        return (grave or lines or ["nothing"])[-1]

    def _refuse_other_version(self, binaries: Binaries) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by == binaries.version:
            return
        raise Trouble(
            f"The data in {self.data} was made by PostgreSQL {made_by}, and this is PostgreSQL {binaries.version}. "
            "The data was not touched. Make a backup with the version of Answerable that made it and restore that "
            f"here, or name the folder of a PostgreSQL {made_by} in ANSWERABLE_POSTGRES_BIN."
        )

    def _password_file(self) -> Path:
        path = self.state.cluster / "password"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(keep_secrets(self.state).database_admin_password)
        if lent := unprivileged.identity():
            os.chown(path, lent["user"], lent["group"])
        return path

    def _run(self, binaries: Binaries, name: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            binaries.command(name, *arguments),
            env=binaries.environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **unprivileged.identity(),
        )

    def _keep_log_short(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))


def _layout(binaries: Binaries) -> list[str]:
    locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    layout = ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", f"--locale={locale}"]
    layout += ["--data-checksums", "--lc-messages=C"]
    # Sorting and folding that no update of the system's libraries can change under an index.
    if binaries.version >= 17:
        layout += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return layout


def _small(binaries: Binaries) -> dict[str, str]:
    # From 18 on three more processes would read ahead for us; a small machine has better uses for their memory.
    return SETTINGS | ({"io_method": "sync"} if binaries.version >= 18 else {})


def _wishes() -> dict[str, str]:
    """ANSWERABLE_PG_SETTINGS, written as `shared_buffers=512MB max_connections=300`."""
    words = shlex.split(os.environ.get("ANSWERABLE_PG_SETTINGS", ""))
    return {name: value for name, _, value in (word.partition("=") for word in words)}
