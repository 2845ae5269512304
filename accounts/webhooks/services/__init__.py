"""Writes of webhooks, and the one place that signs and sends."""

from accounts.webhooks.services.delivering import deliver_due
from accounts.webhooks.services.endpoints import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    switch_off,
    switch_on,
)
from accounts.webhooks.services.forgetting import forget_old_deliveries
from accounts.webhooks.services.offering import offer, on_due
from accounts.webhooks.services.replaying import replay, replay_failed, send_test
from accounts.webhooks.services.signing import rewrap_secrets, rotate_secret
from accounts.webhooks.services.telling import tell_owner

__all__ = [
    "change_endpoint",
    "create_endpoint",
    "delete_endpoint",
    "deliver_due",
    "forget_old_deliveries",
    "offer",
    "on_due",
    "replay",
    "replay_failed",
    "rewrap_secrets",
    "rotate_secret",
    "send_test",
    "switch_off",
    "switch_on",
    "tell_owner",
]
