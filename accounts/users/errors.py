"""What the people's domain says no to."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownSession(NotFound):
    """There is no such session, or it is not the caller's, or it is over."""

    code = "users.unknown_session"
    title = _("There is no such session")


class AddressTaken(Conflict):
    """Somebody here has this e-mail address."""

    code = "users.address_taken"
    title = _("This e-mail address is in use")


class NothingToChange(Conflict):
    """It is so already."""

    code = "users.nothing_to_change"
    title = _("It is so already")


class NotThemselves(Refused):
    """Operators do not take their own rights away, or those of another operator, in the admin."""

    code = "users.not_operators"
    title = _("The rights of operators are not changed here: use the command line")


class UnknownPerson(NotFound):
    """There is no such person in this tenant."""

    code = "users.unknown"
    title = _("There is no such person")


class LastAdministrator(Refused):
    """A tenant keeps at least one active administrator, and nobody takes that role or access from themselves."""

    code = "users.last_administrator"
    title = _("You cannot take this from yourself or from the last administrator")
