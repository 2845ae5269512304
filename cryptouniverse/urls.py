"""Every address of every face."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.users.urls")),
    path("api/v1/", include("cryptouniverse.api.urls")),
    path("", include("trading.portfolio.urls")),
]
