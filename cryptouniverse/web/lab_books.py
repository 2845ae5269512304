"""Backtests over order books: what a person may send to ask for one, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.web.lab_forms import BPS, PPM, LabForm, day_ms, said_of, shown_bps
from strategies.backtest.engine.finding.purse import AT_BOOKS
from strategies.backtest.selectors import plan_of
from strategies.backtest.types import FindingPlan, FindingTerms
from strategies.catalog.finding import Finder
from strategies.catalog.registry import all_finders
from trading.fills.types import Costs

if TYPE_CHECKING:
    from strategies.backtest.models import Run

FIRST: Final = "cross_exchange"
KINDS: Final = {
    "stock": _("Coins to begin with"), "leg": _("Trade"), "quote": _("Quote that filled"), "stop": _("Stop"),
    "left": _("Left, for its reason is gone"), "funding": _("Funding"), "settled": _("Settled"),
    "liquidated": _("Closed by the exchange: its margin was used up"),
}  # fmt: skip
_FEW = 30


def _fee(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=5, decimal_places=4)


class BooksForm(LabForm):
    """A backtest over order books. since, until: UTC days, the last one not in; left out, all that there is."""

    strategy = forms.ChoiceField(label=_("Strategy"))
    instruments = forms.MultipleChoiceField(label=_("Markets"))
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    capital = forms.DecimalField(label=_("Capital"), min_value=1, max_value=100_000_000, decimal_places=2)
    stop = forms.DecimalField(label=_("Stop, percent"), min_value=Decimal("0.01"), max_value=99, decimal_places=2)
    taker = _fee(_("Fee of orders that are taken at once, percent"))
    maker = _fee(_("Fee of quotes that wait, percent"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["strategy"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(name, name) for name in all_finders()]

    def plan(self) -> FindingPlan:
        """What was asked for; its numbers are judged when it is asked for."""
        said = self.cleaned_data
        return FindingPlan(
            strategy=said["strategy"],
            parameters=said_of(all_finders()[said["strategy"]], self.data),
            instruments=tuple(sorted(said["instruments"])),
            terms=FindingTerms(
                capital=said["capital"],
                costs=Costs(int(said["maker"] * PPM), int(said["taker"] * PPM), 0),
                loss_bps=int(said["stop"] * BPS),
            ),
            start_ms=day_ms(said["since"]),
            end_ms=day_ms(said["until"]),
        )


def usual_over_books(chosen: Finder, plan: FindingPlan | None = None) -> dict[str, Any]:
    """What the form shows before anything was said: as a new bot has it, or as a plan that is to be changed."""
    terms = plan.terms if plan else FindingTerms()
    costs = terms.costs if plan else AT_BOOKS
    said: dict[str, Any] = {
        "strategy": chosen.name, "capital": f"{terms.capital.normalize():f}", "stop": shown_bps(terms.loss_bps),
        "taker": f"{Decimal(costs.taker_ppm) / PPM:f}", "maker": f"{Decimal(costs.maker_ppm) / PPM:f}",
        "parameters": {one.name: one.default for one in chosen.parameters},
    }  # fmt: skip
    if plan is None or plan.start_ms is None or plan.end_ms is None:
        return said
    last_ms = plan.end_ms + DAY_MS - 1
    days = {"since": f"{clock.from_ms(plan.start_ms):%Y-%m-%d}", "until": f"{clock.from_ms(last_ms):%Y-%m-%d}"}
    return {**said, **days, "instruments": list(plan.instruments), "parameters": dict(plan.parameters)}


def facts_of_books(run: Run) -> list[tuple[str, str]]:
    """What was run, as pairs of words."""
    plan, result = plan_of(run), run.result or {}
    assert isinstance(plan, FindingPlan)  # noqa: S101  # who asks knows
    terms = plan.terms
    facts = [
        (gettext("Instruments"), ", ".join(plan.instruments)),
        (gettext("Time"), _span(result, plan)),
        (gettext("Capital"), f"{terms.capital.normalize():,f}"),
        (gettext("Stop, of all of it"), f"{shown_bps(terms.loss_bps)}%"),
        (gettext("Fees: taken, waiting"), f"{_percent(terms.costs.taker_ppm)} / {_percent(terms.costs.maker_ppm)}"),
        (gettext("Orders arrive after"), gettext("%(ms)s ms") % {"ms": terms.delay_ms}),
        *((name, str(value)) for name, value in plan.parameters.items()),
    ]
    if not result:
        return facts
    return [
        *facts,
        (gettext("Order books"), f"{result['books']:,}"),
        (gettext("Moments"), f"{result['moments']:,}"),
        (gettext("Trades found, one-sided"), f"{result['found']:,} / {result['one_sided']:,}"),
        (gettext("Quotes placed"), f"{result['quotes']:,}"),
    ]


def trades_shown(trades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Trades as rows, the latest first."""
    return [
        {**trade, "at": clock.from_ms(trade["at_ms"]), "what": KINDS.get(trade["kind"], trade["kind"])}
        for trade in trades[::-1]
    ]


def without_of(run: Run, titles: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(baseline, why there is none) of those that have no meaning for the run."""
    found = (run.result or {}).get("without") or {}
    return [(str(titles[name]), gettext(why)) for name, why in found.items()]


def verdict_of_books(run: Run) -> tuple[str, str]:
    """("cut" or "no", a sentence): what to make of a run over books, which proves less than one over candles."""
    result = run.result or {}
    metrics = result["metrics"]
    trades, own = int(metrics["trades"]["value"] or 0), metrics["total_return"]["value"]
    if result["simulated"]:
        return "cut", gettext("The books are simulated: they show how the strategy works, and nothing about a market.")
    if own <= 0:
        return "no", gettext("It lost money over this time, after its fees.")
    if trades < _FEW:
        return "cut", gettext("Too few trades to say anything: %(trades)s, and 30 are the least.") % {"trades": trades}
    if own < result["baselines"]["buy_and_hold"]["total_return"]["value"]:
        return "cut", gettext("It earned, but less than buying and holding did over the same time.")
    if result["at_costs"]["2"]["total_return"]["value"] <= 0:
        return "cut", gettext("It earns only while fees are low: at twice the fees nothing is left.")
    return "cut", gettext(
        "It earned after its fees. That proves nothing yet: others see the same books, and your own orders would have "
        "changed them. Let a bot try it on play money."
    )


def _span(result: Mapping[str, Any], plan: FindingPlan) -> str:
    if result:
        return " – ".join(result[name][:16].replace("T", " ") for name in ("from", "to"))
    return " – ".join(f"{clock.from_ms(at or 0):%Y-%m-%d %H:%M}" for at in (plan.start_ms, plan.end_ms))


def _percent(ppm: int) -> str:
    return f"{(Decimal(ppm) / PPM).normalize():f}%"
