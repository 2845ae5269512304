"""From what was sent or stored to triggers: what cannot be is refused with its place, the limit and the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.ceilings.types import STOPS, Mode
from trading.risk.errors import BadTrigger
from trading.risk.numbers import number_in
from trading.risk.triggers import KINDS, Trigger

TRIGGERS_MAX: Final = 20


def read_triggers(sent: Sequence[Mapping[str, Any]]) -> tuple[Trigger, ...]:
    """The triggers in `sent`. Raises BadTrigger."""
    if len(sent) > TRIGGERS_MAX:
        raise BadTrigger(_("At most %(most)s triggers."), most=TRIGGERS_MAX)
    return tuple(_read(number, one) for number, one in enumerate(sent, start=1))


def _read(number: int, sent: Mapping[str, Any]) -> Trigger:
    kind = KINDS.get(str(sent.get("trigger")))
    if kind is None:
        raise BadTrigger(
            _("Trigger %(number)s: the trigger is one of %(names)s."), number=number, names=", ".join(KINDS)
        )
    modes = [mode.value for mode in STOPS]
    mode = sent.get("mode") or Mode.CLOSE_ONLY.value
    if mode not in modes:
        raise BadTrigger(_("Trigger %(number)s: the mode is one of %(names)s."), number=number, names=", ".join(modes))
    limit = number_in(sent.get("limit"))
    if limit is None or not 0 < limit <= kind.most:
        said = _("Trigger %(number)s: the limit of %(name)s is above 0 and %(most)s at most.")
        raise BadTrigger(said, number=number, name=kind.name, most=f"{kind.most:f}")
    return Trigger(kind.name, limit, Mode(mode))
