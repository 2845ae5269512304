"""What contradicts itself or the market, refused before anything is sent, with the limit and the nearest valid value.

Prices are told in ticks and sizes in steps. Whoever shows a refusal to a person puts `value`, `limit` and `nearest`
into the units of the instrument: a field that ends in `ticks` is a price, in `steps` a size. The errors are in
errors.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import OrderContradicts, OutOfBounds, SharesDoNotAddUp, WrongSide
from trading.fills.orders import (
    FOK,
    GTC,
    IOC,
    KINDS,
    LIMIT,
    MARKET,
    POST_ONLY,
    SOURCES,
    STOP_LIMIT,
    TAKE_PROFIT_LIMIT,
    TIMES,
    TRAILING,
    Bracket,
    Oco,
    OrderSpec,
    Oto,
    Spec,
    Target,
    Trail,
    legs_of,
    trigger_way,
)
from trading.fills.triggers import reached, trailed
from trading.fills.types import BPS

_WITH_LIMIT = {LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT}


def check(spec: Spec, last: int, *, min_steps: int = 1) -> None:
    """Raise unless the spec can be placed with the market at `last` ticks and no order below `min_steps`.

    Raises OrderContradicts, OutOfBounds, WrongSide or SharesDoNotAddUp, for the first thing that is wrong.
    """
    if isinstance(spec, OrderSpec):
        check_alone(spec, min_steps)
        _check_market(spec, last)
    elif isinstance(spec, Oco):
        _check_pair(spec, min_steps)
        for leg in legs_of(spec):
            _check_market(leg, last)
    elif isinstance(spec, Oto):
        check(spec.first, last, min_steps=min_steps)
        check(spec.then, expected(spec.first, last), min_steps=min_steps)
    else:
        _check_bracket(spec, last, min_steps)


def expected(spec: OrderSpec, last: int) -> int:
    """Where the market is expected to stand when it fills: at its limit or its stop if it waits, else at `last`."""
    if trigger_way(spec):
        return spec.stop_ticks or last
    waits = spec.limit_ticks and (spec.limit_ticks < last if spec.side > 0 else spec.limit_ticks > last)
    return spec.limit_ticks if waits else last


def check_alone(spec: OrderSpec, min_steps: int = 1) -> None:
    """Raise for what is wrong with one order whatever the market does."""
    if spec.kind not in KINDS:
        raise OrderContradicts(_("There is no kind of order %(kind)s; there are %(kinds)s."), **_kinds(spec))
    if spec.side not in {1, -1}:
        raise beyond("side", spec.side, "+1, -1", 1)
    _within("steps", spec.steps, max(min_steps, 1), INT64_MAX)
    _check_prices(spec)
    _check_time(spec)
    if spec.visible_steps:
        _within("visible_steps", spec.visible_steps, min(max(min_steps, 1), spec.steps), spec.steps)
        if not spec.limit_ticks or spec.time_in_force not in {GTC, POST_ONLY}:
            raise _contradiction(_("An iceberg is a limit order that rests: %(kind)s with %(field)s is none."), spec)


def _check_prices(spec: OrderSpec) -> None:
    wants = {
        "limit_ticks": spec.kind in _WITH_LIMIT,
        "stop_ticks": trigger_way(spec) != 0 and spec.kind != TRAILING,
    }
    for field, wanted in wants.items():
        value = getattr(spec, field)
        if wanted:
            _within(field, value, 1, INT64_MAX)
        elif value and not (spec.kind == TRAILING and field == "limit_ticks"):
            raise _contradiction(_("An order of kind %(kind)s takes no %(field)s."), spec, field)
    if (spec.kind == TRAILING) != (spec.trail is not None):
        words = _("A trailing stop needs a trail, and an order of kind %(kind)s has %(field)s.")
        raise _contradiction(words, spec, "a trail" if spec.trail else "none")
    if spec.trail is not None:
        check_trail(spec.trail)
        _within("limit_ticks", spec.limit_ticks, 0, INT64_MAX)


def _check_time(spec: OrderSpec) -> None:
    time = spec.time_in_force
    if time not in TIMES:
        raise _contradiction(_("There is no time in force %(field)s for an order of kind %(kind)s."), spec, time)
    if (time == POST_ONLY and spec.kind != LIMIT) or (time in {IOC, FOK} and not spec.limit_ticks):
        raise _contradiction(_("An order of kind %(kind)s cannot be %(field)s."), spec, time)


def check_trail(trail: Trail) -> None:
    """Raise for a trail that has no distance, two of them, or one of nothing or of everything."""
    if bool(trail.delta_ticks) == bool(trail.delta_bps):
        given = f"{trail.delta_ticks} ticks, {trail.delta_bps} bps"
        raise OrderContradicts(_("A trail has a distance in ticks or in bps, not %(given)s."), given=given)
    if trail.delta_bps:
        _within("delta_bps", trail.delta_bps, 1, BPS - 1)
    else:
        _within("delta_ticks", trail.delta_ticks, 1, INT64_MAX)
    _within("activation_ticks", trail.activation_ticks, 0, INT64_MAX)
    _within("activation_way", trail.activation_way, -1, 1)
    if trail.source not in SOURCES:
        raise OrderContradicts(
            _("A trail follows %(sources)s, not %(given)s."), sources=", ".join(SOURCES), given=trail.source
        )


def _check_market(spec: OrderSpec, last: int) -> None:
    """Raise if the market at `last` would trigger it at once, or a post-only order would take."""
    way = trigger_way(spec)
    if way and spec.stop_ticks and reached(way, spec.stop_ticks, last):
        raise wrong_side("stop_ticks", spec.stop_ticks, last, last + way)
    if spec.time_in_force == POST_ONLY and not (spec.limit_ticks < last if spec.side > 0 else spec.limit_ticks > last):
        raise wrong_side("limit_ticks", spec.limit_ticks, last, last - spec.side)
    if spec.trail is not None and spec.side < 0 and spec.trail.delta_ticks >= last:
        raise beyond("delta_ticks", spec.trail.delta_ticks, last - 1, last - 1)


def _check_pair(pair: Oco, min_steps: int) -> None:
    for leg in legs_of(pair):
        check_alone(leg, min_steps)
        if leg.kind == MARKET or (leg.time_in_force in {IOC, FOK} and leg.kind == LIMIT):
            raise _contradiction(_("A leg of a pair waits: %(kind)s %(field)s does not."), leg)
    one, other = pair.one, pair.other
    if one.side != other.side:
        raise OrderContradicts(_("Both legs of a pair are for the same side."))
    if one.steps != other.steps:
        raise beyond("steps", other.steps, one.steps, one.steps)
    if not (trigger_way(one) or trigger_way(other)):
        raise OrderContradicts(_("One leg of a pair at least is a stop or a take profit."))
    if _place(one) == _place(other):
        raise OrderContradicts(_("One leg of a pair waits above the market and one below it, not both on one side."))
    above, below = (one, other) if _place(one) > 0 else (other, one)
    high, low = above.stop_ticks or above.limit_ticks, below.stop_ticks or below.limit_ticks
    if above.kind != TRAILING and below.kind != TRAILING and high <= low:
        raise wrong_side("stop_ticks" if above.stop_ticks else "limit_ticks", high, low, low + 1)


def _place(spec: OrderSpec) -> int:
    """Where a leg waits: +1 above the market, -1 below it."""
    return trigger_way(spec) or -spec.side


def _check_bracket(spec: Bracket, last: int, min_steps: int) -> None:
    check(spec.entry, last, min_steps=min_steps)
    side = spec.side
    entered = [price for leg in legs_of(spec.entry) for price in _entered_between(leg, last)]
    best, worst = (min(entered), max(entered)) if side > 0 else (max(entered), min(entered))
    _within("stop_ticks", spec.stop_ticks, 1, INT64_MAX)
    if reached(side, best, spec.stop_ticks):
        raise wrong_side("stop_ticks", spec.stop_ticks, best, best - side)
    check_targets(spec.targets, side, worst, spec.steps, min_steps=min_steps)
    check_moves(spec)


def _entered_between(spec: OrderSpec, last: int) -> tuple[int, int]:
    """The best and the worst price at which it is expected to be entered. A trailing one follows the market away."""
    if spec.trail is None:
        at = expected(spec, last)
        return at, at
    begins = spec.trail.activation_ticks or last
    return begins, trailed(spec.side, begins, spec.trail.delta_ticks, spec.trail.delta_bps)


def check_targets(targets: Sequence[Target], side: int, at: int, steps: int, *, min_steps: int = 1) -> None:
    """Raise unless the targets of a position of `steps` lie beyond `at`, each beyond the one before, and close it.

    Raises WrongSide, OutOfBounds or SharesDoNotAddUp.
    """
    for target in targets:
        if reached(-side, at, target.ticks) or target.ticks < 1:
            raise wrong_side("target_ticks", target.ticks, at, at + side)
        _within("target_steps", target.steps, max(min_steps, 1), steps)
        at = target.ticks
    shares = sum(target.steps for target in targets)
    if targets and shares != steps:
        raise SharesDoNotAddUp(
            _("The targets close %(value)s steps, the entry has %(limit)s; the last one would close %(nearest)s."),
            field="target_steps",
            value=shares,
            limit=steps,
            nearest=max(targets[-1].steps + steps - shares, 0),
        )


def check_moves(spec: Bracket) -> None:
    """Raise for what is wrong with what moves a bracket's stop, or ends its position, whatever the market does."""
    _within("time_stop_bars", spec.time_stop_bars, 0, INT64_MAX)
    if spec.trail is not None:
        check_trail(spec.trail)
        if spec.trail.on_close_only or spec.trail.activation_way not in {0, spec.side}:
            raise OrderContradicts(
                _("The stop of a bracket works inside bars, and its trail is activated by a profit.")
            )
    if (rule := spec.break_even) is not None:
        _within("after_target", rule.after_target, 0, len(spec.targets))
        _within("after_bps", rule.after_bps, 0, BPS * BPS)
        if not rule.after_target and not rule.after_bps:
            raise OrderContradicts(_("Break-even comes after a target or after a move; neither is given."))


def _within(field: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        nearest = low if value < low else high
        raise beyond(field, value, nearest, nearest)


def beyond(field: str, value: int, limit: int | str, nearest: int) -> OutOfBounds:
    """That a number is beyond its limit."""
    words = _("%(field)s is %(value)s, its limit is %(limit)s; the nearest valid value is %(nearest)s.")
    return OutOfBounds(words, field=field, value=value, limit=limit, nearest=nearest)


def wrong_side(field: str, value: int, limit: int, nearest: int) -> WrongSide:
    """That a price lies on the wrong side of `limit`."""
    words = _("%(field)s is %(value)s, on the wrong side of %(limit)s; the nearest valid value is %(nearest)s.")
    return WrongSide(words, field=field, value=value, limit=limit, nearest=nearest)


def _contradiction(words: str, spec: OrderSpec, field: str = "") -> OrderContradicts:
    return OrderContradicts(words, kind=spec.kind, field=field or spec.time_in_force)


def _kinds(spec: OrderSpec) -> dict[str, str]:
    return {"kind": spec.kind, "kinds": ", ".join(KINDS)}
