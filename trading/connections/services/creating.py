"""Making connections. The key is asked about at the venue first; only a fit one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.provisioning.services import require_room
from trading.connections.errors import BadConnection, CustomEndpoint, KeyInUse, LabelTaken
from trading.connections.looking import look_once, require_fit
from trading.connections.models import Connection
from trading.connections.services.changing import changed, saved
from trading.connections.services.checking import set_finding
from trading.connections.services.keeping import fingerprint_of, keep_credentials
from trading.connections.services.living import require_live, require_terms
from trading.connections.types import LABEL_MAX, TERMS_VERSION, VENUES, Credentials, Finding, Kind, Status
from trading.connections.venues import VenueAccount, checked_address
from trading.exchanges.errors import UnknownExchange

if TYPE_CHECKING:
    from accounts.users.models import User


def create_connection(
    *,
    owner: User,
    venue: str,
    kind: Kind,
    label: str,
    credentials: Credentials | None = None,
    base_url: str = "",
    terms_version: str = "",
) -> Connection:
    """A tested connection of `owner`, audited as "connection.created". Paper has no credentials and is tested as it is.

    The venue is asked about the key before anything is written, outside of any lock; that may take seconds. base_url:
    for operators. terms_version: real money needs the one in force. Raises LiveNotAllowed, TermsNotAccepted,
    CustomEndpoint, BadConnection, UnknownExchange, LabelTaken, KeyInUse, KeyRefused, TooManyRights, CannotTrade,
    ExchangeUnavailable, NoSandbox or QuotaReached, and then keeps nothing.
    """
    if venue not in VENUES:
        raise UnknownExchange(venue=venue)
    if kind == Kind.LIVE:
        require_terms(terms_version)
        require_live(venue)
    label = free_label(owner, label)
    address = _address(owner, kind, base_url)
    finding = None
    if (credentials is None) != (kind == Kind.PAPER):
        raise BadConnection(_("A paper connection has no key, and every other one needs one."))
    if credentials is not None:
        finding = try_credentials(venue=venue, kind=kind, base_url=address, credentials=credentials)
    terms = (terms_version, clock.now()) if terms_version == TERMS_VERSION else ("", None)
    row = Connection(owner=owner, venue=venue, kind=kind.value, label=label, base_url=address)
    row.terms_version, row.terms_accepted_at = terms
    return _written(row, credentials, finding)


def try_credentials(*, venue: str, kind: Kind, base_url: str, credentials: Credentials) -> Finding:
    """What the venue says of a key that was just typed: nothing is kept, nothing is opened. Raises as `require_fit`."""
    finding = async_to_sync(look_once)(VenueAccount(venue, kind, base_url, credentials, current_tenant().id).connect)
    require_fit(kind, finding, venue=venue)
    return finding


def free_label(owner: User, label: str, *, but: Connection | None = None) -> str:
    """The label without blanks around it. Raises BadConnection for none, LabelTaken for another connection's."""
    text = " ".join(label.split())
    if not text or len(text) > LABEL_MAX or not text.isprintable():
        raise BadConnection(_("A label has 1 to 60 characters."), field="label")
    others = Connection.objects.filter(owner=owner, label=text).exclude(status=Status.DELETED)
    if others.exclude(pk__in=[but.pk] if but else []).exists():
        raise LabelTaken(label=text)
    return text


def require_free_key(*, venue: str, fingerprint: str, but: Connection | None = None) -> None:
    """Raises KeyInUse where the trader serves another connection with this key."""
    others = Connection.objects.filter(venue=venue, key_fingerprint=fingerprint, served_since__isnull=False)
    if fingerprint and others.exclude(pk__in=[but.pk] if but else []).exists():
        raise KeyInUse(venue=venue)


@transaction.atomic
def _written(row: Connection, credentials: Credentials | None, finding: Finding | None) -> Connection:
    require_room("connections")
    if credentials is not None and finding is not None:
        require_free_key(venue=row.venue, fingerprint=fingerprint_of(venue=row.venue, api_key=credentials.api_key))
        saved(row)
        keep_credentials(row, credentials)
        set_finding(row, finding)
    row.status = Status.TESTED.value
    after = {"venue": row.venue, "kind": row.kind, "label": row.label, "address": row.base_url}
    return changed(row, "created", actor=row.owner, after=after)


def _address(owner: User, kind: Kind, base_url: str) -> str:
    if not base_url:
        return ""
    if not owner.is_staff:
        raise CustomEndpoint
    if kind == Kind.PAPER:
        raise BadConnection(_("A paper connection has no address."))
    return checked_address(base_url)
