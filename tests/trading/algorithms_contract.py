"""What every execution algorithm must hold. Each check takes a kind and raises AssertionError; two tables name them.

`STATED` looks at what a kind says of itself. `LIVED` sends orders of it through random days: children fill, part fill,
expire, are refused and cut, prices leave the limit or are missing, volume dries up, breakers pause, nobody asks for
hours, and every answer goes through JSON. The desk (`algorithms_stage.py`) looks at the common promises at each step.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from hypothesis import strategies as st

from tests.trading.algorithms_stage import PRICE, START, Desk
from trading.algorithms import Finish, Kind, Parent
from trading.algorithms.errors import BadAlgorithm
from trading.algorithms.parameters import Choice, Weights, Whole
from trading.algorithms.reading import read_by
from trading.algorithms.types import PLANNED_MAX, SECOND_MS

SPAN_MAX = 2_000  # parameters are varied this far
CHILDREN_MOST = 40  # of an order in these tests
STRIDE_MS = 10_000
EVENTS = st.one_of(
    st.tuples(st.sampled_from(["ask", "ask", "ask", "turn", "turn", "turn", "turn"]), st.integers(0, 400)),
    st.tuples(st.sampled_from(["fill", "fill", "fill", "cut"]), st.integers(0, 1_000)),
    st.tuples(st.sampled_from(["end", "expire", "blind", "stop", "go on", "away", "back"]), st.just(0)),
    st.tuples(st.just("volume"), st.integers(0, 100)),
    st.tuples(st.just("gap"), st.integers(0, 20_000)),
)
STORIES = st.lists(EVENTS, max_size=40)


@st.composite
def parents(draw, kind: Kind) -> Parent:
    """An order of the kind: one of its examples, varied as far as the reader allows."""
    example = dict(draw(st.sampled_from(kind.examples)))
    sizes = {"total_steps": draw(st.sampled_from([1_000, draw(st.integers(1, 5_000))])), "min_steps": draw(LEAST)}
    varied = {p.name: draw(_values(p, example.get(p.name))) for p in kind.parameters if draw(st.booleans())}
    side = draw(st.sampled_from(["buy", "sell"]))
    for parameters, size in ((example | varied, sizes), (example, sizes), (example, {"total_steps": 1_000})):
        try:
            parent = order(kind, parameters, side=side, **size)
        except BadAlgorithm:
            continue
        if _is_short(kind, parent):
            return parent
    raise AssertionError("an example is refused")


LEAST = st.sampled_from([1, 1, 7, 60, 200])


def _is_short(kind: Kind, parent: Parent) -> bool:
    """Whether it has few children: what a long order does more of, a short one does too."""
    if kind.plan:
        return len(kind.plan(parent).moments) <= CHILDREN_MOST
    if visible := parent.whole("visible_steps"):
        return parent.total_steps <= visible * CHILDREN_MOST
    return parent.whole("duration_s") <= parent.whole("interval_s") * 4 * CHILDREN_MOST


def _values(parameter, said):
    if isinstance(parameter, Whole):
        span = st.integers(parameter.least, min(parameter.most, parameter.least + SPAN_MAX))
        return span if said is None else st.one_of(st.just(said), span)
    if isinstance(parameter, Choice):
        return st.sampled_from(parameter.options)
    if isinstance(parameter, Weights):
        return st.lists(st.integers(0, 9), min_size=1, max_size=30)
    return st.just(said)


def order(kind: Kind, parameters, **said) -> Parent:
    plain = {"key": "order-1", "side": "buy", "total_steps": 1_000, "min_steps": 1, "start_ms": START}
    return read_by(kind, **{**plain, "limit_ticks": PRICE, "parameters": parameters, **said})


def says_what_it_is(kind: Kind) -> None:
    assert kind.title.strip() and len(kind.meaning) > 10, "it says what it is"
    assert all(len(p.meaning) > 5 for p in kind.parameters), "every parameter says what it is"
    assert kind.examples, "it can be shown and tried"
    for example in kind.examples:
        assert order(kind, example).total_steps == 1_000, "its examples are good"


def refuses_bad_parameters(kind: Kind) -> None:
    for example in kind.examples:
        bad = [{**example, "no_such_parameter": 1}]
        for p in kind.parameters:
            bad += [{**example, p.name: value} for value in (True, 1.5, float("nan"), {}, -1, "much", [], [-1], [[1]])]
            if isinstance(p, Whole):
                bad += [{**example, p.name: value} for value in (p.least - 1, p.most + 1)]
            if p.needed:
                bad += [{name: value for name, value in example.items() if name != p.name}]
        for parameters in bad:
            try:
                order(kind, parameters)
            except BadAlgorithm as refused:
                assert all(refused.facts[name] for name in ("parameter", "limit", "nearest")), "it says what would do"
                continue
            raise AssertionError(f"{parameters} was accepted")


def names_the_nearest_valid_value(kind: Kind) -> None:
    for p in kind.parameters:
        for value in (p.least - 1, p.most + 1) if isinstance(p, Whole) else ():
            try:
                p.read(value)
            except BadAlgorithm as refused:
                near = int(refused.facts["nearest"])
                assert p.read(near) == near and abs(near - value) == 1, "the nearest valid value"


def plans_the_whole(kind: Kind, parent: Parent) -> None:
    """A plan adds up to the total, asks for nothing that the venue would not take, and has its moments in order."""
    if kind.plan is None:
        return
    plan = kind.plan(parent)
    assert sum(plan.steps) == parent.total_steps, "the plan adds up to the total"
    assert all(steps == 0 or steps >= parent.min_steps for steps in plan.steps), "no part is below the minimum"
    assert plan.moments[0] >= parent.start_ms and all(a < b for a, b in pairwise(plan.moments)), "moments rise"
    assert len(plan.moments) == len(plan.steps) <= PLANNED_MAX and plan.every_ms > 0, "it is bounded"


def lives(kind: Kind, parent: Parent, story) -> Desk:
    """Go through the story, then through quiet days until the order is over."""
    desk = Desk(parent, kind)
    for what, number in story:
        _happens(desk, what, number)
    for child in desk.open():
        desk.end(child.index)
    desk.go_on()
    desk.price = PRICE
    desk.trades(100)
    return desk


def keeps_its_promises(kind: Kind, parent: Parent, story) -> None:
    desk = lives(kind, parent, story)
    tries_left = not kind.plan or desk.state.slot < len(kind.plan(parent).moments) + parent.whole("finishing")
    left_before = desk.state.left_steps(desk.parent)
    desk.run(400 * 86_400, stride_ms=STRIDE_MS)
    state = desk.state
    assert state.finished, "every order comes to an end"
    assert not state.in_flight_steps and desk.ask() == (), "and sends nothing any more"
    left = state.left_steps(desk.parent)
    assert (state.finished == Finish.DONE) == (left == 0), "what is not done is said"
    assert state.finished != Finish.BELOW_MINIMUM or left < parent.min_steps, "nothing that could be sent is given up"
    merges = left_before >= parent.min_steps and parent.catches_up() != "skip"
    assert state.finished != Finish.BELOW_MINIMUM or not merges, "what would be too small is merged"
    if state.finished == Finish.TIME_OVER and tries_left:
        assert _may_leave(kind, parent), "filled, expired or missed: the children add up to the total"


def keeps_its_caps(kind: Kind, parent: Parent, story) -> None:
    desk = lives(kind, parent, story)
    desk.run(86_400, stride_ms=STRIDE_MS)
    bps = parent.whole("max_participation_bps") or parent.whole("rate_bps")
    span_ms = parent.whole("interval_s") * SECOND_MS if parent.whole("max_participation_bps") else None
    taken = 0
    for place, child in enumerate(desk.children):
        taken += child.steps
        assert not parent.whole("cap_steps") or child.steps <= parent.whole("cap_steps"), "a cap on each child"
        before_ms = desk.children[place - 1].at_ms if place else START if span_ms is None else 0
        since_ms = before_ms if span_ms is None else max(before_ms, child.at_ms - span_ms)
        if bps:
            assert child.steps * 10_000 <= bps * desk.traded(since_ms, child.at_ms), "a share of the interval's volume"
            first_ms = START if span_ms is None else START - span_ms
            assert taken * 10_000 <= bps * desk.traded(first_ms, child.at_ms), "and of all volume"


def keeps_to_its_plan(kind: Kind, parent: Parent, story) -> None:
    """One child a moment, never before it, and with skip never more than was planned for it."""
    if kind.plan is None:
        return
    plan = kind.plan(parent)
    desk = lives(kind, parent, story)
    desk.run(86_400, stride_ms=STRIDE_MS)
    end_ms = plan.moments[-1] + plan.every_ms
    turns = [bisect_right(plan.moments, child.at_ms) - 1 for child in desk.children if child.at_ms < end_ms]
    assert turns == sorted(set(turns)) and all(turn >= 0 for turn in turns), "one child a moment"
    assert len(desk.children) - len(turns) <= parent.whole("finishing"), "few children finish it"
    if parent.catches_up() == "skip":
        assert len(turns) == len(desk.children), "nothing is sent after the plan"
        for turn, child in zip(turns, desk.children, strict=True):
            assert child.steps <= plan.steps[turn], "what was missed stays missed"


def _may_leave(kind: Kind, parent: Parent) -> bool:
    """Whether the order says that it may end with something left: it has a duration of its own, a cap, or skips."""
    timed = kind.plan is None and bool(parent.whole("duration_s"))
    capped = bool(parent.whole("max_participation_bps")) or parent.value("finishing") == 0
    return timed or capped or parent.catches_up() == "skip"


def _happens(desk: Desk, what: str, number: int) -> None:
    one = desk.open()[number % len(desk.open())] if desk.open() else None
    if what in {"ask", "gap", "blind"}:
        desk.ask(desk.now_ms + number * SECOND_MS, market=what != "blind")
    elif what == "turn":
        desk.ask(max(desk.now_ms, desk.state.next_ms))
    elif what == "fill" and one and (steps := one.open_steps * number // 1_000):
        desk.fill(one.index, steps)
    elif what == "cut" and one and not one.filled and (steps := one.steps * number // 1_000) >= desk.parent.min_steps:
        desk.cut(one.index, steps)
    elif what == "end" and one:
        desk.end(one.index)
    elif what in {"away", "back"}:
        desk.price = PRICE + desk.parent.direction * (what == "away")
    elif what == "volume":
        desk.trades(number)
    elif what in {"stop", "expire"}:
        getattr(desk, what)()
    elif what == "go on":
        desk.go_on()


STATED = (says_what_it_is, refuses_bad_parameters, names_the_nearest_valid_value)
LIVED = (keeps_its_promises, keeps_its_caps, keeps_to_its_plan)
