"""What the API says of a strategy's record, and how it is told a strategy's name."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.numbers import NumberField
from strategies.builder.selectors import is_own
from strategies.catalog.registry import everything, runnable


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


@extend_schema_field({"type": "string", "maxLength": 60})
class StrategyField(serializers.ChoiceField):
    """A strategy that bots can run: of the catalogue, "webhook" for signals from outside, or "rules:<id>:<version>" of
    one's own rule sets. Another one of the catalogue is refused with the reason why they cannot.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Its name. Raises MissingInput for one that reads what nobody feeds."""
        if isinstance(data, str) and is_own(data):
            return data  # whether it is theirs is asked where the bot is made
        if isinstance(data, str) and data in everything():
            runnable(data)
        return super().to_internal_value(data)
