from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "answerable.metrics"
    label = "metrics"
