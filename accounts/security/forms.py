"""What the pages of signing in read."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.security.types import Method

PASSWORD_MAX = 200  # hashing a longer one would be work without use


class CodeForm(forms.Form):
    """A code that was sent."""

    code = forms.CharField(max_length=40)


class AddressForm(forms.Form):
    """An e-mail address."""

    email = forms.EmailField(max_length=254)


class SignUpForm(AddressForm):
    """Somebody new."""

    display_name = forms.CharField(max_length=120, required=False)
    password = forms.CharField(max_length=PASSWORD_MAX, strip=False)


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(max_length=PASSWORD_MAX, strip=False)


class NewPasswordForm(PasswordForm, CodeForm):
    """A new password, and the code that allows it."""


class WayForm(forms.Form):
    """A second factor, or the password. code: of a passkey, what the browser answered."""

    way = forms.ChoiceField(choices=[(method.value, method.value) for method in Method])
    code = forms.CharField(max_length=20_000, strip=False)
    sent_id = forms.CharField(max_length=40, required=False)


class NumberForm(forms.Form):
    """A telephone number in its international form."""

    number = forms.RegexField(
        r"^\+[1-9][0-9]{6,14}$",
        error_messages={"invalid": _("Write it with the country's number and no spaces, such as +41791234567.")},
    )


class PasskeyForm(forms.Form):
    """A passkey that the browser made."""

    name = forms.CharField(max_length=64, required=False)
    code = forms.CharField(max_length=20_000)
    sent_id = forms.CharField(max_length=40)


class ProviderForm(forms.Form):
    """An OpenID Connect provider."""

    name = forms.CharField(max_length=40)
    slug = forms.SlugField(max_length=40)
    issuer = forms.CharField(max_length=200)
    client_id = forms.CharField(max_length=190)
    secret = forms.CharField(max_length=500)
    provisions = forms.BooleanField(required=False)
