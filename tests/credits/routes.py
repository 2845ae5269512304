"""The routes of these tests: API v1's own, and this domain's before them."""

from django.urls import include, path

from credits.metering.api import MyCredits
from cryptouniverse.api.routing import v1

urlpatterns = [path("api/v1/credits", v1(MyCredits)), path("", include("cryptouniverse.urls"))]
