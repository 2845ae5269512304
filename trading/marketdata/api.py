"""The market over the API: instruments, candles, and how far it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.fields import AmountField, MomentField
from cryptouniverse.kernel.market import Bars, Timeframe
from cryptouniverse.kernel.shown import shown
from trading.marketdata.models import Instrument
from trading.marketdata.selectors import (
    candles_shown,
    feed_state,
    funding_shown,
    listed_instrument,
    listed_instruments,
)
from trading.marketdata.types import MarketSource

TIMEFRAMES = [timeframe.value for timeframe in Timeframe]
CONTRACTS = [kind.value for kind in ContractKind]
SOURCES = [source.value for source in MarketSource]
CANDLES_MAX = 1_000


class ContractSerializer(serializers.Serializer[Any]):
    """The terms of a contract on a coin. expires_at: null of a perpetual. strike, is_call: of an option."""

    kind = serializers.ChoiceField(choices=CONTRACTS)
    expires_at = MomentField(source="expires_ms", allow_null=True)
    strike = AmountField(allow_null=True)
    is_call = serializers.BooleanField()


class InstrumentSerializer(serializers.Serializer[Any]):
    """What can be traded. name: its stable id, "binance:BTC/USDT". tick, step: smallest change of price and size.

    contract: null on the spot market; contracts are traded by strategies that read order books alone.
    """

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    base = serializers.CharField()
    quote = serializers.CharField()
    tick = AmountField()
    step = AmountField()
    min_notional = AmountField()
    contract = ContractSerializer(allow_null=True)
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF's own `source` is set later


class FeedSerializer(serializers.Serializer[Any]):
    """The market that is shown. simulated: its prices are invented. at: the open of the last closed candle."""

    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # see above
    simulated = serializers.BooleanField()
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    at = MomentField(source="cursor_ms")
    speed = AmountField()
    running = serializers.BooleanField()
    ended = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class CandlesAskedSerializer(serializers.Serializer[Any]):
    """Which candles: the last `limit` of them, or those from `since` on; never later than the market is shown."""

    instrument = serializers.CharField(max_length=64)
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=CANDLES_MAX, default=200)


class CandlesSerializer(serializers.Serializer[Any]):
    """Packed candles: arrays of one length, oldest first. open_ms: UTC milliseconds. A gap stays a gap."""

    instrument = serializers.CharField()
    timeframe = serializers.ChoiceField(choices=TIMEFRAMES)
    open_ms = serializers.ListField(child=serializers.IntegerField())
    open = serializers.ListField(child=AmountField())
    high = serializers.ListField(child=AmountField())
    low = serializers.ListField(child=AmountField())
    close = serializers.ListField(child=AmountField())
    volume = serializers.ListField(child=serializers.CharField())


class FundingAskedSerializer(serializers.Serializer[Any]):
    """Which funding rates: the last `limit` of them, or those from `since` on; never later than the market is shown."""

    instrument = serializers.CharField(max_length=64)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=CANDLES_MAX, default=200)


class FundingSerializer(serializers.Serializer[Any]):
    """What holding the perpetual of an instrument cost: arrays of one length, oldest first.

    at_ms: when each rate was set, UTC milliseconds; it counts from then on. rate: as a share of what is held, "0.0001"
    is 0.01 percent; above 0, longs pay shorts. simulated: they are invented. known: whether one
    counts now; where not, what reads them enters nothing. On spot nothing of it is paid.
    """

    instrument = serializers.CharField()
    simulated = serializers.BooleanField()
    known = serializers.BooleanField()
    at_ms = serializers.ListField(child=serializers.IntegerField())
    rate = serializers.ListField(child=AmountField())


@access("trading:read")
class Instruments(generics.ListAPIView[Instrument]):
    """What can be traded, the newest listing first."""

    serializer_class = InstrumentSerializer
    filters: ClassVar = {"name": ("name", str), "base": ("base", str), "source": ("source", tuple(SOURCES))}

    def get_queryset(self) -> QuerySet[Instrument]:
        """Everybody's."""
        return listed_instruments()


@access("trading:read")
class OneInstrument(APIView):
    """One instrument."""

    @extend_schema(responses=InstrumentSerializer)
    def get(self, request: Request, instrument_id: UUID, **_: Any) -> Response:
        """Its units."""
        return Response(shown(InstrumentSerializer, listed_instrument(instrument_id)))


@access("trading:read")
class Feed(APIView):
    """How far the market is shown."""

    @extend_schema(responses=FeedSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Where prices come from, and whether they move."""
        return Response(shown(FeedSerializer, feed_state()))


@access("trading:read")
class Candles(APIView):
    """Candles."""

    @extend_schema(parameters=[CandlesAskedSerializer], responses=CandlesSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """At most `limit` closed candles, packed by column."""
        sent = CandlesAskedSerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        bars = candles_shown(
            asked["instrument"],
            Timeframe(asked["timeframe"]),
            since_ms=_ms(asked.get("since")),
            until_ms=_ms(asked.get("until")),
            limit=asked["limit"],
        )
        return Response(_packed(bars))


@access("trading:read")
class Funding(APIView):
    """Funding rates."""

    @extend_schema(parameters=[FundingAskedSerializer], responses=FundingSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """At most `limit` funding rates of the perpetual of an instrument, packed by column."""
        sent = FundingAskedSerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        found = funding_shown(
            asked["instrument"],
            since_ms=_ms(asked.get("since")),
            until_ms=_ms(asked.get("until")),
            limit=asked["limit"],
        )
        moments = {"at_ms": [at for at, _ in found.moments], "rate": [rate for _, rate in found.moments]}
        body = {"instrument": found.instrument_id, "simulated": found.simulated, "known": found.known, **moments}
        return Response(shown(FundingSerializer, body))


def _packed(bars: Bars) -> dict[str, Any]:
    price = AmountField()
    prices = {
        name: [price.to_representation(bars.tick * ticks) for ticks in getattr(bars, name).tolist()]
        for name in ("open", "high", "low", "close")
    }
    return {
        "instrument": bars.instrument_id,
        "timeframe": bars.timeframe.value,
        "open_ms": bars.open_ms.tolist(),
        **prices,
        "volume": [format(size, ".12g") for size in bars.volume.tolist()],
    }


def _ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None
