"""The peer of the API benchmark: Django with django-tenants and nothing else, and a view with one indexed query."""

from __future__ import annotations

import os

from django.contrib.auth import get_user_model
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

PATH = "/bare"
SETTINGS = "benchmarks.bare_settings"


def view(_request: HttpRequest) -> JsonResponse:
    """One row by its unique index."""
    row = get_user_model().objects.get(email=os.environ["BENCH_EMAIL"])
    return JsonResponse({"id": str(row.public_id), "email": row.email})


urlpatterns = [path(PATH.lstrip("/"), view)]
application = get_wsgi_application() if os.environ.get("DJANGO_SETTINGS_MODULE") == SETTINGS else None
