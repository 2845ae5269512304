"""What opens a hook: made here, shown once, replaced with an overlap, taken back. Each write is audited with it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.sealing import Wrapped
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.vault import close_secret, open_secret, rewrap_rows
from strategies.bots.types import BotStatus
from strategies.catalog.outside import WEBHOOK
from strategies.hooks.errors import BadOverlap, BotTakesNoAlerts, HookStands, NoHook, NotFromOutside, UnknownFamily
from strategies.hooks.models import Hook, HookSecret
from strategies.hooks.types import JUDGED_AS, Secrets
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot

OVERLAP_DEFAULT_H: Final = 24
OVERLAP_MAX_H: Final = 168
SIGNING_PREFIX: Final = "whsec_"
_BYTES: Final = 32


@transaction.atomic
def open_hook(*, bot: Bot, actor: User) -> tuple[Hook, Secrets]:
    """The bot's address, and its secrets, to be shown once. Audited as "hook.opened".

    Raises NotFromOutside, BotTakesNoAlerts, or HookStands where it has some in force.
    """
    hook = _locked(bot)
    if hook.secrets.filter(expires_at__isnull=True).exists():
        raise HookStands
    made = _new_secrets(hook)
    record(actor=actor, action="hook.opened", object=hook, after={"bot": str(bot.public_id), "version": hook.version})
    return hook, made


@transaction.atomic
def rotate_hook(*, bot: Bot, actor: User, overlap_h: int = OVERLAP_DEFAULT_H) -> tuple[Hook, Secrets]:
    """Other secrets, to be shown once. Those before open it for `overlap_h` hours more (0: not at all); older ones end
    at once. Audited as "hook.rotated". Raises BadOverlap, NoHook, NotFromOutside, BotTakesNoAlerts.
    """
    if not 0 <= overlap_h <= OVERLAP_MAX_H:
        raise BadOverlap(most=OVERLAP_MAX_H)
    hook = _locked(bot)
    if not hook.secrets.filter(expires_at__isnull=True).exists():
        raise NoHook
    hook.secrets.filter(expires_at__isnull=False).delete()
    if overlap_h:
        hook.secrets.update(expires_at=clock.now() + timedelta(hours=overlap_h))
    else:
        hook.secrets.all().delete()
    made = _new_secrets(hook)
    record(
        actor=actor,
        action="hook.rotated",
        object=hook,
        after={"bot": str(bot.public_id), "version": hook.version, "overlap_hours": overlap_h},
    )
    return hook, made


@transaction.atomic
def judge_hook_as(*, bot: Bot, actor: User, family: str) -> Hook:
    """By the conditions of which family the panel judges its wishes to enter, from the next candle on.

    Audited as "hook.judged"; the same again is harmless, and unaudited. Raises UnknownFamily, NotFromOutside,
    BotTakesNoAlerts.
    """
    if family not in JUDGED_AS:
        raise UnknownFamily(families=", ".join(JUDGED_AS), family=family[:20])
    hook = _locked(bot)
    if hook.judged_as != family:
        before, hook.judged_as = {"judged_as": hook.judged_as}, family
        hook.save(update_fields=["judged_as"])
        facts = {"bot": str(bot.public_id), "judged_as": family}
        record(actor=actor, action="hook.judged", object=hook, before=before, after=facts)
    return hook


@transaction.atomic
def revoke_hook(*, bot: Bot, actor: User) -> Hook:
    """Nothing opens it any more; what came in before and waits goes its way. Audited as "hook.revoked".

    Raises NoHook where nothing opened it.
    """
    hook = Hook.objects.select_for_update().filter(bot=bot).first()
    if hook is None or not hook.secrets.exists():
        raise NoHook
    hook.secrets.all().delete()
    facts = {"bot": str(bot.public_id), **on_behalf(actor=actor, owner_id=bot.owner.public_id)}
    record(actor=actor, action="hook.revoked", object=hook, after=facts)
    return hook


def rewrap_secrets() -> int:
    """Close every signing key of the active tenant under the current master key; how many were under another one."""
    rows = HookSecret.objects.select_related("hook")
    return rewrap_rows(rows, lambda row: (signing_key(row.hook, row), _place(row.hook, row.version)))


def signing_key(hook: Hook, row: HookSecret) -> Secret:
    """What signs for this hook, with its prefix. Raises MasterKeyMissing, SealBroken."""
    return open_secret(Wrapped(row.master_id, bytes(row.wrapped)), place=_place(hook, row.version))


def digest_of(secret: str) -> str:
    """What is kept of a secret in texts: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _locked(bot: Bot) -> Hook:
    """The bot's hook, made where there is none, locked until the transaction ends."""
    if bot.strategy != WEBHOOK:
        raise NotFromOutside(strategy=bot.strategy)
    if bot.status == BotStatus.STOPPED:
        raise BotTakesNoAlerts
    hook, _made = Hook.objects.get_or_create(bot=bot)
    return Hook.objects.select_for_update().get(pk=hook.pk)


def _new_secrets(hook: Hook) -> Secrets:
    """Fresh ones in force, the only ones without an end. In the caller's transaction and lock."""
    message = Secret(secrets.token_urlsafe(_BYTES))
    signing = Secret(SIGNING_PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode())
    hook.version += 1
    hook.save(update_fields=["version"])
    closed = close_secret(signing, place=_place(hook, hook.version))
    HookSecret.objects.create(
        hook=hook,
        version=hook.version,
        digest=digest_of(message.reveal()),
        master_id=closed.master_id,
        wrapped=closed.body,
    )
    return Secrets(message, signing)


def _place(hook: Hook, version: int) -> tuple[str, ...]:
    return ("strategies.hooks", str(hook.public_id), str(version))
