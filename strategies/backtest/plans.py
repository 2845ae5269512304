"""A plan as plain JSON and back: so it is kept, and read again by whoever runs it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.terms import CAPITAL_MAX, Size, Sizing, Slippage, SlippageModel, Terms
from strategies.backtest.errors import BadTerms
from strategies.backtest.types import AnyPlan, FindingPlan, FindingTerms, Plan
from strategies.bots.types import BotRow
from strategies.catalog.managing import Manager
from strategies.catalog.types import Strategy
from trading.fills.types import Costs
from trading.risk.types import Limits

_POSITIONS_MAX: Final = 1_000
_OF_BOOKS: Final = frozenset({"capital", "costs", "stop_bps"})
_PARTS: Final = frozenset({"costs", "size", "slippage"})


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan with exact amounts as text."""
    return {
        "strategy": plan.strategy,
        "parameters": dict(plan.parameters),
        "instruments": list(plan.instruments),
        "timeframe": plan.timeframe.value,
        "start_ms": plan.start_ms,
        "end_ms": plan.end_ms,
        "finer": plan.finer.value if plan.finer else None,
        "terms": terms_as_json(plan.terms),
    } | ({"bot": plan.bot, "vetoes": dict(plan.vetoes)} if plan.bot else {})


def read_plan(raw: Mapping[str, Any]) -> Plan:
    """The plan that `plan_as_json` wrote. Raises BadTerms for terms that are none any more."""
    return Plan(
        strategy=raw["strategy"],
        parameters=raw["parameters"],
        instruments=tuple(raw["instruments"]),
        timeframe=Timeframe(raw["timeframe"]),
        start_ms=raw["start_ms"],
        end_ms=raw["end_ms"],
        terms=read_terms(raw["terms"]),
        bot=raw.get("bot", ""),
        vetoes=raw.get("vetoes", {}),
        finer=Timeframe(raw["finer"]) if raw.get("finer") else None,
    )


def any_plan_as_json(plan: AnyPlan) -> dict[str, Any]:
    """A plan of either kind: one over order books has no timeframe."""
    if isinstance(plan, Plan):
        return plan_as_json(plan)
    terms = plan.terms
    return {
        "strategy": plan.strategy,
        "parameters": dict(plan.parameters),
        "instruments": list(plan.instruments),
        "timeframe": None,
        "start_ms": plan.start_ms,
        "end_ms": plan.end_ms,
        "terms": {
            "capital": f"{terms.capital:f}",
            "costs": {"maker_ppm": terms.costs.maker_ppm, "taker_ppm": terms.costs.taker_ppm},
            "stop_bps": terms.loss_bps,
            "delay_ms": terms.delay_ms,
        },
    } | ({"bot": plan.bot} if plan.bot else {})


def read_any_plan(raw: Mapping[str, Any]) -> AnyPlan:
    """The plan that `any_plan_as_json` wrote. Raises BadTerms for terms that are none any more."""
    if raw["timeframe"] is not None:
        return read_plan(raw)
    return FindingPlan(
        strategy=raw["strategy"],
        parameters=raw["parameters"],
        instruments=tuple(raw["instruments"]),
        terms=read_finding_terms(raw["terms"]),
        start_ms=raw["start_ms"],
        end_ms=raw["end_ms"],
        bot=raw.get("bot", ""),
    )


def require_finding_terms(said: Mapping[str, Any], sent: object = None) -> None:
    """Raise BadTerms for terms that have no meaning over order books. sent: the terms as they were typed, in which
    slippage stands only where somebody said it.
    """
    wrong = sorted(said.keys() - _OF_BOOKS)
    costs = sent.get("costs") if isinstance(sent, Mapping) else None
    if isinstance(costs, Mapping) and costs.get("slippage_bps"):
        wrong.append("costs.slippage_bps")
    if wrong:
        told = _("A run over order books has no %(field)s: leave it out. It has capital, fees and a stop.")
        raise BadTerms(told, field=", ".join(wrong))


