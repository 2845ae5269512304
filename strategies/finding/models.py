"""What bots that read order books did, and how far they have looked. Tenant schema."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount


class Outlook(models.Model):
    """Where a bot stands. looked_at_ms: the last moment that it has looked at, UTC. stocked: it has bought what it
    begins with; ended: it lost what it may, and has sold. met: as `Finding` has it. refusal: rule, limit, value and
    level by which the limits held back the last trade that was, [] where one passed since.
    """

    bot = models.OneToOneField("strategies_bots.Bot", on_delete=models.PROTECT, related_name="outlook")
    looked_at_ms = models.BigIntegerField()
    stocked = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)
    refusal = models.JSONField(default=list, blank=True)
    met = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("outlook of a bot")
        verbose_name_plural = _("outlooks of bots")

    def __str__(self) -> str:
        return f"{self.bot_id} at {self.looked_at_ms}"


class FoundTrade(models.Model):
    """What a bot sent at one moment, and what it got: a trade with its legs, its stock, a quote that filled, its stop,
    what lost its reason; or what happened to its contracts: funding, a settlement, a margin that was used up.

    public_id: derived from bot, moment and kind; the intents of its orders carry it. expected, capital: as the finder
    counted them, in `currency`; profit: what it gained by the books that its orders met; None but for trades with legs
    and for funding.
    one_sided: a leg was not matched by the others. orders: as `trade_told` tells them.
    """

    class Kind(models.TextChoices):
        """What it was for."""

        STOCK = "stock", _("Coins to begin with")
        LEG = "leg", _("Trade")
        QUOTE = "quote", _("Quote")
        STOP = "stop", _("Stop")
        LEFT = "left", _("Left, for its reason is gone")
        FUNDING = "funding", _("Funding")
        SETTLED = "settled", _("Settled")
        LIQUIDATED = "liquidated", _("Closed by the exchange: its margin was used up")

    public_id = models.UUIDField(unique=True)
    bot = models.ForeignKey("strategies_bots.Bot", on_delete=models.PROTECT, related_name="found", db_index=False)
    at_ms = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    currency = models.CharField(max_length=24)
    expected = amount(null=True)
    capital = amount(null=True)
    profit = amount(null=True)
    one_sided = models.BooleanField(default=False)
    orders = models.JSONField()

    class Meta:
        verbose_name = _("trade at books")
        verbose_name_plural = _("trades at books")
        constraints = [
            models.UniqueConstraint(fields=["bot", "at_ms", "kind"], name="found_trade_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["stock", "leg", "quote", "stop", "left", "funding", "settled", "liquidated"]),
                name="found_trade_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot_id} at {self.at_ms}"
