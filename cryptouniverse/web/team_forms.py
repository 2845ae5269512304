"""What a person may send from the team's page."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from accounts.teams.types import DELEGATED_FOR_MAX, NAME_MAX, ShareAccess, TeamRole
from cryptouniverse.kernel import clock

ROLES = [
    (TeamRole.VIEWER.value, _("Viewer: looks on")),
    (TeamRole.TRADER.value, _("Trader: may trade what is shared to trade")),
    (TeamRole.MANAGER.value, _("Manager: keeps the team, and trades")),
]
ACCESSES = [(ShareAccess.READ.value, _("Look only")), (ShareAccess.TRADE.value, _("Look and trade"))]
PERMISSIONS = [
    ("trading:execute", _("Stop and re-arm trading, pause and resume bots")),
    ("trading:write", _("Make and change bots")),
    ("portfolio:write", _("Change limits")),
]


class NameForm(forms.Form):
    """What a team or a portfolio is called."""

    name = forms.CharField(label=_("Name"), max_length=NAME_MAX, strip=True)


class InviteForm(forms.Form):
    """Whom to ask, and for which place."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Place in the team"), choices=ROLES)


class RoleForm(forms.Form):
    """Another place in the team."""

    role = forms.ChoiceField(label=_("Place in the team"), choices=ROLES)


class ShareForm(forms.Form):
    """Which portfolio a team may look at, or trade."""

    portfolio = forms.UUIDField(label=_("Portfolio"))
    access = forms.ChoiceField(label=_("The team may"), choices=ACCESSES)


class DelegateForm(forms.Form):
    """Who may act on which portfolio, what, and to the end of which day (UTC)."""

    portfolio = forms.UUIDField(label=_("Portfolio"))
    email = forms.EmailField(label=_("E-mail address"))
    permissions = forms.MultipleChoiceField(
        label=_("They may"), choices=PERMISSIONS, error_messages={"required": _("Choose what they may do.")}
    )
    until = forms.DateField(label=_("Last day"))

    def clean_until(self) -> datetime:
        """The end of that day, or the latest moment there may be."""
        day = self.cleaned_data["until"]
        end = make_aware(datetime.combine(day, time.min)) + timedelta(days=1)
        return min(end, clock.now() + DELEGATED_FOR_MAX) if day <= _last_day().date() else end


class TransferForm(forms.Form):
    """From which portfolio to which, how much, and the key that makes a repeated submit harmless."""

    source = forms.UUIDField(label=_("From"))
    target = forms.UUIDField(label=_("To"))
    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_digits=20,
        decimal_places=2,
        error_messages={"invalid": _("The amount must be a number such as 500.")},
    )
    key = forms.UUIDField(label=_("Key"))


def last_day() -> str:
    """The last day on which a delegation may end, as a date field takes it."""
    return f"{_last_day():%Y-%m-%d}"


def _last_day() -> datetime:
    return clock.now() + DELEGATED_FOR_MAX
