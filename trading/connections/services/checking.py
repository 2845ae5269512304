"""Checking a key that is kept: asked for by a person or the daily sweep, done by the trader, written down here.

Nobody but the trader opens a secret, so a check that needs one is a wish on the row, and the trader is notified. Why
so: `docs/decisions/secrets-open-in-one-process.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.errors import PaperHasNoVenue
from trading.connections.looking import look_once
from trading.connections.models import Connection
from trading.connections.services.changing import changed, locked, saved, tell
from trading.connections.services.keeping import open_credentials
from trading.connections.services.stopping import set_stop
from trading.connections.types import Finding, Kind, Status, StopCause
from trading.connections.venues import VenueAccount
from trading.exchanges.types import OrderVenue

if TYPE_CHECKING:
    from tenants.audit.types import Actor

CHECK_EVERY: Final = timedelta(days=1)
MAY_MOVE_FUNDS = _("The key may withdraw or transfer funds: take that right from it at the exchange, then test again.")
MAY_NOT_TRADE = _("The key may not trade: allow spot trading for it at the exchange, then test again.")
log = structlog.get_logger(__name__)


@transaction.atomic
def ask_for_check(*, connection: Connection, actor: Actor) -> Connection:
    """Have the trader ask the venue about the key; `checked_at` and `check_error` say what it found. Audited.

    Asking again while one is waiting changes nothing. Raises PaperHasNoVenue.
    """
    row = locked(connection)
    if row.kind == Kind.PAPER:
        raise PaperHasNoVenue(connection=str(row.public_id))
    if row.check_asked_at is not None:
        return row
    row.check_asked_at = clock.now()
    return changed(row, "check_asked", actor=actor)


@transaction.atomic
def ask_for_due_checks() -> int:
    """Ask for a check of every key that was not checked for a day; how many. Run for each tenant by beat."""
    due = Q(checked_at__isnull=True) | Q(checked_at__lt=clock.now() - CHECK_EVERY)
    rows = Connection.objects.select_for_update(no_key=True, of=("self",)).filter(
        due, secrets_version__gt=0, check_asked_at=None
    )
    found = list(rows.exclude(status=Status.DELETED).select_related("owner").order_by("pk"))
    for row in found:
        row.check_asked_at = clock.now()
        saved(row)
        tell(row, "check_asked")
    return len(found)


def check_connection(connection: Connection) -> Connection:
    """Open the key, ask the venue, write down what it says: the whole check, for the trader's process alone.

    A trader that has the account open already looks with `look_at` and calls `note_check`.
    """
    return note_check(connection=connection, finding=async_to_sync(look_once)(_opened(connection).connect))


def account_of(connection: Connection) -> OrderVenue:
    """The account behind a connection, with its key opened; close() it. Raises as `open_credentials` does."""
    return _opened(connection).connect()


@transaction.atomic
def note_check(*, connection: Connection, finding: Finding) -> Connection:
    """Write down what a look at the venue found, audited as "connection.checked" or "connection.refused".

    A key that may move funds, may not trade, or is not taken is refused: its entries stop, its exits go on. No answer
    changes neither rights nor status. A good answer makes a refused key tested; activating it is a person's to do.
    """
    row = locked(connection)
    before = _facts(row)
    set_finding(row, finding)
    wrong = _wrong_with(finding)
    if wrong:
        row.check_error = wrong
        row.status = Status.REFUSED.value
        set_stop(row, reason=wrong, cause=StopCause.RIGHTS)
    elif not finding.error and row.status == Status.REFUSED:
        row.status = Status.TESTED.value
    if finding.reason:
        log.warning("a key was checked", connection=str(row.public_id), venue=row.venue, reason=finding.reason)
    what = "refused" if wrong else "checked"
    return changed(row, what, actor=None, before=before, after=_facts(row))


def set_finding(row: Connection, finding: Finding) -> None:
    """Put what was found on a row; what was not found stays as it was. The caller saves it."""
    row.checked_at, row.check_asked_at, row.check_error = clock.now(), None, finding.error
    if finding.rights is not None:
        rights = finding.rights
        row.may_trade, row.may_withdraw, row.may_transfer = rights.trade, rights.withdraw, rights.transfer
        row.ip_restricted, row.clock_offset_ms = rights.ip_restricted, finding.clock_offset_ms


def _opened(connection: Connection) -> VenueAccount:
    credentials, kind = open_credentials(connection), Kind(connection.kind)
    return VenueAccount(connection.venue, kind, connection.base_url, credentials, current_tenant().id)


def _wrong_with(finding: Finding) -> str:
    if finding.refused:
        return finding.error
    if finding.excessive:
        return MAY_MOVE_FUNDS
    return MAY_NOT_TRADE if finding.rights is not None and finding.rights.trade is False else ""


def _facts(row: Connection) -> dict[str, object]:
    names = ("status", "may_trade", "may_withdraw", "may_transfer", "ip_restricted", "check_error")
    return {name: getattr(row, name) for name in names}
