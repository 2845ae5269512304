"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsProvisioning(AppConfig):
    """Tenants, their schemas and hosts."""

    name = "tenants.provisioning"
    label = "tenants_provisioning"
    verbose_name = _("Tenants")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants = {"tenants_provisioning_schemastatus": "SELECT"}

    def ready(self) -> None:
        """Tell the kernel how tenants are found, and register the checks."""
        from django.db.models.signals import post_delete, post_save

        from cryptouniverse.kernel.tenancy import register_loader
        from tenants.provisioning import checks, models, selectors

        register_loader(selectors.working_tenant, waits=selectors.waits_for_migrations, served=selectors.is_served)
        for model in (models.Tenant, models.Domain):
            post_save.connect(selectors.forget_hosts, sender=model)
            post_delete.connect(selectors.forget_hosts, sender=model)
        checks.register_all()
