"""Addresses of bots for alerts, what opens them, and each alert with what came of it. Tenant schema."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from strategies.catalog.outside import OUTSIDE
from strategies.hooks.types import JUDGED_AS, MESSAGE_ID_MAX, NOTE_MAX, TOLD, Outcome, Sender
from strategies.signals.types import Action

_JUDGED = [(family, _(told)) for family, told in JUDGED_AS.items()]
_ACTIONS = [(Action.ENTER_LONG.value, _("Enter")), (Action.EXIT_LONG.value, _("Leave"))]
_SENDERS = [
    (Sender.TEXT.value, _("Secret in the text")),
    (Sender.SIGNED.value, _("Signature")),
    (Sender.PAGE.value, _("This page")),
]
_OUTCOMES = [(outcome.value, _(told)) for outcome, told in TOLD.items()]


class Hook(models.Model):
    """A bot's address. public_id: in the address, and no secret. version: of the secrets given out last.

    judged_as: by the conditions of which family the panel judges its wishes to enter.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    bot = models.OneToOneField("strategies_bots.Bot", on_delete=models.CASCADE, related_name="hook")
    version = models.PositiveIntegerField(default=0)
    judged_as = models.CharField(
        max_length=20, choices=_JUDGED, default=OUTSIDE.judged_as, db_default=OUTSIDE.judged_as
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("address for alerts")
        verbose_name_plural = _("addresses for alerts")

    def __str__(self) -> str:
        return str(self.public_id)


class HookSecret(models.Model):
    """What opens a hook: digest, of the secret that stands in texts; wrapped, the signing key, closed.

    expires_at: of those that are rotated out; those in force have none.
    """

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="secrets")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    master_id = models.CharField(max_length=80)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("secret for alerts")
        verbose_name_plural = _("secrets for alerts")
        constraints = [
            models.UniqueConstraint(fields=["hook", "version"], name="hook_secret_version_once"),
            models.UniqueConstraint(
                fields=["hook"], condition=Q(expires_at__isnull=True), name="hook_secret_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hook_id} {self.version}"


class Alert(models.Model):
    """One alert that was let in. sender, version, address: who. ticker, order_id, price: as they were sent.

    fingerprint: of time, action and instrument; message_id: as the sender named it: both stand once, so that what comes
    again is known. signal_id: of the signal that it becomes. slot_ms: the candle at which its turn came.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="alerts", db_index=False)
    sender = models.CharField(max_length=8, choices=_SENDERS)
    version = models.PositiveIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    message_id = models.CharField(max_length=MESSAGE_ID_MAX, null=True)
    fingerprint = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    action = models.CharField(max_length=12, choices=_ACTIONS)
    instrument_id = models.CharField(max_length=64)
    ticker = models.CharField(max_length=NOTE_MAX, blank=True)
    order_id = models.CharField(max_length=NOTE_MAX, blank=True)
    price = models.CharField(max_length=NOTE_MAX, blank=True)
    test = models.BooleanField(default=False)
    signal_id = models.UUIDField(unique=True)
    outcome = models.CharField(max_length=12, choices=_OUTCOMES, default=Outcome.WAITING.value)
    outcome_at = models.DateTimeField(null=True)
    slot_ms = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=40, blank=True)
    limit = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hook", "message_id"], name="alert_message_once"),
            models.UniqueConstraint(fields=["hook", "fingerprint"], name="alert_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING.value, outcome_at__isnull=True)
                | (~Q(outcome=Outcome.WAITING.value) & Q(outcome_at__isnull=False)),
                name="alert_waits_or_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["hook", "-id"], name="alert_of_hook"),
            models.Index(fields=["hook"], name="alert_waiting", condition=Q(outcome=Outcome.WAITING.value)),
            models.Index(fields=["received_at"], name="alert_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.instrument_id} {self.public_id}"
