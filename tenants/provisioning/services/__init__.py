"""What is done with tenants: made, migrated, suspended, deleted, exported, limited."""

from tenants.provisioning.migrating import TEMPLATE_SCHEMA, MigrationReport, migrate_everything
from tenants.provisioning.services.approval import require_approval
from tenants.provisioning.services.both_audits import reason_of, record_in_both
from tenants.provisioning.services.exporting import export_tenant, import_tenant, left_out_of
from tenants.provisioning.services.life import HOLD, mark_for_deletion, purge_tenant, resume_tenant, suspend_tenant
from tenants.provisioning.services.live import set_live_trading
from tenants.provisioning.services.making import create_tenant, drop_tenant, ensure_migrated
from tenants.provisioning.services.quotas import most_of, quotas, require_room, set_quotas

__all__ = [
    "HOLD",
    "TEMPLATE_SCHEMA",
    "MigrationReport",
    "create_tenant",
    "drop_tenant",
    "ensure_migrated",
    "export_tenant",
    "import_tenant",
    "left_out_of",
    "mark_for_deletion",
    "migrate_everything",
    "most_of",
    "purge_tenant",
    "quotas",
    "reason_of",
    "record_in_both",
    "require_approval",
    "require_room",
    "resume_tenant",
    "set_live_trading",
    "set_quotas",
    "suspend_tenant",
]
