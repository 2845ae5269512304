"""What a person may send from the pages of connections. What was typed as a key is never written back into a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.connections.types import KEY_FORM, LABEL_MAX, TERMS_VERSION, VENUES, Credentials, Kind

VENUE_NAMES = {"binance": "Binance"}
_VENUES = [(venue, VENUE_NAMES[venue]) for venue in VENUES]
_HIDDEN = forms.PasswordInput(render_value=False)


class LabelForm(forms.Form):
    """What the owner calls it."""

    label = forms.CharField(
        max_length=LABEL_MAX,
        error_messages={
            "required": _("Give it a name, such as Main."),
            "max_length": _("At most %(limit_value)d characters."),
        },
    )


class KeyForm(forms.Form):
    """An exchange key."""

    api_key = forms.RegexField(KEY_FORM, widget=_HIDDEN, strip=True)
    secret = forms.RegexField(KEY_FORM, widget=_HIDDEN, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.fields["api_key"], self.fields["secret"]):
            field.error_messages["required"] = _("Copy it from the exchange's page.")
            field.error_messages["invalid"] = _("This is no key: it has 8 to 256 letters, digits and signs, no blanks.")

    def credentials(self) -> Credentials:
        """The key that was sent."""
        return Credentials.of(self.cleaned_data["api_key"], self.cleaned_data["secret"])


class AddKeyForm(LabelForm, KeyForm):
    """A sandbox connection with a key of one's own."""

    venue = forms.ChoiceField(choices=_VENUES)


class TermsForm(forms.Form):
    """The risk warning and terms in force, which must be accepted."""

    terms = forms.CharField(error_messages={"required": _("Read and accept the risk warning and terms.")})

    def clean_terms(self) -> str:
        """The version that was shown. Terms that changed meanwhile are read again."""
        version: str = self.cleaned_data["terms"]
        if version != TERMS_VERSION:
            raise forms.ValidationError(_("The terms have changed: read them again."))
        return version


class LiveForm(AddKeyForm, TermsForm):
    """A live one."""


class PaperForm(LabelForm):
    """A paper one: whose prices it trades at."""

    venue = forms.ChoiceField(choices=_VENUES)


FORMS: dict[Kind, type[LabelForm]] = {Kind.SANDBOX: AddKeyForm, Kind.PAPER: PaperForm, Kind.LIVE: LiveForm}


class ReasonForm(forms.Form):
    """Why entries are allowed again."""

    reason = forms.CharField(
        max_length=200, min_length=3, strip=True, error_messages={"required": _("Say why, for the record.")}
    )
