"""What the cycle did: which slots ran, and what became of each signal for each bot. Tenant schema."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id


class CycleRun(models.Model):
    """One piece of a cycle's work in one slot. The unique row is the claim: a slot is worked once."""

    work = models.CharField(max_length=60)
    market = models.CharField(max_length=16, db_default="")
    timeframe = models.CharField(max_length=4)
    slot_ms = models.BigIntegerField()
    ran_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "timeframe", "slot_ms", "work"], name="cycle_run_once")
        ]


class DecisionRecord(models.Model):
    """What was decided for one bot on one signal, and why. Refusals name the rule, its limit and the value met.

    limit, value: in nobody's language, as `kernel.words.said` keeps them; whoever shows them asks `told`.
    """

    class Outcome(models.TextChoices):
        """What became of the signal."""

        TAKEN = "taken", _("Taken")
        REDUCED = "reduced", _("Reduced")
        REFUSED = "refused", _("Refused")
        NO_VERDICT = "no_verdict", _("No trade")
        EXIT = "exit", _("Exit")

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    portfolio = models.ForeignKey(
        "trading_portfolio.Portfolio", on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    bot_id = models.UUIDField()
    strategy = models.CharField(max_length=60)
    signal_id = models.UUIDField()
    verdict_id = models.UUIDField(null=True)
    instrument_id = models.CharField(max_length=60)
    slot_ms = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    rule = models.CharField(max_length=40, blank=True)
    limit = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=10, blank=True, default="", db_default="")
    wanted_quantity = amount(null=True)
    quantity = amount(null=True)
    intent_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bot_id", "signal_id"], name="decision_once")]
        indexes = [models.Index(fields=["portfolio", "-id"], name="decision_of_portfolio")]
