"""The books' place in the project, and what the role `app` may do with them."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """credits.ledger [tenant]. `app` only reads: every write goes through the SQL functions of `sql/books.sql`."""

    name = "credits.ledger"
    label = "credits_ledger"
    verbose_name = _("Ledger of credits")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {"credits_ledger_entry": {}}  # its key names a fact, and opens nothing
    table_grants: ClassVar[dict[str, str]] = {
        "credits_ledger_account": "SELECT",
        "credits_ledger_entry": "SELECT",
        "credits_ledger_posting": "SELECT",
        "credits_ledger_creditlot": "SELECT",
    }
