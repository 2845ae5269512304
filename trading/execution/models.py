"""Wishes to trade, the orders they became and the fills they got. Tenant schema.

An Intent is committed before any venue hears of it; its client order id finds the order again after a crash.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id
from trading.execution.tickets import Ticket, read_ticket


class ParentOrder(models.Model):
    """An order that an execution algorithm carries out over time; its children are intents. It buys or sells.

    position: what it sells from, or what its children have built up so far. terms, state: as `trading.algorithms` keeps
    them. refusal: why the gate let through less than the last child asked for: rule, limit, value, level.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    portfolio = models.ForeignKey(
        "trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="parents", db_index=False
    )
    position = models.ForeignKey(
        "trading_portfolio.Position", on_delete=models.PROTECT, null=True, related_name="parents"
    )
    instrument_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    side = models.CharField(max_length=4)
    quantity = amount()
    limit_price = amount(null=True)
    stop_price = amount(null=True)
    target_price = amount(null=True)
    terms = models.JSONField()
    state = models.JSONField()
    refusal = models.JSONField(default=dict, db_default=Value("{}", models.JSONField()))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parent_quantity_positive"),
            models.CheckConstraint(condition=Q(side="sell") | Q(stop_price__isnull=False), name="parent_has_a_stop"),
        ]
        indexes = [
            models.Index(fields=["portfolio", "-id"], name="parent_of_portfolio"),
            models.Index(fields=["id"], name="parent_working", condition=Q(ended_at__isnull=True)),
        ]


class Intent(models.Model):
    """A recorded wish to trade, with what it reserves. ENTRY adds risk; EXIT and PROTECT only remove it.

    spec: of an order by hand, what the platform holds for it as the fill rules read it; None for the plain ones.
    partial: an exit of a part; the rest stays protected. unwanted: why its end at the exchange is asked for, "" if not.
    parent, child: the order over time that it carries out, and which of its children it is, from 0.
    held: the platform keeps it back from the exchange until its moment comes, which was at released_at. amends: the
    first order by hand of which this one has the new terms. line: of a bot that keeps orders, which of those that it
    placed in this instrument, from 1; several of them rest at once, and they share one position.
    """

    class Purpose(models.TextChoices):
        """Why: entries can be refused, exits and protection never are."""

        ENTRY = "entry", _("Entry")
        EXIT = "exit", _("Exit")
        PROTECT = "protect", _("Stop and target")

    class State(models.TextChoices):
        """RECORDED is ours alone; SENDING may be at the venue; ACKED is there; the others are final."""

        RECORDED = "recorded", _("Recorded")
        SENDING = "sending", _("Sending")
        ACKED = "acked", _("Working")
        FILLED = "filled", _("Filled")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        REJECTED = "rejected", _("Rejected")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    portfolio = models.ForeignKey("trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="intents")
    position = models.ForeignKey(
        "trading_portfolio.Position", on_delete=models.PROTECT, null=True, related_name="intents"
    )
    bot_id = models.UUIDField(null=True)
    signal_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=60)
    purpose = models.CharField(max_length=8, choices=Purpose)
    side = models.CharField(max_length=4)
    quantity = amount()
    limit_price = amount(null=True)
    stop_price = amount(null=True)
    target_price = amount(null=True)
    reserved = amount(default=0)
    spec = models.JSONField(null=True)
    partial = models.BooleanField(default=False, db_default=False)
    held = models.BooleanField(default=False, db_default=False)
    released_at = models.DateTimeField(null=True)
    parent = models.ForeignKey(
        ParentOrder, on_delete=models.PROTECT, null=True, related_name="children", db_index=False
    )
    child = models.PositiveIntegerField(null=True)
    amends = models.UUIDField(null=True)
    line = models.PositiveIntegerField(null=True)
    unwanted = models.CharField(max_length=40, blank=True, default="", db_default="")
    slot_ms = models.BigIntegerField()
    client_order_id = models.CharField(max_length=36)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECORDED)
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="intent_quantity_positive"),
            models.UniqueConstraint(fields=["client_order_id"], name="intent_named_once"),
            models.CheckConstraint(
                condition=~Q(purpose="entry") | Q(limit_price__isnull=False), name="entry_has_a_limit"
            ),
            models.UniqueConstraint(
                fields=["portfolio", "bot_id", "instrument_id"],
                condition=Q(purpose="entry", state__in=["recorded", "sending", "acked"], line__isnull=True),
                name="entry_in_flight_once",
            ),
            models.UniqueConstraint(
                fields=["bot_id", "instrument_id", "line"], condition=Q(line__isnull=False), name="line_once"
            ),
            models.UniqueConstraint(fields=["parent", "child"], condition=Q(parent__isnull=False), name="child_once"),
            models.UniqueConstraint(
                fields=["position", "purpose"],
                condition=Q(purpose__in=["exit", "protect"], state__in=["recorded", "sending", "acked"]),
                name="way_out_in_flight_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="intent_recorded", condition=Q(state="recorded")),
            models.Index(fields=["instrument_id"], name="intent_held", condition=Q(held=True)),
            models.Index(fields=["amends"], name="intent_amends", condition=Q(amends__isnull=False)),
            models.Index(fields=["portfolio"], name="intent_unwanted", condition=~Q(unwanted="")),
            models.Index(
                fields=["id"],
                name="intent_line_in_flight",
                condition=Q(line__isnull=False, state__in=["recorded", "sending", "acked"]),
            ),
        ]

    @property
    def name(self) -> UUID:
        """The id by which a person knows it: that of the first order, whatever terms it has been given since."""
        return self.amends or self.public_id

    @property
    def ticket(self) -> Ticket | None:
        """What a person said, where one did."""
        said = (self.spec or {}).get("ticket")
        return read_ticket(said) if said is not None else None


