"""What an execution cost, on numbers that can be checked by hand; what is out of bounds, refused with what would do."""

from decimal import Decimal

import pytest

from tests.trading.algorithms_stage import START, Desk, parent_of
from trading.algorithms import Candle, Finish, report_of
from trading.algorithms.errors import BadAlgorithm, UnknownAlgorithm

TWAP = {"duration_s": 60, "interval_s": 60, "finishing": 0}
CANDLES = (
    Candle(START - 60_000, 1, 1, 1, 1, 9_999),  # before the order
    Candle(START, 100, 104, 98, 101, 100),  # (104 + 98 + 101) / 3 = 101; (100 + 104 + 98 + 101) / 4 = 100.75
    Candle(START + 60_000, 101, 107, 101, 104, 300),  # 104; 103.25
    Candle(START + 120_000, 1, 1, 1, 1, 9_999),  # after its last fill
)


def executed(side):
    """40 of 60 steps: 10 at 100 and 30 at 104, 103 on average; the price on arrival was 100."""
    desk = Desk(parent_of("twap", TWAP, total=60, least=1, limit=None, side=side), price=100)
    desk.ask(START)
    desk.fill(0, 10)
    desk.end(0)
    desk.ask(START + 60_000)
    desk.now_ms = START + 90_000
    desk.fill(1, 30, 104)
    desk.end(1)
    desk.ask(START + 120_000)
    return report_of(desk.parent, desk.state, CANDLES)


def test_slippage_is_against_arrival_vwap_and_twap_and_positive_is_worse():
    bought, sold = executed("buy"), executed("sell")

    assert bought.average_ticks == 103
    assert bought.arrival_bps == 300  # 3 of 100
    assert bought.vwap_bps == Decimal("-24.21")  # 103 against (101 × 100 + 104 × 300) / 400 = 103.25
    assert bought.twap_bps == Decimal("98.04")  # 103 against (100.75 + 103.25) / 2 = 102
    assert (sold.arrival_bps, sold.vwap_bps, sold.twap_bps) == (-300, Decimal("24.21"), Decimal("-98.04"))


def test_a_report_tells_share_duration_children_and_what_is_left():
    report = executed("buy")

    assert report.share_bps == 1_000  # 40 of 400
    assert report.duration_ms == 90_000
    assert (report.children, report.full, report.part, report.empty, report.missed) == (2, 0, 2, 0, 0)
    assert (report.done_steps, report.left_steps, report.over_steps) == (40, 20, 0)
    assert report.finish == Finish.TIME_OVER


def test_what_cannot_be_said_is_left_open():
    desk = Desk(parent_of("twap", TWAP, total=60, least=1))
    report = report_of(desk.parent, desk.state, CANDLES)

    told = (report.average_ticks, report.arrival_bps, report.vwap_bps, report.twap_bps, report.share_bps)
    assert (*told, report.duration_ms, report.finish) == (None,) * 7


def test_fills_beyond_the_total_are_told_and_not_hidden():
    desk = Desk(parent_of("iceberg", {"visible_steps": 60}, total=60, least=1))
    desk.ask(START)
    desk.end(0)
    desk.ask(START + 2_000)
    for index in (0, 1):  # the first was filled after all: the venue's word came late
        desk.conserved = lambda: None
        desk.fill(index, 60)

    report = report_of(desk.parent, desk.state)
    assert (report.done_steps, report.left_steps, report.over_steps, report.finish) == (120, 0, 60, Finish.DONE)
    assert desk.ask(START + 9_000) == ()


WAYS = "moments / every_min / daily_at"
MOMENTS = [[START, 400], [START + 1_000, 600]]


@pytest.mark.parametrize(
    ("kind", "parameters", "said", "parameter", "nearest"),
    [
        ("twap", {"duration_s": 86_400, "interval_s": 10}, {}, "interval_s", "59"),  # 8,641 children; 1,480 at most
        ("twap", {"duration_s": 0, "interval_s": 10}, {}, "duration_s", "1"),
        ("twap", {"interval_s": 10}, {}, "duration_s", "1"),
        ("twap", {**TWAP, "catch_up": "later"}, {}, "catch_up", "spread"),
        ("twap", TWAP, {"total": 0}, "total_steps", "10"),
        ("twap", TWAP, {"total": 9}, "total_steps", "10"),  # below the venue's minimum
        ("twap", TWAP, {"least": 0}, "min_steps", "1"),
        ("twap", TWAP, {"limit": 0}, "limit_ticks", "1"),
        ("twap", TWAP, {"limit": -5}, "limit_ticks", "1"),
        ("twap", TWAP, {"side": "both"}, "side", "buy"),
        ("twap", TWAP, {"start": -1}, "start_ms", "0"),
        ("twap", TWAP, {"key": ""}, "key", "1"),
        ("vwap", {"interval_s": 60, "weights": [0, 0]}, {}, "weights", "1"),
        ("vwap", {"interval_s": 60, "weights": [1] * 1_481}, {}, "weights", "[1480]"),
        ("participation", {"rate_bps": 9_000, "cap_steps": 40, "duration_s": 60}, {}, "rate_bps", "5000"),
        ("participation", {"rate_bps": 900, "cap_steps": 18, "duration_s": 60}, {}, "cap_steps", "19"),
        ("iceberg", {"visible_steps": 9}, {}, "visible_steps", "10"),
        ("iceberg", {"visible_steps": 100}, {"limit": None}, "limit_ticks", "1"),
        ("iceberg", {"visible_steps": 10}, {"total": 30_000}, "visible_steps", "40"),
        ("schedule", {"steps_each": 100}, {}, WAYS, "moments"),
        ("schedule", {"steps_each": 9, "every_min": 1}, {}, "steps_each", "10"),
        ("schedule", {"steps_each": 90, "every_min": 1, "daily_at": "08:00"}, {}, WAYS, "every_min"),
        ("schedule", {"steps_each": 90, "daily_at": "24:00"}, {}, "daily_at", "00:00"),
        ("schedule", {"moments": MOMENTS}, {"total": 999}, "total_steps", "1000"),
        ("schedule", {"moments": MOMENTS}, {"start": START + 500}, "moments", str(START + 500)),
        ("schedule", {"moments": MOMENTS[::-1]}, {}, "moments", str(START + 1_001)),
        ("schedule", {"moments": [[START, 9], [START + 1, 991]]}, {}, "moments", "10"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused_with_the_nearest_valid_value(kind, parameters, said, parameter, nearest):
    with pytest.raises(BadAlgorithm) as refused:
        parent_of(kind, parameters, **said)

    assert (refused.value.facts["parameter"], refused.value.facts["nearest"]) == (parameter, nearest)
    assert refused.value.facts["limit"] in refused.value.sentence()


def test_an_algorithm_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(UnknownAlgorithm) as refused:
        parent_of("vwop", {})

    assert "twap, vwap" in refused.value.sentence()
