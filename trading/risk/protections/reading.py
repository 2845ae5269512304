"""From what was sent or stored to protections: whatever contradicts itself is refused with its place and the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final, NoReturn

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.errors import BadProtection
from trading.risk.numbers import number_in
from trading.risk.protections import METHODS
from trading.risk.protections.parameters import LASTS, PARAMETERS, Parameter, Sort, alternatives
from trading.risk.protections.types import Protection

PROTECTIONS_MAX: Final = 20
_COMMON: Final = frozenset({"method", *LASTS})
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NAMES: Final = frozenset(field.name for field in fields(Protection))


def read_protections(sent: Sequence[Mapping[str, Any]]) -> tuple[Protection, ...]:
    """The protections in `sent`; what is None there counts as not said. Raises BadProtection."""
    if len(sent) > PROTECTIONS_MAX:
        raise BadProtection(_("At most %(most)s protections."), most=PROTECTIONS_MAX)
    return tuple(_read(number, one) for number, one in enumerate(sent, start=1))


def _read(number: int, sent: Mapping[str, Any]) -> Protection:
    said = {name: value for name, value in sent.items() if value is not None}
    method = METHODS.get(str(said.get("method")))
    if method is None:
        raise BadProtection(
            _("Protection %(number)s: the method is one of %(methods)s."), number=number, methods=", ".join(METHODS)
        )
    for name in said:
        if name not in _COMMON | method.takes:
            _refuse(number, _("Protection %(number)s: %(method)s has no %(name)s."), method=method.name, name=name)
    for names in alternatives():
        _only_one(number, said, names)
    return Protection(**{name: _value(number, name, value) for name, value in said.items() if name in _NAMES})


def _only_one(number: int, said: Mapping[str, Any], names: Sequence[str]) -> None:
    given = [name for name in names if name in said]
    if len(given) > 1:
        _refuse(number, _("Protection %(number)s: give one of %(names)s, not several."), names=", ".join(given))


def _value(number: int, name: str, value: Any) -> Any:
    asked = PARAMETERS.get(name)
    if asked is None:
        return value
    if asked.sort is Sort.COUNT:
        if isinstance(value, bool) or not isinstance(value, int) or not asked.least <= value <= asked.most:
            _refuse(number, _("Protection %(number)s: %(name)s is 1 to %(most)s."), name=name, most=int(asked.most))
        return value
    if asked.sort is Sort.RATIO:
        return _ratio(number, asked, value)
    if asked.sort is Sort.CLOCK and not (isinstance(value, str) and _CLOCK.fullmatch(value)):
        _refuse(number, _("Protection %(number)s: %(name)s is a time of the day (UTC), such as 08:00."), name=name)
    if asked.sort is Sort.FLAG and not isinstance(value, bool):
        _refuse(number, _("Protection %(number)s: %(name)s is true or false."), name=name)
    return value


def _ratio(number: int, asked: Parameter, value: Any) -> Decimal:
    ratio = number_in(value)
    if ratio is None or not asked.least <= ratio <= asked.most:
        said = _("Protection %(number)s: %(name)s is a ratio of %(least)s to %(most)s, such as 0.02 for 2%%.")
        _refuse(number, said, name=asked.name, least=str(asked.least), most=str(asked.most))
    return ratio


def _refuse(number: int, sentence: str, **facts: Any) -> NoReturn:
    raise BadProtection(sentence, number=number, **facts)
