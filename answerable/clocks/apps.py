from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "answerable.clocks"
    label = "clocks"
