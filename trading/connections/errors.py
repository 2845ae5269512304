"""What connections refuse, and how their secrets can fail."""

from __future__ import annotations

from cryptouniverse.kernel.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    Unavailable,
)
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownConnection(NotFound):
    """There is no such connection, or none that this person may see."""

    code = "connections.unknown"
    title = _("There is no such connection")


class BadConnection(Invalid):
    """A connection's settings cannot be used."""

    code = "connections.invalid"
    title = _("The connection's settings are not valid")


class LabelTaken(Conflict):
    """The owner has another connection of that name."""

    code = "connections.label_taken"
    title = _("You have a connection of that name already")


class KeyInUse(Conflict):
    """Another connection trades with the same API key: two writers on one account would trade against each other."""

    code = "connections.key_in_use"
    title = _("This API key is in use on another connection")


class LiveNotAllowed(Refused):
    """Somebody has not said yes to trading for real money. facts: missing (platform, tenant, venue)."""

    code = "connections.live_not_allowed"
    title = _("Trading for real money is not allowed here")


class TermsNotAccepted(Refused):
    """The risk warning and terms in force were not accepted. facts: version."""

    code = "connections.terms_not_accepted"
    title = _("Read and accept the risk warning and terms first")


class TooManyRights(Refused):
    """The key may withdraw or transfer funds; a key for trading must not. facts: rights."""

    code = "connections.too_many_rights"
    title = _("This key may move funds away: make one that can only read and trade")


class CannotTrade(Refused):
    """The key may not trade spot."""

    code = "connections.cannot_trade"
    title = _("This key may not trade: allow spot trading for it at the exchange")


class NotIpRestricted(Refused):
    """The key works from every address; a live one must be bound to ours."""

    code = "connections.not_ip_restricted"
    title = _("This key works from everywhere: restrict it to our address at the exchange")


class NotTested(Refused):
    """Only a connection whose last test was good can be activated or take entries again."""

    code = "connections.not_tested"
    title = _("Test the connection first: its last test was not good, or there was none")


class CustomEndpoint(NotAllowed):
    """Only operators may send a connection to an address of their own."""

    code = "connections.custom_endpoint"
    title = _("Only operators may set an address")


class PaperHasNoVenue(Refused):
    """A paper connection meets our own books: it has no key, and no way to an exchange."""

    code = "connections.paper_has_no_venue"
    title = _("A paper connection has no exchange and no key")


class StillDrifting(Refused):
    """Our books and the venue's differ. Entries stay stopped until a proof finds no difference. facts: drift."""

    code = "connections.still_drifting"
    title = _("Our books and the exchange's still differ")


class SandboxUnavailable(Unavailable):
    """The sandbox exchange is not there or did not do what it was asked. facts: reason."""

    code = "connections.sandbox_unavailable"
    title = _("The sandbox exchange does not answer")


class NoSandbox(SandboxUnavailable):
    """There is no sandbox exchange in this installation: CU_SANDBOX_URL is not set."""

    code = "connections.no_sandbox"
    status = 422
    title = _("There is no sandbox exchange here")


class SecretsStayClosed(NotAllowed):
    """This process may not open secrets: only the one that sends orders may."""

    code = "connections.secrets_stay_closed"
    title = _("Secrets are opened only where orders are sent")


class NoCredentials(NotFound):
    """This connection has no secrets: they were destroyed, or there never were any."""

    code = "connections.no_credentials"
    title = _("This connection has no key")
