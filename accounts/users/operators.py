"""The operators' admin site: it exists on the platform's own host, and shows one tenant at a time.

An operator is a superuser of the tenant `platform`. They choose a tenant; each request then runs inside it, and what
they change stands in that tenant's audit and in the platform's.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit import services as audit
from tenants.provisioning import selectors as tenants

CHOSEN = "operators_tenant"


class OperatorsSite(admin.AdminSite):
    """Django's admin for superusers, behind the one sign-in page there is."""

    site_header = _("CryptoUniverse operators")
    site_title = _("Operators")
    index_title = _("What do you want to look at?")
    index_template = "operators/index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What others register (beat, allauth) is there to be looked at: only our own audited admins change things."""
        chosen = admin_class or admin.ModelAdmin
        if not issubclass(chosen, (ReadOnlyAdmin, AuditedAdmin)):
            chosen = type(f"ReadOnly{chosen.__name__}", (ReadOnlyAdmin, chosen), {})
        super().register(model_or_iterable, chosen, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators only."""
        return bool(request.user.is_active and request.user.is_superuser)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """No second sign-in form: nobody goes to the sign-in page; somebody who is no operator is told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            return HttpResponse(gettext("This is for operators."), status=403, content_type="text/plain; charset=utf-8")
        return redirect_to_login(reverse("admin:index"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the admin, inside the tenant that was chosen. It is rendered there too: querysets are lazy."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                refusal: HttpResponseBase = inner(request, *args, **kwargs)
                return refusal
            with in_tenant(chosen_tenant(request)):
                answer: HttpResponseBase = inner(request, *args, **kwargs)
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer

        return entered

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds the tenant that is looked at, and those there are to choose from."""
        return {**super().each_context(request), "chosen": chosen_tenant(request), "choices": tenants.active_tenants()}

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Adds the address that chooses a tenant."""
        enter = require_POST(self.admin_view(self.enter))
        return [path("enter/", enter, name="enter"), *super().get_urls()]

    def enter(self, request: HttpRequest) -> HttpResponse:
        """Choose the tenant to look at. Both audits say who looked."""
        tenant = tenants.tenant_by_slug(request.POST.get("tenant", ""))
        with in_tenant(tenant):
            record_twice(request, action="operator.entered", object=("tenant", tenant.id))
        request.session[CHOSEN] = tenant.slug
        messages.info(request, gettext("You are looking at %(tenant)s.") % {"tenant": tenant.slug})
        return redirect("admin:index")


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """An admin whose every change is an audit record, with before and after, and not one of Django's log entries."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted by hand."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Remember what the form changed, for the record that follows."""
        changed = form.changed_data
        before = {name: str(form.initial.get(name)) for name in changed} if change else None
        request.audited = (before, {name: str(form.cleaned_data.get(name)) for name in changed})  # type: ignore[attr-defined]  # ours
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Record what was made."""
        self._record(request, obj, "created")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Record what was changed; a new password is said, and not kept."""
        self._record(request, obj, "changed")

    def _record(self, request: HttpRequest, obj: Any, verb: str) -> None:
        before, after = getattr(request, "audited", (None, {"password": "set"}))
        record_twice(request, action=f"{obj._meta.model_name}.{verb}", object=obj, before=before, after=after)


def chosen_tenant(request: HttpRequest) -> TenantCtx:
    """The tenant that this operator looks at: the platform itself until they choose."""
    home: TenantCtx = request.tenant  # type: ignore[attr-defined]  # set by the tenant middleware
    slug = request.session.get(CHOSEN, home.slug)
    return home if slug == home.slug else next((t for t in tenants.active_tenants() if t.slug == slug), home)


def record_twice(request: HttpRequest, **what: Any) -> None:
    """One record in the tenant that is looked at, and one in the operators' own."""
    audit.record(actor=request.user, **what)  # type: ignore[arg-type]  # an operator is signed in here
    home: TenantCtx = request.tenant  # type: ignore[attr-defined]  # set by the tenant middleware
    if current_tenant() != home:
        with in_tenant(home):
            audit.record(actor=request.user, **what)  # type: ignore[arg-type]  # see above
