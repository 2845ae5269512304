"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CryptoUniverseApi(AppConfig):
    """API v1."""

    name = "cryptouniverse.api"
    label = "cryptouniverse_api"
    verbose_name = _("API")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants: ClassVar[dict[str, str]] = {"cryptouniverse_api_idempotencyrecord": "SELECT, INSERT, DELETE"}
