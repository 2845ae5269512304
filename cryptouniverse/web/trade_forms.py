"""What a person may send from the trade page."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.execution.errors import BadTicket
from trading.execution.tickets import KINDS, SOURCES, TIMES, Ticket
from trading.marketdata.selectors import instruments

BPS_PER_PERCENT = 100
TARGETS = (1, 2, 3)
FULL = Decimal(100)
SIZES = ("quote", "equity")
TAKES = {
    "limit_price": {"limit", "stop_limit", "oco"},
    "trigger_price": {"stop", "stop_limit", "oco"},
    "visible_quantity": {"limit"},
    "time_in_force": {"limit"},
    "entry_trail": {"trailing"},
    "entry_trail_activation_price": {"trailing"},
}


class WhereForm(forms.Form):
    """In which portfolio; the main one if it is not said."""

    portfolio = forms.UUIDField(required=False)

    def told(self) -> str:
        """What is wrong, in words."""
        return " ".join(f"{self.fields[name].label}: {error}" for name, found in self.errors.items() for error in found)

    def wrong(self) -> str:
        """What was said and is wrong, in words; "" where something is only not said yet."""
        found = [(name, error) for name, errors in self.errors.as_data().items() for error in errors]
        return " ".join(
            f"{self.fields[name].label}: {message}"
            for name, error in found
            if error.code != "required"
            for message in error.messages
        )


def amount_field(label: Any, *, required: bool = False) -> forms.DecimalField:
    """An amount or a price, exact."""
    errors = {"invalid": _("%(label)s: a number such as 0.5.") % {"label": label}}
    return forms.DecimalField(label=label, required=required, max_digits=38, decimal_places=18, error_messages=errors)


def _percent(label: Any, high: int = 99) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=high, decimal_places=2)


class ProtectionForm(WhereForm):
    """What protects a position: a stop, up to three targets with their shares, what moves the stop. Percentages."""

    stop_price = amount_field(_("Stop"), required=True)
    target_price = amount_field(_("Target"))
    target_share = _percent(_("Share of the first target"), 100)
    target_price_2 = amount_field(_("Second target"))
    target_share_2 = _percent(_("Share of the second target"), 100)
    target_price_3 = amount_field(_("Third target"))
    target_share_3 = _percent(_("Share of the third target"), 100)
    trail = _percent(_("Trailing stop"))
    trail_distance = amount_field(_("Trailing stop, in price"))
    trail_activation_price = amount_field(_("It trails from this price on"))
    trail_source = forms.ChoiceField(label=_("It follows"), choices=[(word, word) for word in SOURCES], required=False)
    break_even_after = forms.IntegerField(label=_("Break-even"), required=False, min_value=0, max_value=len(TARGETS))
    break_even = _percent(_("Break-even after a profit of"), 10_000)
    time_stop_candles = forms.IntegerField(label=_("Time stop"), required=False, min_value=0, max_value=100_000)

    def protection(self, quantity: Decimal, instrument_id: str) -> dict[str, Any]:
        """The fields of a `Protection` for so much of an instrument. Raises BadTicket for shares that do not add up."""
        said = self.cleaned_data
        return {
            "stop_price": said["stop_price"],
            "targets": self._targets(quantity, instrument_id),
            "trail_bps": _bps(said["trail"]),
            "trail_distance": said["trail_distance"],
            "trail_activation_price": said["trail_activation_price"],
            "trail_source": said["trail_source"] or SOURCES[0],
            "break_even_after": said["break_even_after"] or 0,
            "break_even_bps": _bps(said["break_even"]),
            "time_stop_candles": said["time_stop_candles"] or 0,
        }

    def _targets(self, quantity: Decimal, instrument_id: str) -> tuple[tuple[Decimal, Decimal | None], ...]:
        names = [("" if number == 1 else f"_{number}") for number in TARGETS]
        said = [(self.cleaned_data[f"target_price{name}"], self.cleaned_data[f"target_share{name}"]) for name in names]
        wanted = [(price, share) for price, share in said if price is not None]
        if len(wanted) < 2:
            return tuple((price, None) for price, _share in wanted)
        shares = [share if share is not None else FULL / len(wanted) for _price, share in wanted]
        if all(share is not None for _price, share in wanted) and sum(shares) != FULL:
            last = shares[-1] + FULL - sum(shares)
            words = _("The shares of the targets come to 100%%; the last one would be %(nearest)s.")
            raise BadTicket(str(words), field="target_share", limit="100", nearest=f"{last:f}")
        found = instruments({instrument_id}).get(instrument_id)
        return _parts([price for price, _share in wanted], shares, quantity, found.step if found else Decimal(1))


class TicketForm(ProtectionForm):
    """An order to buy with what protects it. key: makes a repeated submit harmless. entry_trail: in percent."""

    instrument = forms.CharField(label=_("Instrument"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind, kind) for kind in KINDS])
    quantity = amount_field(_("Quantity"), required=True)
    limit_price = amount_field(_("Limit price"))
    trigger_price = amount_field(_("Trigger price"))
    time_in_force = forms.ChoiceField(label=_("How long"), choices=[(time, time) for time in TIMES], required=False)
    visible_quantity = amount_field(_("Show at a time"))
    entry_trail = _percent(_("Rise from the lowest price"))
    entry_trail_activation_price = amount_field(_("Counted once it has fallen to"))
    key = forms.UUIDField(required=False)
    amends = forms.UUIDField(required=False)

    def ticket(self) -> tuple[str, Ticket]:
        """Which instrument, and the order. What its kind does not take is left out. Raises BadTicket."""
        said = {name: value for name, value in self.cleaned_data.items() if self._takes(name)}
        instrument_id, quantity = said["instrument"], said["quantity"]
        return instrument_id, Ticket(
            kind=said["kind"],
            quantity=quantity,
            limit_price=said.get("limit_price"),
            trigger_price=said.get("trigger_price"),
            time_in_force=said.get("time_in_force") or TIMES[0],
            visible_quantity=said.get("visible_quantity"),
            entry_trail_bps=_bps(said.get("entry_trail")),
            entry_trail_activation_price=said.get("entry_trail_activation_price"),
            **self.protection(quantity, instrument_id),
        )

    def _takes(self, name: str) -> bool:
        return self.cleaned_data["kind"] in TAKES.get(name, KINDS)


class TemplateForm(TicketForm):
    """A ticket that is kept under a name. keep_size: in quote currency, or in percent of the equity."""

    keep_as = forms.CharField(label=_("Name"), max_length=60)
    keep_size = forms.ChoiceField(label=_("Size"), choices=[(way, way) for way in SIZES], required=False)


class PartForm(WhereForm):
    """How much of a position is sold: a percentage of it, or a quantity; all of it if neither is said."""

    part = forms.ChoiceField(choices=[(part, part) for part in ("25", "50", "75", "100")], required=False)
    quantity = amount_field(_("Quantity"))
    key = forms.UUIDField(required=False)

    def of(self, held: Decimal, instrument_id: str) -> Decimal | None:
        """The quantity, None for all: of a percentage, whole steps, at least one."""
        quantity: Decimal | None = self.cleaned_data["quantity"]
        part = Decimal(self.cleaned_data["part"] or FULL)
        if quantity is not None or part == FULL:
            return quantity
        step = instruments({instrument_id})[instrument_id].step
        return max((held * part / FULL / step).to_integral_value(rounding=ROUND_DOWN), Decimal(1)) * step


def _parts(
    prices: list[Decimal], shares: list[Decimal], quantity: Decimal, step: Decimal
) -> tuple[tuple[Decimal, Decimal | None], ...]:
    """Each target's part in whole steps; the last one takes what is left."""
    if not (quantity.is_finite() and quantity > 0):
        return tuple((price, quantity) for price in prices)
    sizes = [(quantity * share / FULL / step).to_integral_value(rounding=ROUND_DOWN) * step for share in shares[:-1]]
    return tuple(zip(prices, [*sizes, quantity - sum(sizes, Decimal(0))], strict=True))


def _bps(percent: Decimal | None) -> int:
    return int((percent or Decimal(0)) * BPS_PER_PERCENT)
