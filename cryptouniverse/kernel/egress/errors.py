"""What the way out refuses."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class BadAddress(Invalid):
    """An address outside this installation that we do not go to: not https, not a public name, or with more in it."""

    code = "egress.bad_address"
    title = _("We cannot send to this address")


class NoUsableAnswer(Unavailable):
    """There was no usable answer. facts: reason, a name of the egress's `Reason`."""

    code = "egress.no_usable_answer"
    title = _("The address gave no usable answer")
