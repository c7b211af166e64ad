"""Settings that every source of the Graph has."""

from __future__ import annotations

from answerable.channels.contract import Setting

APP = (
    Setting("app_id", "App ID", hint="At developers.facebook.com: your app, App settings, Basic. Only figures."),
    Setting("app_secret", "App secret", secret=True, hint="On the same page: Show. It proves who sends and who asks."),
    Setting(
        "verify_token",
        "Word for the challenge",
        secret=True,
        hint="Make up a long word. Type the same one at Meta beside the callback address.",
    ),
)
SIGN_IN = (
    Setting(
        "config_id",
        "Login configuration",
        required=False,
        default="",
        hint="The number of your configuration of Facebook Login for Business, where you sign in by browser.",
    ),
)
SERVER = (
    Setting(
        "server",
        "Web address of the Graph API",
        required=False,
        default="https://graph.facebook.com",
        hint="Leave it as it is.",
        rarely=True,
    ),
    Setting(
        "version", "Version of the Graph API", required=False, default="v23.0", hint="Leave it as it is.", rarely=True
    ),
)


def page_access(label: str) -> tuple[Setting, ...]:
    """How one speaks in the name of a page."""
    return (
        Setting(
            "page_token",
            label,
            secret=True,
            required=False,
            hint="Only where you do not sign in by browser: the token of a system user for the page, without an end.",
        ),
        Setting(
            "user_token",
            "Token of the sign-in",
            secret=True,
            required=False,
            hint="Filled in by signing in.",
            rarely=True,
        ),
        Setting(
            "human_agent",
            "Answer messages for seven days",
            kind=bool,
            default=False,
            hint="Only where Meta granted “Human Agent” to your app; else messages are answered for 24 hours.",
        ),
    )
