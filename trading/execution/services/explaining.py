"""A person has looked at an order with our mark that nobody knew: entries go on when it was the last of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tenants.audit import services as audit
from trading.connections.selectors import access_connection
from trading.connections.services import allow_entries
from trading.connections.types import StopCause
from trading.execution.errors import NotExplained, UnknownOrder
from trading.execution.models import StrangeOrder
from trading.execution.services.proving import STRANGE

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.connections.models import Connection

_NAME_MAX = 60


@transaction.atomic
def explain_order(*, connection: Connection, venue_order_id: str, actor: User, reason: str) -> StrangeOrder:
    """Mark an order with our mark as looked at, by its owner, for a reason; audited as "order.explained".

    When none is left that nobody has looked at, entries that stopped for it are allowed again; a stop for anything else
    stays. Once is enough: a second time changes nothing. Raises NotExplained without a reason, UnknownConnection for
    somebody else's, UnknownOrder for an order that is not there or not marked as ours, and StillDrifting or NotTested
    where entries may not go on yet: then nothing is written.
    """
    if not reason.strip():
        raise NotExplained
    access_connection(actor, connection.public_id)
    # the order before the connection, as the trader locks them when it keeps one
    marked = StrangeOrder.objects.filter(connection=connection, ours=True)
    order = marked.select_for_update().filter(venue_order_id=venue_order_id).first()
    if order is None:
        raise UnknownOrder(order=venue_order_id[:40])
    if order.explained_by:
        return order
    order.explained_by = (actor.get_full_name().strip() or str(actor.public_id))[:_NAME_MAX]
    order.save(update_fields=["explained_by"])
    after = {"connection": str(connection.public_id), "order": venue_order_id, "reason": reason.strip()}
    audit.record(actor=actor, action="order.explained", object=("order_at_venue", venue_order_id), after=after)
    if not marked.filter(explained_by="").exists():
        now = access_connection(actor, connection.public_id)
        if (now.entries_stopped_cause, now.entries_stopped_reason) == (StopCause.OTHER, STRANGE):
            allow_entries(connection=now, actor=actor, reason=reason)
    return order
