from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "answerable.intake"
    label = "intake"
