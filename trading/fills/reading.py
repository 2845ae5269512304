"""Orders as plain JSON, and back: what a database keeps and an API takes. Nothing unknown is passed over in silence.

`as_json(spec)` leaves out what has its usual value. `read_spec` raises OrderUnreadable for an unknown type or
parameter, a missing one, and a number that is not whole; what the numbers mean together is for `check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import OrderUnreadable
from trading.fills.orders import GROUPS, Bracket, BreakEven, Oco, OrderSpec, Oto, Spec, Target, Trail

Json = dict[str, Any]
_TYPES: dict[str, type[Spec]] = {"order": OrderSpec, "oco": Oco, "oto": Oto, "bracket": Bracket}
_NAMES = {made: name for name, made in _TYPES.items()}
_INSIDE: dict[str, type[Any]] = {"trail": Trail, "break_even": BreakEven}


def as_json(spec: Spec) -> Json:
    """The spec as plain JSON, with its type: order, oco, oto or bracket."""
    return {"type": _NAMES[type(spec)], **_plain(spec)}


def read_spec(raw: Mapping[str, Any]) -> Spec:
    """The spec that `as_json` wrote, or a person did. Raises OrderUnreadable."""
    kind = raw.get("type", "order")
    made = _TYPES.get(kind) if isinstance(kind, str) else None
    if made is None:
        raise _unreadable(f"type is one of order, {', '.join(GROUPS)}; not {kind!r}")
    spec: Spec = _read(made, {name: value for name, value in raw.items() if name != "type"})
    return spec


def _plain(value: Any) -> Json:
    written: Json = {}
    for each in fields(value):
        part = getattr(value, each.name)
        if each.default is not MISSING and part == each.default:
            continue
        if isinstance(part, OrderSpec | Oco):
            written[each.name] = as_json(part)
        elif isinstance(part, tuple):
            written[each.name] = [_plain(one) for one in part]
        else:
            written[each.name] = _plain(part) if isinstance(part, Trail | BreakEven) else part
    return written


def _read(made: type[Any], raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        raise _unreadable(f"{made.__name__} is an object, not {raw!r}")
    known = {each.name: each for each in fields(made)}
    if unknown := sorted(set(raw) - set(known)):
        raise _unreadable(f"{made.__name__} has no {', '.join(unknown)}; it has {', '.join(known)}")
    if missing := [name for name, each in known.items() if each.default is MISSING and name not in raw]:
        raise _unreadable(f"{made.__name__} needs {', '.join(missing)}")
    return made(**{name: _part(made, name, known[name].type, value) for name, value in raw.items()})


def _part(made: type[Any], name: str, kind: Any, value: Any) -> Any:
    """One part as its field's declared type wants it."""
    if name in _INSIDE:
        return None if value is None else _read(_INSIDE[name], value)
    if name == "targets":
        if not isinstance(value, list):
            raise _unreadable(f"targets is a list, not {value!r}")
        return tuple(_read(Target, each) for each in value)
    if name in {"one", "other", "first", "then", "entry"}:
        inner = read_spec(value) if isinstance(value, Mapping) else value
        if not isinstance(inner, OrderSpec | Oco if name in {"then", "entry"} else OrderSpec):
            raise _unreadable(f"{name} of {made.__name__} cannot be {value!r}")
        return inner
    wanted = {"int": int, "str": str, "bool": bool}[kind]
    if type(value) is not wanted:
        raise _unreadable(f"{name} is {'a whole number' if wanted is int else kind}, not {value!r}")
    return value


def _unreadable(why: str) -> OrderUnreadable:
    return OrderUnreadable(_("The order cannot be read: %(why)s."), why=why)
