"""A real Postfix: takes mail on loopback, delivers it to Dovecot or to our listener, and bounces what nobody takes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers import programs
from tests.peers.certificates import Certificate

MAIN = """
compatibility_level = 3.6
config_directory = {home}/etc
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
myhostname = mx.example.org
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.org
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
relay_domains = listener.example.org
transport_maps = inline:{{ {{ listener.example.org = smtp:[127.0.0.1]:{listener} }} }}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
message_size_limit = 100000000
mailbox_size_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtputf8_autodetect_classes = all
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    home: Path
    certificate: Certificate
    lmtp: int
    port: int = field(default_factory=programs.free_port)
    listener: int = field(default_factory=programs.free_port)
    process: subprocess.Popen[bytes] | None = None

    def configure(self) -> None:
        for name in ("etc", "queue", "data"):
            (self.home / name).mkdir()
        shutil.chown(self.home / "data", "postfix")
        (self.home / "etc" / "main.cf").write_text(
            MAIN.format(
                home=self.home,
                lmtp=self.lmtp,
                listener=self.listener,
                certificate=self.certificate.file,
                key=self.certificate.key,
            )
        )
        (self.home / "etc" / "master.cf").write_text(MASTER.format(port=self.port))

    def start(self) -> None:
        command = [str(programs.found("postfix")), "-c", str(self.home / "etc"), "start-fg"]
        self.process = programs.start(command, port=self.port, log=self.home / "start.log")

    def stop(self) -> None:
        """Its master leaves our session, and ends its helpers itself when it is ended."""
        if self.process is not None:
            os.kill(int((self.home / "queue" / "pid" / "master.pid").read_text()), signal.SIGTERM)
            programs.end(self.process)
            self.process = None

    def waiting(self, *queues: str) -> int:
        """How many mails it still has, in all its queues or in the named ones ("deferred": tried in vain)."""
        folders = [self.home / "queue" / name for name in queues or ("maildrop", "incoming", "active", "deferred")]
        return sum(path.is_file() for folder in folders for path in folder.rglob("*"))
