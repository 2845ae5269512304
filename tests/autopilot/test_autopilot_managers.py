"""Bots that keep orders, through the whole ring on paper."""

from decimal import Decimal

import pytest

from aiengine.autopilot.cycle import run_cycle
from credits.metering.models import MeteredProfit
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import CryptoUniverseError
from strategies.bots.services import change_bot, pause_bot, rearm_bot, resume_bot, stop_bot
from strategies.catalog import desk as its
from strategies.managing.models import Desk
from strategies.managing.selectors import desks_of
from strategies.managing.storing import ints_of
from tenants.audit.models import AuditRecord
from tests.autopilot.managers import HOUR, assert_alike, bot_of, given_manager, work
from tests.strategies.markets import given_stored, walk
from tests.trading.desk import trader
from tests.trading.exchange_desk import given_desk
from tests.trading.marketdata_cast import given_instrument
from trading.ceilings.types import Mode
from trading.execution.models import Fill, Intent, Order
from trading.execution.services import leave_by_hand, place_recorded, withdraw_entries_of
from trading.portfolio.models import Portfolio, Position
from trading.risk.services import set_limits

HOURS = 60
MARKET = "binance:BTC/USDT"
KINDS = {
    "dca_ladder": {"step_pct": "0.8", "maximum": 4, "target_pct": "0.8"},
    "spot_grid": {"count": 12, "below_pct": "6", "above_pct": "6", "investment": "4000"},
    "capped_martingale": {"target_pct": "1", "stop_pct": "1"},
}
GRID = KINDS["spot_grid"]


@pytest.fixture
def slots(acme):
    bars = walk(HOURS, seed=5)
    given_stored(bars)
    return [int(slot) for slot in bars.open_ms]


def resting(bot, side):
    rows = Intent.objects.filter(bot_id=bot.public_id, side=side, line__isnull=False, state__in=["recorded", "acked"])
    return rows.order_by("line")


def bought(bot):
    return Fill.objects.filter(bot_id=bot.public_id, side="buy").count()


@pytest.mark.parametrize("name", KINDS)
def test_a_manager_trades_on_paper_as_in_a_backtest(name, slots):
    bot = given_manager(name, [MARKET], **KINDS[name])

    work(slots)

    assert assert_alike(bot, slots) > 10
    earned = sum(row.profit for row in MeteredProfit.objects.all())
    bot.portfolio.refresh_from_db()
    assert earned == bot.portfolio.realised


def test_what_it_earned_at_limits_is_told_apart_from_what_it_still_holds(slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)

    work(slots)

    [desk] = desks_of(bot)
    bot.portfolio.refresh_from_db()
    assert desk.at_limits > 0
    assert desk.held > 0
    assert desk.worth - desk.funds == desk.at_limits + desk.otherwise + desk.unrealised
    assert desk.worth - desk.funds == bot.portfolio.equity - bot.portfolio.start_cash
    assert len([order for order in desk.orders if order.side == "sell"]) == resting(bot, "sell").count()


