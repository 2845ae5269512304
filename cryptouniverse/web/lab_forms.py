"""What a person may send to ask for a backtest, in the units that people use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from strategies.backtest.selectors import plan_for, terms_of
from strategies.backtest.types import Plan, Terms
from strategies.builder.selectors import strategy_named
from strategies.catalog.finding import Finder
from strategies.catalog.managing import Manager
from strategies.catalog.registry import all_managers, all_strategies
from strategies.catalog.settings import Choice, Setting
from strategies.catalog.types import Strategy

if TYPE_CHECKING:
    from accounts.users.models import User

PREFIX: Final = "p_"
SIZES: Final = (
    ("risk", _("Percent of equity lost at the stop")),
    ("share", _("Percent of equity")),
    ("fixed", _("Amount")),
    ("volatility_target", _("Percent of equity that it swings in a year")),
    ("atr_risk", _("Percent of equity lost by two usual swings")),
    ("kelly", _("By its own record (Kelly); percent lost at the stop until then")),
)
OF_LOSS: Final = frozenset({"risk", "atr_risk", "kelly"})  # sized by what is lost, and not by what it costs
NEED_STOP: Final = frozenset({"risk", "kelly"})
STOP_LEAST: Final = Decimal("0.1")
OF_BARS: Final = ("sizing", "size", "stop", "target", "trail", "finer", "shorts")
BPS, PPM = 100, 10_000  # of a percent
Tried = Strategy | Manager


def _percent(label: Any, high: int = 100) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=high, decimal_places=2)


def tried() -> dict[str, Tried]:
    """What a backtest can try, by name: strategies that decide on bars, and those that keep orders."""
    found: dict[str, Tried] = {**all_strategies(), **all_managers()}
    return dict(sorted(found.items()))


class LabForm(forms.Form):
    """What both kinds of backtests are asked for by: instruments to choose from, and what is wrong in words."""

    def __init__(self, *args: Any, instruments: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["instruments"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(name, name) for name in instruments]

    def told(self) -> str:
        """What is wrong, in words."""
        return " ".join(f"{self.fields[name].label}: {error}" for name, found in self.errors.items() for error in found)


class RunForm(LabForm):
    """A backtest. since, until: UTC days, the last one not in; left out, all that there is."""

    strategy = forms.CharField(label=_("Strategy"), max_length=60)
    instruments = forms.MultipleChoiceField(label=_("Instruments"))
    timeframe = forms.ChoiceField(label=_("Candles"), choices=[(one.value, one.value) for one in Timeframe])
    finer = forms.ChoiceField(
        label=_("Finer candles"), required=False, choices=[("", ""), *((one.value, one.value) for one in Timeframe)]
    )
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    capital = forms.DecimalField(label=_("Capital"), min_value=1, max_value=100_000_000, decimal_places=2)
    sizing = forms.ChoiceField(label=_("Size of an entry"), choices=SIZES)
    size = forms.DecimalField(label=_("Size"), min_value=0, max_value=100_000_000, decimal_places=4)
    stop = _percent(_("Stop, percent"), 99)
    target = _percent(_("Target, percent"), 1_000)
    trail = _percent(_("Trail, percent"), 99)
    fee = forms.DecimalField(label=_("Fee, percent"), min_value=0, max_value=5, decimal_places=4)
    slippage = forms.DecimalField(label=_("Slippage, percent"), min_value=0, max_value=5, decimal_places=2)
    shorts = forms.BooleanField(label=_("Sell short too"), required=False)

    def __init__(self, *args: Any, owner: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self._owner = owner
        if self.data.get("strategy") in all_managers():  # its sizes and stops are in its parameters
            for name in OF_BARS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What cannot be in the units that were typed; all else is refused where it is checked."""
        said = super().clean() or {}
        stop = said.get("stop") or Decimal(0)
        if 0 < stop < STOP_LEAST:
            self.add_error("stop", _("Say 0.1 or more, or nothing."))
        if said.get("sizing") in NEED_STOP and "stop" in said and not stop:
            self.add_error("stop", _("An entry of this size needs one."))
        return said

    def plan(self) -> Plan:
        """What was asked for. Raises UnknownStrategy, what `plan_for` raises, and BadTerms."""
        said = self.cleaned_data
        chosen = strategy_named(said["strategy"], self._owner)
        return plan_for(
            strategy_name=chosen.name,
            parameters=self._parameters(chosen),
            names=said["instruments"],
            timeframe=Timeframe(said["timeframe"]),
            since_ms=day_ms(said["since"]),
            until_ms=day_ms(said["until"]),
            terms=self.terms(chosen),
            finer=Timeframe(said["finer"]) if said.get("finer") else None,
        )

    def terms(self, chosen: Tried) -> Terms:
        """The terms that were asked for. Raises BadTerms."""
        said = self.cleaned_data
        fee_ppm = int(said["fee"] * PPM)
        return terms_of(
            {
                "capital": said["capital"],
                "costs": {"maker_ppm": fee_ppm, "taker_ppm": fee_ppm, "slippage_bps": int(said["slippage"] * BPS)},
                "order_max": said["capital"],
                **({} if isinstance(chosen, Manager) else self._of_bars()),
            }
        )

    def _of_bars(self) -> dict[str, Any]:
        """The terms of what decides on bars: size, protection and sides."""
        said = self.cleaned_data
        amount = {"amount": said["size"]} if said["sizing"] == "fixed" else {"percent": said["size"]}
        return {
            "size": {"sizing": said["sizing"], **amount},
            **{f"{name}_bps": int((said[name] or 0) * BPS) for name in ("stop", "target", "trail")},
            "shorts": said["shorts"],
            "position_pct": Decimal(25) if said["sizing"] in OF_LOSS else Decimal(100),
        }

    def _parameters(self, chosen: Tried) -> dict[str, object]:
        """Those that were said; what is no number is refused by the strategy, by its name."""
        return said_of(chosen, self.data)


