from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "answerable.channels.sandbox"
    label = "sandbox"
