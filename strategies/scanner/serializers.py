"""What the API gives of the scanner."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.numbers import NumberField
from cryptouniverse.kernel.words import told
from strategies.backtest.serializers import TIMEFRAMES
from strategies.scanner.models import Opportunity, Scan, TrackRecord
from strategies.scanner.selectors import parameters_of, sentences


class TrackRecordSerializer(serializers.Serializer[Any]):
    """What the strategy came to on this market in a backtest with costs: simulated. null: there is no value.

    since, until: what was looked at; days: for how many of them there are candles. expectancy_r, winner_r: mean of all
    trades, and of those that won, in units of what the stop would have cost (R). held_return: buying and holding over
    the same candles. hash: a backtest over the same candles on the usual terms has the same.
    """

    since = MomentField(source="since_ms")
    until = serializers.SerializerMethodField()
    days = serializers.IntegerField(source="track.periods")
    trades = serializers.IntegerField(source="track.trades")
    win_rate = NumberField(source="track.win_rate", allow_null=True)
    profit_factor = NumberField(source="track.profit_factor", allow_null=True)
    expectancy_r = NumberField(source="track.expectancy_r", allow_null=True)
    winner_r = NumberField(source="track.winner_r", allow_null=True)
    sharpe = NumberField(source="track.sharpe", allow_null=True)
    max_drawdown = NumberField(source="track.max_drawdown", allow_null=True)
    total_return = NumberField(source="track.total_return")
    held_return = NumberField(source="track.held_return", allow_null=True)
    hash = serializers.CharField()

    @extend_schema_field(serializers.DateTimeField())
    def get_until(self, record: TrackRecord) -> Any:
        """The midnight that ends it."""
        return MomentField().to_representation(record.day * DAY_MS)


class ScannedSerializer(serializers.Serializer[Any]):
    """An entry that a strategy asked for and that still stands. No advice: its record is simulated.

    at: the open of the candle that asked; age: candles that have closed since. entry: the last close, where a buyer
    would enter now. risk_pct: from the entry to the stop. reward_r: what the target brings for each unit that the stop
    costs, null without a target. risk_of_100: what 100 units that are bought lose at the stop, with costs. score: lower
    95% bound of a trade's mean result in R, what the list is ranked by; null without trades. deflated_sharpe: the
    probability that its Sharpe is above zero although it was chosen among all that were tried. validated: never with
    fewer than 30 trades or a deflated Sharpe below 0.95; reasons: what speaks against it.
    """

    id = serializers.UUIDField(source="public_id")
    rank = serializers.IntegerField()
    signal = serializers.UUIDField(source="signal_id")
    strategy = serializers.CharField()
    family = serializers.CharField()
    parameters = serializers.SerializerMethodField()
    instrument = serializers.CharField(source="instrument_id")
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    at = MomentField(source="slot_ms")
    age = serializers.IntegerField()
    entry = AmountField()
    stop = AmountField()
    target = AmountField(allow_null=True)
    risk_pct = AmountField(max_digits=12, decimal_places=2)
    reward_r = AmountField(max_digits=12, decimal_places=2, allow_null=True)
    risk_of_100 = AmountField(max_digits=12, decimal_places=2)
    score = AmountField(max_digits=12, decimal_places=4, allow_null=True)
    deflated_sharpe = NumberField(source="verdict.deflated", allow_null=True)
    validated = serializers.BooleanField()
    reasons = serializers.SerializerMethodField()
    simulated_market = serializers.BooleanField(source="scan.simulated")
    record = TrackRecordSerializer()

    @extend_schema_field(serializers.DictField(child=NumberField()))
    def get_parameters(self, row: Opportunity) -> dict[str, Any]:
        """Its defaults."""
        return parameters_of(row)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_reasons(self, row: Opportunity) -> list[str]:
        """As sentences."""
        return sentences(row.verdict["reasons"], gettext)


class ScanFailureSerializer(serializers.Serializer[Any]):
    """A strategy that could not be asked, the first market where, and why."""

    strategy = serializers.CharField()
    instrument = serializers.CharField()
    reason = serializers.SerializerMethodField()

    def get_reason(self, row: dict[str, str]) -> str:
        """As a sentence."""
        return told(row["said"], gettext)


class ScanSerializer(serializers.Serializer[Any]):
    """The last look at all markets. at: the open of the last closed candle then. tried: strategies times markets."""

    id = serializers.UUIDField(source="public_id")
    at = MomentField(source="cursor_ms")
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    strategies = serializers.IntegerField()
    markets = serializers.IntegerField()
    tried = serializers.IntegerField()
    simulated_market = serializers.BooleanField(source="simulated")
    failures = ScanFailureSerializer(many=True)
    ended_at = serializers.DateTimeField()
    opportunities = serializers.SerializerMethodField()

    def get_opportunities(self, row: Scan) -> int:
        """How many stood."""
        return row.opportunities.count()
