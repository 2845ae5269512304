"""What provisioning refuses."""

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownTenant(NotFound):
    """No active tenant has this id, slug or host."""

    code = "tenant.unknown"
    title = _("There is no such tenant")


class TenantExists(Conflict):
    """The slug or host is taken."""

    code = "tenant.exists"
    title = _("A tenant with this name exists already")


class BadSlug(Invalid):
    """A slug must be 3 to 40 of a-z, 0-9 and dashes, beginning with a letter."""

    code = "tenant.bad_slug"
    title = _("A tenant's short name has 3 to 40 letters, digits or dashes and begins with a letter")
