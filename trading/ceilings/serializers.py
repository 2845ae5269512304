"""Ceilings and modes as the API takes and shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField
from trading.ceilings.types import STOPS, Mode

REASON_MAX = 200
MODES = [mode.value for mode in Mode]
STOP_MODES = [mode.value for mode in STOPS]
NONE: Any = {"required": False, "allow_null": True}


class ReasonSerializer(serializers.Serializer[Any]):
    """Why, for the record."""

    reason = serializers.CharField(max_length=REASON_MAX)


class StopSerializer(ReasonSerializer):
    """Why trading stops, and how far.

    mode: no_entries (bots open nothing), close_only (nobody does; entries on their way are withdrawn), flatten (and
    what is open is sold), freeze (and bots do not even leave). Stops stay, and a person can always close.
    """

    mode = serializers.ChoiceField(choices=STOP_MODES, default=Mode.CLOSE_ONLY.value)


class CeilingSerializer(serializers.Serializer[Any]):
    """Caps above the limits of portfolios: the strictest of all levels holds. null is no cap, an empty list allows all.

    Amounts in the portfolio's currency, percentages of its equity, collar in basis points.
    """

    whitelist = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=200, required=False, allow_empty=True
    )
    order_notional_max = AmountField(max_digits=38, **NONE)
    position_notional_max = AmountField(max_digits=38, **NONE)
    position_pct_max = AmountField(max_digits=7, decimal_places=4, **NONE)
    risk_per_trade_pct = AmountField(max_digits=7, decimal_places=4, **NONE)
    daily_loss_pct_max = AmountField(max_digits=7, decimal_places=4, **NONE)
    open_positions_max = serializers.IntegerField(min_value=0, max_value=10_000, **NONE)
    quote_age_s_max = serializers.IntegerField(min_value=1, max_value=86_400, **NONE)
    collar_bps = serializers.IntegerField(min_value=0, max_value=10_000, **NONE)


class StandingCeilingSerializer(CeilingSerializer):
    """The caps, and the mode that was set on this level. mode_reason: why it was set, or why it was lifted."""

    mode = serializers.ChoiceField(choices=MODES)
    mode_since = serializers.DateTimeField(allow_null=True)
    mode_by = serializers.CharField(allow_blank=True)
    mode_reason = serializers.CharField(allow_blank=True)


class WithdrawnSerializer(serializers.Serializer[Any]):
    """What a stop did at once. withdrawn: entries on their way that it took back."""

    level = serializers.CharField()
    mode = serializers.ChoiceField(choices=MODES)
    withdrawn = serializers.IntegerField()
