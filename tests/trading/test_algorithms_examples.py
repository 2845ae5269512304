"""Each algorithm on numbers that can be checked by hand."""

from dataclasses import replace

import pytest

from cryptouniverse.kernel.errors import Invalid
from tests.trading.algorithms_stage import PRICE, START, Desk, parent_of
from trading.algorithms import Finish, Made, Market, Traded, min_steps_of, pause, profile_of
from trading.algorithms.apportion import apportioned, merged
from trading.algorithms.errors import BadAlgorithm, FillBeyondChild, UnknownChild
from trading.algorithms.types import CHILDREN_MAX

TWAP = {"duration_s": 240, "interval_s": 60}  # floor(240 / 60) + 1 = 5 children
HOUR, DAY = 3_600_000, 86_400_000


def desk_of(kind, parameters, **said):
    return Desk(parent_of(kind, parameters, **{"least": 1, **said}))


def at(second):
    return START + second * 1_000


def test_twap_sends_one_more_child_than_intervals_fit():
    desk = desk_of("twap", TWAP)

    assert desk.run().finished == Finish.DONE
    assert desk.sizes() == [(0, 200), (60, 200), (120, 200), (180, 200), (240, 200)]


def test_twap_of_a_duration_that_is_no_multiple_ends_before_it():
    desk = desk_of("twap", {"duration_s": 150, "interval_s": 60}, total=100)
    desk.run()

    assert desk.sizes() == [(0, 34), (60, 33), (120, 33)]  # floor(2.5) + 1; the first takes the odd step


@pytest.mark.parametrize(
    ("policy", "sizes"),
    [
        # the children of 60 s and 120 s are missed: 400 of 1,000 steps
        ("spread", [(0, 200), (180, 400), (240, 400)]),  # 800 left over two equal children
        ("next", [(0, 200), (180, 600), (240, 200)]),  # 200 planned and 400 missed
        ("skip", [(0, 200), (180, 200), (240, 200)]),  # 400 are never sent
    ],
)
def test_what_a_pause_missed_is_caught_up_as_stated(policy, sizes):
    desk = desk_of("twap", {**TWAP, "catch_up": policy})
    desk.run(30)
    desk.stop()
    assert [desk.ask(at(second)) for second in (60, 120, 180)] == [(), (), ()]
    desk.go_on()
    desk.run()

    assert desk.sizes() == sizes
    assert desk.state.missed == 2
    assert desk.state.left_steps(desk.parent) == (400 if policy == "skip" else 0)
    assert desk.state.finished == (Finish.TIME_OVER if policy == "skip" else Finish.DONE)


def test_skip_does_not_catch_up_by_merging_either():
    desk = desk_of("twap", {**TWAP, "catch_up": "skip"}, least=50)
    desk.run(fill=lambda child: child.steps if child.index else 170)  # 30 come back, too few for a child

    assert [steps for _second, steps in desk.sizes()] == [200] * 5
    assert (desk.state.finished, desk.state.left_steps(desk.parent)) == (Finish.BELOW_MINIMUM, 30)


def test_a_pause_over_the_end_is_caught_up_by_a_finishing_child():
    desk = desk_of("twap", TWAP)
    desk.run(30)
    desk.stop()
    desk.ask(at(9_999))
    desk.go_on()
    desk.run()

    assert desk.sizes() == [(0, 200), (9_999, 800)]
    assert (desk.state.missed, desk.state.finished) == (4, Finish.DONE)


@pytest.mark.parametrize(
    ("policy", "sizes"),
    [
        ("spread", [200, 225, 266, 350, 600]),  # 900 over 4, 800 over 3, 700 over 2, 600
        ("next", [200, 300, 400, 500, 600]),  # 200 and what came back
        ("skip", [200, 200, 200, 200, 200]),
    ],
)
def test_what_comes_back_unfilled_is_sent_again_as_stated(policy, sizes):
    desk = desk_of("twap", {**TWAP, "catch_up": policy})
    desk.run(250, fill=lambda _child: 100)  # of each child 100 are filled, the rest expires with its interval

    assert [steps for _second, steps in desk.sizes()] == sizes


