"""Endpoints, what signs for them, and each delivery with its attempts. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.webhooks.types import DESCRIPTION_MAX, OffCause, State
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.egress.targets import URL_MAX
from cryptouniverse.kernel.ids import new_id

_STATES = [
    (State.PENDING.value, _("To be sent")),
    (State.DELIVERED.value, _("Delivered")),
    (State.DEAD.value, _("Given up")),
]
_CAUSES = [
    (OffCause.OWNER.value, _("Switched off by its owner")),
    (OffCause.FAILING.value, _("Days of failure")),
    (OffCause.GONE.value, _("The receiver is gone")),
]


class Endpoint(models.Model):
    """Where a person's events are sent. patterns: which ones. whole_tenant: everybody's, for an administrator.

    told_at: when its owner was written to that we switched it off. failing_since, failures: since the last good answer.
    rest_until: left alone until then. busy_until, busy_by: the worker that sends to it now. secrets_version: the last
    one given out.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(_("address"), max_length=URL_MAX)
    description = models.CharField(_("description"), max_length=DESCRIPTION_MAX, blank=True)
    patterns = models.JSONField(_("events"), default=list)
    whole_tenant = models.BooleanField(_("whole tenant"), default=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    off_since = models.DateTimeField(_("off since"), null=True)
    off_cause = models.CharField(_("why off"), max_length=8, choices=_CAUSES, blank=True)
    told_at = models.DateTimeField(_("owner told"), null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    rest_until = models.DateTimeField(_("left alone until"), null=True)
    busy_until = models.DateTimeField(_("busy until"), null=True)
    busy_by = models.UUIDField(_("busy by"), null=True)
    secrets_version = models.PositiveIntegerField(_("secrets version"), default=0)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(off_since__isnull=True, off_cause="") | (Q(off_since__isnull=False) & ~Q(off_cause="")),
                name="webhook_off_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.url


class EndpointSecret(models.Model):
    """What signs for an endpoint, closed. expires_at: of the one that is rotated out; the one in force has none."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="secrets")
    version = models.PositiveIntegerField()
    master_id = models.CharField(max_length=80)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "version"], name="webhook_secret_version_once"),
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(expires_at__isnull=True), name="webhook_secret_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.version}"


class Delivery(models.Model):
    """One event for one endpoint. body: exactly the text that is signed and sent, the same at every attempt.

    attempts: since it was made or replayed.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(_("event"))
    type = models.CharField(_("type"), max_length=80)
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=_STATES, default=State.PENDING.value)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(state=State.PENDING.value, next_attempt_at__isnull=False, ended_at__isnull=True)
                | (~Q(state=State.PENDING.value) & Q(next_attempt_at__isnull=True, ended_at__isnull=False)),
                name="webhook_delivery_is_due_or_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                name="webhook_delivery_due",
                condition=Q(state=State.PENDING.value),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_newest"),
            models.Index(fields=["ended_at"], name="webhook_delivery_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.public_id}"

    @property
    def message_id(self) -> str:
        """What the header `webhook-id` says, at every attempt."""
        return f"msg_{self.public_id.hex}"


class Attempt(models.Model):
    """One try, written down before it is made. took_ms: empty until it has ended; if it stays so, the worker died."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("at"), default=clock.now, editable=False)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    took_ms = models.PositiveIntegerField(_("took, ms"), null=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at}"
