"""What orders by hand and their protection look like over the API. An unknown field or word is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cryptouniverse.kernel.fields import AmountField
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import told
from trading.ceilings.serializers import NONE
from trading.execution.api.orders import SIDES
from trading.execution.errors import BadTicket
from trading.execution.grid import nearest_of, one_of
from trading.execution.models import Intent
from trading.execution.tickets import KINDS, SOURCES, TIMES, Ticket

INTENT_STATES = [state.value for state in Intent.State]
PRICE: Any = {"max_digits": 38, "decimal_places": 18}
BPS: Any = {"min_value": 0, "max_value": 9_999}
MOVE_MAX = 1_000_000  # bps of a move after which a stop breaks even
TARGETS_MAX = 20


class WordField(serializers.ChoiceField):
    """One of some words; another one is refused with them and the nearest."""

    def to_internal_value(self, data: Any) -> Any:
        """The word. Raises BadTicket."""
        return (
            one_of(str(self.field_name), data, tuple(self.choices)) if isinstance(data, str) else self.fail_with(data)
        )

    def fail_with(self, data: Any) -> Any:
        """What is no text is no word."""
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """A body whose fields are all known. Raises BadTicket for another one, with those that are, and the nearest."""

    def to_internal_value(self, data: Any) -> Any:
        """The fields, once none of them is unknown."""
        if isinstance(data, Mapping):
            for name in sorted(set(data) - set(self.fields)):
                known = [str(field) for field in self.fields]
                said = _("There is no field %(field)s; the nearest is %(nearest)s.")
                facts = {"field": str(name)[:40], "limit": ", ".join(known), "nearest": nearest_of(str(name), known)}
                raise BadTicket(said, **facts)
        return super().to_internal_value(data)


class TargetSerializer(StrictSerializer):
    """A price at which a part is sold with a profit. quantity: of a single target it may be left out: all of it."""

    price = AmountField(**PRICE)
    quantity = AmountField(**PRICE, **NONE)


def _targets() -> serializers.ListSerializer[Any]:
    return serializers.ListSerializer(child=TargetSerializer(), required=False, max_length=TARGETS_MAX)


class MovesSerializer(StrictSerializer):
    """What protects a position but for its targets. stop_price: where it is given up; there always is one.

    trail_bps or trail_distance (in price): the stop follows the best price at this distance, once
    trail_activation_price was reached; trail_source: the best of every price (last) or of closes alone (close).
    break_even_after, break_even_bps: the stop moves to the entry plus fees after so many targets, or after a move so
    far. time_stop_candles: sold after so many candles.
    """

    stop_price = AmountField(**PRICE)
    trail_bps = serializers.IntegerField(**BPS, default=0)
    trail_distance = AmountField(**PRICE, **NONE)
    trail_activation_price = AmountField(**PRICE, **NONE)
    trail_source = WordField(choices=SOURCES, default="last")
    break_even_after = serializers.IntegerField(min_value=0, max_value=TARGETS_MAX, default=0)
    break_even_bps = serializers.IntegerField(min_value=0, max_value=MOVE_MAX, default=0)
    time_stop_candles = serializers.IntegerField(min_value=0, max_value=100_000, default=0)

    def said(self) -> dict[str, Any]:
        """The fields that were said, or have their usual value, as a ticket takes them."""
        said = dict(self.validated_data)
        if "targets" in said:
            said["targets"] = tuple((one["price"], one.get("quantity")) for one in said["targets"])
        return said


class ProtectionSerializer(MovesSerializer):
    """What protects a position. targets: nearest first; together they close all of it."""

    targets = _targets()


class EntrySerializer(MovesSerializer):
    """An order to buy, and what protects it but for its targets.

    kind: market (fills at once, at no more than the collar above the last price, or not at all), limit, stop (buys once
    the price has risen to trigger_price), stop_limit, trailing (buys once it has risen by entry_trail_bps or
    entry_trail_distance from its lowest, counted once it has fallen to entry_trail_activation_price), oco (limit_price
    below the market and trigger_price above it: what comes first is the entry). time_in_force and visible_quantity (an
    iceberg shows so much at a time): of a limit. For its protection see there.
    """

    kind = WordField(choices=KINDS)
    quantity = AmountField(**PRICE)
    limit_price = AmountField(**PRICE, **NONE)
    trigger_price = AmountField(**PRICE, **NONE)
    time_in_force = WordField(choices=TIMES, default="GTC")
    visible_quantity = AmountField(**PRICE, **NONE)
    entry_trail_bps = serializers.IntegerField(**BPS, default=0)
    entry_trail_distance = AmountField(**PRICE, **NONE)
    entry_trail_activation_price = AmountField(**PRICE, **NONE)
    entry_trail_source = WordField(choices=SOURCES, default="last")


class TermsSerializer(EntrySerializer):
    """An order to buy, and what protects it. targets: nearest first; together they close all of it."""

    targets = _targets()


class TicketSerializer(TermsSerializer):
    """An order to buy an instrument, and what protects it."""

    instrument = serializers.CharField(max_length=60)

    def ticket(self) -> tuple[str, Ticket]:
        """Which instrument, and the order."""
        said = self.said()
        return said.pop("instrument"), Ticket(**said)


class AskedSerializer(EntrySerializer):
    """The same in an address, with one target at most."""

    instrument = serializers.CharField(max_length=60)
    target_price = AmountField(**PRICE, **NONE)

    def ticket(self) -> tuple[str, Ticket]:
        """Which instrument, and the order."""
        said = self.said()
        price = said.pop("target_price", None)
        return said.pop("instrument"), Ticket(**said, targets=((price, None),) if price else ())


class StandingTargetSerializer(serializers.Serializer[Any]):
    """A target that is left."""

    price = AmountField()
    quantity = AmountField(allow_null=True)


class SaidSerializer(EntrySerializer):
    """The terms of an order as they were said."""

    targets = serializers.SerializerMethodField()

    @extend_schema_field(StandingTargetSerializer(many=True))
    def get_targets(self, ticket: Ticket) -> list[dict[str, Any]]:
        """Nearest first."""
        return targets_told(ticket.targets)


class PlacedSerializer(serializers.Serializer[Any]):
    """An order by hand. id: what it is amended and cancelled by; it stays when its terms change. order: the order at
    the venue, null until the exchange has it.

    state: recorded (not sent yet), sending (its fate is not known yet), acked (it works), or how it ended. held: the
    platform keeps it back from the exchange until its moment comes. ending: its end was asked for at the exchange.
    limit_price: the most that is paid. terms: as they were said.
    """

    id = serializers.UUIDField(source="name")
    order = serializers.SerializerMethodField()
    instrument = serializers.CharField(source="instrument_id")
    side = serializers.ChoiceField(choices=SIDES)
    state = serializers.ChoiceField(choices=INTENT_STATES)
    held = serializers.BooleanField()
    ending = serializers.SerializerMethodField()
    quantity = AmountField()
    limit_price = AmountField(allow_null=True)
    stop_price = AmountField(allow_null=True)
    target_price = AmountField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    recorded_at = serializers.DateTimeField()
    terms = SaidSerializer(source="ticket", allow_null=True)

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_order(self, intent: Intent) -> str | None:
        """There is none before the venue has accepted it."""
        order = getattr(intent, "order", None)
        return str(order.public_id) if order else None

    def get_ending(self, intent: Intent) -> bool:
        """Whether somebody wants it gone."""
        return bool(intent.unwanted)


class PreviewSerializer(serializers.Serializer[Any]):
    """What an order would cost, and what the risk gate says of it. Amounts in the quote currency.

    allowed: the quantity that the gate lets through. worst_price, cost: the most that is paid, the fee apart. slippage:
    what is expected to be paid above the last price. at_risk: what is lost at the stop. rule, limit, value: what
    refused or reduced it; level: whose limit that is.
    """

    price = AmountField()
    quantity = AmountField()
    allowed = AmountField()
    worst_price = AmountField()
    cost = AmountField()
    fee = AmountField()
    slippage = AmountField()
    at_risk = AmountField()
    rule = serializers.CharField(allow_blank=True)
    limit = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()
    level = serializers.CharField(allow_blank=True)

    def get_limit(self, seen: Any) -> str:
        """In the reader's language."""
        return told(seen.limit, gettext)

    def get_value(self, seen: Any) -> str:
        """In the reader's language."""
        return told(seen.value, gettext)


def targets_told(targets: Any) -> list[dict[str, Any]]:
    """(price, quantity) of targets as they are shown."""
    return [
        {"price": f"{price.normalize():f}", "quantity": None if part is None else f"{part.normalize():f}"}
        for price, part in targets
    ]