def test_a_cycle_that_runs_twice_does_nothing_twice(slots):
    bot = given_manager("dca_ladder", [MARKET], **KINDS["dca_ladder"], cooldown=3)  # it counts candles
    work([slot for slot in slots[:30] for _twice in range(2)])

    assert assert_alike(bot, slots[:30]) > 5
    numbers = list(Intent.objects.filter(bot_id=bot.public_id).values_list("line", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("broken", ["place_recorded", "tend", "hear"])
def test_a_worker_that_dies_anywhere_loses_nothing_and_does_nothing_twice(broken, slots, monkeypatch):
    bot = given_manager("dca_ladder", [MARKET], **KINDS["dca_ladder"])
    whole = {name: getattr(__import__("aiengine.autopilot.cycle", fromlist=[name]), name) for name in [broken]}[broken]
    dies = iter([True, False] * len(slots) * 4)

    def dying(*args, **kwargs):
        if next(dies):
            raise KeyboardInterrupt  # as if killed: its transaction is rolled back
        return whole(*args, **kwargs)

    monkeypatch.setattr(f"aiengine.autopilot.cycle.{broken}", dying)
    slots = slots[:30]
    for slot_ms in slots:
        with clock.at(clock.from_ms(slot_ms + HOUR.ms)):
            for _try in range(6):
                try:
                    run_cycle(timeframe=HOUR, slot_ms=slot_ms)
                except KeyboardInterrupt:
                    continue
                break

    assert assert_alike(bot, slots) > 5


def test_a_paused_bot_buys_nothing_and_sells_on(slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)
    work(slots[:20])
    sells, before = resting(bot, "sell").count(), bought(bot)
    pause_bot(bot=bot, actor=bot.owner)
    work(slots[20:21])

    assert (resting(bot, "buy").count(), resting(bot, "sell").count() > 0, sells > 0) == (0, True, True)
    bot.portfolio.refresh_from_db()
    assert bot.portfolio.reserved == 0
    got = bought(bot)
    work(slots[21:40])
    assert bought(bot) == got  # of the candle in which it was told, and nothing after
    assert Fill.objects.filter(bot_id=bot.public_id, side="sell", slot_ms__gt=slots[21]).exists()
    assert {order.waits for order in desks_of(bot)[0].orders if order.side == "buy"} == {"Paused"}
    resume_bot(bot=bot, actor=bot.owner)
    work(slots[40:42])
    assert resting(bot, "buy").exists() == any(order.side == "buy" for order in desks_of(bot)[0].orders)
    assert not any(order.waits for order in desks_of(bot)[0].orders)
    assert got >= before


@pytest.mark.parametrize(("mode", "held"), [(Mode.CLOSE_ONLY, True), (Mode.FLATTEN, False), (Mode.FREEZE, True)])
def test_a_stopped_bot_takes_its_buys_back_and_closes_or_keeps_what_it_holds(mode, held, slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)
    work(slots[:4])
    stop_bot(bot=bot, actor=bot.owner, reason="looked wrong", mode=mode)
    got, before = bought(bot), Desk.objects.get(bot=bot).waits
    bot.portfolio.refresh_from_db()
    assert (resting(bot, "buy").count(), bot.portfolio.reserved) == (0, 0)

    work(slots[4:7])

    assert bought(bot) == got
    assert (Desk.objects.get(bot=bot).waits == before) == (mode is Mode.FREEZE)
    assert Position.objects.filter(bot_id=bot.public_id, closed_slot_ms__isnull=True).exists() == held
    assert (resting(bot, "sell").count() > 0) == held
    if mode is not Mode.FREEZE:
        assert {order.waits for order in desks_of(bot)[0].orders if order.side == "buy"} == {"Stop switch"}
    rearm_bot(bot=bot, actor=bot.owner, reason="looked at")
    work(slots[7:12])
    assert resting(bot, "buy").exists()
    assert_books_agree(bot)


def assert_books_agree(bot):
    """The desk's own books are the portfolio's."""
    desk = Desk.objects.get(bot=bot)
    found = Position.objects.filter(bot_id=bot.public_id, closed_slot_ms__isnull=True).first()
    assert Decimal(desk.held) * Decimal("0.001") == (found.quantity if found else 0)
    assert Decimal(desk.cost) / 10**8 == (found.cost if found else 0)
    bot.portfolio.refresh_from_db()
    assert Decimal(desk.cash - desk.funds) / 10**8 == bot.portfolio.cash - bot.portfolio.start_cash


def test_what_a_person_sells_by_hand_is_known_to_the_desk(slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)
    work(slots[:4])
    position = Position.objects.get(bot_id=bot.public_id, closed_slot_ms__isnull=True)
    assert leave_by_hand(portfolio=bot.portfolio, position_id=position.public_id, actor=bot.owner)
    place_recorded()

    work(slots[4:14])

    assert_books_agree(bot)


def test_a_buy_that_the_gate_refuses_waits_and_is_shown_with_the_reason(slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)
    set_limits(portfolio=bot.portfolio, position_notional_max=1_900)
    work(slots[:3])

    orders = [order for order in desks_of(bot)[0].orders if order.side == "buy"]
    waits = {order.waits for order in orders}
    assert "" in waits
    assert waits - {""} <= {"Held in one instrument", "Smallest order"} != waits  # of what is left too little is one
    held = sum(row.quantity * row.limit_price for row in resting(bot, "buy"))
    cost = sum(position.cost for position in Position.objects.filter(bot_id=bot.public_id))
    assert held + cost <= 1_903  # with the fees of what it holds
    set_limits(portfolio=bot.portfolio, position_notional_max=1_000_000)
    work(slots[3:4])
    assert {order.waits for order in desks_of(bot)[0].orders} == {""}


def test_lines_of_one_bot_count_as_one_position(slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)
    set_limits(portfolio=bot.portfolio, open_positions_max=2)
    others = [bot_of(bot.portfolio, "dca_ladder", [MARKET]) for _number in range(2)]
    work(slots[:1])
    others.append(bot_of(bot.portfolio, "dca_ladder", [MARKET]))
    work(slots[1:3])

    assert resting(bot, "buy").count() + resting(bot, "sell").count() == 12
    placed = [Order.objects.filter(intent__bot_id=other.public_id).exists() for other in others]
    assert placed == [True, False, False]


def test_lines_that_wait_for_a_first_position_count_as_one(slots):
    bot = given_manager("spot_grid", [MARKET], count=6, lower="70", upper="90", investment="2000")
    set_limits(portfolio=bot.portfolio, open_positions_max=2)
    work(slots[:1])
    other = bot_of(bot.portfolio, "dca_ladder", [MARKET])
    work(slots[1:2])

    assert (bought(bot), resting(bot, "buy").count()) == (0, 6)
    assert Order.objects.filter(intent__bot_id=other.public_id).exists()


def test_what_was_taken_back_elsewhere_rests_again_after_the_next_candle(slots):
    bot = given_manager("spot_grid", [MARKET], **GRID)
    work(slots[:3])
    before = sorted(resting(bot, "buy").values_list("limit_price", flat=True))
    assert withdraw_entries_of(portfolio=bot.portfolio, bot_id=bot.public_id, reason="test") == len(before) > 0
    work(slots[3:4])

    again = set(resting(bot, "buy").values_list("limit_price", flat=True))
    filled = set(Fill.objects.filter(bot_id=bot.public_id).values_list("price", flat=True))
    assert set(before) - filled <= again


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"funds": "0"}, "its own funds"),
        ({"funds": "200000"}, "are free"),
        ({"step_pct": "40", "maximum": 9}, "at nothing or less"),
        ({"name": "spot_grid", "count": 400, "below_pct": "1", "above_pct": "1"}, "both fees take"),
    ],
)
def test_what_cannot_work_is_refused_before_it_begins(terms, why, slots, monkeypatch):
    portfolio = trader("bob@example.com", cash="100000")
    monkeypatch.setattr("strategies.bots.keeping.prices_now", prices_of(slots))
    asked = {"name": "dca_ladder", "funds": "5000", **terms}
    with pytest.raises(CryptoUniverseError, match=why):
        bot_of(portfolio, asked.pop("name"), [MARKET], **asked)
    assert not AuditRecord.objects.filter(action="bot.created").exists()


