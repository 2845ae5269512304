"""What the API gives of days and drift."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.numbers import NumberField
from cryptouniverse.kernel.words import told
from strategies.monitoring.drift import Rule
from strategies.monitoring.models import BotDay
from strategies.monitoring.types import Ending

RULES = [rule.value for rule in Rule]
ENDINGS = [ending.value for ending in Ending]


class KeptAmountField(AmountField):
    """An amount that is kept as text."""

    def to_representation(self, value: Any) -> Any:
        """As any other amount."""
        return super().to_representation(Decimal(value))


class GapPartsSerializer(serializers.Serializer[Any]):
    """What a gap is made of; the parts add up to it exactly. Quote currency; below zero it cost something.

    fills: prices that were got, and entries that were filled in part or not. fees. latency: how far the price moved
    until an order reached the market. intra_bar: a stop or target met otherwise than candles tell. size: more or less
    was ordered. refused: entries that were never ordered. unexpected: trades that the replay does not know.
    """

    fills = KeptAmountField()
    fees = KeptAmountField()
    latency = KeptAmountField()
    intra_bar = KeptAmountField()
    size = KeptAmountField()
    refused = KeptAmountField()
    unexpected = KeptAmountField()


class BotDaySerializer(serializers.Serializer[Any]):
    """A UTC day of a bot: the profit that a replay of the day in the backtest expects, and the profit it made.

    reason: why the day could not be replayed, "" where it could; the amounts are null then. note: what it
    was replayed under, where that was not what was in force all day, else "". gap: actual less expected.
    money: what was at work. matched: trades both expected and had; unmatched: the others. hash: of the replay; the same
    candles, terms and start give the same one.
    """

    id = serializers.UUIDField(source="public_id")
    day = serializers.DateField()
    reason = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    expected = AmountField(allow_null=True)
    actual = AmountField(allow_null=True)
    gap = AmountField(allow_null=True)
    parts = serializers.SerializerMethodField()
    money = AmountField(allow_null=True)
    matched = serializers.IntegerField()
    unmatched = serializers.IntegerField()
    hash = serializers.CharField(allow_blank=True)
    replayed_at = serializers.DateTimeField()

    def get_reason(self, row: BotDay) -> str:
        """In the reader's language."""
        return told(row.reason, gettext) if row.reason else ""

    def get_note(self, row: BotDay) -> str:
        """In the reader's language."""
        return told(row.note, gettext) if row.note else ""

    @extend_schema_field(GapPartsSerializer(allow_null=True))
    def get_parts(self, row: BotDay) -> dict[str, Any] | None:
        """The gap taken apart."""
        return None if row.reason else dict(GapPartsSerializer(row).data)


class TradeSideSerializer(serializers.Serializer[Any]):
    """A trade as it was expected, or as it was. entry_price: of one that was held when the day began, the last close
    before. ended: open where it is held at the end of the day; exit_price is then the last close. profit: after fees.
    """

    quantity = KeptAmountField()
    entry_price = KeptAmountField()
    exit_price = KeptAmountField()
    ended = serializers.ChoiceField(choices=ENDINGS)
    ended_ms = serializers.IntegerField(allow_null=True)
    profit = KeptAmountField()


class DayTradeSerializer(serializers.Serializer[Any]):
    """A trade of the day. decided_ms: the candle after which its entry was decided, UTC; null: held since before.
    expected, actual: null where it was only the other.
    """

    instrument = serializers.CharField()
    decided_ms = serializers.IntegerField(allow_null=True)
    expected = TradeSideSerializer(allow_null=True)
    actual = TradeSideSerializer(allow_null=True)
    gap = KeptAmountField()
    parts = GapPartsSerializer()


class DayRefusalSerializer(serializers.Serializer[Any]):
    """An entry that was asked for and not ordered. why: the rule that refused, "no_verdict", or "" where nothing was
    decided, as for a paused bot.
    """

    instrument = serializers.CharField()
    decided_ms = serializers.IntegerField()
    why = serializers.CharField(allow_blank=True)


class BotDayTradesSerializer(BotDaySerializer):
    """A day with its trades, and the entries that were refused."""

    trades = DayTradeSerializer(many=True)
    refusals = DayRefusalSerializer(many=True)


class DriftAlarmSerializer(serializers.Serializer[Any]):
    """An alarm that stands. rule: behind (the gaps of the days) or below (worse than draws of the expected trades).
    paused: whether the bot was paused for it.
    """

    id = serializers.UUIDField(source="public_id")
    day = serializers.DateField()
    rule = serializers.ChoiceField(choices=RULES)
    paused = serializers.BooleanField()
    raised_at = serializers.DateTimeField()


class BotDriftSerializer(serializers.Serializer[Any]):
    """How a bot is watched. pause_on_drift: whether it is paused when it drifts. alarm: null where none stands.

    days: how many count. mean_bps: their mean gap that the market answers for, of the money at work. t: that mean in
    its standard errors; below `bound` it alarms. trades: that count; came_to: what became of them; below `least`, the
    5th percentile of draws of what was expected, it alarms. Null: too few yet.
    """

    pause_on_drift = serializers.BooleanField()
    alarm = DriftAlarmSerializer(allow_null=True)
    days = serializers.IntegerField(source="standing.days")
    mean_bps = NumberField(source="standing.mean_bps", allow_null=True)
    t = NumberField(source="standing.t", allow_null=True)
    bound = NumberField(source="standing.bound", allow_null=True)
    trades = serializers.IntegerField(source="standing.trades")
    came_to = NumberField(source="standing.came_to", allow_null=True)
    least = NumberField(source="standing.least", allow_null=True)


class DriftChoiceSerializer(serializers.Serializer[Any]):
    """What is to happen when the bot drifts."""

    pause_on_drift = serializers.BooleanField()
