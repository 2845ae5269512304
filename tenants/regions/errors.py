"""What region rules refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class KeptOut(NotAllowed):
    """The tenant's region rules keep this address out. facts: address, country ("" = not known)."""

    code = "regions.kept_out"
    title = _("This service is not offered where you are")


class BadRule(Invalid):
    """A region rule names no country and no network."""

    code = "regions.invalid"
    title = _("This is neither a country nor a network")


class RuleExists(Conflict):
    """There is a rule for this country or network already."""

    code = "regions.exists"
    title = _("There is a rule for this country or network already")


class TooManyRules(Refused):
    """There are as many region rules as there may be. facts: most."""

    code = "regions.too_many"
    title = _("There are too many region rules: delete one first")


class UnknownRule(NotFound):
    """There is no such region rule."""

    code = "regions.unknown"
    title = _("There is no such region rule")


class NoCountries(Refused):
    """No country database is set up, so that a rule for a country would do nothing."""

    code = "regions.no_countries"
    title = _("Rules for countries do nothing yet: ask your operator to set up a country database")


class ShutsYouOut(Refused):
    """The change would keep out whoever makes it. facts: address."""

    code = "regions.shuts_you_out"
    title = _("This would keep you out as well: allow your own address first")
