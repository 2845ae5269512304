"""What branding refuses."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class BadBranding(Invalid):
    """A name, colour, address or price of a brand cannot be used."""

    code = "branding.invalid"
    title = _("The branding is not valid")


class ContrastTooLow(Refused):
    """With these colours something on a page could not be read: text needs a ratio of 4.5, marks one of 3."""

    code = "branding.contrast_too_low"
    title = _("These colours cannot be read well enough")


class BadLogo(Invalid):
    """The file is no PNG or WebP picture, or it is too large. SVG is refused: it can carry programs."""

    code = "branding.bad_logo"
    title = _("This picture cannot be the logo")


class SenderNotProven(Refused):
    """Mails go out from an address below a verified domain of the tenant, and from no other."""

    code = "branding.sender_not_proven"
    title = _("Verify the sender's domain first")


class BrandingChanged(Conflict):
    """Somebody changed the branding since it was read (If-Match): read it again."""

    code = "branding.changed"
    status = 412
    title = _("The branding was changed meanwhile")


class NoLegalText(NotFound):
    """The tenant has published no such text, or no such version of it."""

    code = "branding.no_legal_text"
    title = _("There is no such text")
