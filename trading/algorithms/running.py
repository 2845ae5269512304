"""One contract for all algorithms: what is due now, and what became of it. Pure; every function answers a new state.

What holds whatever a kind asks for: filled and in flight are never more than the total; no child below the venue's
minimum, before its time, while paused, at a price worse than the limit, or without a price; a child's index and id
are those it always has. So the one who stores must keep this order:

1. In one transaction: lock the parent's row, read its state, ask `due`, write the state where it differs, and write
   every child down (unique by parent and index, its `id` as the key) as an intent that passes the risk gate. What the
   gate refuses is `ended` and what it cuts is `reduced` in that same transaction.
2. Commit. Only then a child may be sent, once, by whoever sends intents. A crash before the commit leaves nothing: the
   same question gives the same children. A crash after it leaves children that are known and not sent.
3. A fill is booked once (unique by the venue's id) and told by `filled` in the transaction that books it. `ended` is
   told once the order's end is known and its fills are booked; an order whose fate is unknown is still in flight.

Ask at `state.next_ms`, and after every fill, end and resumption; asking more often does no harm.
"""

from __future__ import annotations

from dataclasses import replace

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.errors import FillBeyondChild, UnknownChild
from trading.algorithms.planned import SKIP
from trading.algorithms.registry import kind_of
from trading.algorithms.types import (
    CHILDREN_MAX,
    Child,
    Due,
    Finish,
    Kind,
    Made,
    Market,
    Over,
    Parent,
    State,
    Wait,
    Wish,
)


def begun(parent: Parent) -> State:
    """The state in which `parent` begins: nothing done, nothing due before its start."""
    return State(next_ms=parent.start_ms)


def counts_from_ms(parent: Parent, state: State, now_ms: int) -> int | None:
    """Since when `Market.traded_steps` must be counted for asking at `now_ms`; None where volume is not needed."""
    counts_from = kind_of(parent.kind).counts_from_ms
    return counts_from(parent, state, now_ms) if counts_from else None


def due(parent: Parent, state: State, now_ms: int, market: Market | None) -> Due:
    """The children to send now, and the state that knows them; store both before sending (see the module).

    market: None where there is no fresh price: then nothing is sent. Asked again with the new state, or at an earlier
    moment, nothing is due twice; asked again with the old state, the same children are due, with the same ids.
    """
    return due_by(kind_of(parent.kind), parent, state, now_ms, market)


def due_by(kind: Kind, parent: Parent, state: State, now_ms: int, market: Market | None) -> Due:
    """As `due`, of an algorithm that need not be one of ours."""
    if now_ms < parent.start_ms or state.finished:
        return Due(state)
    if state.arrival_ticks is None and market is not None:
        state = replace(state, arrival_ticks=market.ticks)
    state = _settled(parent, state)
    if state.finished or state.paused is not None or now_ms < state.next_ms:
        return Due(state)
    if len(state.children) >= CHILDREN_MAX:
        return Due(state)  # finished, once nothing is in flight
    asked = kind.ask(parent, state, now_ms, market.traded_steps if market else 0)
    if isinstance(asked, Wait):
        return Due(replace(state, next_ms=max(state.next_ms, asked.until_ms)))
    if isinstance(asked, Over):
        over = replace(state, finished=Finish.TIME_OVER, missed=state.missed + asked.missed)
        return Due(state if state.in_flight_steps else over)
    return _answered(parent, state, asked, now_ms, market)


def filled(parent: Parent, state: State, index: int, *, steps: int, ticks: int, at_ms: int) -> State:
    """`steps` of the child were filled at `ticks`. A fill that comes after the end counts as well.

    Tell every fill once, in the transaction that books it. Raises UnknownChild; FillBeyondChild, where the fill is to
    be booked all the same; Invalid below one step or tick.
    """
    child = _child(state, index)
    if steps < 1 or ticks < 1:
        raise Invalid(_("A fill has at least one step and one tick."))
    if child.filled + steps > child.steps:
        raise FillBeyondChild(
            _("Child %(index)s: %(steps)s steps would be filled, %(limit)s were still to be."),
            index=index,
            steps=steps,
            limit=child.steps - child.filled,
        )
    full = child.filled + steps == child.steps
    now = replace(child, filled=child.filled + steps, paid=child.paid + steps * ticks, ended=child.ended or full)
    last_ms = max(at_ms, state.last_fill_ms or 0)
    return _settled(parent, replace(_with(state, now), last_fill_ms=last_ms))


