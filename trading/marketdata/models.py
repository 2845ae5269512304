"""The tables of market data, all in the public schema."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import ids
from cryptouniverse.kernel.contracts import Contract
from cryptouniverse.kernel.market import Instrument as ListedInstrument
from cryptouniverse.kernel.market import Timeframe
from trading.marketdata.types import MarketSource

_SOURCES = [
    (MarketSource.IMPORTED.value, _("Imported candles")),
    (MarketSource.FETCHED.value, _("Fetched from an exchange")),
    (MarketSource.SIMULATED.value, _("Simulated market")),
]
_TIMEFRAMES = [(timeframe.value, timeframe.value) for timeframe in Timeframe]


class Instrument(models.Model):
    """What can be traded, and the units it is counted in. `name` is its stable id ("binance:BTC/USDT")."""

    public_id = models.UUIDField(unique=True, default=ids.new_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    base = models.CharField(max_length=24)
    quote = models.CharField(max_length=24)
    tick = models.DecimalField(max_digits=38, decimal_places=18)
    step = models.DecimalField(max_digits=38, decimal_places=18)
    min_notional = models.DecimalField(max_digits=38, decimal_places=18, default=5)
    units_given = models.BooleanField(default=False)  # by the venue or the importer, not inferred from the prices
    source = models.CharField(max_length=12, choices=_SOURCES)

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        constraints = [
            models.CheckConstraint(condition=models.Q(tick__gt=0, step__gt=0), name="instrument_units_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def contract(self) -> Contract | None:
        """What is agreed, where it is a contract on the coin; None on the spot market."""
        return self.as_value().contract

    def as_value(self) -> ListedInstrument:
        """The instrument as the rest of the product speaks of it."""
        return ListedInstrument(
            id=self.name,
            base=self.base,
            quote=self.quote,
            tick=self.tick.normalize(),
            step=self.step.normalize(),
            min_notional=self.min_notional.normalize(),
            simulated=self.source == MarketSource.SIMULATED,
        )


class CandleDay(models.Model):
    """One UTC day of one instrument and timeframe, packed (`packing.py` holds the format)."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+", db_index=False)
    timeframe = models.CharField(max_length=4, choices=_TIMEFRAMES)
    day = models.IntegerField()  # days since 1970-01-01, UTC
    count = models.SmallIntegerField()
    floor = models.BigIntegerField()
    present = models.BinaryField()
    packed = models.BinaryField()
    checksum = models.BigIntegerField()

    class Meta:
        verbose_name = _("day of candles")
        verbose_name_plural = _("days of candles")
        constraints = [
            models.UniqueConstraint(fields=["instrument", "timeframe", "day"], name="candle_day_once"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="candle_day_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.timeframe} {self.day}"


class OrderBook(models.Model):
    """The best levels of an instrument's book at one moment (`books.py` holds the format).

    at_ms: when it was asked for, UTC, so that it is never younger than it says. tick, step: the units in which its
    levels are counted, which stay when the instrument gets finer ones.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
    source = models.CharField(max_length=12, choices=_SOURCES)
    tick = models.DecimalField(max_digits=38, decimal_places=18)
    step = models.DecimalField(max_digits=38, decimal_places=18)
    levels = models.BinaryField()

    class Meta:
        verbose_name = _("order book")
        verbose_name_plural = _("order books")
        constraints = [
            models.UniqueConstraint(fields=["instrument", "at_ms"], name="order_book_once"),
            models.CheckConstraint(condition=models.Q(tick__gt=0, step__gt=0), name="order_book_units_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} at {self.at_ms}"


class Feed(models.Model):
    """Where the market that is being shown stands. One row (`only` is always true)."""

    only = models.BooleanField(default=True, unique=True)
    source = models.CharField(max_length=12, choices=_SOURCES)
    timeframe = models.CharField(max_length=4, choices=_TIMEFRAMES)
    cursor_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    speed = models.DecimalField(max_digits=12, decimal_places=4, default=1)  # candles per second
    running = models.BooleanField(default=True)
    ended = models.BooleanField(default=False)
    seed = models.BigIntegerField(default=0)  # of the simulated market
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("market feed")
        verbose_name_plural = _("market feeds")
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="feed_only_one"),
            models.CheckConstraint(condition=models.Q(speed__gt=0), name="feed_speed_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.timeframe} at {self.cursor_ms}"


class FundingRate(models.Model):
    """What holding the perpetual of an instrument costs from one moment on: above zero, longs pay shorts that share."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()  # when it was set, UTC
    rate = models.DecimalField(max_digits=19, decimal_places=18)
    source = models.CharField(max_length=12, choices=_SOURCES)

    class Meta:
        verbose_name = _("funding rate")
        verbose_name_plural = _("funding rates")
        constraints = [
            models.UniqueConstraint(fields=["instrument", "at_ms"], name="funding_rate_once"),
            models.CheckConstraint(condition=models.Q(at_ms__gt=0), name="funding_rate_after_1970"),
            models.CheckConstraint(condition=models.Q(rate__gt=-1, rate__lt=1), name="funding_rate_below_all"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.at_ms} {self.rate}"
