"""The desks of bots that keep orders. Tenant schema."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _


class Desk(models.Model):
    """What a bot keeps of one instrument: the machine that its manager runs on, and its own books.

    funds, cash, cost: minor units; held: steps. numbers, rows (`width` columns), state, orders: the arrays of
    `strategies.catalog.managing` and `desk`, int64, least byte first. last_number: of its lines. stopped: a stop was
    met and the manager has not been told. waits: slot -> rule, limit, value, level of buys that a limit keeps off the
    market. heard: the last fill in the books of an exchange's portfolio of which it knows, null on paper; parts: number
    of a line -> steps and worth (ticks times steps) of what it got while it rests; off: number -> why, as in waits, of
    lines that the exchange or a person there ended. problem: why it could not begin, "" once it has; its arrays are
    empty until then.
    """

    bot = models.ForeignKey("strategies_bots.Bot", on_delete=models.PROTECT, related_name="desks", db_index=False)
    instrument_id = models.CharField(max_length=64)
    begun_slot_ms = models.BigIntegerField()
    collar_bps = models.PositiveIntegerField(default=0)
    funds = models.BigIntegerField()
    cash = models.BigIntegerField()
    held = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    stopped = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)
    width = models.PositiveSmallIntegerField(default=1)
    numbers = models.BinaryField(default=bytes)
    rows = models.BinaryField(default=bytes)
    state = models.BinaryField(default=bytes)
    orders = models.BinaryField(default=bytes)
    waits = models.JSONField(default=dict)
    heard = models.BigIntegerField(null=True)
    parts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    off = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    problem = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("desk of a bot")
        verbose_name_plural = _("desks of bots")
        constraints = [
            models.UniqueConstraint(fields=["bot", "instrument_id"], name="desk_once"),
            models.CheckConstraint(
                condition=Q(held__gte=0) & (Q(cash__gte=0) | Q(heard__isnull=False)), name="desk_owes_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.instrument_id}"
