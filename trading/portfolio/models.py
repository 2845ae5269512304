"""What a user owns: a portfolio with cash, positions made of lots, and its value over time. Tenant schema.

Amounts are in the portfolio's currency (USDT, counted as 1 USD "par"), NUMERIC(38,18); quantities are in base units.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id
from trading.portfolio.types import side_of


class Portfolio(models.Model):
    """One pot of money of one user: play money on paper, or what a connection's account was given to trade with.

    name: of a sub-account, "" for the main one. transferred: what came in from the owner's other portfolios on paper,
    less what went out. fees_elsewhere: what fees paid in third assets were worth; they are in `fees` and in the cost of
    lots, not in cash.
    """

    class Kind(models.TextChoices):
        """What stands behind the figures."""

        PAPER = "paper", _("Paper")
        SANDBOX = "sandbox", _("Sandbox")
        LIVE = "live", _("Live")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="portfolios")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PAPER)
    connection = models.OneToOneField(
        "trading_connections.Connection", on_delete=models.PROTECT, null=True, related_name="portfolio"
    )
    name = models.CharField(max_length=60, blank=True, default="", db_default="")
    currency = models.CharField(max_length=12, default="USDT")
    start_cash = amount()
    transferred = amount(default=0, db_default=0)
    cash = amount()
    reserved = amount(default=0)
    equity = amount()
    equity_peak = amount()
    realised = amount(default=0)
    fees = amount(default=0)
    fees_elsewhere = amount(default=0, db_default=0)
    risk_day = models.DateField(null=True)
    day_start_equity = amount()
    day_realised = amount(default=0)
    fill_sequence = models.BigIntegerField(default=0)
    marked_slot_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], condition=Q(kind="paper"), name="portfolio_name_once"),
            models.CheckConstraint(
                condition=Q(kind="paper", connection__isnull=True) | ~Q(kind="paper") & Q(connection__isnull=False),
                name="portfolio_paper_or_connected",
            ),
            models.CheckConstraint(condition=Q(cash__gte=0), name="portfolio_cash_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="portfolio_reserved_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("cash")), name="portfolio_reserved_within_cash"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"


class Transfer(models.Model):
    """Cash moved between two portfolios of one owner on paper, booked once. key: names the request."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="transfers_in")
    amount = amount()
    currency = models.CharField(max_length=12)
    key = models.CharField(max_length=255)
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="transfer_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_above_zero"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Position(models.Model):
    """What one bot, or where `bot_id` is empty one order by hand, holds of an instrument. Closed ones are kept.

    Below zero, quantity and cost are of a contract that was sold short: what it brought is in the cash, and
    `collateral`, which is that and a margin on top, is reserved as long as it is open.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="positions", db_index=False)
    bot_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=60)
    quantity = amount()
    cost = amount()
    entry_price = amount()
    realised = amount(default=0)
    collateral = amount(default=0, db_default=0)
    stop_price = amount()
    target_price = amount(null=True)
    mark_price = amount()
    mark_slot_ms = models.BigIntegerField()
    opened_slot_ms = models.BigIntegerField()
    closed_slot_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "bot_id", "instrument_id"],
                condition=Q(closed_slot_ms__isnull=True),
                name="position_open_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) | Q(instrument_id__regex="^[^:]+:[^:]+:"),
                name="only_contracts_are_short",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, collateral=0) | Q(quantity__lt=0, collateral__gt=0),
                name="what_is_short_is_covered",
            ),
        ]
        indexes = [
            models.Index(fields=["instrument_id"], name="position_open", condition=Q(closed_slot_ms__isnull=True)),
            models.Index(fields=["portfolio", "-closed_slot_ms"], name="position_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.instrument_id}"

    @property
    def side(self) -> str:
        """Whether it gains when the price rises ("long") or falls ("short")."""
        return side_of(self.quantity)


class Lot(models.Model):
    """What one entry fill bought, or below zero sold short. `cost` includes the entry fee; `quantity` and `cost` are
    what is left of it.

    tag: of a bot that keeps orders, the line that it was bought for; 0 where there is none.
    """

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="lots")
    fill_id = models.UUIDField(unique=True)
    quantity = amount()
    cost = amount()
    tag = models.PositiveIntegerField(default=0, db_default=0)


class LotClose(models.Model):
    """One lot's share of an exit fill: first in, first out. Profit is proceeds after fees less cost."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="closes", db_index=False)
    fill_id = models.UUIDField()
    quantity = amount()
    cost = amount()
    proceeds = amount()
    profit = amount()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "fill_id"], name="lot_close_once")]


class Dust(models.Model):
    """What exits left of an asset because it is too small to be sold. Kept with its cost: booked, not lost."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="dust")
    asset = models.CharField(max_length=12)
    quantity = amount()
    cost = amount()

    class Meta:
        verbose_name_plural = _("dust")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "asset"], name="dust_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="dust_above_zero"),
        ]


class EquityPoint(models.Model):
    """The portfolio's value at the close of one candle."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="equity_points", db_index=False)
    slot_ms = models.BigIntegerField()
    equity = amount()
    cash = amount()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portfolio", "slot_ms"], name="equity_point_once")]
