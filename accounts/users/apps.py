"""Django's handle on the users domain."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsUsers(AppConfig):
    """Users, roles and permissions of one tenant."""

    name = "accounts.users"
    label = "accounts_users"
    verbose_name = _("Users")
    default_auto_field = "django.db.models.BigAutoField"
    counted: ClassVar[dict[str, tuple[str, str]]] = {"users": ("accounts_users_user", "is_active")}
    table_exports: ClassVar[dict[str, object]] = {"accounts_users_user": {"password": "!"}}

    def ready(self) -> None:
        """Listen to sign-in and sign-out, and make the operators' site the one that `admin.site` names.

        This app comes before `django.contrib.admin`, which opens its site after.
        """
        import_module("accounts.users.sessions")
        apps.get_app_config("admin").default_site = "accounts.users.operators.OperatorsSite"  # type: ignore[attr-defined]  # AdminConfig's
