"""What the API says of strategies, and how it is told one and a size."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.numbers import NumberField
from strategies.builder.selectors import is_own
from strategies.catalog.beside import Needs
from strategies.catalog.records import record_of, why_no_record
from strategies.catalog.types import Parameter, Strategy
from trading.ceilings.serializers import NONE
from trading.risk.selectors import read_sizing
from trading.risk.types import METHODS


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
        """Its name."""
        if isinstance(data, str) and is_own(data):
            return data  # whether it is theirs is asked where the bot is made
        return super().to_internal_value(data)


class SizingSerializer(serializers.Serializer[Any]):
    """How large an entry is to be. Whatever is asked for, the risk per trade and every other limit hold.

    method: risk (percent of equity lost at the stop, 0 = the portfolio's limit), fixed (amount), percent (of equity),
    volatility_target (percent a year, lookback), atr_risk (percent, multiple, period), kelly (fraction, most, trades).
    """

    method = serializers.ChoiceField(choices=list(METHODS))
    amount = AmountField(max_digits=30, decimal_places=8, **NONE)
    percent = AmountField(max_digits=12, decimal_places=6, **NONE)
    lookback = serializers.IntegerField(**NONE)
    multiple = AmountField(max_digits=12, decimal_places=6, **NONE)
    period = serializers.IntegerField(**NONE)
    fraction = AmountField(max_digits=12, decimal_places=6, **NONE)
    most = AmountField(max_digits=12, decimal_places=6, **NONE)
    trades = serializers.IntegerField(**NONE)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What it has, and null for what is another method's."""
        told = read_sizing(instance).told()
        whole = {"lookback", "period", "trades"} & told.keys()
        return {str(name): told.get(str(name)) for name in self.fields} | {name: int(told[name]) for name in whole}


class ParameterSerializer(serializers.Serializer[Any]):
    """A number that a bot may set, within its bounds. step: the grid that a search walks."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["int", "float"])
    default = NumberField()
    low = NumberField()
    high = NumberField()
    step = NumberField()
    meaning = serializers.CharField()


class StrategySerializer(serializers.Serializer[Any]):
    """A strategy of the catalogue. stop_bps, target_bps: distances of stop and target from the entry, unless set.
    warmup: candles before its first decision, with the parameters that it has unless set.

    needs: what it reads beside its candles: "reference", the closes of BTC in its quote currency (for BTC of ETH);
    "funding", the rates of the instrument's perpetual: where none are stored of it, it is refused. sizing: of a bot,
    unless set. no_record: why there is no record, where that is known.
    """

    name = serializers.CharField()
    title = serializers.CharField()
    family = serializers.CharField()
    hypothesis = serializers.CharField()
    regime = serializers.CharField()
    known_failure = serializers.CharField()
    stop_bps = serializers.IntegerField()
    target_bps = serializers.IntegerField()
    plan = serializers.CharField()
    warmup = serializers.IntegerField()
    needs = serializers.ListField(child=serializers.ChoiceField(choices=[one.value for one in Needs]))
    sizing = SizingSerializer()
    parameters = ParameterSerializer(many=True)
    record = StrategyRecordSerializer(allow_null=True)
    no_record = serializers.CharField()


class StrategiesSerializer(serializers.Serializer[Any]):
    """All of them."""

    data = StrategySerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


def strategy_told(one: Strategy) -> dict[str, Any]:
    """A strategy in the caller's language, with its record."""
    told = {name: gettext(getattr(one, name)) for name in ("title", "hypothesis", "regime", "known_failure")}
    facts = {name: getattr(one, name) for name in ("name", "family", "stop_bps", "target_bps", "plan")}
    found = record_of(one.name)
    return {
        **facts,
        **told,
        "warmup": one.warmup(one.resolve({})),
        "needs": [need.value for need in one.needs],
        "sizing": SizingSerializer().to_representation(one.sizing),
        "parameters": [_parameter(each) for each in one.parameters],
        "record": asdict(found) if found else None,
        "no_record": gettext(why_no_record(one.name)) if not found else "",
    }


def _parameter(each: Parameter) -> dict[str, Any]:
    return {
        "name": each.name,
        "kind": each.kind.__name__,
        "default": each.default,
        "low": each.low,
        "high": each.high,
        "step": each.step,
        "meaning": gettext(each.meaning),
    }
