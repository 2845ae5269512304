"""Deliveries are kept for a month."""

from __future__ import annotations

from accounts.webhooks.models import Delivery, EndpointSecret
from accounts.webhooks.types import KEPT_FOR
from cryptouniverse.kernel import clock


def forget_old_deliveries(*, limit: int = 5_000) -> int:
    """Drop what ended a month ago, with its attempts, and secrets that have expired; how many deliveries."""
    now = clock.now()
    EndpointSecret.objects.filter(expires_at__lte=now).delete()
    old = Delivery.objects.filter(ended_at__lt=now - KEPT_FOR).order_by("pk").values_list("pk", flat=True)[:limit]
    pks = list(old)
    Delivery.objects.filter(pk__in=pks).delete()
    return len(pks)
