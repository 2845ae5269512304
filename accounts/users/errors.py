"""What the people of a tenant cannot be changed to."""

from cryptouniverse.kernel.errors import Conflict, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownPerson(NotFound):
    """There is no such person in this tenant."""

    code = "users.unknown"
    title = _("There is no such person")


class AddressTaken(Conflict):
    """Somebody in this tenant has this e-mail address already."""

    code = "users.address_taken"
    title = _("Somebody here has this e-mail address already")


class LastAdministrator(Refused):
    """A tenant keeps at least one active administrator, and nobody takes that role or access from themselves."""

    code = "users.last_administrator"
    title = _("You cannot take this from yourself or from the last administrator")
