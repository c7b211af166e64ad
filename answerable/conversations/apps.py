from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "answerable.conversations"
    label = "conversations"
