"""The outbox: facts written in the business transaction, delivered after it. Public schema."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.ids import new_id


class StreamHead(models.Model):
    """The last sequence number given out in a stream."""

    tenant_id = models.UUIDField()
    stream = models.CharField(max_length=120)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "stream"], name="stream_head_once")]


class OutboxEvent(models.Model):
    """One fact. `dispatched_at` is empty until its handlers have been called."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    type = models.CharField(max_length=80)
    version = models.SmallIntegerField()
    tenant_id = models.UUIDField()
    stream = models.CharField(max_length=120)
    sequence = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    correlation_id = models.CharField(max_length=64)
    causation_id = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    dispatched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "stream", "sequence"], name="outbox_sequence_once"),
        ]
        indexes = [models.Index(fields=["id"], name="outbox_waiting", condition=Q(dispatched_at__isnull=True))]


class Delivery(models.Model):
    """A handler that failed on an event: tried again with growing pauses, dead after the last try."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.TextField(blank=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once")]
