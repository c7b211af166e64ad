"""Where an installation keeps what it must not lose: database, files, secrets and the ports it was found on."""

import base64
import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE_PORT = 15432
WEB_PORT = 8710
SMTP_PORT = 2525
NAMES = (
    "DATABASE_URL",
    "ANSWERABLE_HOME",
    "ANSWERABLE_SECRET_KEY",
    "ANSWERABLE_FIELD_KEY",
    "ANSWERABLE_PUBLIC_URL",
    "ANSWERABLE_WEB_PORT",
    "ANSWERABLE_SMTP_PORT",
)


@dataclass(frozen=True)
class State:
    """One installation's folder. Two installations never share one."""

    home: Path
    binaries: Path

    @property
    def cluster(self) -> Path:
        return self.home / "pg"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def secret_file(self) -> Path:
        return self.home / "secret.json"

    @property
    def ports_file(self) -> Path:
        return self.home / "ports.json"


@dataclass(frozen=True)
class Secrets:
    """Made once per installation. Without `field_key` the encrypted fields of the database stay unreadable."""

    secret_key: str
    field_key: str
    database_password: str
    database_admin_password: str


def default() -> State:
    """The folder named by ANSWERABLE_HOME, else the usual place for this user."""
    named = os.environ.get("ANSWERABLE_HOME")
    return at(Path(named) if named else _root() / "main")


def demo() -> State:
    return at(_root() / f"demo-{_checkout_mark()}")


def for_tests() -> State:
    return at(_root() / f"test-{_checkout_mark()}")


def at(home: Path) -> State:
    """Installations in the usual place share the unpacked PostgreSQL; one placed elsewhere is complete in itself."""
    home = home.expanduser().absolute()
    return State(home=home, binaries=_root() if home.parent == _root() else home)


def environment(state: State | None = None) -> dict[str, str]:
    """What the settings read: what is set already, else what the state folder knows. Starts nothing.

    Secrets are made where there are none, but files are read only if something is missing, because a child that
    root started as a lesser user may not read them.
    """
    given = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    return given if len(given) == len(NAMES) else _known(state or default()) | given


def database_url(state: State, *, admin: bool = False) -> str:
    """The address of the embedded database, whether or not it runs."""
    kept = keep_secrets(state)
    port = ports(state).get("database", DATABASE_PORT)
    if admin:
        return f"postgresql://postgres:{kept.database_admin_password}@127.0.0.1:{port}/postgres"
    return f"postgresql://answerable:{kept.database_password}@127.0.0.1:{port}/answerable"


def keep_secrets(state: State) -> Secrets:
    """The secrets of this installation, made and written to disk before anything can be sealed with them."""
    with locked(state.home / "secret.lock"):
        if not state.secret_file.exists():
            write(state.secret_file, _new_secrets(), mode=0o600)
    return Secrets(**json.loads(state.secret_file.read_text()))


def ports(state: State) -> dict[str, int]:
    if not state.ports_file.exists():
        return {}
    found: dict[str, int] = json.loads(state.ports_file.read_text())
    return found


def remember_port(state: State, name: str, port: int) -> None:
    with locked(state.home / "ports.lock"):
        write(state.ports_file, ports(state) | {name: port}, mode=0o644)


def write(path: Path, content: dict[str, object] | dict[str, int] | dict[str, str], *, mode: int) -> None:
    """All or nothing: a reader, or a power cut, meets the old file or the new one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time. The kernel lets go of the lock when its holder dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _root() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/answerable")
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "answerable"


def _known(state: State) -> dict[str, str]:
    kept = keep_secrets(state)
    remembered = ports(state)
    web = os.environ.get("ANSWERABLE_WEB_PORT") or remembered.get("web", WEB_PORT)
    values = (
        database_url(state),
        str(state.home),
        kept.secret_key,
        kept.field_key,
        f"http://127.0.0.1:{web}",
        str(web),
        str(remembered.get("smtp", SMTP_PORT)),
    )
    return dict(zip(NAMES, values, strict=True))


def _checkout_mark() -> str:
    return f"{zlib.crc32(str(CHECKOUT).encode()):08x}"


def _new_secrets() -> dict[str, str]:
    return {
        "secret_key": _random(48),
        # Fernet takes exactly 32 bytes, written like this.
        "field_key": _random(32),
        "database_password": _random(24),
        "database_admin_password": _random(24),
    }


def _random(size: int) -> str:
    # What the module `secrets` does, without the 5 MB of OpenSSL that it brings into the parent.
    return base64.urlsafe_b64encode(os.urandom(size)).decode()
