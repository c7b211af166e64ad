"""The settings of one mailbox, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from answerable.channels.contract import Can, Family, Proved, Setting, Spec
from answerable.channels.email.addresses import normal
from answerable.channels.email.presets import BY_TOKEN, OTHER, PASSWORD, PRESETS
from answerable.core.wire.calls import Login, MailServer

LISTENER, IMAP = "listener", "imap"
SECURITIES = ("tls", "starttls", "none")

MAX_TEXT = 100_000
# 25 MB is the most that large providers take, and base64 makes seven of five.
MAX_ATTACHMENT = 18 * 1024 * 1024

SPEC = Spec(
    kind="email",
    label="E-mail",
    icon="mail",
    family=Family.OURS,
    can=frozenset(
        {
            Can.HEAR_PRIVATE,
            Can.REPLY_PRIVATE,
            Can.START_PRIVATE,
            Can.ATTACH_IMAGE,
            Can.ATTACH_FILE,
            Can.CONFIRM_DELIVERY,
            Can.LOOK_UP_REPLY,
        }
    ),
    settings=(
        Setting("address", "Address", hint="The address that customers write to."),
        Setting("display_name", "Name shown with the address", required=False, default=""),
        Setting("arrival", "How mail arrives", default=LISTENER, choices=(LISTENER, IMAP)),
        Setting(
            "sign_in",
            "How to sign in to the servers",
            required=False,
            default=PASSWORD,
            choices=(PASSWORD, *BY_TOKEN),
            hint="Microsoft 365 and Google take no passwords any more. They give a client id, a client secret and a "
            "refresh token; with these the house fetches a fresh key every hour.",
        ),
        Setting(
            "oauth_client_id",
            "Client id",
            required=False,
            default="",
            hint="Of the application that you register with the provider: in Microsoft Entra under App registrations, "
            "in the Google Cloud console under Credentials.",
            needed_if=("sign_in", *BY_TOKEN),
        ),
        Setting(
            "oauth_client_secret",
            "Client secret",
            secret=True,
            required=False,
            hint="Of the same application. Leave it empty for a public client.",
            plays_if=("sign_in", *BY_TOKEN),
        ),
        Setting(
            "oauth_refresh_token",
            "Refresh token",
            secret=True,
            required=False,
            hint="Leave it empty: after this is kept you sign in on the provider’s page, and it is entered for you.",
            plays_if=("sign_in", *BY_TOKEN),
            rarely=True,
        ),
        Setting(
            "oauth_endpoint",
            "Token address",
            required=False,
            default="",
            hint="Empty for Microsoft 365 and Google. Name it where an organisation has one of its own: "
            "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token.",
            needed_if=("sign_in", OTHER),
        ),
        Setting(
            "oauth_page",
            "Sign-in page",
            required=False,
            default="",
            hint="Empty for Microsoft 365 and Google. For another provider the address of its page for agreeing "
            "(authorization endpoint).",
            plays_if=("sign_in", *BY_TOKEN),
            rarely=True,
        ),
        Setting(
            "oauth_scope",
            "Scope",
            required=False,
            default="",
            hint="Empty for Microsoft 365 and Google: reading over IMAP and sending over SMTP is asked for.",
            plays_if=("sign_in", *BY_TOKEN),
            rarely=True,
        ),
        Setting(
            "imap_host",
            "IMAP server",
            required=False,
            default="",
            hint="Empty for Microsoft 365 and Google: their own server is used.",
            plays_if=("arrival", IMAP),
        ),
        Setting("imap_port", "IMAP port", int, required=False, default=993, plays_if=("arrival", IMAP)),
        Setting(
            "imap_security",
            "IMAP security",
            required=False,
            default="tls",
            choices=SECURITIES,
            plays_if=("arrival", IMAP),
        ),
        Setting("imap_user", "IMAP user", required=False, default="", plays_if=("arrival", IMAP)),
        Setting("imap_password", "IMAP password", secret=True, required=False, default="", plays_if=("arrival", IMAP)),
        Setting(
            "imap_token",
            "IMAP OAuth token",
            secret=True,
            required=False,
            default="",
            plays_if=("arrival", IMAP),
            rarely=True,
        ),
        Setting(
            "older_mail",
            "Mail that lies there already",
            required=False,
            default="read",
            choices=("read", "leave"),
            hint="Read all of it into cases, or begin with what comes from now on.",
            plays_if=("arrival", IMAP),
        ),
        Setting("folder", "Folder to read", required=False, default="INBOX", plays_if=("arrival", IMAP)),
        Setting(
            "sent_folder",
            "Folder of sent mail",
            required=False,
            default="",
            hint="If given, answers that colleagues write outside Answerable join their case.",
            plays_if=("arrival", IMAP),
            rarely=True,
        ),
        Setting("smtp_host", "SMTP server", hint="smtp.office365.com for Microsoft 365, smtp.gmail.com for Google."),
        Setting("smtp_port", "SMTP port", int, required=False, default=587),
        Setting("smtp_security", "SMTP security", required=False, default="starttls", choices=SECURITIES),
        Setting("smtp_user", "SMTP user", required=False, default=""),
        Setting(
            "smtp_password", "SMTP password", secret=True, required=False, default="", plays_if=("sign_in", PASSWORD)
        ),
        Setting(
            "smtp_token",
            "SMTP OAuth token",
            secret=True,
            required=False,
            default="",
            plays_if=("sign_in", PASSWORD),
            rarely=True,
        ),
        Setting("signature", "Signature under each answer", required=False, default=""),
        Setting(
            "reply_token",
            "Sign the address for replies",
            bool,
            required=False,
            default=False,
            hint="Replies go to name+token@domain. Only for servers that deliver such addresses.",
            rarely=True,
        ),
        Setting("token_key", "Key for signed marks", secret=True, hint="Made by the house; never typed."),
    ),
    max_text=MAX_TEXT,
    max_attachment=MAX_ATTACHMENT,
    poll_every=timedelta(minutes=1),
    docs="answerable/channels/email/README.md",
    proved=Proved.REAL_SERVER,
    ids_are_global=True,
    reaches="email",
    files=True,
    lasting="oauth_refresh_token",
)


@dataclass(frozen=True)
class Mailbox:
    """One mailbox as the settings describe it. `imap` is None unless mail is fetched."""

    address: str
    display_name: str
    imap: MailServer | None
    folder: str
    sent_folder: str
    smtp: MailServer
    signature: str
    reply_token: bool
    leaves_older: bool
    key: bytes = field(repr=False)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def mailbox(settings: Mapping[str, Any]) -> Mailbox:
    values = {setting.name: setting.default for setting in SPEC.settings} | dict(settings)
    return Mailbox(
        address=normal(str(values["address"] or "")),
        display_name=str(values["display_name"] or ""),
        imap=_server(values, "imap") if values["arrival"] == IMAP else None,
        folder=str(values["folder"] or "INBOX"),
        sent_folder=str(values["sent_folder"] or ""),
        smtp=_server(values, "smtp"),
        signature=str(values["signature"] or ""),
        reply_token=bool(values["reply_token"]),
        leaves_older=values["older_mail"] == "leave",
        key=str(values["token_key"] or "").encode(),
    )


def _server(values: Mapping[str, Any], name: str) -> MailServer:
    preset = PRESETS.get(str(values["sign_in"]))
    return MailServer(
        host=str(values[f"{name}_host"] or "") or (preset.imap_host if preset and name == "imap" else ""),
        port=int(values[f"{name}_port"]),
        security=str(values[f"{name}_security"]),
        login=_login(values, name),
    )


def _login(values: Mapping[str, Any], name: str) -> Login | None:
    user, password, token = (str(values[f"{name}_{part}"] or "") for part in ("user", "password", "token"))
    if values["sign_in"] in BY_TOKEN:
        return Login(user or normal(str(values["address"] or "")), token=str(values.get("access_token") or ""))
    return Login(user, password, token) if user else None