class Attempt(models.Model):
    """One sending of an intent to an exchange, committed before the socket opens. Its client order id is its own.

    signed_at_ms: the venue's time that is signed. valid_until: after it, by our clock, the venue accepts it no more.
    epoch: the fencing number of the lease under which it was sent. OPEN: the venue has not been heard of yet. absences:
    how often it was looked for in vain since absence counts. pair_price: it asks for a pair, whose other order waits at
    this limit.
    """

    class State(models.TextChoices):
        """OPEN is unknown; the others are what was found out."""

        OPEN = "open", _("Unknown")
        ACKED = "acked", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        EXPIRED = "expired", _("Never arrived")

    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="sendings")
    number = models.PositiveSmallIntegerField()
    client_order_id = models.CharField(max_length=36, unique=True)
    quantity = amount()
    epoch = models.BigIntegerField()
    signed_at_ms = models.BigIntegerField()
    sent_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    absences = models.PositiveSmallIntegerField(default=0)
    absent_at = models.DateTimeField(null=True)
    pair_price = amount(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intent", "number"], name="attempt_once"),
            models.UniqueConstraint(fields=["intent"], condition=Q(state="open"), name="attempt_open_once"),
        ]


class Order(models.Model):
    """What a venue accepted for an intent: one order, or a pair of `legs`. At most one lives per intent.

    working: where an order stands whose intent has a spec. venue_order_id: the exchange's own id, "" on paper.
    executed: base units that the exchange says were filled, or that the platform filled of what it holds.
    """

    class State(models.TextChoices):
        """OPEN works at the venue; the others are final."""

        OPEN = "open", _("Open")
        FILLED = "filled", _("Filled")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    intent = models.OneToOneField(Intent, on_delete=models.PROTECT, related_name="order")
    portfolio = models.ForeignKey(
        "trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    venue = models.CharField(max_length=20, default="paper")
    venue_order_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    executed = amount(default=0, db_default=0)
    working = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=40, blank=True)
    placed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "venue_order_id"], condition=~Q(venue_order_id=""), name="venue_order_once"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="order_open", condition=Q(state="open")),
            models.Index(fields=["portfolio", "-id"], name="order_of_portfolio"),
        ]


class Leg(models.Model):
    """One of the two orders that an Order is at an exchange where it is a pair: what one gets ends the other.

    cause: what its fills are. The Order ends when both have, and all that they executed is in the books.
    """

    class Cause(models.TextChoices):
        """As a fill's cause."""

        ENTRY = "entry", _("Entry")
        STOP = "stop", _("Stop")
        TARGET = "target", _("Target")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="legs")
    portfolio = models.ForeignKey(
        "trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="legs", db_index=False
    )
    venue_order_id = models.CharField(max_length=40)
    cause = models.CharField(max_length=6, choices=Cause)
    executed = amount(default=0, db_default=0)
    state = models.CharField(max_length=10, choices=Order.State, default=Order.State.OPEN, db_default="open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "venue_order_id"], name="leg_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(cause="target"), name="leg_one_target"),
        ]


class Fill(models.Model):
    """What an order got, booked once. `sequence` is the place in the portfolio's books, from 1."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fills")
    portfolio = models.ForeignKey(
        "trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="fills", db_index=False
    )
    position = models.ForeignKey("trading_portfolio.Position", on_delete=models.PROTECT, related_name="fills")
    bot_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=60)
    side = models.CharField(max_length=4)
    cause = models.CharField(max_length=8)
    price = amount()
    quantity = amount()
    fee = amount()
    fee_currency = models.CharField(max_length=12)
    profit = amount(null=True)
    slot_ms = models.BigIntegerField()
    sequence = models.BigIntegerField()
    venue_trade_id = models.CharField(max_length=64)
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "venue_trade_id"], name="fill_booked_once"),
            models.UniqueConstraint(fields=["portfolio", "sequence"], name="fill_sequence_once"),
        ]


class Template(models.Model):
    """A named order of a person, in terms of the market as it is when it is applied (`templates.Terms`, as JSON)."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="order_templates")
    name = models.CharField(max_length=60)
    terms = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="template_name_once")]

    def __str__(self) -> str:
        return self.name


class Lease(models.Model):
    """Who may write to a connection. epoch: the fencing number, raised by each taking; an older one writes nothing.

    proven_to_ms: up to when (the venue's time) our orders and fills were held against the venue's.
    """

    connection = models.OneToOneField(
        "trading_connections.Connection", on_delete=models.CASCADE, related_name="lease", primary_key=True
    )
    epoch = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=80, blank=True)
    taken_at = models.DateTimeField(null=True)
    proven_to_ms = models.BigIntegerField(default=0)


class StrangeOrder(models.Model):
    """An order at the venue that is not one of our intents': a person's own, or one with our prefix that nobody knows.

    It is shown and never touched. One with our prefix stops the connection's entries until a person has looked.
    """

    connection = models.ForeignKey(
        "trading_connections.Connection", on_delete=models.CASCADE, related_name="strange_orders"
    )
    venue_order_id = models.CharField(max_length=40)
    client_order_id = models.CharField(max_length=40, blank=True)
    symbol = models.CharField(max_length=40)
    side = models.CharField(max_length=4)
    quantity = amount()
    executed = amount()
    status = models.CharField(max_length=10)
    ours = models.BooleanField()
    seen_at = models.DateTimeField()
    explained_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "venue_order_id"], name="strange_order_once"),
        ]
