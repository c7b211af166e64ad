from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "answerable.channels"
    label = "channels"
