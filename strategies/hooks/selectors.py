"""Reads of hooks and alerts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from cryptouniverse.kernel.context import current_tenant
from strategies.hooks.models import Alert, Hook, HookSecret
from strategies.hooks.reading import TEMPLATE
from tenants.provisioning.selectors import origin_of

if TYPE_CHECKING:
    from cryptouniverse.kernel.secret import Secret
    from strategies.bots.models import Bot

PLACEHOLDER: Final = "YOUR SECRET"


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


def alerts_of(bot: Bot) -> QuerySet[Alert]:
    """The alerts of a bot that the caller may already see, newest first."""
    return Alert.objects.filter(hook__bot=bot).order_by("-pk")
