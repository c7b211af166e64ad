"""A real Dovecot: mailboxes read over IMAP, filled over LMTP."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient

from answerable.core.wire.calls import Login, MailServer
from tests.peers import programs
from tests.peers.certificates import Certificate

PASSWORD = "right horse"
USERS = ("care@example.org", "help@example.org", "desk@example.org", "pia@example.org")

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
instance_name = answerable-peer
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 100
lmtp_rcpt_check_quota = no
{tokens}
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""

TOKENS = """
auth_mechanisms = plain login {mechanism}
passdb {{
  driver = oauth2
  mechanisms = {mechanism}
  args = {home}/tokens.conf
}}
"""

# Without a cache, so that a token that was withdrawn is refused at once.
INTROSPECTION = """
introspection_url = {introspection}
introspection_mode = post
active_attribute = active
active_value = true
username_attribute = username
use_grant_password = no
force_introspection = yes
"""


@dataclass
class Dovecot:
    """`stop` and `start` make an outage; the mailboxes stay.

    With an address for `introspection` (RFC 7662) it takes tokens too, by `mechanism`.
    """

    home: Path
    certificate: Certificate
    imap: int = field(default_factory=programs.free_port)
    imaps: int = field(default_factory=programs.free_port)
    lmtp: int = field(default_factory=programs.free_port)
    process: subprocess.Popen[bytes] | None = None
    introspection: str = ""
    mechanism: str = "xoauth2"

    def configure(self) -> None:
        (self.home / "mail").mkdir(mode=0o777)
        (self.home / "mail").chmod(0o777)
        lines = [f"{user}:{{PLAIN}}{PASSWORD}:65534:65534::{self.home}/mail/{user}::" for user in USERS]
        (self.home / "users").write_text("\n".join(lines) + "\n")
        (self.home / "tokens.conf").write_text(INTROSPECTION.format(introspection=self.introspection))
        tokens = TOKENS.format(home=self.home, mechanism=self.mechanism) if self.introspection else ""
        (self.home / "dovecot.conf").write_text(
            CONFIGURATION.format(
                home=self.home,
                tokens=tokens,
                certificate=self.certificate.file,
                key=self.certificate.key,
                imap=self.imap,
                imaps=self.imaps,
                lmtp=self.lmtp,
            )
        )

    def start(self) -> None:
        command = [str(programs.found("dovecot")), "-F", "-c", str(self.home / "dovecot.conf")]
        self.process = programs.start(command, port=self.imap, log=self.home / "start.log")

    def stop(self) -> None:
        if self.process is not None:
            programs.end(self.process)
            self.process = None

    @contextmanager
    def person(self, user: str) -> Iterator[IMAPClient]:
        """Somebody with the mailbox open in an ordinary mail program."""
        with IMAPClient("localhost", self.imap, ssl=False) as client:
            client.login(user, PASSWORD)
            yield client

    def server(self, user: str, *, security: str = "none", password: str = PASSWORD) -> MailServer:
        port = self.imaps if security == "tls" else self.imap
        return MailServer("localhost", port, security, Login(user, password))
