"""The account's own yes to bots that buy for real money. Withdrawing it needs nobody's leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.errors import BadConnection, LiveNotAllowed, NotTested, TermsNotAccepted
from trading.connections.models import Connection
from trading.connections.selectors import missing_at
from trading.connections.services.changing import changed, locked
from trading.connections.types import TERMS_VERSION, WHY_MISSING, Kind, Status

if TYPE_CHECKING:
    from tenants.audit.types import Actor


def require_live(venue: str) -> None:
    """Raises LiveNotAllowed, which says whose yes is missing, unless real money may be traded with at `venue`."""
    if missing := missing_at(venue):
        raise LiveNotAllowed(WHY_MISSING[missing[0]], missing=[who.value for who in missing])


def require_terms(version: str) -> None:
    """Raises TermsNotAccepted unless these are the terms in force."""
    if version != TERMS_VERSION:
        raise TermsNotAccepted(version=TERMS_VERSION)


@transaction.atomic
def allow_autonomous(*, connection: Connection, terms_version: str, actor: Actor) -> Connection:
    """From now on bots may buy for real money there, as far as everybody else says yes too.

    terms_version: of the risk warning and terms that were read just now. Raises BadConnection for play money, NotTested
    unless the connection is active, TermsNotAccepted or LiveNotAllowed.
    """
    row = locked(connection)
    if row.kind != Kind.LIVE:
        raise BadConnection(_("Only a live connection trades for real money."))
    if row.status != Status.ACTIVE:
        raise NotTested(connection=str(row.public_id))
    require_terms(terms_version)
    require_live(row.venue)
    if row.autonomous_live and row.terms_version == terms_version:
        return row
    before = {"autonomous": row.autonomous_live, "terms": row.terms_version}
    row.autonomous_live, row.terms_version, row.terms_accepted_at = True, terms_version, clock.now()
    after = {"autonomous": True, "terms": terms_version}
    return changed(row, "autonomous_allowed", actor=actor, before=before, after=after)


@transaction.atomic
def end_autonomous(*, connection: Connection, actor: Actor) -> Connection:
    """No bot buys for real money there any more. Stops and exits go on. Again changes nothing."""
    row = locked(connection)
    if not row.autonomous_live:
        return row
    row.autonomous_live = False
    return changed(row, "autonomous_ended", actor=actor, before={"autonomous": True}, after={"autonomous": False})
