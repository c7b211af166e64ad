from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "answerable.replies"
    label = "replies"
