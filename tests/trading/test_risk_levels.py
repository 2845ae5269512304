"""Limits of platform, organisation, person, connection, portfolio and bot: the strictest wins, and is named."""

from dataclasses import fields, replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.tenancy import in_public
from tests.trading.desk import BOT, BTC, ETH, trader
from tests.trading.test_risk_gate import LIMITS, book, proposal
from trading.ceilings.models import PlatformCeiling
from trading.ceilings.types import CAPS, STOPS, Ceiling, Level, Mode
from trading.risk.gate import judge
from trading.risk.levels import strictest
from trading.risk.models import Ceiling as CeilingRow
from trading.risk.selectors import lock_books, of_bots
from trading.risk.types import Limits

SMALL = {
    "order_notional_max": Decimal(500),
    "position_notional_max": Decimal(700),
    "position_pct_max": Decimal("0.5"),
    "risk_per_trade_pct": Decimal("0.1"),
    "daily_loss_pct_max": Decimal(1),
    "open_positions_max": 1,
    "quote_age_s_max": 1,
    "collar_bps": 10,
}
ABOVE = [level for level in Level if level is not Level.PORTFOLIO]
ceilings = st.builds(
    Ceiling,
    level=st.sampled_from(ABOVE),
    mode=st.sampled_from(Mode),
    whitelist=st.sets(st.sampled_from([BTC.id, ETH.id, "x:Y/Z"])).map(frozenset),
    order_notional_max=st.none() | st.decimals("1", "20000", places=2),
    open_positions_max=st.none() | st.integers(0, 9),
)


def test_every_cap_of_the_limits_is_a_cap_of_a_ceiling():
    numbers = {field.name for field in fields(Limits)} - {"whitelist", "mode", "protections", "levels"}

    assert numbers == set(CAPS) == set(SMALL)
    assert {field.name for field in fields(Ceiling)} == {*CAPS, "level", "mode", "whitelist"}


@pytest.mark.parametrize("name", CAPS)
def test_a_stricter_cap_holds_and_says_whose_it_is_and_a_looser_one_changes_nothing(name):
    small = Ceiling(Level.TENANT, **{name: SMALL[name]})
    large = Ceiling(Level.USER, **{name: type(SMALL[name])(10**9)})

    lowered = strictest(LIMITS, [small, large])

    assert lowered == replace(LIMITS, **{name: SMALL[name]}, levels={name: Level.TENANT})
    assert strictest(LIMITS, [large]) is LIMITS


@given(st.lists(ceilings, max_size=4))
def test_the_strictest_of_all_holds_whatever_the_order(above):
    answers = [strictest(LIMITS, order) for order in permutations(above)]

    for lowered in answers:
        assert replace(lowered, levels={}) == replace(answers[0], levels={})
    lowered = answers[0]
    assert lowered.order_notional_max == min(
        [LIMITS.order_notional_max, *(c.order_notional_max for c in above if c.order_notional_max is not None)]
    )
    assert lowered.mode.severity == max([0, *(c.mode.severity for c in above)])
    for instrument in (BTC.id, ETH.id, "x:Y/Z", "not:IN/ANY"):
        allowed = lowered.whitelist is None or instrument in lowered.whitelist
        assert allowed == all(not c.whitelist or instrument in c.whitelist for c in above)


def test_two_whitelists_with_nothing_in_common_allow_nothing():
    above = [
        Ceiling(Level.TENANT, whitelist=frozenset({ETH.id})),
        Ceiling(Level.BOT, whitelist=frozenset({"x:Y/Z"})),
    ]

    answer = judge(proposal(), book(), strictest(LIMITS, above))

    assert (answer.rule, answer.level) == ("whitelist", Level.BOT)


@pytest.mark.parametrize("mode", STOPS)
def test_a_refusal_names_the_level_and_a_person_may_enter_where_only_bots_are_stopped(mode):
    limits = strictest(LIMITS, [Ceiling(Level.PLATFORM, mode=mode)])

    answer = judge(proposal(), book(), limits)
    by_hand = judge(proposal(by_hand=True), book(), limits)

    assert (answer.rule, answer.level) == ("stop_switch", Level.PLATFORM)
    assert by_hand.rule == ("" if mode is Mode.NO_ENTRIES else "stop_switch")


def test_what_reduced_an_entry_names_the_level():
    answer = judge(proposal(), book(), strictest(LIMITS, [Ceiling(Level.USER, order_notional_max=Decimal(500))]))

    assert (answer.rule, answer.level) == ("order_notional", Level.USER)
    assert answer.quantity * answer.limit_price <= 500


@pytest.mark.parametrize("level", ["platform", "tenant of the platform", "tenant", "user", "connection", "bot"])
def test_each_level_reaches_the_gate_and_nobody_elses_does(acme, level):
    mine, other = trader(), trader("bob@example.com")
    caps = {"order_notional_max": Decimal(7), "whitelist": [ETH.id]}
    if level.endswith("platform"):
        schema = "" if level == "platform" else current_tenant().schema
        with in_public():
            PlatformCeiling.objects.create(schema_name="t_other", order_notional_max=Decimal(1))
            PlatformCeiling.objects.create(schema_name=schema, **caps)
    elif level != "connection":
        subject = {"tenant": current_tenant().id, "user": mine.owner.public_id, "bot": BOT}[level]
        CeilingRow.objects.create(level=level, subject=subject, **caps)
    else:
        CeilingRow.objects.create(level=level, subject=mine.public_id, **caps)  # of no connection: reaches nobody

    books = lock_books([mine.pk, other.pk])
    limits, others = books[mine.pk][1], books[other.pk][1]

    everybody = level in ("platform", "tenant of the platform", "tenant")
    assert (limits.order_notional_max == 7) == (everybody or level == "user")
    assert (others.order_notional_max == 7) == everybody
    assert (limits.whitelist == {ETH.id}) == (everybody or level == "user")
    assert of_bots([BOT]) == (
        {BOT: Ceiling(Level.BOT, whitelist=frozenset({ETH.id}), order_notional_max=Decimal(7))}
        if level == "bot"
        else {}
    )
