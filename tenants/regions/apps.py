"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsRegions(AppConfig):
    """Where a tenant may be used from."""

    name = "tenants.regions"
    label = "tenants_regions"
    verbose_name = _("Region rules")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A country database that cannot be read stops the start, and forgotten rules are read again."""
        from django.db.models.signals import post_delete, post_save

        from tenants.regions import models, selectors
        from tenants.regions.countries import open_database

        open_database()
        for model in (models.RegionRule, models.RegionPolicy):
            post_save.connect(selectors.forget_rules, sender=model)
            post_delete.connect(selectors.forget_rules, sender=model)
