"""The administrators' page of identity providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.security.forms import ProviderForm
from accounts.security.selectors import access_identity_provider, identity_providers
from accounts.security.services.providers import add_provider, remove_provider
from accounts.security.visits import origin_of
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.secret import Secret

if TYPE_CHECKING:
    from accounts.users.models import User


@access("users:write", audit="provider.added", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("secret")
def providers(request: HttpRequest) -> HttpResponse:
    """Those there are, and the form for another one."""
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "secret": Secret(form.cleaned_data["secret"])}
        try:
            add_provider(**facts, actor=cast("User", request.user))
        except CryptoUniverseError as error:
            form.add_error(None, error.sentence(gettext))
        else:
            messages.success(request, gettext("People can sign in with it now."))
            return redirect("providers")
    facts = {"form": form, "providers": identity_providers(), "origin": origin_of(request), "page": "security"}
    return render(request, "security/providers.html", facts, status=422 if form.errors else 200)


@access("users:write", audit="provider.removed", step_up=True)
@require_POST
def delete(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Take one away."""
    remove_provider(provider=access_identity_provider(provider_id), actor=cast("User", request.user))
    messages.success(request, gettext("Nobody can sign in with it any more."))
    return redirect("providers")
