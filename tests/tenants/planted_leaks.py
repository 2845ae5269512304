"""The product's routes, and two that say what they must not: another user's bots, and another tenant's."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.models import Bot
from tenants.provisioning.selectors import active_tenants


@access("portfolio:read")
def every_users_bots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Bot.objects.values_list("name", flat=True)))


@access("portfolio:read")
def every_tenants_bots(request: HttpRequest) -> HttpResponse:
    names = []
    for tenant in active_tenants():
        with in_tenant(tenant):
            names += Bot.objects.values_list("name", flat=True)
    return HttpResponse(", ".join(names))


urlpatterns = [
    path("leak/users/", every_users_bots),
    path("leak/tenants/", every_tenants_bots),
    path("", include("cryptouniverse.urls")),
]
handler404 = "cryptouniverse.api.pages.not_found"
