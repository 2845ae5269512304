"""Who follows which signals, what they were told, and where programs read it. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id
from strategies.feed.types import NoticeKind
from strategies.signals.types import Action

_ACTIONS = [(Action.ENTER_LONG.value, _("Enter long")), (Action.EXIT_LONG.value, _("Exit long"))]
_KINDS = [(NoticeKind.SIGNAL.value, _("Signal")), (NoticeKind.OPPORTUNITY.value, _("Opportunity"))]


class SignalSubscription(models.Model):
    """What a person follows without a bot: a strategy with its parameters on a market, or, without a strategy, all
    opportunities whose score is `score_least` or more. since_ms: the market's time when it began; nothing older counts.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signal_subscriptions")
    strategy = models.CharField(max_length=60, blank=True)
    parameters = models.CharField(max_length=500, blank=True)
    instrument_id = models.CharField(max_length=64, blank=True)
    timeframe = models.CharField(max_length=4, blank=True)
    score_least = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    since_ms = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("signal subscription")
        verbose_name_plural = _("signal subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "strategy", "parameters", "instrument_id", "timeframe"], name="signals_followed_once"
            ),
            models.CheckConstraint(
                condition=Q(strategy="", score_least__isnull=False) | (~Q(strategy="") & Q(score_least__isnull=True)),
                name="signals_of_a_strategy_or_a_score",
            ),
        ]
        indexes = [models.Index(fields=["timeframe"], name="signals_followed_on")]

    def __str__(self) -> str:
        return f"{self.strategy} {self.instrument_id} {self.timeframe}".strip()


class SignalNotice(models.Model):
    """One signal as one person was told it, once. price: the close of its candle, of an opportunity the last one; stop,
    target: as a new bot's would lie, of entries. score: of opportunities.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=_KINDS)
    signal_id = models.UUIDField()
    strategy = models.CharField(max_length=60)
    parameters = models.CharField(max_length=500)
    instrument_id = models.CharField(max_length=64)
    timeframe = models.CharField(max_length=4)
    slot_ms = models.BigIntegerField()
    action = models.CharField(max_length=12, choices=_ACTIONS)
    price = amount()
    stop = amount(null=True)
    target = amount(null=True)
    score = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    delivered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivered signal")
        verbose_name_plural = _("delivered signals")
        constraints = [models.UniqueConstraint(fields=["owner", "signal_id"], name="signal_delivered_once")]
        indexes = [models.Index(fields=["owner", "-id"], name="signals_of_a_person")]

    def __str__(self) -> str:
        return f"{self.strategy} {self.instrument_id} {self.timeframe} {self.slot_ms} {self.action}"


class SignalAddress(models.Model):
    """A secret address at which a person's signals are read without signing in. digest: SHA-256 of its token, which is
    kept nowhere; hint: its first characters.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("address of a signal feed")
        verbose_name_plural = _("addresses of signal feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(revoked_at__isnull=True), name="signal_address_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.hint


class DeliveredUpTo(models.Model):
    """How far a stream is delivered in this tenant. stream: a market and its candles ("imported 1h"), or "scans".

    position: the open of the last candle, UTC ms, or the number of the last scan, all of which was delivered.
    """

    stream = models.CharField(max_length=20, unique=True)
    position = models.BigIntegerField()

    class Meta:
        verbose_name = _("delivered up to")
        verbose_name_plural = _("delivered up to")

    def __str__(self) -> str:
        return f"{self.stream} {self.position}"