def usual(chosen: Tried, plan: Plan | None = None) -> dict[str, Any]:
    """What the form shows before anything was said: as a new bot has it, or as a plan that is to be changed."""
    if plan is None:
        return {
            "strategy": chosen.name, "timeframe": "1h", "capital": "10000", "sizing": "risk", "size": "2", "fee": "0.1",
            "slippage": "0.05", "stop": shown_bps(getattr(chosen, "stop_bps", 0)),
            "target": shown_bps(getattr(chosen, "target_bps", 0)), "trail": "",
            "parameters": {one.name: one.default for one in chosen.parameters},
        }  # fmt: skip
    terms = plan.terms
    size = terms.size.amount if terms.size.sizing == "fixed" else terms.size.percent
    last_ms = plan.end_ms + DAY_MS - 1  # a day that was begun is in
    return {
        "strategy": plan.strategy, "timeframe": plan.timeframe.value, "instruments": list(plan.instruments),
        "since": f"{clock.from_ms(plan.start_ms):%Y-%m-%d}", "until": f"{clock.from_ms(last_ms):%Y-%m-%d}",
        "capital": f"{terms.capital:f}", "sizing": str(terms.size.sizing), "size": f"{size.normalize():f}",
        "fee": f"{Decimal(terms.costs.taker_ppm) / PPM:f}",
        "slippage": f"{Decimal(terms.costs.slippage_bps) / BPS:f}",
        "stop": shown_bps(terms.stop_bps), "target": shown_bps(terms.target_bps), "trail": shown_bps(terms.trail_bps),
        "shorts": terms.shorts, "parameters": dict(plan.parameters),
        "finer": plan.finer.value if plan.finer else "",
    }  # fmt: skip


def unsaid(chosen: Tried, plan: Plan, *, owner: User) -> list[str]:
    """The terms of `plan` that the form cannot say, by their names in the API: asked for from it, a run has none."""
    form = RunForm(usual(chosen, plan), instruments=list(plan.instruments), owner=owner)
    if not form.is_valid():
        return []
    asked = asdict(form.terms(chosen))
    return sorted(_differing(asdict(plan.terms), asked))


def _differing(had: Mapping[str, Any], has: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for name, value in had.items():
        if isinstance(value, dict):
            yield from _differing(value, has[name], f"{name}.")
        elif value != has[name]:
            yield f"{within}{name}"


def fields_of(chosen: Tried | Finder, said: Mapping[str, Any]) -> list[tuple[Setting, str, object, tuple[str, ...]]]:
    """(parameter, name of its input, value, words to choose from) of a strategy, with what was said or its default."""
    return [
        (one, f"{PREFIX}{one.name}", said.get(one.name, one.default), one.words if isinstance(one, Choice) else ())
        for one in chosen.parameters
    ]


def said_of(chosen: Tried | Finder, sent: Mapping[str, Any]) -> dict[str, object]:
    """The parameters in what was sent, but those that were left empty."""
    texts = {one.name: sent.get(f"{PREFIX}{one.name}", "") for one in chosen.parameters}
    return {name: _number(text) for name, text in texts.items() if text != ""}


def shown_bps(bps: int) -> str:
    """Ten-thousandths in percent, as it is typed; "" for none."""
    return f"{Decimal(bps) / BPS:f}" if bps else ""


def _number(text: str) -> object:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def day_ms(day: Any) -> int | None:
    """The beginning of a UTC day."""
    return None if day is None else clock.to_ms(datetime.combine(day, time(), UTC))
