"""What a person says to connect an account of X."""

from __future__ import annotations

from answerable.channels.contract import Setting

SETTINGS = (
    Setting("address", "Your name there", hint="With @, for instance @care. It is the account that answers."),
    Setting("client_id", "Client ID", hint="In the developer console of X: your app, Keys and tokens, OAuth 2.0."),
    Setting(
        "client_secret",
        "Client secret",
        secret=True,
        required=False,
        hint="Beside the client ID. Leave it empty for an app of the type “native”.",
    ),
    Setting(
        "refresh_token",
        "Refresh token",
        secret=True,
        required=False,
        hint="Comes by itself when you sign in at X from this page. Leave it empty.",
        rarely=True,
    ),
    Setting("searches", "Words to search for", required=False, default="", hint="Parted by commas."),
    Setting(
        "bearer_token",
        "Token of the app",
        secret=True,
        required=False,
        hint="“Bearer token” in the console. With it, searches are heard as they happen.",
    ),
    Setting(
        "replays",
        "The stream brings what it missed",
        kind=bool,
        default=False,
        hint="Only where your contract with X has backfill. It brings the last five minutes after a break.",
        rarely=True,
    ),
    Setting(
        "consumer_secret",
        "API key secret",
        secret=True,
        required=False,
        hint="“API key secret” in the console. Only where X pushes to this desk: it proves each delivery.",
    ),
    Setting("server", "Address of the API", default="https://api.x.com", hint="Leave it as it is.", rarely=True),
)
