"""What a person may send from the pages of webhooks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.webhooks.types import DESCRIPTION_MAX, OVERLAP_DEFAULT_H, OVERLAP_MAX_H
from cryptouniverse.kernel.egress.targets import URL_MAX


class EndpointForm(forms.Form):
    """An address, a name for it, and which events go there."""

    url = forms.CharField(
        max_length=URL_MAX,
        error_messages={
            "required": _("Give the address of your server, such as https://hooks.example.com/cu."),
            "max_length": _("At most %(limit_value)d characters."),
        },
    )
    description = forms.CharField(
        max_length=DESCRIPTION_MAX,
        required=False,
        error_messages={"max_length": _("At most %(limit_value)d characters.")},
    )
    events = forms.MultipleChoiceField(
        error_messages={
            "required": _("Choose at least one kind of event."),
            "invalid_choice": _("There is no kind of event called %(value)s."),
        }
    )
    whole_tenant = forms.BooleanField(required=False)

    def __init__(self, *args: object, names: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own arguments, passed on
        self.fields["events"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]  # it is a choice


class RotateForm(forms.Form):
    """How long the old secret works on."""

    overlap_hours = forms.TypedChoiceField(
        coerce=int, choices=[(hours, hours) for hours in (0, 1, OVERLAP_DEFAULT_H, OVERLAP_MAX_H)]
    )


class ReplayForm(forms.Form):
    """How far back to send again."""

    days = forms.TypedChoiceField(coerce=int, choices=[(days, days) for days in (1, 3, 7, 30)])
