from django.apps import AppConfig
from django.db.models import Field, ForeignObject

from answerable.core.among import Among


class CoreConfig(AppConfig):
    name = "answerable.core"
    label = "core"

    def ready(self) -> None:
        Field.register_lookup(Among)
        ForeignObject.register_lookup(Among)  # keys of other rows look nothing up in `Field`
