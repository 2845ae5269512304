"""What the panel said, kept as it was said: never updated, never deleted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aiengine.consensus.types import Vote
from cryptouniverse.kernel import ids
from cryptouniverse.kernel.market import Side

_SIDES = [(Side.BUY.value, _("buy")), (Side.SELL.value, _("sell")), ("", _("no trade"))]
_VOTES = [(Vote.BUY.value, _("buy")), (Vote.SELL.value, _("sell")), (Vote.HOLD.value, _("hold")), ("", _("abstained"))]
_KINDS = [("ai", _("AI model")), ("rule", _("rule-based analyst"))]


class VerdictRecord(models.Model):
    """The verdict on one entry signal in this tenant. side "" is no trade; by_rules: no model was asked.

    prompt: the question as the voters saw it, readings included; empty where the candle could not be measured.
    """

    public_id = models.UUIDField(unique=True, default=ids.new_id, editable=False)
    signal_id = models.UUIDField(unique=True)
    instrument_id = models.CharField(max_length=64)
    slot_ms = models.BigIntegerField()
    side = models.CharField(max_length=4, choices=_SIDES, blank=True)
    confidence = models.DecimalField(max_digits=7, decimal_places=6)
    policy = models.CharField(max_length=16)
    reason = models.CharField(max_length=200)
    by_rules = models.BooleanField()
    prompt = models.TextField(blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        indexes = [models.Index(fields=["-slot_ms"], name="verdict_latest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=["buy", "sell", ""]), name="verdict_side_known"),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1), name="verdict_confidence_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.side or 'hold'} {self.confidence}"


class OpinionRecord(models.Model):
    """What one voter said about one signal; vote "" is an abstention and `error` its cause. raw: a model's own text."""

    verdict = models.ForeignKey(VerdictRecord, on_delete=models.PROTECT, related_name="opinions")
    voter = models.CharField(max_length=32)
    kind = models.CharField(max_length=4, choices=_KINDS)
    vote = models.CharField(max_length=4, choices=_VOTES, blank=True)
    confidence = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    reason = models.CharField(max_length=600)
    model = models.CharField(max_length=80, blank=True)
    latency_ms = models.IntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    tokens_in = models.IntegerField(default=0)
    tokens_out = models.IntegerField(default=0)
    error = models.CharField(max_length=32, blank=True)
    raw = models.TextField(blank=True)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            models.UniqueConstraint(fields=["verdict", "voter"], name="opinion_once_per_voter"),
            models.CheckConstraint(condition=models.Q(vote__in=["buy", "sell", "hold", ""]), name="opinion_vote_known"),
            models.CheckConstraint(
                condition=models.Q(vote="", confidence__isnull=True)
                | (~models.Q(vote="") & models.Q(confidence__isnull=False)),
                name="opinion_abstains_without_confidence",
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1), name="opinion_confidence_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voter} {self.vote or 'abstains'}"
