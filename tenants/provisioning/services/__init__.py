"""What is done with tenants: made, migrated, suspended, closed, exported, limited."""

from tenants.provisioning.migrating import TEMPLATE_SCHEMA, MigrationReport, migrate_everything
from tenants.provisioning.services.making import create_tenant, drop_tenant, ensure_migrated

__all__ = [
    "TEMPLATE_SCHEMA",
    "MigrationReport",
    "create_tenant",
    "drop_tenant",
    "ensure_migrated",
    "migrate_everything",
]
