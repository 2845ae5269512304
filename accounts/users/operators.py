"""The operators' admin site: it exists on the platform's own host, and shows one tenant at a time.

An operator is a superuser of the tenant `platform`. They choose a tenant, for which they need access with a reason and
an end (`tenants.support`); each request then runs inside it while the access lasts, and what they look at and change
stands in that tenant's audit and in the platform's.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial, wraps
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import NoReverseMatch, URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.users.permissions import ACTIONS, AREAS, MATRIX
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.admin import Page, ReadOnlyAdmin, WithoutSecrets, offer_page, offered_pages
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit import services as audit
from tenants.provisioning import selectors as tenants
from tenants.support.errors import NoGrant
from tenants.support.selectors import active_grant
from tenants.support.services import ask_for_access, use_access
from tenants.support.types import HOURS_MAX, Grant

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite, ModelAdmin
else:
    from unfold.admin import ModelAdmin
    from unfold.sites import UnfoldAdminSite as AdminSite  # the theme is not typed, and is Django's otherwise

CHOSEN = "operators_tenant"
STEP_UP_FOR: Final = timedelta(minutes=5)
ADDRESS_MAX: Final = 4_000
NOT_CARRIED: Final = {"csrfmiddlewaretoken", "confirmed"}
_METHODS: Final = {True: require_GET, False: require_http_methods(["GET", "HEAD", "POST"])}


def require_step_up(request: HttpRequest, *, typed: dict[str, str] | None = None) -> HttpResponse | None:
    """None if this session has shown a second factor within five minutes, else where to do so, and back.

    typed: what the way back carries in its address, so that a form can show it again.

    A session that cannot say when (it has no `step_up_at`) is let through: signing in has no second factor then.
    """
    if not hasattr(request.session, "step_up_at"):
        return None
    at = request.session.step_up_at
    if at is not None and clock.now() - at < STEP_UP_FOR:
        return None
    try:
        back = request.path + (f"?{urlencode(typed)}" if typed else "")
        back = back if len(back) < ADDRESS_MAX else request.path
        return redirect(f"{reverse('confirm')}?{urlencode({'next': back})}")
    except NoReverseMatch:
        said = gettext("This needs a fresh second factor.")
        return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")


class OperatorsSite(AdminSite):
    """Django's admin for superusers, behind the one sign-in page there is."""

    site_header = _("Operators")
    site_title = _("Operators")
    index_title = _("What do you want to look at?")
    index_template = "operators/index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What others register (beat, allauth) is there to be looked at: only our own audited admins change things."""
        chosen = admin_class or ModelAdmin
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
            tenant = chosen_tenant(request)
            if tenant != request.tenant:  # type: ignore[attr-defined]  # set by the tenant middleware
                try:
                    what = f"{request.method} {request.path}"
                    use_access(tenant=tenant, operator=request.user, what=what)  # type: ignore[arg-type]  # an operator
                except NoGrant as error:
                    return self._turned_away(request, error)
            with in_tenant(tenant):
                answer: HttpResponseBase = inner(request, *args, **kwargs)
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer

        return entered

    def require_step_up(self, request: HttpRequest) -> HttpResponse | None:
        """What an action asks first: see the function of this name."""
        return require_step_up(request)

    def record(self, request: HttpRequest, *, tenant: TenantCtx | None = None, **what: Any) -> None:
        """A record in both audits: of `tenant` (the one that is looked at, if not said) and of the operators' own."""
        with in_tenant(tenant or current_tenant()):
            record_twice(request, **what)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds the tenant that is looked at, those there are to choose from, and the pages that are no tables."""
        support = {"hours": range(1, HOURS_MAX + 1), "grant": _grant(request)}
        pages = [(page.title, reverse(f"admin:{page.slug}")) for page in offered_pages()]
        own = {"site_header": self.site_header, "site_title": self.site_title}  # the theme reads them from its settings
        seen = {"chosen": chosen_tenant(request), "choices": _choices(), "pages": pages}
        return {**super().each_context(request), **own, **seen, **support}

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Adds the pages that are no tables, and the address that chooses a tenant; that one is answered outside of
        whichever was chosen before.
        """
        enter = require_POST(super().admin_view(self.enter))
        pages = [
            path(
                f"{page.slug}/",
                _METHODS[page.act is None](self.admin_view(partial(self.show, page=page))),
                name=page.slug,
            )
            for page in offered_pages()
        ]
        return [path("enter/", enter, name="enter"), *pages, *super().get_urls()]

    def show(self, request: HttpRequest, *, page: Page) -> HttpResponseBase:
        """One of the pages that are no tables, or what it does."""
        done: dict[str, Any] = {}
        if request.method == "POST" and page.act is not None:
            typed = {name: str(text) for name, text in request.POST.items() if name not in NOT_CARRIED}
            answer = require_step_up(request, typed=typed) or page.act(request)
            if not isinstance(answer, dict):
                return answer
            done = answer
        facts = {**self.each_context(request), "title": page.title, **page.facts(request), **done}
        return TemplateResponse(request, page.template, facts, status=422 if done.get("wrong") else 200)

    def enter(self, request: HttpRequest) -> HttpResponse:
        """Choose the tenant to look at, asking for access where there is none yet. Both audits say who looked."""
        try:
            tenant = tenants.any_tenant(request.POST.get("tenant", "")).tenant
            waits = not _may_enter(request, tenant)
        except CryptoUniverseError as error:
            return self._turned_away(request, error)
        if waits:
            messages.warning(request, gettext("The administrator of %(tenant)s must agree first.") % _named(tenant))
            return redirect("admin:index")
        self.record(request, tenant=tenant, action="operator.entered", object=("tenant", tenant.id))
        request.session[CHOSEN] = tenant.slug
        messages.info(request, gettext("You are looking at %(tenant)s.") % _named(tenant))
        return redirect("admin:index")

    def _turned_away(self, request: HttpRequest, error: CryptoUniverseError) -> HttpResponse:
        """Back at home, with the reason."""
        request.session.pop(CHOSEN, None)
        messages.error(request, error.sentence(gettext))
        return redirect("admin:index")


