"""What a person may send from the trade page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.execution.tickets import KINDS, TIMES, Ticket

BPS_PER_PERCENT = 100


class WhereForm(forms.Form):
    """In which portfolio; the main one if it is not said."""

    portfolio = forms.UUIDField(required=False)


def amount_field(label: Any, *, required: bool = False) -> forms.DecimalField:
    """An amount or a price, exact."""
    errors = {"invalid": _("%(label)s: a number such as 0.5.") % {"label": label}}
    return forms.DecimalField(label=label, required=required, max_digits=38, decimal_places=18, error_messages=errors)


class TicketForm(WhereForm):
    """An order to buy with its stop. key: makes a repeated submit harmless. trail: in percent."""

    instrument = forms.CharField(label=_("Instrument"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind, kind) for kind in KINDS])
    quantity = amount_field(_("Quantity"), required=True)
    limit_price = amount_field(_("Limit price"))
    trigger_price = amount_field(_("Trigger price"))
    time_in_force = forms.ChoiceField(label=_("How long"), choices=[(time, time) for time in TIMES], required=False)
    stop_price = amount_field(_("Stop"), required=True)
    target_price = amount_field(_("Target"))
    trail = forms.DecimalField(label=_("Trailing stop"), required=False, min_value=0, max_value=99, decimal_places=2)
    time_stop_candles = forms.IntegerField(label=_("Time stop"), required=False, min_value=0, max_value=100_000)
    key = forms.UUIDField(required=False)

    def ticket(self) -> tuple[str, Ticket]:
        """Which instrument, and the order."""
        said = self.cleaned_data
        kind, target = said["kind"], said["target_price"]
        return said["instrument"], Ticket(
            kind=kind,
            quantity=said["quantity"],
            stop_price=said["stop_price"],
            limit_price=said["limit_price"] if kind in {"limit", "stop_limit"} else None,
            trigger_price=said["trigger_price"] if kind in {"stop", "stop_limit"} else None,
            time_in_force=(said["time_in_force"] or "GTC") if kind == "limit" else "GTC",
            targets=((target, None),) if target else (),
            trail_bps=int((said["trail"] or Decimal(0)) * BPS_PER_PERCENT),
            time_stop_candles=said["time_stop_candles"] or 0,
        )

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
