"""What teams and delegations refuse."""

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownTeam(NotFound):
    """There is no such team, or the caller is not in it."""

    code = "teams.unknown"
    title = _("There is no such team")


class UnknownMember(NotFound):
    """The team has no such member."""

    code = "teams.unknown_member"
    title = _("The team has no such member")


class UnknownShare(NotFound):
    """There is no such share, or the caller is neither its owner nor keeps the team."""

    code = "teams.unknown_share"
    title = _("There is no such share")


class UnknownDelegation(NotFound):
    """There is no such delegation, or it is not the caller's."""

    code = "teams.unknown_delegation"
    title = _("There is no such delegation")


class NotGranted(NotAllowed):
    """The caller may see this portfolio, but was not given the permission that this takes."""

    code = "teams.not_granted"
    title = _("You were not given this permission on that portfolio")


class ManagerNeeded(NotAllowed):
    """Only a manager of the team may change it."""

    code = "teams.manager_needed"
    title = _("Only a manager of the team may do this")


class LastManager(Conflict):
    """A team keeps at least one manager: name another first, or end the team."""

    code = "teams.last_manager"
    title = _("The team would be left without a manager")


class BadDelegation(Invalid):
    """A delegation names another active person, at least one permission, and an end at most 90 days away."""

    code = "teams.bad_delegation"
    title = _("This delegation is not possible")
