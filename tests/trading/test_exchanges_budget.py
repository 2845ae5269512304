"""A venue's budget: exact under load, a reserve for exits, a share for each tenant, the venue's own count, no Redis."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis

from cryptouniverse.kernel import clock
from tests.trading.venue_stage import Replay, account, an_order, at_venue
from trading.exchanges.budget import WeightBudget
from trading.exchanges.budget_terms import MINUTE_MS, Ask, Purpose, Told
from trading.exchanges.errors import VenueBusy
from trading.exchanges.types import Unknown
from trading.exchanges.venues.profile import VenueLimits

LIMITS = VenueLimits(weight_a_minute=1000, orders_in_10_s=50)
START = 28_940_000 * MINUTE_MS
GENTLE = ("share", "weight", "orders", "closed")


class Now:
    """A time that stands until it is moved."""

    ms = START

    def __call__(self) -> int:
        return self.ms


@asynccontextmanager
async def _budgets(number: int = 1, *, url: str = "", limits: VenueLimits = LIMITS, now: Now | None = None):
    """Budgets of one venue and address, each with a line of its own to Redis, as processes have it."""
    address, now = uuid4().hex, now or Now()
    lines = [
        Redis.from_pool(BlockingConnectionPool.from_url(url or settings.REDIS_URL, max_connections=8, timeout=20))
        for _ in range(number)
    ]
    try:
        yield [
            WeightBudget(line, venue="binance", address=address, limits=limits, now_ms=now, within_s=20)
            for line in lines
        ]
    finally:
        await asyncio.gather(*(line.aclose() for line in lines))


def _ask(purpose: Purpose = Purpose.ENTRY, *, weight: int = 1, orders: int = 0, tenant: str = "acme") -> Ask:
    return Ask(tenant, "account", purpose, weight, orders)


async def _granted(budget, ask: Ask, times: int) -> int:
    return sum([(await budget.ask(ask)).granted for _ in range(times)])


async def _use_up(budget, purpose: Purpose, **more) -> int:
    """How often it is granted until it is not."""
    taken = 0
    while (await budget.ask(_ask(purpose, **more))).granted:
        taken += 1
    return taken


def test_400_calls_at_once_from_four_processes_get_exactly_what_is_there():
    async def played():
        async with _budgets(4, limits=VenueLimits(250, 10_000)) as budgets:
            reserved = _ask(Purpose.EXIT)
            answers = await asyncio.gather(*(budgets[n % 4].ask(reserved) for n in range(400)))
            return sum(answer.granted for answer in answers), {answer.why for answer in answers}

    assert asyncio.run(played()) == (250, {"", "weight"})


def test_orders_at_once_get_exactly_the_orders_of_ten_seconds():
    async def played():
        async with _budgets(4, limits=VenueLimits(100_000, 50)) as budgets:
            entry = _ask(Purpose.ENTRY, orders=1)
            answers = await asyncio.gather(*(budgets[n % 4].ask(entry) for n in range(400)))
            exits = await asyncio.gather(*(budgets[n % 4].ask(_ask(Purpose.EXIT, orders=1)) for n in range(400)))
            return sum(answer.granted for answer in answers), sum(answer.granted for answer in exits)

    assert asyncio.run(played()) == (35, 15)


def test_the_last_third_is_for_exits_cancels_and_reconciliation():
    async def played():
        async with _budgets() as [budget]:
            taken = [await _use_up(budget, Purpose.ENTRY, weight=10), await _use_up(budget, Purpose.READ, weight=10)]
            reserved = [await budget.ask(_ask(each, weight=90)) for each in (Purpose.EXIT, Purpose.CANCEL)]
            return taken, [answer.granted for answer in reserved], await _use_up(budget, Purpose.RECONCILE, weight=10)

    assert asyncio.run(played()) == ([70, 0], [True, True], 12)


def test_what_is_refused_takes_nothing_and_says_when_to_come_again():
    async def played():
        now = Now()
        async with _budgets(now=now) as [budget]:
            await _use_up(budget, Purpose.EXIT, weight=300)
            now.ms += 45_000
            refused = await budget.ask(_ask(Purpose.EXIT, weight=300))
            fits = await budget.ask(_ask(Purpose.EXIT, weight=100))
            now.ms += 15_000
            return refused, fits.granted, await _use_up(budget, Purpose.EXIT, weight=100)

    refused, fits, next_minute = asyncio.run(played())
    assert (refused.granted, refused.wait_ms, refused.why) == (False, 15_000, "weight")
    assert (fits, next_minute) == (True, 10)


def test_a_noisy_tenant_leaves_the_others_their_share_and_may_have_all_when_alone():
    async def played():
        now = Now()
        async with _budgets(now=now) as [budget]:
            await budget.ask(_ask(tenant="quiet"))
            noisy = await _use_up(budget, Purpose.ENTRY, tenant="noisy")
            quiet = await _use_up(budget, Purpose.ENTRY, tenant="quiet")
            now.ms += 2 * MINUTE_MS
            return noisy, quiet, await _use_up(budget, Purpose.ENTRY, tenant="noisy")

    noisy, quiet, alone = asyncio.run(played())
    assert (noisy, quiet) == (350, 349)
    assert alone == 700


def test_the_venues_own_count_is_taken_where_it_is_higher():
    async def played():
        now = Now()
        async with _budgets(2, now=now) as [here, there]:
            await here.learn(Told("account", weight_used=650, orders_used=34))
            entries = await _use_up(there, Purpose.ENTRY, weight=10)
            orders = await _granted(there, _ask(Purpose.EXIT, orders=1), 20)
            now.ms += MINUTE_MS
            return entries, orders, await _use_up(there, Purpose.ENTRY, weight=10)

    assert asyncio.run(played()) == (5, 16, 70)


@pytest.mark.parametrize(("banned", "exits"), [(False, True), (True, False)])
def test_a_venue_that_wants_to_be_alone_closes_the_gate_for_all_but_exits_and_a_ban_for_them_too(banned, exits):
    async def played():
        now = Now()
        async with _budgets(2, now=now) as [here, there]:
            await here.learn(Told("account", pause_ms=30_000, banned=banned))
            closed = [await there.ask(_ask(each)) for each in (Purpose.ENTRY, Purpose.READ, Purpose.EXIT)]
            now.ms += 30_001
            return closed, (await there.ask(_ask())).granted

    closed, after = asyncio.run(played())
    assert [answer.granted for answer in closed] == [False, False, exits]
    assert closed[0].wait_ms == 30_000
    assert after


def test_without_redis_each_process_has_an_eighth_and_keeps_the_reserve_and_the_gate():
    async def played():
        async with _budgets(url="redis://127.0.0.1:9/0") as [budget]:
            entries = await _use_up(budget, Purpose.ENTRY)
            exits = await _use_up(budget, Purpose.EXIT)
            orders = (await budget.ask(_ask(Purpose.EXIT, orders=1))).why
            await budget.learn(Told("account", pause_ms=90_000, banned=True))
            return entries, exits, orders, (await budget.ask(_ask(Purpose.EXIT))).why

    assert asyncio.run(played()) == (88, 37, "weight", "banned")


def test_eight_processes_without_redis_together_stay_inside_the_venues_limit():
    async def played():
        async with _budgets(8, url="redis://127.0.0.1:9/0") as budgets:
            return sum([await _use_up(budget, Purpose.EXIT) for budget in budgets])

    assert asyncio.run(played()) <= LIMITS.weight_a_minute


def test_without_redis_the_venues_own_count_still_bounds_us():
    async def played():
        async with _budgets(url="redis://127.0.0.1:9/0") as [budget]:
            await budget.learn(Told("account", weight_used=699))
            return await _use_up(budget, Purpose.ENTRY), await _use_up(budget, Purpose.EXIT)

    entries, exits = asyncio.run(played())
    assert entries == 1
    assert 0 < exits < 125


@pytest.mark.parametrize(
    ("status", "headers", "after_s"),
    [(429, {"Retry-After": "7"}, 7), (418, {"Retry-After": "120"}, 120), (429, {}, 60)],
)
def test_a_429_after_sending_is_unknown_and_closes_the_gate_before_the_next_request(status, headers, after_s):
    replay = Replay({("POST", "/api/v3/order"): (status, {"code": -1003, "msg": "Too many requests."})})
    replay.headers |= headers

    async def act(ours):
        first = await ours.place(an_order())
        with pytest.raises(VenueBusy) as busy:
            await ours.place(an_order())
        try:
            exit_ = await ours.place(an_order(reduces=True))
        except VenueBusy as refused:
            exit_ = refused
        return first, busy.value.facts["retry_after_s"], type(exit_)

    first, wait_s, exit_ = at_venue(replay, act)
    assert isinstance(first, Unknown)
    assert after_s - 2 < wait_s <= after_s
    assert exit_ is (VenueBusy if status == 418 else Unknown)
    assert len(replay.of("/api/v3/order")) == (1 if status == 418 else 2)


def test_connections_learn_the_limits_that_the_venue_states_and_share_one_budget():
    replay = Replay()
    info = replay.answers["GET", "/api/v3/exchangeInfo"][1]
    few = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 100},
           {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 10}]  # fmt: skip
    replay.answers["GET", "/api/v3/exchangeInfo"] = (200, {**info, "rateLimits": few})
    replay.answers["POST", "/api/v3/order"] = (503, {})

    async def played():
        async with account(replay) as ours:
            await ours.markets()
            began = _window()
            outcomes = await asyncio.gather(
                *(ours.place(an_order(reduces=True)) for _ in range(20)), return_exceptions=True
            )
            return [type(each) for each in outcomes], began == _window()

    outcomes, in_one_window = asyncio.run(played())
    sent = outcomes.count(Unknown)
    assert 10 <= sent <= (10 if in_one_window else 20)  # ten in each window of the venue's
    assert outcomes.count(VenueBusy) == 20 - sent


def _window():
    return clock.to_ms(clock.now()) // 10_000
