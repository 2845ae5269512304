"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CryptouniverseEvents(AppConfig):
    """Events."""

    name = "cryptouniverse.kernel.events"
    label = "cryptouniverse_events"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"
