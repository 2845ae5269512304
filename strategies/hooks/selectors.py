"""Reads of hooks and alerts."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from cryptouniverse.kernel.context import current_tenant
from strategies.hooks.models import Alert, Hook, HookSecret
from strategies.hooks.reading import TEMPLATE
from strategies.hooks.types import Heard, Outcome
from strategies.signals.types import Action
from tenants.provisioning.selectors import origin_of

if TYPE_CHECKING:
    from cryptouniverse.kernel.secret import Secret
    from strategies.bots.models import Bot

PLACEHOLDER: Final = "YOUR SECRET"
_NO_TURN: Final = (Outcome.WAITING.value, Outcome.SUPERSEDED.value, Outcome.EXPIRED.value)


def hook_of(bot: Bot) -> Hook | None:
    """The hook of a bot that the caller may already see; None before its first secret."""
    return Hook.objects.filter(bot=bot).first()


def in_force(now: datetime) -> Q:
    """Secrets that open at this moment."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=now)


def hook_at(hook_id: UUID, now: datetime) -> Hook | None:
    """The hook of this address with its bot and the secrets that open it at this moment, as `living`."""
    secrets = Prefetch("secrets", HookSecret.objects.filter(in_force(now)).order_by("-version"), to_attr="living")
    return Hook.objects.filter(public_id=hook_id).select_related("bot").prefetch_related(secrets).first()


def secret_in_force(hook: Hook | None) -> HookSecret | None:
    """The secret without an end; None where it was taken back."""
    return hook.secrets.filter(expires_at__isnull=True).first() if hook else None


def address_of(hook: Hook) -> str:
    """Where its alerts are sent: at the primary host of the active tenant."""
    return origin_of(current_tenant()) + reverse("hook-alert", args=[hook.public_id])


def message_for(secret: Secret | None) -> str:
    """What is pasted into an alert of TradingView; without a secret it says where one stands."""
    shown = secret.reveal() if secret is not None else PLACEHOLDER
    return json.dumps({"secret": shown, **TEMPLATE}, indent=2)


def heard_between(bot_ids: Collection[UUID], *, start_ms: int, end_ms: int) -> list[Heard]:
    """What alerts asked of these bots in slots from `start_ms` to `end_ms` (UTC, not in), whatever came of it.

    Those that came to no turn are not in it: test alerts, too old ones, and those that a later one overtook. One query.
    """
    if not bot_ids:
        return []
    rows = Alert.objects.filter(hook__bot__public_id__in=bot_ids, slot_ms__gte=start_ms, slot_ms__lt=end_ms, test=False)
    rows = rows.exclude(outcome__in=_NO_TURN).order_by("pk")
    found = rows.values_list("hook__bot__public_id", "instrument_id", "slot_ms", "action")
    return [Heard(bot, name, slot or 0, action == Action.ENTER_LONG.value) for bot, name, slot, action in found]


def alerts_of(bot: Bot) -> QuerySet[Alert]:
    """The alerts of a bot that the caller may already see, newest first."""
    return Alert.objects.filter(hook__bot=bot).order_by("-pk")
