"""The page where an administrator connects the company's directory. A token is shown once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.scim import services
from accounts.scim.selectors import directory_token, directory_tokens
from accounts.scim.types import NAME_MAX, TOKENS_MAX
from accounts.users.types import Role
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.provisioning.selectors import origin_of

ROLES = [(Role.VIEWER.value, _("Viewer")), (Role.TRADER.value, _("Trader"))]


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(max_length=NAME_MAX, error_messages={"required": _("Give it a name, such as Okta.")})
    default_role = forms.ChoiceField(choices=ROLES)


@access("users:write", audit="directory.key_issued", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def directory(request: HttpRequest) -> HttpResponse:
    """The tokens in force, and a form for one more; the answer to the form shows the token, and nothing else does."""
    form = TokenForm(request.POST if request.method == "POST" else None, initial={"default_role": Role.VIEWER.value})
    shown: str | None = None
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            _row, shown = services.issue_token(
                actor=_person(request), name=sent["name"], default_role=Role(sent["default_role"])
            )
            form = TokenForm(initial={"default_role": Role.VIEWER.value})
        except CryptoUniverseError as error:
            messages.error(request, error.sentence(gettext))
    facts = {"form": form, "rows": directory_tokens(), "shown_once": shown, "roles": ROLES, "most": TOKENS_MAX}
    facts |= {"base": f"{origin_of(current_tenant())}/scim/v2", "page": "branding", "part": "directory"}
    return render(request, "settings/directory.html", facts, status=422 if form.errors else 200)


@access("users:delete", audit="directory.key_revoked")
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token."""
    services.revoke_token(actor=_person(request), token=directory_token(token_id))
    messages.success(request, gettext("Revoked. The directory cannot come in with it any more."))
    return redirect("directory")


def _person(request: HttpRequest) -> Any:
    return request.user  # signed in: the rule asked
