"""What an administrator may send from the branding page. What cannot be is said by the services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.branding.logos import BYTES_MAX
from tenants.branding.types import NAME_MAX, RADIUS_MAX, SHORT_NAME_MAX, TINT_MAX


class BrandForm(forms.Form):
    """Name, colours and addresses. own_colour: unticked, the look keeps its own colour."""

    version = forms.IntegerField(min_value=0)
    name = forms.CharField(
        max_length=NAME_MAX, error_messages={"required": _("Give the name that people know you by.")}
    )
    short_name = forms.CharField(max_length=SHORT_NAME_MAX, required=False)
    own_colour = forms.BooleanField(required=False)
    colour = forms.RegexField(
        r"#?[0-9a-fA-F]{6}", required=False, error_messages={"invalid": _("A colour is written as #rrggbb.")}
    )
    tint = forms.DecimalField(min_value=0, max_value=TINT_MAX, max_digits=4, decimal_places=3)
    radius = forms.IntegerField(min_value=0, max_value=RADIUS_MAX)
    sender_name = forms.CharField(max_length=NAME_MAX, required=False)
    sender_address = forms.EmailField(required=False)
    support_address = forms.EmailField(required=False)

    def changes(self) -> dict[str, Any]:
        """For `update_branding`."""
        sent = dict(self.cleaned_data)
        sent.pop("version")
        colour = sent["colour"].lstrip("#")
        sent["colour"] = f"#{colour}" if sent.pop("own_colour") and colour else ""
        return sent


class PriceForm(forms.Form):
    """One line of the price list."""

    credits = forms.DecimalField(max_digits=20, decimal_places=6)
    price = forms.DecimalField(max_digits=20, decimal_places=6)
    currency = forms.CharField(max_length=5)

    def pack(self) -> tuple[Decimal, Decimal, str]:
        """For `update_branding`."""
        sent = self.cleaned_data
        return sent["credits"], sent["price"], sent["currency"].upper()


class LogoForm(forms.Form):
    """A picture."""

    logo = forms.FileField(error_messages={"required": _("Choose a PNG or WebP picture.")})

    def content(self) -> bytes:
        """Its bytes, and one too many if it is too large."""
        found: bytes = self.cleaned_data["logo"].read(BYTES_MAX + 1)
        return found


class LegalForm(forms.Form):
    """A text to be published."""

    body = forms.CharField(error_messages={"required": _("Write or paste the text first.")})