def test_finishing_children_end_after_the_number_stated():
    desk = desk_of("twap", {**TWAP, "finishing": 2})
    desk.run(fill=lambda _child: 10)

    assert [steps for _second, steps in desk.sizes()][-3:] == [960, 950, 940]  # the last of the plan, two finishing
    assert (desk.state.finished, desk.state.left_steps(desk.parent)) == (Finish.TIME_OVER, 930)


def test_twap_takes_no_more_of_an_interval_than_stated():
    # 5 steps a second: 300 an interval, of which 20% are 60
    desk = desk_of("twap", {**TWAP, "max_participation_bps": 2_000, "finishing": 1})
    desk.pace = [(0, 5)]
    desk.run()

    assert desk.sizes() == [(0, 60), (60, 60), (120, 60), (180, 60), (240, 60), (300, 60)]
    assert desk.state.left_steps(desk.parent) == 640


def test_twap_varies_by_its_seed_alone():
    said = {**TWAP, "vary_size_pct": 30, "vary_time_pct": 50}
    one, again, other = (
        desk_of("twap", {**said, "seed": seed}, key=key) for seed, key in ((7, "a"), (7, "b"), (8, "a"))
    )
    for desk in (one, again, other):
        desk.run()

    assert one.sizes() == again.sizes() != other.sizes()
    assert all(60 * n <= second <= 60 * n + 30 for n, (second, _steps) in enumerate(one.sizes()))
    assert all(1_000 * 70 // 530 <= steps <= 1_000 * 130 // 470 + 1 for _second, steps in one.sizes())
    assert desk_of("twap", said, key="a").run().children != desk_of("twap", said, key="b").run().children


def test_vwap_follows_its_profile_by_the_largest_remainder():
    # 100 steps by 3 : 1 : 0 : 2 : 1 are 42.86, 14.29, 0, 28.57, 14.29: two steps are over, .86 and .57 get them
    desk = desk_of("vwap", {"interval_s": 60, "weights": [3, 1, 0, 2, 1]}, total=100)
    desk.run()

    assert desk.sizes() == [(0, 43), (60, 14), (180, 29), (240, 14)]


def test_vwap_merges_what_the_venue_would_not_take():
    desk = desk_of("vwap", {"interval_s": 60, "weights": [3, 1, 0, 2, 1]}, total=100, least=20)
    desk.run()

    assert desk.sizes() == [(0, 43), (180, 57)]  # 14 wait for 29; the last 14 join them


def test_a_profile_is_the_volume_of_the_same_hours_of_the_last_days():
    # from 22:00 to 01:00 of two days: 10 + 20, 20 + 40, 0 + 10; no other hour is seen
    hours = {-2: 10, -1: 20, -26: 20, -25: 40, -24: 10, -3: 999, 1: 999, 22: 999}
    candles = [Traded(START + hour * HOUR, steps) for hour, steps in hours.items()]
    said = {"candle_ms": HOUR, "start_ms": START + 22 * HOUR, "interval_ms": HOUR, "intervals": 3}

    assert profile_of(candles, **said, days=2) == (300_000, 600_000, 100_000)
    with pytest.raises(BadAlgorithm) as refused:
        profile_of(candles, **said, days=3)
    assert refused.value.facts["nearest"] == "2"


def test_a_candle_over_several_intervals_counts_by_time():
    candles = [Traded(START - DAY, 60), Traded(START - DAY + HOUR, 180)]

    profile = profile_of(candles, candle_ms=HOUR, start_ms=START, interval_ms=HOUR * 3 // 4, intervals=2, days=1)
    assert profile == (300_000, 700_000)  # 45 of the first 60; the 15 left and half of 180


def test_participation_takes_its_share_of_what_was_traded():
    # 10 steps a second: 600 a minute, of which 10% are 60; at the start nothing has been traded yet
    desk = desk_of("participation", {"rate_bps": 1_000, "cap_steps": 400, "duration_s": 7_200}, total=150)

    assert desk.run().finished == Finish.DONE
    assert desk.sizes() == [(60, 60), (120, 60), (180, 30)]


def test_participation_waits_until_its_share_is_worth_an_order():
    # 60 a minute are below the minimum of 100, 120 are not; 130 cannot be cut in two, so they wait for their volume
    desk = desk_of("participation", {"rate_bps": 1_000, "cap_steps": 400, "duration_s": 7_200}, total=250, least=100)
    desk.run()

    assert desk.sizes() == [(120, 120), (300, 130)]


@pytest.mark.parametrize(("policy", "steps"), [("skip", 60), ("next", 400)])
def test_participation_makes_up_for_a_pause_as_stated(policy, steps):
    said = {"rate_bps": 1_000, "cap_steps": 400, "duration_s": 7_200, "catch_up": policy}
    desk = desk_of("participation", said)
    desk.run(70)
    desk.stop()
    desk.ask(at(3_600))
    desk.go_on()
    desk.ask(at(3_600))
    desk.ask(at(3_660))

    assert desk.children[1].steps == steps  # 36 minutes of volume would be 3,540 steps


@pytest.mark.parametrize(("policy", "steps"), [("skip", 60), ("next", 354)])
def test_participation_makes_up_for_hours_in_which_nobody_asked_as_stated(policy, steps):
    said = {"rate_bps": 1_000, "cap_steps": 400, "duration_s": 7_200, "catch_up": policy}
    desk = desk_of("participation", said)
    desk.run(70)
    desk.ask(at(60 + 354))

    assert desk.children[1].steps == steps


def test_an_iceberg_shows_one_slice_after_the_other_and_the_last_takes_the_rest():
    desk = desk_of("iceberg", {"visible_steps": 300}, total=950, least=60)
    first = desk.ask(START)
    assert (first[0].steps, first[0].limit_ticks, first[0].expires_ms) == (300, PRICE, None)
    desk.fill(0, 299)
    assert desk.ask(at(5)) == ()  # it is not filled yet
    desk.fill(0, 1)
    desk.run()

    assert [steps for _second, steps in desk.sizes()] == [300, 300, 350]  # 50 alone would be below 60


def test_slices_vary_within_what_was_stated_and_by_the_seed():
    desk = desk_of("iceberg", {"visible_steps": 100, "vary_pct": 20, "seed": 3}, total=10_000)
    desk.run()
    slices = [steps for _second, steps in desk.sizes()][:-1]

    assert len(set(slices)) > 20 and min(slices) >= 80 and max(slices) <= 120
    assert 95 < sum(slices) / len(slices) < 105


def test_an_iceberg_stops_at_the_limit():
    desk = desk_of("iceberg", {"visible_steps": 300}, total=900)
    desk.price = PRICE + 1
    assert desk.ask(START) == ()
    desk.price = PRICE
    assert len(desk.ask(at(1))) == 1

    seller = desk_of("iceberg", {"visible_steps": 300}, total=900, side="sell")
    seller.price = PRICE - 1
    assert seller.ask(START) == ()


def test_refused_slices_come_ever_more_seldom():
    desk = desk_of("iceberg", {"visible_steps": 300}, total=900)
    desk.run(100, fill=lambda _child: 0)

    assert [second for second, _steps in desk.sizes()] == [0, 2, 6, 14, 30, 62]


def test_a_schedule_repeats_its_size_and_ends_with_the_rest():
    every = desk_of("schedule", {"every_min": 30, "steps_each": 400})
    every.run()
    daily = desk_of("schedule", {"daily_at": "08:00", "steps_each": 400}, start=START + 9 * HOUR)
    daily.run(4 * 86_400)

    assert every.sizes() == [(0, 400), (1_800, 400), (3_600, 200)]
    assert [(child.at_ms - START) / HOUR for child in daily.children] == [32, 56, 80]  # 08:00 of the next days


def test_a_schedule_of_stated_moments_sends_those():
    desk = desk_of("schedule", {"moments": [[START + 5_000, 700], [START + 90_000, 300]]})
    desk.run()

    assert desk.sizes() == [(5, 700), (90, 300)]


def test_a_price_beyond_the_limit_or_no_price_sends_nothing_and_the_turn_stays_open():
    desk = desk_of("twap", TWAP)
    desk.price = PRICE + 1
    assert desk.ask(START) == desk.ask(at(20)) == ()
    desk.price = PRICE
    assert desk.ask(at(21), market=False) == ()
    assert [child.steps for child in desk.ask(at(22))] == [200]


def test_the_arrival_price_is_the_first_one_seen():
    desk = desk_of("twap", TWAP, limit=None)
    desk.price = 49_000
    desk.ask(START)
    desk.price = 51_000
    desk.ask(at(60))

    assert desk.state.arrival_ticks == 49_000


def test_what_is_too_small_for_the_venue_is_reported():
    desk = desk_of("iceberg", {"visible_steps": 500}, total=1_000, least=100)
    desk.run(fill=lambda child: 460 if child.index else 500)

    assert (desk.state.finished, desk.state.left_steps(desk.parent)) == (Finish.BELOW_MINIMUM, 40)


def test_an_order_that_is_cancelled_sends_nothing_more_and_still_counts_its_fills():
    desk = desk_of("twap", TWAP)
    desk.ask(START)
    desk.cancel()
    desk.fill(0, 150)
    desk.end(0)
    desk.fill(0, 50)  # the venue's word of this fill came after the end

    assert desk.ask(at(60)) == ()
    assert (desk.state.finished, desk.state.done_steps, desk.state.left_steps(desk.parent)) == (
        Finish.CANCELLED, 200, 800,
    )  # fmt: skip


def test_a_child_that_the_gate_cuts_gives_the_rest_back():
    desk = desk_of("twap", {**TWAP, "catch_up": "next"}, least=50)
    desk.ask(START)
    with pytest.raises(Invalid):
        desk.cut(0, 49)
    desk.cut(0, 50)
    desk.fill(0, 50)

    assert desk.ask(at(60))[0].steps == 350


def test_facts_that_cannot_be_are_refused():
    desk = desk_of("twap", TWAP)
    desk.ask(START)
    with pytest.raises(FillBeyondChild) as refused:
        desk.fill(0, 201)
    assert refused.value.facts == {"index": 0, "steps": 201, "limit": 200}
    with pytest.raises(UnknownChild):
        desk.end(1)
    for steps, ticks in ((0, 1), (1, -1)):
        with pytest.raises(Invalid):
            desk.fill(0, steps, ticks)
    with pytest.raises(Invalid):
        pause(desk.state, " ")
    for ticks, traded in ((0, 0), (-1, 0), (1, -1)):
        with pytest.raises(Invalid):
            Market(ticks, traded)


def test_the_number_of_children_is_bounded():
    desk = desk_of("iceberg", {"visible_steps": 300})
    desk.state = replace(
        desk.state, children=tuple(Made(index, START, 300, ended=True) for index in range(CHILDREN_MAX))
    )

    assert desk.ask(at(99_999)) == ()
    assert desk.state.finished == Finish.TOO_MANY


def test_the_minimum_in_steps_is_rounded_up():
    assert min_steps_of(500_000_000, 3_000_000, 1) == 167  # 5 USDT at a price of which a step is worth 0.03
    assert min_steps_of(0, 1, 1) == 1
    with pytest.raises(Invalid):
        min_steps_of(1, 0, 1)


def test_parts_add_up_and_small_ones_are_merged():
    assert apportioned(10, (1, 1, 1)) == (4, 3, 3)
    assert apportioned(2, (0, 5, 5)) == (0, 1, 1)
    assert merged((4, 4, 4, 4, 3), 8) == (0, 8, 0, 11, 0)
    assert merged((1, 1), 8) == (0, 2)