def read_finding_terms(said: Mapping[str, Any]) -> FindingTerms:
    """Terms over order books of what was said; the rest as they are for a new bot on paper."""
    usual = FindingTerms()
    return FindingTerms(
        capital=Decimal(str(said.get("capital", usual.capital))),
        costs=Costs(**{**asdict(usual.costs), **said.get("costs", {}), "slippage_bps": 0}),
        loss_bps=said.get("stop_bps", usual.loss_bps),
        delay_ms=said.get("delay_ms", usual.delay_ms),
    )


def usual_terms(chosen: Strategy | Manager) -> dict[str, int]:
    """What the terms of a run are where nothing else is said of them; a manager's stop is in its parameters."""
    return {} if isinstance(chosen, Manager) else {"stop_bps": chosen.stop_bps, "target_bps": chosen.target_bps}


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """Every field of the terms, in the order of their class."""
    told = {each.name: _plain(getattr(terms, each.name)) for each in fields(terms) if each.name not in _PARTS}
    parts = {name: getattr(terms, name) for name in ("costs", "size", "slippage")}
    told |= {name: {f.name: _plain(getattr(part, f.name)) for f in fields(part)} for name, part in parts.items()}
    return told


def read_terms(raw: Mapping[str, Any]) -> Terms:
    """Terms of what was said; the rest as they are for a new bot on paper. Raises BadTerms."""
    usual, said = Terms(), dict(raw)
    size, slippage = said.pop("size", {}), said.pop("slippage", {})
    parts: dict[str, Any] = {
        "costs": Costs(**said.pop("costs", {})),
        "size": read_size(size),
        "slippage": Slippage(
            model=SlippageModel(slippage.get("model", SlippageModel.FIXED)),
            **{name: slippage[name] for name in ("range_pct", "impact_bps") if name in slippage},
        ),
    }
    exact = {name for name in said if isinstance(getattr(usual, name, None), Decimal)}
    parts |= {name: Decimal(str(value)) if name in exact else value for name, value in said.items()}
    return Terms(**parts)


def terms_of_bot(bot: BotRow, limits: Limits, costs: Costs | None = None) -> Terms:
    """The bot's terms under its portfolio's limits, as the engine takes them. Raises BadTerms."""
    most = [limits.order_notional_max, limits.position_notional_max, CAPITAL_MAX]
    return Terms(
        costs=costs or Costs(),
        size=Size.of_bot(bot.sizing),
        stop_bps=bot.stop_bps,
        target_bps=bot.target_bps,
        trail_bps=bot.trail_bps,
        break_even_bps=bot.break_even_bps,
        time_stop_bars=bot.time_stop_candles,
        collar_bps=limits.collar_bps,
        positions_max=min(limits.open_positions_max, _POSITIONS_MAX),
        risk_pct=min(limits.risk_per_trade_pct, Decimal(100)),
        position_pct=min(limits.position_pct_max, Decimal(100)),
        order_max=min(most + ([bot.allocation] if bot.allocation else [])),
        daily_loss_pct=min(limits.daily_loss_pct_max, Decimal(100)),
    )


def read_size(said: Mapping[str, Any]) -> Size:
    """The size that was said; the rest of it as it is usual. Raises BadTerms."""
    given = {name: value for name, value in said.items() if value is not None and name != "sizing"}
    counts: dict[str, Any] = {name: _count(name, given.pop(name)) for name in ("candles", "trades") if name in given}
    exact: dict[str, Any] = {name: Decimal(str(value)) for name, value in given.items()}
    return Size(sizing=Sizing(said.get("sizing", Sizing.RISK)), **counts, **exact)


def _count(name: str, value: Any) -> int:
    number = Decimal(str(value))
    if not number.is_finite() or number != number.to_integral_value(rounding=ROUND_DOWN):
        raise BadTerms(_("%(field)s must be a whole number, is %(value)s."), field=f"size.{name}", value=str(value))
    return int(number)


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, str) else value
