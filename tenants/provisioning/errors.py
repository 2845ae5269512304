"""What provisioning refuses."""

from cryptouniverse.kernel.errors import (
    Conflict,
    CryptoUniverseError,
    Invalid,
    Limited,
    NotAllowed,
    NotFound,
    Refused,
    Unavailable,
)
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


class MigrationsFailedError(CryptoUniverseError):
    """A schema without which nothing can be served could not be migrated. It has what it had before."""

    code = "tenants.migrations_failed"
    title = _("The database could not be brought up to date")

    def __init__(self, *, schema: str, reason: str) -> None:
        super().__init__(_("Schema %(schema)s was not migrated: %(reason)s"), schema=schema, reason=reason)


class TenantMigrating(Unavailable):
    """The tenant's tables are being brought up to date: it can be read, and written to again in a moment."""

    code = "tenants.migrating"
    title = _("This is being updated")

    def __init__(self) -> None:
        super().__init__(
            _("Your data are being updated. You can look at everything; try again to change it in a minute."),
            retry_after_s=30,
        )


class TenantSuspended(NotAllowed):
    """The tenant is suspended: nothing is served, its positions are still watched over."""

    code = "tenants.suspended"
    title = _("This organisation is suspended")

    def __init__(self) -> None:
        super().__init__(
            _("Nobody can sign in for now. Open positions keep their stops. Please write to those who run it.")
        )


class NotInThisState(Conflict):
    """The tenant is not in a state in which this can be done."""

    code = "tenants.wrong_state"
    title = _("This cannot be done in the tenant's present state")


class ReasonMissing(Invalid):
    """What is done to a tenant needs a reason that can be read later."""

    code = "tenants.reason_missing"
    title = _("Say why, in 5 to 300 characters")


class QuotaReached(Refused):
    """The tenant has as many as it may have."""

    code = "tenants.quota_reached"
    title = _("The limit of this organisation is reached")

    def __init__(self, *, quota: str, limit: int, value: int) -> None:
        super().__init__(
            _("Your organisation has %(value)s %(quota)s and may have %(limit)s. Its administrator can ask for more."),
            quota=quota,
            limit=limit,
            value=value,
        )


class CannotCloneError(CryptoUniverseError):
    """The template holds something that a clone would not have: a migration made what cloning does not know."""

    code = "tenants.cannot_clone"
    title = _("A new organisation cannot be made from the template")


class BadExport(Invalid):
    """The file is no export of ours, is damaged, or was made by another version."""

    code = "tenants.bad_export"
    title = _("This file cannot be taken in")


class TooLargeForPage(Refused):
    """A tenant with so many rows is exported by command: a page would be kept waiting, and held in memory."""

    code = "tenants.too_large_for_page"
    title = _("Too large for a page: export it by command")


class BadDomain(Invalid):
    """The name cannot be a tenant's own domain: not a host name, an address, ours, or one that nobody can own."""

    code = "domain.invalid"
    title = _("This domain cannot be used")


class DomainTaken(Conflict):
    """The domain belongs to somebody, or did until lately: a name that is given up is held for 30 days."""

    code = "domain.taken"
    title = _("This domain is in use or was in use lately")


class UnknownDomain(NotFound):
    """The tenant has no such domain."""

    code = "domain.unknown"
    title = _("There is no such domain")


class DomainNotVerified(Refused):
    """Only a verified domain can be the primary one."""

    code = "domain.not_verified"
    title = _("Verify the domain first")


class DomainIsGiven(Refused):
    """The host under which the tenant was made stays: it is the way in when a domain of its own fails."""

    code = "domain.given"
    title = _("This address was given to you and stays")


class TooManyDomains(Refused):
    """A tenant has at most 20 domains of its own."""

    code = "domain.too_many"
    title = _("There are as many domains as there may be")


class CheckedJustNow(Limited):
    """The domain was looked up a moment ago."""

    code = "domain.checked_just_now"
    title = _("This domain was checked a moment ago")
