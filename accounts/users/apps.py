"""Django's handle on the users domain."""

from django.apps import AppConfig


class AccountsUsers(AppConfig):
    """Users, roles and permissions of one tenant."""

    name = "accounts.users"
    label = "accounts_users"
    verbose_name = "Users"
    default_auto_field = "django.db.models.BigAutoField"