@pytest.mark.parametrize(
    ("venue", "kind", "why"),
    [("okx", "sandbox", "by our own name for it"), ("binance", "live", "of another market")],
)
def test_an_exchange_that_cannot_do_what_it_needs_is_refused_before_it_begins(venue, kind, why, slots):
    given_instrument("sim:BTC/USDT")
    portfolio = Portfolio.objects.get(pk=given_desk(venue=venue).portfolio_pk)
    portfolio.kind = kind
    with pytest.raises(CryptoUniverseError, match=why):
        bot_of(portfolio, "dca_ladder", ["sim:BTC/USDT"])


def prices_of(slots):
    from trading.marketdata.selectors import bars_of, instrument

    def prices_now(names):
        bars = bars_of(MARKET, HOUR, start_ms=slots[0], end_ms=slots[-1] + 1)
        return {name: (instrument(name), int(bars.close[0])) for name in names}

    return prices_now


def test_funds_that_are_not_enough_are_said_by_the_desk_where_no_price_was_known_before(slots):
    bot = given_manager("dca_ladder", [MARKET], funds="300")
    work(slots[:2])

    [desk] = desks_of(bot)
    assert desk.problem.startswith("It needs %(needed)s %(quote)s")
    assert not Intent.objects.filter(bot_id=bot.public_id).exists()


def test_only_the_name_and_the_loss_limit_can_be_changed(slots):
    bot = given_manager("dca_ladder", [MARKET], **KINDS["dca_ladder"])
    work(slots[:3])
    for changes in ({"allocation": "9000"}, {"parameters": {"base": "900"}}, {"trail_bps": 5}, {"instruments": []}):
        with pytest.raises(CryptoUniverseError, match="stays as it began"):
            change_bot(bot=bot, actor=bot.owner, **changes)
    change_bot(bot=bot, actor=bot.owner, name="Mine", parameters={"loss_limit_pct": "5"})
    work(slots[3:4])

    bot.refresh_from_db()
    assert (bot.name, bot.parameters["loss_limit_pct"], bot.stop_bps) == ("Mine", "5", 500)
    assert int(ints_of(bytes(Desk.objects.get(bot=bot).numbers))[its.LOSS_PPM]) == 50_000
    assert AuditRecord.objects.filter(action="bot.changed").count() == 1
