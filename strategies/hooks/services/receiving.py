"""Taking an alert in: everything is asked before anything is written, and what comes again is told what came before."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.types import BotStatus
from strategies.hooks.errors import AlertRefused, AlertTooLarge, BadAlert, BotTakesNoAlerts, NoHook
from strategies.hooks.models import Alert, Hook, HookSecret
from strategies.hooks.reading import fresh, parsed, read
from strategies.hooks.selectors import hook_at, hook_of
from strategies.hooks.services.opening import SIGNING_PREFIX, digest_of, signing_key
from strategies.hooks.types import BODY_MAX, MESSAGE_ID_MAX, SECRET_MAX, Message, Sender, Signed
from strategies.signals.types import Action
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot

_NO_DIGEST: Final = "0" * 64
_MESSAGE_ID: Final = re.compile(rf"[\x21-\x7e]{{1,{MESSAGE_ID_MAX}}}")
_SECONDS: Final = re.compile(r"[0-9]{1,11}")
_SIGNATURES_MAX: Final = 10


def receive(*, hook_id: UUID, body: bytes, signed: Signed | None, address: str | None) -> tuple[Alert, bool]:
    """The alert that `body` is, and whether it was here before. One that is new is audited as "hook.called".

    signed: its headers, where it is signed; else its text holds the secret. The candle that closes next acts on it.
    Raises AlertTooLarge, AlertUnreadable, AlertRefused, BotTakesNoAlerts, AlertOld, BadAlert; then nothing is written.
    """
    if len(body) > BODY_MAX:
        raise AlertTooLarge(limit=BODY_MAX)
    now = clock.now()
    hook = hook_at(hook_id, now)
    if signed is not None:
        signed_at, secret = _signer(hook, body, signed)
        said = parsed(body)
    else:
        signed_at, said = None, parsed(body)
        secret = _told(hook, said.get("secret"))
    if secret is not None:
        _only_in_its_place(said)
    if hook is None or secret is None:
        raise AlertRefused
    if signed_at is not None:
        fresh(signed_at, now=now)
    if hook.bot.status == BotStatus.STOPPED:
        raise BotTakesNoAlerts
    message = read(said, instruments=hook.bot.instruments, now=now, signed_at=signed_at)
    sender = Sender.SIGNED if signed else Sender.TEXT
    by = {"sender": sender, "version": secret.version, "message_id": signed.message_id if signed else None}
    return _kept(hook, message, now=now, address=address, by=by)


def send_test(*, bot: Bot, actor: User, instrument_id: str, action: Action = Action.ENTER_LONG) -> Alert:
    """An alert from the bot's own page that goes all the way and trades nothing. Audited as "hook.tested".

    Raises NoHook, BotTakesNoAlerts, BadAlert.
    """
    hook, now = hook_of(bot), clock.now()
    if hook is None:
        raise NoHook
    if bot.status == BotStatus.STOPPED:
        raise BotTakesNoAlerts
    said = {"ticker": instrument_id, "action": action.side.value, "time": now.isoformat(), "test": True}
    message = read(said, instruments=bot.instruments, now=now, signed_at=None)
    by = {"sender": Sender.PAGE, "version": None, "message_id": f"test:{uuid4()}"}
    return _kept(hook, message, now=now, address=None, by=by, actor=actor)[0]


def _kept(
    hook: Hook, message: Message, *, now: datetime, address: str | None, by: dict[str, Any], actor: User | None = None
) -> tuple[Alert, bool]:
    fingerprint = _fingerprint(message) if by["sender"] is not Sender.PAGE else digest_of(by["message_id"])
    try:
        with transaction.atomic():
            row = Alert.objects.create(
                hook=hook,
                fingerprint=fingerprint,
                received_at=now,
                address=address,
                sent_at=message.sent_at,
                action=message.action.value,
                instrument_id=message.instrument_id,
                ticker=message.ticker,
                order_id=message.order_id,
                price=message.price,
                test=message.test,
                signal_id=new_id(),
                **by,
            )
            told = {"bot": str(hook.bot.public_id), "action": row.action, "instrument": row.instrument_id}
            told |= on_behalf(actor=actor, owner_id=hook.bot.owner.public_id) if actor else {}
            record(actor=actor, action="hook.tested" if actor else "hook.called", object=row, after=told)
    except IntegrityError:
        same = Alert.objects.filter(hook=hook)
        named = same.filter(message_id=by["message_id"]).first() if by["message_id"] else None
        earlier = named or same.filter(fingerprint=fingerprint).first()
        if earlier is None:
            raise
        return earlier, True
    return row, False


def _fingerprint(message: Message) -> str:
    facts = (message.sent_at.isoformat(), message.action.value, message.instrument_id, str(message.test))
    return digest_of("|".join(facts))


def _told(hook: Hook | None, sent: object) -> HookSecret | None:
    """The secret that the text holds, if it is one of the hook's; as much work where there is no such hook."""
    given = digest_of(sent) if isinstance(sent, str) and 0 < len(sent) <= SECRET_MAX else _NO_DIGEST
    living: list[HookSecret] = hook.living if hook else []  # type: ignore[attr-defined]  # of `hook_at`
    found = None
    for row in living or [HookSecret(digest=_NO_DIGEST[:-1] + "1")]:
        if hmac.compare_digest(row.digest, given):
            found = row
    return found


def _only_in_its_place(said: dict[str, Any]) -> None:
    """Raises BadAlert where the secret stands in a field that is kept and shown, too."""
    secret = said.get("secret")
    others = (value for field, value in said.items() if field != "secret" and isinstance(value, str))
    if isinstance(secret, str) and secret and any(secret in value for value in others):
        raise BadAlert(_("The secret stands in another field too, where it would be shown."), field="secret")


def _signer(hook: Hook | None, body: bytes, signed: Signed) -> tuple[datetime | None, HookSecret | None]:
    """When it was signed, and with whose key; (None, None) where no signature is right."""
    if not _MESSAGE_ID.fullmatch(signed.message_id) or not _SECONDS.fullmatch(signed.timestamp):
        return None, None
    content = f"{signed.message_id}.{signed.timestamp}.".encode() + body
    given = [one.partition(",")[2] for one in signed.signatures.split(" ")[:_SIGNATURES_MAX] if one.startswith("v1,")]
    living: list[HookSecret] = hook.living if hook else []  # type: ignore[attr-defined]  # of `hook_at`
    found = None
    for row in living:
        right = signature_of(content, signing_key(row.hook, row).reveal())
        for one in given:
            if hmac.compare_digest(right.encode(), one.encode("utf-8", "replace")):
                found = row
    if not living:
        signature_of(content, SIGNING_PREFIX)
    return datetime.fromtimestamp(int(signed.timestamp), tz=UTC), found


def signature_of(content: bytes, key: str) -> str:
    """The signature of Standard Webhooks, version 1, without its "v1,". content: id, time and body, with dots between.

    key: with its prefix.
    """
    raw = base64.b64decode(key.removeprefix(SIGNING_PREFIX))
    return base64.b64encode(hmac.new(raw, content, hashlib.sha256).digest()).decode()
