"""What the API takes and gives of backtests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.numbers import NumberField, SettingField
from cryptouniverse.kernel.shown import shown
from cryptouniverse.kernel.words import told
from strategies.backtest.engine.study import BOOK_STEPS, STEPS
from strategies.backtest.engine.terms import CAPITAL_MAX, Sizing, SlippageModel, Terms
from strategies.backtest.finding import finder_named
from strategies.backtest.models import Run
from strategies.backtest.plans import read_finding_terms, read_terms, require_finding_terms, usual_terms
from strategies.backtest.selectors import instruments_named, plan_for
from strategies.backtest.types import FindingPlan
from strategies.builder.selectors import strategy_named

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.backtest.types import AnyPlan, Plan

TIMEFRAMES = [timeframe.value for timeframe in Timeframe]
STATES = [str(state.value) for state in Run.State]
DIRECTIONS = ["long", "short"]
ORDER_SIDES = ["buy", "sell"]
ORDER_CAUSES = ["stock", "leg", "undo", "quote", "stop", "left", "settled", "liquidated"]
FOUND_KINDS = ["stock", "leg", "quote", "stop", "left", "funding", "settled", "liquidated"]
PERCENT: Any = {"max_digits": 12, "decimal_places": 4}
AMOUNT: Any = {"max_digits": 30, "decimal_places": 8}
_USUAL = Terms()


class CostsSerializer(serializers.Serializer[Any]):
    """Fees in millionths of what is traded (1000 is 0.1%), slippage of takers in ten-thousandths."""

    maker_ppm = serializers.IntegerField(default=_USUAL.costs.maker_ppm, min_value=0, max_value=1_000_000)
    taker_ppm = serializers.IntegerField(default=_USUAL.costs.taker_ppm, min_value=0, max_value=1_000_000)
    slippage_bps = serializers.IntegerField(default=_USUAL.costs.slippage_bps, min_value=0, max_value=10_000)


class SizeSerializer(serializers.Serializer[Any]):
    """How large an entry is: "risk" loses percent of equity at its stop, "share" costs that much, "fixed" amount.

    "volatility_target" swings by percent in a year, by the last candles; "atr_risk" loses percent when the market moves
    by `multiple` average ranges of them. "kelly" takes a fraction of what the last trades justify, at most `most`
    percent; while there are fewer it loses percent at its stop, nothing with 0.
    """

    sizing = serializers.ChoiceField(choices=[one.value for one in Sizing], default=Sizing.RISK.value)
    amount = AmountField(**AMOUNT, required=False)
    percent = AmountField(**{**PERCENT, "min_value": 0, "max_value": 200}, required=False)
    multiple = AmountField(max_digits=8, decimal_places=4, required=False)
    candles = serializers.IntegerField(required=False, min_value=2, max_value=500)
    fraction = AmountField(max_digits=8, decimal_places=4, required=False)
    most = AmountField(max_digits=8, decimal_places=4, required=False)
    trades = serializers.IntegerField(required=False, min_value=10, max_value=1_000)


class SlippageSerializer(serializers.Serializer[Any]):
    """How slippage is modelled: "fixed", or more with the "range" or the "volume" of the candle before."""

    model = serializers.ChoiceField(choices=[one.value for one in SlippageModel], default=SlippageModel.FIXED.value)
    range_pct = serializers.IntegerField(required=False, min_value=0, max_value=100)
    impact_bps = serializers.IntegerField(required=False, min_value=1, max_value=10_000)


class RunTermsSerializer(serializers.Serializer[Any]):
    """On what terms it is run. What is left out is as for a new bot on paper; stop and target as the strategy's."""

    capital = AmountField(**AMOUNT, required=False, max_value=CAPITAL_MAX)
    costs = CostsSerializer(required=False)
    size = SizeSerializer(required=False)
    slippage = SlippageSerializer(required=False)
    stop_bps = serializers.IntegerField(required=False, min_value=0, max_value=9_999)
    target_bps = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    trail_bps = serializers.IntegerField(required=False, min_value=0, max_value=9_999)
    break_even_bps = serializers.IntegerField(required=False, min_value=0, max_value=9_999)
    time_stop_bars = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000)
    collar_bps = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    positions_max = serializers.IntegerField(required=False, min_value=1, max_value=1_000)
    risk_pct = AmountField(**PERCENT, required=False)
    position_pct = AmountField(**PERCENT, required=False)
    order_max = AmountField(**AMOUNT, required=False)
    daily_loss_pct = AmountField(**PERCENT, required=False)
    shorts = serializers.BooleanField(required=False)
    borrow_pct = AmountField(**PERCENT, required=False)
    protects = serializers.BooleanField(required=False)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**53)


