"""A desk as it might look on a busy day, for templates to be looked at without a market behind them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from cryptouniverse.web import types as t
from cryptouniverse.web.charts import bands_of, range_of, spark_of

NOW = datetime(2024, 6, 14, 13, 0, tzinfo=UTC)
D = Decimal


def _id(number: int) -> UUID:
    return UUID(int=number)


def position(number: int, base: str, quantity: str, entry: str, mark: str, tick: str, step: str) -> t.PositionRow:
    q, e, m = D(quantity), D(entry), D(mark)
    return t.PositionRow(
        id=_id(number),
        symbol=f"{base}/USDT",
        base=base,
        venue="binance",
        bot="Trend 1h",
        side="long",
        quantity=q,
        notional=q * m,
        entry=e,
        mark=m,
        stop=e * D("0.97"),
        target=e * D("1.06"),
        tick=D(tick),
        step=D(step),
        unrealised=q * (m - e),
        unrealised_pct=(m / e - 1) * 100,
        since=NOW - timedelta(hours=number),
        change_pct=D("1.25") - number,
        spark=spark_of([100 + math.sin(i / 3 + number) * 4 + i * (2 - number) / 8 for i in range(24)]),
        range=range_of(entry=e, mark=m, stop=e * D("0.97"), target=e * D("1.06")),
    )


def ballots(by_rule: bool, votes: str = "buy buy buy") -> tuple[t.Ballot, ...]:
    names = ("Trend", "Momentum", "Volume") if by_rule else ("GPT", "Claude", "Gemini")
    return tuple(
        t.Ballot(
            name,
            by_rule,
            "" if vote == "-" else vote,
            None if vote == "-" else D(91 - i * 3),
            "Price is above both averages and they rise.",
            "timeout" if vote == "-" else "",
            vote == "buy",
        )
        for i, (name, vote) in enumerate(zip(names, votes.split(), strict=True))
    )


def decision(
    number: int, symbol: str, outcome: str, *, rules: bool = True, votes: str = "buy buy buy", **more: str
) -> t.DecisionRow:
    side = "buy" if outcome in {"taken", "reduced", "refused"} else ""
    facts = {"rule": "", "limit": "", "value": "", "wanted": "0.6000", "quantity": "", **more}
    return t.DecisionRow(
        id=_id(100 + number),
        at=NOW - timedelta(hours=number),
        symbol=symbol,
        bot="Donchian breakout 1h",
        ballots=() if outcome == "exit" else ballots(rules, votes),
        side=side,
        confidence_pct=D(88) if side else None,
        verdict_reason="3 of 3 agree" if side else "" if outcome == "exit" else "Votes disagree",
        by_rules=rules and outcome != "exit",
        outcome=outcome,
        base=symbol.split("/")[0],
        **facts,
    )


def positions() -> tuple[t.PositionRow, ...]:
    return (
        position(1, "BTC", "0.3150", "65820.00", "67240.50", "0.01", "0.00001"),
        position(2, "ETH", "6.2", "3468.40", "3412.15", "0.01", "0.0001"),
        position(3, "SOL", "84", "145.62", "148.38", "0.01", "0.001"),
        position(4, "XRP", "3900", "0.5118", "0.5024", "0.0001", "0.1"),
    )


def allocation() -> t.Allocation:
    names, amounts = ["BTC", "ETH", "SOL", "XRP", "USDT"], [D(21180), D(21155), D(12463), D(1959), D(43254)]
    shares = [a / sum(amounts) * 100 for a in amounts]
    alloc = tuple(
        t.AllocationRow(n, a, s, b, n == "USDT")
        for n, a, s, b in zip(names, amounts, shares, bands_of(shares), strict=True)
    )
    return t.Allocation(
        alloc,
        (t.Limit("Largest position", D("21.2"), D("25"), "%"), t.Limit("Open positions", D(4), D(10), "")),
        "USDT",
    )


def value() -> t.Value:
    curve = tuple(
        (
            int(NOW.timestamp() * 1000) - (700 - i) * 3_600_000,
            D(98000) + D(str(round(i * 2.9 + math.sin(i / 17) * 640 + math.sin(i / 5) * 160, 2))),
        )
        for i in range(700)
    )
    return t.Value(
        "USDT",
        D("100012.17"),
        D("43254.20"),
        D("846.32"),
        D("0.85"),
        D("321.11"),
        D("412.80"),
        D("56.7"),
        D("0.38"),
        D("5.00"),
        D("1.12"),
        curve,
        "1m",
    )


def activity() -> tuple[t.ActivityRow, ...]:
    return tuple(
        t.ActivityRow(
            _id(200 + i),
            "fill",
            NOW - timedelta(hours=i),
            ["BTC/USDT", "SOL/USDT", "XRP/USDT"][i % 3],
            ["BTC", "SOL", "XRP"][i % 3],
            "sell" if i % 2 else "buy",
            D("0.0840"),
            D("67240.50"),
            D("0.01"),
            D("0.0001"),
            D("5.65"),
            "",
            D("112.40") - 60 * i if i % 2 else None,
            "RSI reversion 1h",
            "filled" if i else "open",
            "stop" if i == 3 else "entry",
        )
        for i in range(7)
    )


def bots() -> tuple[t.BotRow, ...]:
    return (
        t.BotRow(
            _id(301), "Trend 1h", "Moving-average cross", "1h", ("BTC/USDT", "ETH/USDT"), "active", 2, D("318.40")
        ),
        t.BotRow(_id(302), "RSI reversion 1h", "RSI reversion", "1h", ("SOL/USDT",), "active", 1, D("-96.20")),
        t.BotRow(_id(303), "Donchian breakout 1h", "Donchian breakout", "1h", ("XRP/USDT",), "paused", 0, D(0)),
    )


def decisions() -> tuple[t.DecisionRow, ...]:
    return (
        decision(1, "BTC/USDT", "taken", quantity="0.0840"),
        decision(
            2,
            "ETH/USDT",
            "reduced",
            rules=False,
            rule="Share of one instrument",
            limit="10% of equity",
            quantity="0.4108",
        ),
        decision(3, "SOL/USDT", "refused", rule="Open positions", limit="10", value="11"),
        decision(4, "XRP/USDT", "no_verdict", rules=False, votes="buy hold -"),
        decision(5, "BTC/USDT", "exit", quantity="0.0840"),
        decision(6, "SOL/USDT", "refused", rule="Profit limit", limit="above 0", value="0"),
    )


def desk(**changes: object) -> t.Desk:
    base: dict[str, object] = {
        "market": t.Market("simulated", NOW, "1h", True, False),
        "stop": t.Stop(False, "", "", None, True, 4),
        "portfolios": (t.Choice(_id(401), "paper", "", shown=True), t.Choice(_id(402), "sandbox", "Practice exchange")),
        "value": t.Panel(value()),
        "allocation": t.Panel(allocation()),
        "positions": t.Panel(t.Positions(positions(), D("321.11"), "USDT")),
        "decisions": t.Panel(
            t.Decisions(
                decisions(),
                "all",
                D(85),
                True,
            )
        ),
        "activity": t.Panel(t.Activity(activity(), "USDT")),
        "credits": t.Panel(t.Credits(D("412.60"), D(1000), D("587.40"), False, False, True)),
        "bots": t.Panel(t.Bots(bots(), "USDT")),
    }
    return t.Desk(**{**base, **changes})  # type: ignore[arg-type]
