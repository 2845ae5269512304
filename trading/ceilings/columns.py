"""The columns of a ceiling, the same wherever ceilings are stored."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount, percent
from trading.ceilings.types import Mode

MODES = [
    (Mode.NORMAL.value, _("Normal")),
    (Mode.NO_ENTRIES.value, _("No new entries")),
    (Mode.CLOSE_ONLY.value, _("Close only")),
    (Mode.FLATTEN.value, _("Close everything")),
    (Mode.FREEZE.value, _("Freeze")),
]


class Caps(models.Model):
    """The columns of a ceiling. A cap that is null and an empty whitelist say nothing. mode_by: who set the mode.

    Amounts in the portfolio's currency, percentages of its equity.
    """

    whitelist = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    order_notional_max = amount(null=True, blank=True)
    position_notional_max = amount(null=True, blank=True)
    position_pct_max = percent(null=True, blank=True)
    risk_per_trade_pct = percent(null=True, blank=True)
    daily_loss_pct_max = percent(null=True, blank=True)
    open_positions_max = models.PositiveIntegerField(null=True, blank=True)
    quote_age_s_max = models.PositiveIntegerField(null=True, blank=True)
    collar_bps = models.PositiveIntegerField(null=True, blank=True)

    mode = models.CharField(max_length=10, choices=MODES, default=Mode.NORMAL.value)
    mode_since = models.DateTimeField(null=True, blank=True)
    mode_by = models.CharField(max_length=60, blank=True)
    mode_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
