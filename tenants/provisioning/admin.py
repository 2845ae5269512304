"""Tenants and their hosts, for operators: to read, and to suspend, resume, limit, export or mark for deletion.

What needs the role `owner` (making a tenant, deleting it at last) is done by command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from tempfile import TemporaryFile
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.provisioning import services
from tenants.provisioning.models import Domain, SchemaStatus, Tenant
from tenants.provisioning.types import QUOTAS

EXPORT_ROWS_MAX = 200_000  # a few seconds, and some 20 MB
Act = Callable[[HttpRequest, Tenant, str], object]


def asked_first(text: Any, *, numbers: bool = False) -> Callable[[Act], Any]:
    """An action on tenants that shows what it will do, and is done once a reason was given and confirmed."""

    def make(act: Act) -> Any:
        @wraps(act)
        def action(model_admin: TenantAdmin, request: HttpRequest, chosen: QuerySet[Tenant]) -> HttpResponseBase | None:
            site: Any = model_admin.admin_site  # the operators', which asks for a fresh second factor
            unsure: HttpResponse | None = site.require_step_up(request)
            if unsure is not None:
                return unsure
            if "confirmed" not in request.POST:
                return model_admin.ask(request, act.__name__, text, list(chosen), numbers=numbers)
            return _do(act, request, chosen)

        return action

    return make


def _do(act: Act, request: HttpRequest, chosen: Iterable[Tenant]) -> HttpResponseBase | None:
    """Do it to each; to the first alone where it makes a file, which is the answer."""
    for tenant in chosen:
        try:
            made = act(request, tenant, request.POST.get("reason", ""))
            if isinstance(made, HttpResponseBase):
                return made
        except CryptoUniverseError as error:
            messages.error(request, f"{tenant.slug}: {error.sentence(gettext)}")
        else:
            messages.success(request, gettext("Done for %(tenant)s.") % {"tenant": tenant.slug})
    return None


@admin.action(description=_("Suspend"))
@asked_first(_("No pages, API, sockets and entries until they are resumed. Exits and stops go on."))
def suspend(request: HttpRequest, tenant: Tenant, reason: str) -> None:
    """Serve it no more."""
    services.suspend_tenant(slug=tenant.slug, reason=reason, actor=request.user)  # type: ignore[arg-type]  # an operator


@admin.action(description=_("Resume"))
@asked_first(_("They are served again; a mark for deletion is taken away."))
def resume(request: HttpRequest, tenant: Tenant, reason: str) -> None:
    """Serve it again."""
    services.resume_tenant(slug=tenant.slug, reason=reason, actor=request.user)  # type: ignore[arg-type]  # an operator


@admin.action(description=_("Mark for deletion"))
@asked_first(_("They are served no more, and can be deleted by command in 30 days. Until then Resume undoes it."))
def close(request: HttpRequest, tenant: Tenant, reason: str) -> None:
    """The first of the two steps of a deletion."""
    services.mark_for_deletion(slug=tenant.slug, reason=reason, actor=request.user)  # type: ignore[arg-type]  # an operator


@admin.action(description=_("Export"))
@asked_first(_("Everything that the first of them has, as one file: personal data. Secrets stay out or sealed."))
def export(request: HttpRequest, tenant: Tenant, reason: str) -> FileResponse:
    """One zip; what is too large for a page is exported by command."""
    file = TemporaryFile()  # noqa: SIM115  # the answer reads it, and closes it
    try:
        services.export_tenant(
            slug=tenant.slug,
            file=file,
            actor=request.user,  # type: ignore[arg-type]  # an operator
            reason=reason,
            rows_max=EXPORT_ROWS_MAX,
        )
    except CryptoUniverseError:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{tenant.slug}.zip", headers={"Cache-Control": "no-store"})


@admin.action(description=_("Change limits"))
@asked_first(_("How much they may have. What is left empty is the platform's number."), numbers=True)
def limit(request: HttpRequest, tenant: Tenant, reason: str) -> None:
    """Numbers of their own."""
    given = {name: request.POST.get(name, "").strip() for name in QUOTAS}
    numbers = {name: int(text) if text.isascii() and text.isdigit() else None for name, text in given.items()}
    services.set_quotas(slug=tenant.slug, reason=reason, actor=request.user, numbers=numbers)  # type: ignore[arg-type]  # an operator


@admin.register(Tenant)
class TenantAdmin(ReadOnlyAdmin):
    """Who there is, and what can be done to them."""

    actions = [suspend, resume, close, export, limit]
    list_display = ("slug", "name", "status", "status_reason", "status_since", "purge_after", "created_at")
    list_filter = ("status",)
    search_fields = ("slug", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        """Tenants; the template is none."""
        rows: QuerySet[Tenant] = super().get_queryset(request)
        return rows.exclude(status=Tenant.Status.TEMPLATE)

    def ask(
        self, request: HttpRequest, action: str, text: Any, chosen: list[Tenant], *, numbers: bool
    ) -> TemplateResponse:
        """The page that asks for the reason."""
        facts = {
            **self.admin_site.each_context(request),
            "title": text,
            "tenants": chosen,
            "action": action,
            "numbers": [(name, getattr(chosen[0], f"{name}_max")) for name in QUOTAS] if numbers and chosen else [],
        }
        return TemplateResponse(request, "provisioning/act.html", facts)


@admin.register(SchemaStatus)
class SchemaStatusAdmin(ReadOnlyAdmin):
    """Where each schema stands with its migrations."""

    list_display = ("schema_name", "state", "reason", "started_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("schema_name",)


@admin.register(Domain)
class DomainAdmin(ReadOnlyAdmin):
    """Which hosts are answered."""

    list_display = ("domain", "tenant", "state", "is_primary", "proven_at")
    list_filter = ("state",)
    exclude = ("token",)
    list_select_related = ("tenant",)
    search_fields = ("domain",)
