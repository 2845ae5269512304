"""What was scanned, what stood, and the records of strategies. Public schema: it is of markets, and nobody's data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id


class TrackRecord(models.Model):
    """What a strategy came to on a market, up to a midnight, in a backtest with costs. track: as `types.Track` says.

    day: since 1970, UTC, the first one that is not in it. since_ms: where it begins. fingerprint: of the candles that
    it was decided on. asked: what the strategy asked for after each candle, packed, so that the next day costs a day.
    error: why there is no record, a sentence as `said` keeps it.
    """

    strategy = models.CharField(max_length=60)
    code_hash = models.CharField(max_length=16)
    parameters = models.CharField(max_length=500)
    instrument_id = models.CharField(max_length=64)
    timeframe = models.CharField(max_length=4)
    day = models.IntegerField()
    since_ms = models.BigIntegerField()
    fingerprint = models.BigIntegerField()
    asked = models.BinaryField()
    track = models.JSONField(default=dict)
    hash = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="")
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("record of a strategy")
        verbose_name_plural = _("records of strategies")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument_id", "timeframe", "day", "strategy", "parameters", "code_hash"],
                name="track_record_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strategy} {self.instrument_id} {self.timeframe} {self.day}"


class Scan(models.Model):
    """One look at all markets. market, timeframe, cursor_ms: what was shown then, the open of its last closed candle.

    tried: strategies times markets. failures: strategies that raised, with the first market and why. Only whole scans
    have a row.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    market = models.CharField(max_length=12)
    timeframe = models.CharField(max_length=4)
    cursor_ms = models.BigIntegerField()
    strategies = models.PositiveIntegerField()
    markets = models.PositiveIntegerField()
    tried = models.PositiveIntegerField()
    failures = models.JSONField(default=list)
    simulated = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        constraints = [models.UniqueConstraint(fields=["market", "timeframe", "cursor_ms"], name="scanned_once")]

    def __str__(self) -> str:
        return f"{self.market} {self.timeframe} {self.cursor_ms}"


class Opportunity(models.Model):
    """An entry that stood in a scan; the better its rank, the higher its key. signal_id: as signals have it.

    slot_ms, age, prices: as `types.Standing` and `Levels` explain them. score: of its record, to four places. verdict:
    deflated, the deflated Sharpe; reasons, what speaks against it, sentences as `said` keeps them.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="opportunities")
    record = models.ForeignKey(TrackRecord, on_delete=models.CASCADE, related_name="+")
    signal_id = models.UUIDField()
    rank = models.PositiveIntegerField()
    strategy = models.CharField(max_length=60)
    family = models.CharField(max_length=40)
    code_hash = models.CharField(max_length=16)
    parameters = models.CharField(max_length=500)
    instrument_id = models.CharField(max_length=64)
    timeframe = models.CharField(max_length=4)
    slot_ms = models.BigIntegerField()
    age = models.PositiveIntegerField()
    entry = amount()
    stop = amount()
    target = amount(null=True)
    risk_pct = models.DecimalField(max_digits=12, decimal_places=2)
    reward_r = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    risk_of_100 = models.DecimalField(max_digits=12, decimal_places=2)
    score = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    validated = models.BooleanField()
    verdict = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [models.UniqueConstraint(fields=["scan", "rank"], name="opportunity_rank_once")]

    def __str__(self) -> str:
        return f"{self.rank} {self.strategy} {self.instrument_id} {self.timeframe}"
