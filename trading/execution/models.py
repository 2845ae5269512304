"""Wishes to trade, the orders they became and the fills they got. Tenant schema.

An Intent is committed before any venue hears of it; its client order id finds the order again after a crash.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id


class Intent(models.Model):
    """A recorded wish to trade, with what it reserves. ENTRY adds risk; EXIT and PROTECT only remove it."""

    class Purpose(models.TextChoices):
        """Why: entries can be refused, exits and protection never are."""

        ENTRY = "entry", _("Entry")
        EXIT = "exit", _("Exit")
        PROTECT = "protect", _("Stop and target")

    class State(models.TextChoices):
        """RECORDED is ours alone; ACKED is at the venue; the others are final."""

        RECORDED = "recorded", _("Recorded")
        ACKED = "acked", _("Working")
        FILLED = "filled", _("Filled")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    portfolio = models.ForeignKey("trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="intents")
    position = models.ForeignKey(
        "trading_portfolio.Position", on_delete=models.PROTECT, null=True, related_name="intents"
    )
    bot_id = models.UUIDField(null=True)
    signal_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=60)
    purpose = models.CharField(max_length=8, choices=Purpose)
    side = models.CharField(max_length=4)
    quantity = amount()
    limit_price = amount(null=True)
    stop_price = amount(null=True)
    target_price = amount(null=True)
    reserved = amount(default=0)
    slot_ms = models.BigIntegerField()
    client_order_id = models.CharField(max_length=36, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECORDED)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="intent_quantity_positive"),
            models.CheckConstraint(
                condition=~Q(purpose="entry") | Q(limit_price__isnull=False), name="entry_has_a_limit"
            ),
            models.UniqueConstraint(
                fields=["portfolio", "bot_id", "instrument_id"],
                condition=Q(purpose="entry", state__in=["recorded", "acked"]),
                nulls_distinct=False,
                name="entry_in_flight_once",
            ),
            models.UniqueConstraint(
                fields=["position", "purpose"],
                condition=Q(purpose__in=["exit", "protect"], state__in=["recorded", "acked"]),
                name="way_out_in_flight_once",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="intent_recorded", condition=Q(state="recorded"))]


class Order(models.Model):
    """What a venue accepted for an intent. At most one lives per intent."""

    class State(models.TextChoices):
        """OPEN works at the venue; the others are final."""

        OPEN = "open", _("Open")
        FILLED = "filled", _("Filled")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    intent = models.OneToOneField(Intent, on_delete=models.PROTECT, related_name="order")
    portfolio = models.ForeignKey("trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="orders")
    venue = models.CharField(max_length=20, default="paper")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=40, blank=True)
    placed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="order_open", condition=Q(state="open")),
            models.Index(fields=["portfolio", "-id"], name="order_of_portfolio"),
        ]


class Fill(models.Model):
    """What an order got, booked once. `sequence` is the place in the portfolio's books, from 1."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fills")
    portfolio = models.ForeignKey("trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="fills")
    position = models.ForeignKey("trading_portfolio.Position", on_delete=models.PROTECT, related_name="fills")
    bot_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=60)
    side = models.CharField(max_length=4)
    cause = models.CharField(max_length=8)
    price = amount()
    quantity = amount()
    fee = amount()
    fee_currency = models.CharField(max_length=12)
    profit = amount(null=True)
    slot_ms = models.BigIntegerField()
    sequence = models.BigIntegerField()
    venue_trade_id = models.CharField(max_length=64)
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "venue_trade_id"], name="fill_booked_once"),
            models.UniqueConstraint(fields=["portfolio", "sequence"], name="fill_sequence_once"),
        ]
