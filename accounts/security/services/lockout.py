"""Lockout that slow guessing does not dodge: wrong guesses count for thirty days, per account and per network address.

After five at an account nobody may guess there for 10 s, then 20 s, 40 s, up to a day, so that a month of patience buys
some fifty guesses. Whoever gets in clears what their own network address guessed wrong, and nothing else: an owner
who signs in daily does not reset a stranger's count. The owner is told, and the letter's link clears all. An account
that nobody has is counted and locked the same.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection, transaction
from django.db.models import F, Max, QuerySet, Sum

from accounts.security.models import GuessCount
from accounts.security.services import letters
from accounts.security.services.codes import issue, keyed_hash, use
from accounts.security.types import LINK_LASTS, Guess, Purpose, Wait
from accounts.users.selectors import person_by_email
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from tenants.audit import services as audit

REMEMBERED: Final = timedelta(days=30)
FREE_AT_ACCOUNT: Final = 5
FREE_FROM_NETWORK: Final = 50
FIRST_DELAY_S: Final = 10
ACCOUNT_DELAY_S_MAX: Final = 86_400
NETWORK_DELAY_S_MAX: Final = 3_600


def begin_guess(*, kind: Guess, account: str, address: str | None, host: str = "") -> Wait:
    """Count a guess before it is compared; or count nothing and say how long to wait.

    One at a time per account, so that guesses sent at once do not pass together. account: the e-mail address as it was
    typed. Call it outside a transaction that may be rolled back.
    """
    name, network = account.strip().lower(), network_of(address)
    digest = keyed_hash(f"account:{name}")
    with transaction.atomic():
        _one_at_a_time(f"{kind}:{digest}")
        at_account = _counted(GuessCount.objects.filter(kind=kind, account=digest))
        wait = _wait(at_account, FREE_AT_ACCOUNT, ACCOUNT_DELAY_S_MAX)
        from_network = _counted(GuessCount.objects.filter(network=network))
        wait = max(wait, _wait(from_network, FREE_FROM_NETWORK, NETWORK_DELAY_S_MAX), key=lambda one: one.seconds)
        if wait:
            return wait
        _count(kind, digest, network)
        if _is_alarming(at_account[0] + 1):
            _tell_owner(name, at_account[0] + 1, host)
    return Wait()


def guessed_right(*, kind: Guess, account: str, address: str | None) -> None:
    """It was no wrong guess: clear what this network address has against this account."""
    digest = keyed_hash(f"account:{account.strip().lower()}")
    GuessCount.objects.filter(kind=kind, account=digest, network=network_of(address)).delete()


def unlock(*, public_id: str, secret: str) -> bool:
    """Follow the letter's link: all guesses at the account are forgotten, once. False for a link that does not work."""
    row = use(purpose=Purpose.UNLOCK, public_id=public_id, code=secret, link=True)
    if row is None or row.user is None:
        return False
    with transaction.atomic():
        forgive(account=row.user.email)
        audit.record(actor=row.user, action="sign_in.unlocked", object=row.user)
    return True


def forgive(*, account: str) -> None:
    """Forget every wrong guess at the account."""
    GuessCount.objects.filter(account=keyed_hash(f"account:{account.strip().lower()}")).delete()


def forget_old_guesses() -> None:
    """Drop what no longer counts."""
    GuessCount.objects.filter(last_at__lt=clock.now() - REMEMBERED).delete()


def network_of(address: str | None) -> str:
    """The address itself; of a long one the half that a customer is given."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def delay_s(count: int, free: int, most: int) -> int:
    """Seconds to wait after `count` wrong guesses: none below `free`, then doubling from 10 up to `most`."""
    return 0 if count < free else min(FIRST_DELAY_S * 2 ** min(count - free, 20), most)


def _counted(rows: QuerySet[GuessCount]) -> tuple[int, timedelta]:
    """How many in thirty days, and how long ago the last one was."""
    now = clock.now()
    found = rows.filter(last_at__gt=now - REMEMBERED).aggregate(count=Sum("count"), last=Max("last_at"))
    return found["count"] or 0, now - found["last"] if found["last"] else REMEMBERED


def _wait(counted: tuple[int, timedelta], free: int, most: int) -> Wait:
    count, ago = counted
    left = delay_s(count, free, most) - ago.total_seconds()
    return Wait(int(left) + 1) if left > 0 else Wait()


def _count(kind: Guess, digest: str, network: str) -> None:
    now = clock.now()
    where = {"kind": kind.value, "account": digest, "network": network, "day": now.date()}
    if not GuessCount.objects.filter(**where).update(count=F("count") + 1, last_at=now):
        GuessCount.objects.create(**where, count=1, last_at=now)


def _is_alarming(count: int) -> bool:
    """At 5, 10, 20, 40 and so on: told again only when it has doubled."""
    times, rest = divmod(count, FREE_AT_ACCOUNT)
    return rest == 0 and times > 0 and times & (times - 1) == 0


def _tell_owner(account: str, count: int, host: str) -> None:
    """Write to whoever has the account; where nobody has it, write the same rows, which go nowhere."""
    owner = person_by_email(account)
    code = issue(purpose=Purpose.UNLOCK, user=owner, address=account, lasts=LINK_LASTS, decoy=owner is None)
    letters.write(kind="guesses", address=owner.email if owner else "", code=code, host=host, count=count)


def _one_at_a_time(name: str) -> None:
    """Until the transaction ends, whoever else names this waits."""
    number = int.from_bytes(sha256(f"{current_tenant().id}:{name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
