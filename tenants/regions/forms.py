"""What an administrator may send from the page of region rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.regions.types import NOTE_MAX, RuleKind, Verdict

VERDICTS = [(Verdict.DENY.value, _("Keep out")), (Verdict.ALLOW.value, _("Let in"))]
KINDS = [(RuleKind.COUNTRY.value, _("Country")), (RuleKind.NETWORK.value, _("Network"))]


class RuleForm(forms.Form):
    """A rule to be added."""

    kind = forms.ChoiceField(choices=KINDS)
    value = forms.CharField(
        max_length=60, error_messages={"required": _("Write two letters of a country, or a network.")}
    )
    verdict = forms.ChoiceField(choices=VERDICTS)
    note = forms.CharField(max_length=NOTE_MAX, required=False)


class OtherwiseForm(forms.Form):
    """What becomes of everybody else."""

    otherwise = forms.ChoiceField(choices=VERDICTS)
