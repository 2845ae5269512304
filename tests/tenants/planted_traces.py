"""The product's routes, one that names the platform, and one that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from cryptouniverse.kernel.access import public


@public
def boast(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("", headers={"X-Powered-By": "Crypto-Universe"})


@public
def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("CryptoUniverse has fallen over at acme.localhost")


urlpatterns = [path("boast/", boast), path("broken/", broken), path("", include("cryptouniverse.urls"))]
handler400 = "cryptouniverse.api.pages.bad_request"
handler403 = "cryptouniverse.api.pages.forbidden"
handler404 = "cryptouniverse.api.pages.not_found"
handler500 = "cryptouniverse.api.pages.server_error"
