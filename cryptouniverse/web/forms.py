"""What a person may send from the desk."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.ceilings.types import STOPS, Level


class WhichForm(forms.Form):
    """In which portfolio; the one on paper if it is not said."""

    portfolio = forms.UUIDField(required=False)


class ReasonForm(WhichForm):
    """Why trading is stopped or re-armed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, strip=True, error_messages={"required": _("Say why, for the record.")}
    )


class StopForm(ReasonForm):
    """Whose trading is stopped, and how far; the portfolio's entries if nothing is said."""

    LEVELS = (
        (Level.PORTFOLIO.value, _("This portfolio")),
        (Level.USER.value, _("All my portfolios")),
        (Level.TENANT.value, _("Everybody in the organisation")),
    )
    level = forms.ChoiceField(choices=LEVELS, required=False)
    mode = forms.ChoiceField(choices=[(mode.value, mode.value) for mode in STOPS], required=False)


class RearmForm(ReasonForm):
    """On which level trading is re-armed."""

    level = forms.ChoiceField(choices=StopForm.LEVELS, required=False)


class ExplainForm(forms.Form):
    """What a person found out about an order with our mark."""

    order = forms.CharField(label=_("Order"), max_length=40, strip=False)
    reason = forms.CharField(
        label=_("Reason"),
        min_length=3,
        max_length=200,
        strip=True,
        error_messages={"required": _("Say what you found out, for the record.")},
    )


class TopUpForm(forms.Form):
    """How many practice credits, and the key that makes a repeated submit harmless."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal(1),
        max_value=Decimal(10_000),
        decimal_places=2,
        error_messages={
            "invalid": _("The amount must be a number such as 500."),
            "min_value": _("At least 1 credit."),
            "max_value": _("At most 10,000 credits at a time."),
        },
    )
    key = forms.UUIDField(label=_("Key"))
