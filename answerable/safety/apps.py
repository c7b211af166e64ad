from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "answerable.safety"
    label = "safety"
