"""Cache keys that cannot cross tenants: the default cache needs a tenant, the alias "global" is for what is everybody's."""

from __future__ import annotations

from cryptouniverse.kernel.context import current_tenant


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    """`key` inside the active tenant. Raises NoTenant without one."""
    return f"t:{current_tenant().id}:{key_prefix}:{version}:{key}"


def global_key(key: str, key_prefix: str, version: int) -> str:
    """`key` in the space that all tenants share; nothing of a tenant's belongs there."""
    return f"g:{key_prefix}:{version}:{key}"