class PlanSerializer(serializers.Serializer[Any]):
    """What to run. strategy: of the catalogue, or "rules:<id>:<version>" of one's own rule sets. parameters: those that
    differ from the strategy's defaults. since, until: the candles that open in between, the last not in; left out, all.
    finer: candles that tell whether stop or target came first in one that reaches both; left out, the stop is first.

    A strategy that reads order books has no timeframe: it is left out, or null, and of the terms there are capital,
    fees (maker_ppm and taker_ppm) and stop_bps. Every other strategy needs one.
    """

    strategy = serializers.CharField(max_length=60)
    instruments = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=50)
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES, required=False, allow_null=True, default=None)
    finer = serializers.ChoiceField(choices=TIMEFRAMES, required=False, allow_null=True, default=None)
    parameters = serializers.DictField(child=SettingField(), required=False, default=dict)
    since = MomentField(required=False, allow_null=True, default=None)
    until = MomentField(required=False, allow_null=True, default=None)
    terms = RunTermsSerializer(required=False, default=dict)

    def any_plan(self, owner: User | None = None) -> AnyPlan:
        """What was said, over candles or over order books. Raises what `plan` raises."""
        said = self.validated_data
        if finder_named(said["strategy"]) is None:
            return self.plan(owner)
        named = {name: said[name] for name in ("timeframe", "finer") if said[name]}
        require_finding_terms({**said["terms"], **named}, self.initial_data.get("terms"))
        return FindingPlan(
            strategy=said["strategy"],
            parameters=said["parameters"],
            instruments=instruments_named(said["instruments"]),
            terms=read_finding_terms(said["terms"]),
            start_ms=said["since"],
            end_ms=said["until"],
        )

    def plan(self, owner: User | None = None) -> Plan:
        """What was said over candles, by a person whose rule sets it may name.

        Raises UnknownStrategy, UnknownInstrument, BadMarket, NoCandles, BadTerms, ValidationError without a timeframe.
        """
        said = self.validated_data
        chosen, terms = strategy_named(said["strategy"], owner), dict(said["terms"])
        if said["timeframe"] is None:
            raise serializers.ValidationError({"timeframe": [gettext("This strategy reads candles: say which.")]})
        return plan_for(
            strategy_name=chosen.name,
            parameters=said["parameters"],
            names=said["instruments"],
            timeframe=Timeframe(said["timeframe"]),
            since_ms=said["since"],
            until_ms=said["until"],
            terms=read_terms({**usual_terms(chosen), **terms}),
            finer=Timeframe(said["finer"]) if said["finer"] else None,
        )


class BotRangeSerializer(serializers.Serializer[Any]):
    """Of which past. since: left out, from when the bot trades; until: left out, up to now."""

    since = MomentField(required=False, allow_null=True, default=None)
    until = MomentField(required=False, allow_null=True, default=None)


class FailureSerializer(serializers.Serializer[Any]):
    """Why a run failed: the code of the error, and a sentence."""

    code = serializers.CharField()
    message = serializers.SerializerMethodField()

    def get_message(self, error: dict[str, str]) -> str:
        """In the reader's language."""
        return told(error["said"], gettext)


