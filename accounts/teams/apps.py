"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsTeams(AppConfig):
    """Who may see and use another person's portfolio."""

    name = "accounts.teams"
    label = "accounts_teams"
    verbose_name = _("Teams")
    default_auto_field = "django.db.models.BigAutoField"
