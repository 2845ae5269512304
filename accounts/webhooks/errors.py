"""What webhooks refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, Limited, NotAllowed, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownEndpoint(NotFound):
    """There is no such endpoint, or none that this person may see."""

    code = "webhooks.unknown"
    title = _("There is no such webhook")


class UnknownDelivery(NotFound):
    """There is no such delivery, or none that this person may see."""

    code = "webhooks.unknown_delivery"
    title = _("There is no such delivery")


class BadEndpoint(Invalid):
    """An endpoint's settings cannot be used. facts: field."""

    code = "webhooks.invalid"
    title = _("The webhook's settings are not valid")


class WholeTenantIsForAdmins(NotAllowed):
    """Only administrators may have the events of everybody in the tenant sent somewhere."""

    code = "webhooks.whole_tenant"
    title = _("Only administrators may receive everybody's events")


class TooManyEndpoints(Refused):
    """A person has a limited number of endpoints. facts: most."""

    code = "webhooks.too_many"
    title = _("You have as many webhooks as you may have")


class EndpointOff(Refused):
    """Nothing is sent to an endpoint that is switched off."""

    code = "webhooks.off"
    title = _("This webhook is switched off: switch it on first")


class TooManyTests(Limited):
    """A test is sent at most a few times a minute."""

    code = "webhooks.too_many_tests"
    title = _("You have just sent tests: wait a minute")
