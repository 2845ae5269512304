"""`manage.py migrate_schemas`: as `migrate`."""

from tenants.provisioning.management.commands.migrate import Command

__all__ = ["Command"]