def known(
    parent: Parent, state: State, index: int, *, steps: int, paid: int, is_over: bool, at_ms: int | None
) -> State:
    """All that is known of the child by now, whoever told what before: `steps` filled for `paid` (steps times ticks).

    Instead of `filled` and `ended`, for who counts anew what is booked; saying it again changes nothing. Nothing that
    was filled is taken back. Raises UnknownChild, FillBeyondChild.
    """
    child = _child(state, index)
    if steps > child.steps:
        raise FillBeyondChild(
            _("Child %(index)s: %(steps)s steps would be filled, %(limit)s were still to be."),
            index=index,
            steps=steps - child.filled,
            limit=child.open_steps,
        )
    if steps > child.filled:
        state = replace(state, last_fill_ms=max(at_ms or 0, state.last_fill_ms or 0))
        child = replace(child, filled=steps, paid=paid)
    over = child.ended or is_over or child.filled == child.steps
    return _settled(parent, _with(state, replace(child, ended=over)))


def ended(parent: Parent, state: State, index: int) -> State:
    """The child is over: expired, cancelled, refused. What it did not fill comes back. Told twice, it counts once."""
    return _settled(parent, _with(state, replace(_child(state, index), ended=True)))


def reduced(parent: Parent, state: State, index: int, steps: int) -> State:
    """The child is sent with `steps` only, as the gate allowed, before anything of it is filled; the rest comes back.

    Raises Invalid where that is more than it had, less than the venue's minimum (that is `ended`), or it has begun.
    """
    child = _child(state, index)
    if not parent.min_steps <= steps <= child.steps or child.ended or child.filled:
        raise Invalid(
            _("A child of %(most)s steps cannot be reduced to %(steps)s; the least is %(least)s."),
            most=child.open_steps,
            steps=steps,
            least=parent.min_steps,
        )
    return _with(state, replace(child, steps=steps))


def pause(state: State, reason: str) -> State:
    """Nothing more is sent until `resume`; of several reasons the latest stands. What is in flight is the caller's."""
    if not reason.strip():
        raise Invalid(_("A pause has a reason."))
    return replace(state, paused=reason)


def resume(parent: Parent, state: State, now_ms: int) -> State:
    """Goes on; what was missed is caught up as the order's `catch_up` says. With `skip` the volume of the pause
    does not count either."""
    if state.paused is None:
        return state
    counted_ms = max(state.counted_ms, now_ms) if parent.catches_up() == SKIP else state.counted_ms
    return replace(state, paused=None, counted_ms=counted_ms)


def cancel(parent: Parent, state: State) -> State:
    """Sends nothing more. Children in flight are the caller's to cancel; their fills and ends are still told."""
    settled = _settled(parent, state)
    return settled if settled.finished else replace(settled, finished=Finish.CANCELLED)


def _answered(parent: Parent, state: State, wish: Wish, now_ms: int, market: Market | None) -> Due:
    """A child that fulfils as much of the wish as may be, or none: then it stays open, or is dealt with."""
    no_price = market is None or parent.beyond_limit(market.ticks)
    steps = 0 if no_price else _fitting(parent, state, wish)
    if not steps and wish.again_ms is not None and wish.steps > 0 and (no_price or wish.most < wish.steps):
        return Due(replace(state, next_ms=wish.again_ms))
    state = replace(state, slot=wish.slot, missed=state.missed + wish.missed, next_ms=wish.next_ms)
    if not steps:
        unused = no_price and parent.catches_up() == SKIP
        return Due(replace(state, counted_ms=max(state.counted_ms, now_ms)) if unused else state)
    made = Made(len(state.children), now_ms, steps)
    child = Child(
        f"{parent.key}-{made.index}", made.index, parent.side, steps, parent.limit_ticks, now_ms, wish.expires_ms
    )
    return Due(replace(state, children=(*state.children, made), counted_ms=max(state.counted_ms, now_ms)), (child,))


def _fitting(parent: Parent, state: State, wish: Wish) -> int:
    """The steps of a child: within the wish, its cap and what is left; 0 where the venue would not take it.

    A rest below the minimum could never be sent: it is taken along, or, where the cap forbids, a sendable one is left.
    """
    left, least = state.left_steps(parent), parent.min_steps
    steps = min(wish.steps, wish.most, left)
    if steps < 1:
        return 0
    if wish.merges and 0 < left - steps < least:
        steps = left if left <= wish.most else left - least
    return steps if steps >= least else 0


def _settled(parent: Parent, state: State) -> State:
    """Finished, if nothing more can come of it: nothing is in flight, and what is left is nothing or cannot be sent."""
    if state.done_steps >= parent.total_steps:
        return replace(state, finished=Finish.DONE)
    if state.finished or state.in_flight_steps:
        return state
    if state.left_steps(parent) < parent.min_steps:
        return replace(state, finished=Finish.BELOW_MINIMUM)
    return replace(state, finished=Finish.TOO_MANY) if len(state.children) >= CHILDREN_MAX else state


def _child(state: State, index: int) -> Made:
    if not 0 <= index < len(state.children):
        raise UnknownChild(_("There is no child %(index)s."), index=index)
    return state.children[index]


def _with(state: State, child: Made) -> State:
    return replace(state, children=(*state.children[: child.index], child, *state.children[child.index + 1 :]))