class RunSerializer(serializers.Serializer[Any]):
    """A run. timeframe: null of one over order books. plan: all that names it. step: what is being done now, "" before
    and after. hash: equal ones are the same to the last digit. simulated: its market is invented; null until it is
    done. error: null unless it failed.
    """

    id = serializers.UUIDField(source="public_id")
    strategy = serializers.CharField()
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES, allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    step = serializers.ChoiceField(choices=("", *dict.fromkeys((*STEPS, *BOOK_STEPS))))
    plan = serializers.DictField()
    hash = serializers.CharField(allow_blank=True)
    simulated = serializers.BooleanField(source="result.simulated", default=None, allow_null=True)
    error = FailureSerializer(allow_null=True)
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class RunResultSerializer(RunSerializer):
    """A run with its result: metrics (value, null where undefined, and why), at other costs, of the baselines (null
    where one has no meaning; `without` says why); months; null until it is done. Of one over order books also books,
    moments, trades found and one_sided, quotes, balances by venue.
    """

    result = serializers.DictField(allow_null=True)


class PointSerializer(serializers.Serializer[Any]):
    """One close, or moment of books. equity: of the strategy; held: of buying and holding; drawdown: of the strategy,
    0.1 is 10%.
    """

    at = MomentField()
    equity = AmountField()
    held = AmountField()
    drawdown = NumberField()


class LineSerializer(serializers.Serializer[Any]):
    """The line of a run, thinned to 2,000 points at most, its first and last point always among them."""

    data = PointSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


class RunTradeSerializer(serializers.Serializer[Any]):
    """A trade. left, minutes: null while it is open at the end; then exit_price is the last close. mae, mfe: how far
    the market went against it and for it, in quote currency.
    """

    instrument = serializers.CharField()
    side = serializers.ChoiceField(choices=DIRECTIONS)
    quantity = AmountField()
    entered = serializers.DateTimeField()
    left = serializers.DateTimeField(allow_null=True)
    entry_price = AmountField()
    exit_price = AmountField()
    fees = AmountField()
    funding = AmountField()
    profit = AmountField()
    mae = AmountField()
    mfe = AmountField()
    cause = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)


class RunFillSerializer(serializers.Serializer[Any]):
    """What one level of a book gave an order."""

    price = AmountField()
    size = AmountField()
    fee = AmountField()
    fee_currency = serializers.CharField()


class RunOrderSerializer(serializers.Serializer[Any]):
    """An order of a trade at order books, and what it got. cause: what it was for; undo: a leg that was not matched."""

    instrument = serializers.CharField()
    side = serializers.ChoiceField(choices=ORDER_SIDES)
    cause = serializers.ChoiceField(choices=ORDER_CAUSES)
    limit = AmountField()
    size = AmountField()
    fills = RunFillSerializer(many=True)


class RunFoundSerializer(serializers.Serializer[Any]):
    """A trade at order books. kind: coins to begin with, a trade with legs, a quote that filled, its stop, or what was
    left for its reason was gone; or what happened to contracts: funding, a settlement, a margin that was used up.

    expected, capital, profit: of a trade with legs what it was counted to gain, what it tied up, and what it gained,
    after fees; profit of funding what was earned; null of the others. one_sided: a leg was not matched by the others.
    """

    at = MomentField(source="at_ms")
    kind = serializers.ChoiceField(choices=FOUND_KINDS)
    expected = AmountField(allow_null=True)
    capital = AmountField(allow_null=True)
    profit = AmountField(allow_null=True)
    one_sided = serializers.BooleanField()
    orders = RunOrderSerializer(many=True)


@extend_schema_field(
    PolymorphicProxySerializer(
        "RunTradeOfEither", [RunTradeSerializer, RunFoundSerializer], resource_type_field_name=None
    )
)
class EitherTradeField(serializers.Field[Any, Any, Any, Any]):
    """A trade of a run over candles, or of one over order books, which has orders."""

    def to_representation(self, value: Any) -> Any:
        """As its kind is shown."""
        return shown(RunFoundSerializer if "orders" in value else RunTradeSerializer, value)


class RunTradesSerializer(serializers.Serializer[Any]):
    """All trades of a run, in the order in which they closed; over order books, in which they were sent."""

    data = serializers.ListField(child=EitherTradeField())  # type: ignore[assignment]  # DRF's own `data`
    has_more = serializers.BooleanField()
