"""What the API takes and gives of signal feeds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.numbers import NumberField
from strategies.backtest.serializers import TIMEFRAMES
from strategies.feed.models import SignalNotice, SignalSubscription
from strategies.feed.selectors import parameters_of
from strategies.feed.types import NoticeKind
from strategies.scanner.types import SCORE_LEAST
from strategies.signals.types import Action

ACTIONS = [action.value for action in Action]
KINDS = [kind.value for kind in NoticeKind]


class FollowSerializer(serializers.Serializer[Any]):
    """What to follow: a strategy on a market, or with `score_least` all opportunities of that score (in R) or more.

    parameters: those that are to differ from the strategy's defaults.
    """

    strategy = serializers.CharField(max_length=60, required=False)
    parameters = serializers.DictField(child=NumberField(), required=False, default=dict)
    instrument = serializers.CharField(max_length=64, required=False)
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES, required=False)
    score_least = AmountField(
        max_digits=12, decimal_places=4, min_value=SCORE_LEAST, max_value=-SCORE_LEAST, required=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two, whole."""
        named = [name for name in ("strategy", "instrument", "timeframe") if name in attrs]
        if ("score_least" in attrs) == bool(named) or (named and len(named) < 3):
            raise serializers.ValidationError(_("Say strategy, instrument and timeframe, or score_least alone."))
        return attrs


class SignalSubscriptionSerializer(serializers.Serializer[Any]):
    """What is followed. strategy, instrument, timeframe: null where it is all opportunities from score_least on."""

    id = serializers.UUIDField(source="public_id")
    strategy = serializers.SerializerMethodField()
    parameters = serializers.SerializerMethodField()
    instrument = serializers.SerializerMethodField()
    timeframe = serializers.SerializerMethodField()
    score_least = AmountField(max_digits=12, decimal_places=4, allow_null=True)
    created_at = serializers.DateTimeField()

    def get_strategy(self, row: SignalSubscription) -> str | None:
        """Its name."""
        return row.strategy or None

    @extend_schema_field(serializers.DictField(child=NumberField()))
    def get_parameters(self, row: SignalSubscription) -> dict[str, Any]:
        """All of them."""
        return parameters_of(row)

    def get_instrument(self, row: SignalSubscription) -> str | None:
        """Its id."""
        return row.instrument_id or None

    @extend_schema_field(serializers.ChoiceField(choices=TIMEFRAMES, allow_null=True))
    def get_timeframe(self, row: SignalSubscription) -> str | None:
        """Of the candles."""
        return row.timeframe or None


class SignalNoticeSerializer(serializers.Serializer[Any]):
    """A signal that was delivered. No advice. at: the open of the candle that it came of; price: its close.

    signal: the same id for everybody who was told. stop, target: as a new bot's would lie, of entries. score: of
    opportunities, a bound on simulated results in R.
    """

    id = serializers.UUIDField(source="public_id")
    signal = serializers.UUIDField(source="signal_id")
    kind = serializers.ChoiceField(choices=KINDS)
    strategy = serializers.CharField()
    parameters = serializers.SerializerMethodField()
    instrument = serializers.CharField(source="instrument_id")
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    at = MomentField(source="slot_ms")
    action = serializers.ChoiceField(choices=ACTIONS)
    price = AmountField()
    stop = AmountField(allow_null=True)
    target = AmountField(allow_null=True)
    score = AmountField(max_digits=12, decimal_places=4, allow_null=True)
    delivered_at = serializers.DateTimeField()

    @extend_schema_field(serializers.DictField(child=NumberField()))
    def get_parameters(self, row: SignalNotice) -> dict[str, Any]:
        """All of them."""
        return parameters_of(row)


class SignalAddressSerializer(serializers.Serializer[Any]):
    """The secret address, without its secret. hint: the first characters of its token."""

    id = serializers.UUIDField(source="public_id")
    hint = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewSignalAddressSerializer(SignalAddressSerializer):
    """The same, with the paths that open it: they are shown this once."""

    atom = serializers.CharField()
    json = serializers.CharField()
