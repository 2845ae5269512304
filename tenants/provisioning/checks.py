"""System checks that fail the start: one table, one schema; hosts are never answered by the public schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


def register_all() -> None:
    """Register this domain's checks with Django."""
    register(one_table_one_schema)
    register(no_public_fallback)


def one_table_one_schema(**_: Any) -> list[CheckMessage]:
    """A model's app is public or a tenant's, never both and never neither: the search path would hide the mistake."""
    shared, tenant = set(settings.SHARED_APPS), set(settings.TENANT_APPS)
    both = [Error(f"{name} is listed as public and as a tenant's.", id="cu.E001") for name in sorted(shared & tenant)]
    homeless = [
        Error(f"{model._meta.label} has a table but its app is in neither SHARED_APPS nor TENANT_APPS.", id="cu.E002")
        for model in apps.get_models()
        if model._meta.managed and not {model._meta.app_config.name} & (shared | tenant)
    ]
    return [*both, *homeless, *_shared_tables(shared, tenant)]


def _shared_tables(shared: Iterable[str], tenant: Iterable[str]) -> list[CheckMessage]:
    def tables(names: Iterable[str]) -> dict[str, str]:
        wanted = set(names)
        models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_config.name in wanted]
        return {model._meta.db_table: model._meta.label for model in models}

    public, private = tables(shared), tables(tenant)
    return [
        Error(f"Table {name} is both public ({public[name]}) and a tenant's ({private[name]}).", id="cu.E003")
        for name in sorted(public.keys() & private.keys())
    ]


def no_public_fallback(**_: Any) -> list[CheckMessage]:
    """Unknown hosts get nothing: django-tenants' public fall-backs stay off."""
    off = ("SHOW_PUBLIC_IF_NO_TENANT_FOUND", "DEFAULT_NOT_FOUND_TENANT_VIEW", "TENANT_LIMIT_SET_CALLS")
    return [Error(f"{name} must stay off.", id="cu.E004") for name in off if getattr(settings, name, False)]
