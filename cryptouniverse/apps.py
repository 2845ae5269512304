"""The Django app that wires the others together."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Cryptouniverse(AppConfig):
    """The platform: wiring and commands, no tables."""

    name = "cryptouniverse"
    label = "cryptouniverse"
    verbose_name = _("Platform")

    def ready(self) -> None:
        """Connect facts with their handlers and name what the admin shows, last of all apps."""
        import gc

        from django.apps import apps

        from cryptouniverse import labels, wiring
        from cryptouniverse.celery import app

        app.set_default()  # so that every process that enqueues reaches our broker
        wiring.connect()
        labels.name_tables(apps.get_models())
        gc.freeze()  # what is loaded stays
        gc.enable()
