"""What indicators refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class BadSetting(Invalid):
    """A parameter of an indicator is unknown, of the wrong kind or out of its bounds."""

    code = "indicator.bad_setting"
    title = _("A parameter of the indicator is not valid")


class UnknownIndicator(NotFound):
    """No indicator has this name."""

    code = "indicator.unknown"
    title = _("There is no such indicator")
