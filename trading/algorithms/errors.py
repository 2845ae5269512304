"""What the execution algorithms refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class BadAlgorithm(Invalid):
    """A parent order or a parameter of its algorithm is out of bounds. facts: parameter, limit, nearest (as text)."""

    code = "algorithms.bad_parameter"
    title = _("The execution algorithm cannot work with this")


class UnknownAlgorithm(NotFound):
    """No execution algorithm has this name. facts: kind, limit: the names there are."""

    code = "algorithms.unknown"
    title = _("There is no such execution algorithm")


class UnknownChild(NotFound):
    """The parent order made no child of this index. facts: index."""

    code = "algorithms.unknown_child"
    title = _("The parent order has no such child")


class FillBeyondChild(Conflict):
    """More was filled than the child asked for. facts: index, steps, limit. Book the fill, then look into it."""

    code = "algorithms.fill_beyond_child"
    title = _("More was filled than the child order asked for")
