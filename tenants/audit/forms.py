"""What an administrator may ask of the audit on its page."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.audit.selectors import actor_called
from tenants.audit.types import ExportForm, Wanted

_NOBODY = UUID(int=0)  # an actor that no record has


class FilterForm(forms.Form):
    """Every field narrows further. Days are days in UTC, both of them included."""

    who = forms.CharField(label=_("Who"), required=False, max_length=120)
    action = forms.CharField(label=_("Action"), required=False, max_length=80)
    object = forms.CharField(label=_("Object"), required=False, max_length=120)
    correlation = forms.CharField(label=_("Correlation id"), required=False, max_length=64)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    text = forms.CharField(label=_("Text"), required=False, max_length=100)

    def clean(self) -> dict[str, Any]:
        """Both days in their order."""
        sent: dict[str, Any] = super().clean() or {}
        first, last = sent.get("since"), sent.get("until")
        if first and last and first > last:
            self.add_error("until", _("The last day is before the first one."))
        if last and last.year > 9_000:
            self.add_error("until", _("Choose a day of this century."))
        return sent

    def wanted(self) -> Wanted:
        """What the valid form asks for. Somebody who is not known has done nothing."""
        sent = self.cleaned_data
        who = sent["who"]
        return Wanted(
            actor=(actor_called(who) or _NOBODY) if who else None,
            action=sent["action"],
            object_id=sent["object"],
            correlation_id=sent["correlation"],
            since=_midnight(sent["since"]) if sent["since"] else None,
            until=_midnight(sent["until"]) + timedelta(days=1) if sent["until"] else None,
            text=sent["text"],
        )


class AuditExportForm(FilterForm):
    """The same, and as what."""

    form = forms.ChoiceField(choices=[(form.value, form.value) for form in ExportForm])


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), UTC)
