"""The signals there have been. Public schema: a signal belongs to a market and a strategy, not to a user."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from strategies.signals.types import Action

_ACTIONS = [(Action.ENTER_LONG.value, _("Enter long")), (Action.EXIT_LONG.value, _("Exit long"))]


class SignalRecord(models.Model):
    """One signal, once for all who use it. Only signals that ask for something have a row.

    slot_ms: the open, UTC ms, of the candle it was computed at. code_hash: of the strategy's code that computed it.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    strategy = models.CharField(max_length=60)
    code_hash = models.CharField(max_length=16)
    parameters = models.CharField(max_length=500)
    instrument_id = models.CharField(max_length=64)
    timeframe = models.CharField(max_length=4)
    slot_ms = models.BigIntegerField()
    action = models.CharField(max_length=12, choices=_ACTIONS)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        constraints = [
            models.UniqueConstraint(
                fields=["slot_ms", "strategy", "instrument_id", "timeframe", "parameters", "code_hash"],
                name="signal_computed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(action__in=[action.value for action in Action]), name="signal_action_known"
            ),
        ]
        indexes = [models.Index(fields=["strategy", "instrument_id", "-id"], name="signals_of_a_market")]

    def __str__(self) -> str:
        return f"{self.strategy} {self.instrument_id} {self.timeframe} {self.slot_ms} {self.action}"
