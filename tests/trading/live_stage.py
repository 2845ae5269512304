"""Real money with every yes given, in a few words; each can be taken back."""

from cryptouniverse.kernel import clock
from tenants.provisioning.models import Tenant
from tests.trading.exchange_desk import given_desk
from trading.connections.models import Connection
from trading.connections.types import TERMS_VERSION
from trading.execution.types import Desk

TERMS = {"terms_version": TERMS_VERSION}


def everybody_says_yes(settings, *, platform: bool = True, tenant: bool = True) -> None:
    """The platform's yes and the organisation's."""
    settings.LIVE_TRADING = platform
    Tenant.objects.filter(slug="acme").update(live_trading=tenant)


def given_live_desk(settings, **connection) -> Desk:
    """The desk of a trader with real money, whose account lets bots buy."""
    everybody_says_yes(settings)
    return given_desk(**{"kind": "live", "autonomous_live": True, **accepted(), **connection})


def accepted() -> dict[str, object]:
    """Columns of a connection whose owner read the terms in force."""
    return {"terms_version": TERMS_VERSION, "terms_accepted_at": clock.now()}


def take_back(who: str, desk: Desk, settings) -> None:
    """One of them says no again: platform, tenant or connection."""
    if who == "connection":
        Connection.objects.filter(pk=desk.connection_pk).update(autonomous_live=False)
    else:
        everybody_says_yes(settings, **{who: False})
