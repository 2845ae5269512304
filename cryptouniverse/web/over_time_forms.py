"""What a person may send to begin an order over time: the fields come from the algorithms, in the units people use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.web.trade_forms import WhereForm, amount_field
from trading.algorithms import all_kinds
from trading.algorithms.parameters import Choice, Clock, Whole
from trading.execution.over_time import PROFILE, OverTime

BPS_PER_PERCENT, SECONDS_A_MINUTE = 100, 60
LABELS = {
    "duration_s": _("How long, minutes"),
    "interval_s": _("Minutes between two parts"),
    "delay_s": _("Minutes between two parts, at least"),
    "vary_size_pct": _("Sizes vary by chance, percent"),
    "vary_time_pct": _("Moments vary by chance, percent"),
    "vary_pct": _("Sizes vary by chance, percent"),
    "max_participation_bps": _("Of the volume at most, percent"),
    "rate_bps": _("Share of the volume, percent"),
    "cap_steps": _("Largest part"),
    "visible_steps": _("Size that is seen"),
    "steps_each": _("Size of each part"),
    "every_min": _("Every so many minutes"),
    "daily_at": _("Daily at (UTC), such as 08:00"),
    "intervals": _("How many parts"),
    "profile_days": _("Sized as the volume of so many days"),
    "catch_up": _("What was missed"),
    "finishing": _("Further parts after the plan, at most"),
    "seed": _("Number that chance is drawn from"),
}
ALWAYS = {"duration_s", "interval_s", "rate_bps", "cap_steps", "visible_steps", "steps_each", "every_min", *PROFILE}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter on the page. name: of its input. more: it is folded away."""

    name: str
    label: Any
    options: tuple[str, ...]
    default: str
    needed: bool
    more: bool


class OverTimeForm(WhereForm):
    """An order over time. position: what a sale sells from. key: makes a repeated submit harmless."""

    instrument = forms.CharField(label=_("Instrument"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("How"), choices=[(name, name) for name in all_kinds()])
    position = forms.UUIDField(required=False)
    quantity = amount_field(_("Quantity"), required=True)
    limit_price = amount_field(_("Limit price"))
    stop_price = amount_field(_("Stop"))
    target_price = amount_field(_("Target"))
    key = forms.UUIDField()

    def asked(self, instrument: Instrument) -> OverTime:
        """The order. Raises Invalid's kin for a parameter that is not as it must be."""
        said = self.cleaned_data
        prices = {name: said[name] for name in ("limit_price", "stop_price", "target_price")}
        sells = said["position"] is not None
        return OverTime(
            said["kind"],
            Side.SELL if sells else Side.BUY,
            said["quantity"],
            parameters=dict(self._parameters(said["kind"], instrument)),
            **(prices | {"stop_price": None, "target_price": None} if sells else prices),
        )

    def told(self) -> str:
        """What is wrong, in words."""
        return " ".join(f"{self.fields[name].label}: {error}" for name, found in self.errors.items() for error in found)

    def _parameters(self, kind: str, instrument: Instrument) -> Iterator[tuple[str, Any]]:
        for field in fields_of(kind):
            name = field.name.partition("-")[2]
            text = str(self.data.get(field.name, "")).strip()
            if text:
                yield name, text if field.options or name == "daily_at" else _counted(name, text, instrument)


def fields_of(kind: str) -> list[Field]:
    """The parameters of an algorithm as fields, the needed ones first. Lists are for the API."""
    found = [
        Field(
            name=f"{kind}-{each.name}",
            label=LABELS.get(each.name) or gettext(each.meaning),
            options=each.options if isinstance(each, Choice) else (),
            default=str(each.default) if isinstance(each, Choice) else "",
            needed=each.needed,
            more=not each.needed and each.name not in ALWAYS,
        )
        for each in all_kinds()[kind].parameters
        if isinstance(each, Whole | Choice | Clock)
    ]
    if kind == "vwap":
        found += [
            Field(f"vwap-{name}", LABELS[name], (), "", needed=name == "intervals", more=False) for name in PROFILE
        ]
    return sorted(found, key=lambda field: field.more)


def _counted(name: str, text: str, instrument: Instrument) -> int | str:
    """In the algorithm's units; what is no number is left for it to refuse."""
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    if not value.is_finite():
        return text
    if name.endswith("_s"):
        value *= SECONDS_A_MINUTE
    elif name.endswith("_bps"):
        value *= BPS_PER_PERCENT
    elif "steps" in name:
        value /= instrument.step
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))
