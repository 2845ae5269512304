"""What the API says of a strategy's record beside the rest of the catalogue."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cryptouniverse.kernel.numbers import NumberField


class InRegimeSerializer(serializers.Serializer[Any]):
    """What a rise, a fall or a sideways market came to, with costs, as ratios. held: buying and holding, the same days.

    start: its first day; end: the one after its last.
    """

    name = serializers.ChoiceField(choices=["rise", "fall", "sideways"])
    start = serializers.DateField()
    end = serializers.DateField()
    total_return = NumberField()
    max_drawdown = NumberField(allow_null=True)
    trades = serializers.IntegerField()
    profit_factor = NumberField(allow_null=True)
    sharpe = NumberField(allow_null=True)
    held = NumberField()


class StrategyRecordSerializer(serializers.Serializer[Any]):
    """How a strategy did, simulated on real candles with its usual parameters, long alone. The past promises nothing.

    capacity: quote currency, the capital up to which 19 of 20 entries took at most a hundredth of what was traded in
    the candle before. checked: at how many ends it was asked again without the later candles, and answered the same.
    """

    symbols = serializers.ListField(child=serializers.CharField())
    timeframe = serializers.CharField()
    regimes = InRegimeSerializer(many=True)
    capacity = serializers.IntegerField(allow_null=True)
    checked = serializers.IntegerField()
