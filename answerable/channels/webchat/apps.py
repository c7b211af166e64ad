from django.apps import AppConfig


class WebchatConfig(AppConfig):
    name = "answerable.channels.webchat"
    label = "webchat"
