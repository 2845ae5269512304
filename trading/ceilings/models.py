"""The platform's own ceilings, in the public schema. A tenant's are in `trading.risk`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trading.ceilings.columns import Caps
from trading.ceilings.types import Mode


class PlatformCeiling(Caps):
    """What operators set above the limits of one tenant (by its schema), or of all: where `schema_name` is empty."""

    schema_name = models.CharField(max_length=63, unique=True, blank=True, default="")

    class Meta:
        verbose_name = _("ceiling of the platform")
        verbose_name_plural = _("ceilings of the platform")
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=[mode.value for mode in Mode]), name="platform_ceiling_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return self.schema_name or "*"
