"""Cache keys that cannot cross tenants: the default cache needs one, the alias "global" is for what is everybody's."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

from django.core.cache.backends.redis import RedisCache

from cryptouniverse.kernel.context import current_tenant


class SharedRedisCache(RedisCache):
    """Django's Redis cache on a server that also carries the workers' queues: it cannot be cleared as a whole."""

    def clear(self) -> NoReturn:
        """Refused: FLUSHDB would empty the queues. Raises RuntimeError; delete the keys by name instead."""
        raise RuntimeError("the cache shares its Redis with the workers' queues and cannot be cleared as a whole")

    def forget_tenant(self, tenant_id: UUID) -> int:
        """Delete every value that was cached for this tenant, which need not be active; how many."""
        client, gone = self._cache.get_client(None, write=True), 0
        for key in client.scan_iter(f"t:{tenant_id}:*", count=1000):
            gone += client.delete(key)
        return gone


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    """`key` inside the active tenant. Raises NoTenant without one."""
    return f"t:{current_tenant().id}:{key_prefix}:{version}:{key}"


def global_key(key: str, key_prefix: str, version: int) -> str:
    """`key` in the space that all tenants share; nothing of a tenant's belongs there."""
    return f"g:{key_prefix}:{version}:{key}"
