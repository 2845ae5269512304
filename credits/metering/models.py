"""Where each user's profit stands, and every realised profit that was metered, once."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from credits.ledger.types import DEFAULT_RATIO, Currency

_CURRENCIES = [(currency.value, currency.value) for currency in Currency]


class ProfitMark(models.Model):
    """A user's realised profit so far and the highest it has been. Changed only under the lock of the user's wallet.

    cumulative, mark: USD. sequence: how many profits were metered. ratio: USD of profit that one credit allows.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=16, choices=_CURRENCIES)
    cumulative = models.DecimalField(max_digits=38, decimal_places=18, default=Decimal(0))
    mark = models.DecimalField(max_digits=38, decimal_places=18, default=Decimal(0))
    sequence = models.BigIntegerField(default=0)
    ratio = models.DecimalField(max_digits=20, decimal_places=6, default=DEFAULT_RATIO)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "currency"], name="credits_mark_once"),
            models.CheckConstraint(condition=Q(mark__gte=0), name="credits_mark_not_negative"),
            models.CheckConstraint(condition=Q(mark__gte=models.F("cumulative")), name="credits_mark_is_highest"),
            models.CheckConstraint(condition=Q(ratio__gt=0), name="credits_mark_ratio"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.mark} {self.currency}"


class MeteredProfit(models.Model):
    """One fill's realised profit, in booking order. profit, above_mark: USD; consumed, free: credits."""

    mark = models.ForeignKey(ProfitMark, on_delete=models.PROTECT, related_name="profits", db_index=False)
    fill_id = models.UUIDField()
    sequence = models.BigIntegerField()
    profit = models.DecimalField(max_digits=38, decimal_places=18)
    above_mark = models.DecimalField(max_digits=38, decimal_places=18)
    consumed = models.DecimalField(max_digits=20, decimal_places=6)
    free = models.DecimalField(max_digits=20, decimal_places=6)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fill_id", "mark"], name="credits_metered_once"),
            models.UniqueConstraint(fields=["mark", "sequence"], name="credits_metered_in_order"),
            models.CheckConstraint(
                condition=Q(above_mark__gte=0) & Q(consumed__gte=0) & Q(free__gte=0), name="credits_metered_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.profit}"