class AuditedAdmin(WithoutSecrets):
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
    return home if slug == home.slug else next((t for t in _choices() if t.slug == slug), home)


def _choices() -> list[TenantCtx]:
    """Suspended ones, too: that is when somebody has to look."""
    return tenants.every_tenant()


def _grant(request: HttpRequest) -> Grant | None:
    return active_grant(tenant=chosen_tenant(request), operator_id=request.user.public_id)  # type: ignore[union-attr]  # see above


def _may_enter(request: HttpRequest, tenant: TenantCtx) -> bool:
    """Whether the operator's access has begun; without any it is asked for, with what the form says."""
    if tenant == request.tenant or active_grant(tenant=tenant, operator_id=request.user.public_id):  # type: ignore[attr-defined,union-attr]  # see above
        return True
    hours = request.POST.get("hours", "1")
    grant = ask_for_access(
        tenant=tenant,
        operator=request.user,  # type: ignore[arg-type]  # an operator is signed in here
        reason=request.POST.get("reason", ""),
        minutes=int(hours) * 60 if hours.isascii() and hours.isdigit() and len(hours) < 3 else 0,
    )
    return grant.starts_at is not None


def _named(tenant: TenantCtx) -> dict[str, str]:
    return {"tenant": tenant.slug}


def record_twice(request: HttpRequest, **what: Any) -> None:
    """One record in the tenant that is looked at, and one in the operators' own."""
    audit.record(actor=request.user, **what)  # type: ignore[arg-type]  # an operator is signed in here
    home: TenantCtx = request.tenant  # type: ignore[attr-defined]  # set by the tenant middleware
    if current_tenant() != home:
        with in_tenant(home):
            audit.record(actor=request.user, **what)  # type: ignore[arg-type]  # see above


def roles(_request: HttpRequest) -> dict[str, Any]:
    """Which role may do what: a row for each permission."""
    rows = [
        (area, action, [f"{area}:{action}" in MATRIX[role] for role in MATRIX]) for area in AREAS for action in ACTIONS
    ]
    return {"roles": list(MATRIX), "groups": [(area, list(own)) for area, own in groupby(rows, key=lambda row: row[0])]}


offer_page(Page("roles", _("Roles"), "operators/roles.html", roles))
